package records

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"aidpost/records/staff"
)

// Errors of visits that are brought.
var (
	// ErrForked: the visit was changed here as well, so that a person has to say
	// which version holds.
	ErrForked = errors.New("changed here and there")
	// ErrMixed: what was brought is not one visit.
	ErrMixed = errors.New("not the revisions of one visit")
)

// A Bringer is another Aidpost that brings its visits.
type Bringer struct {
	Key  ServerKey
	Name string
}

// TakeIn stores a visit that another Aidpost has brought, under the same ids, with
// every revision of it that is not here yet; people are known here already, see
// downsync.Hear. What is here already changes nothing, so that twice is once.
// It returns the newest revision that both have, and how many are new.
//
// ErrForked: what both have differs. ErrErased: the person was erased here. What
// may not be stored matches ErrInvalid.
func (a *Access) TakeIn(ctx context.Context, from Bringer, c *Carried, hash [sha256.Size]byte) (fresh int, err error) {
	if err := a.Authorize(ctx, staff.CarryIn); err != nil {
		return 0, err
	}
	ready, err := a.store.prepareCarried(ctx, c)
	if err != nil {
		return 0, fmt.Errorf("take in a visit: %w", err)
	}
	last := ready[len(ready)-1]
	err = a.store.record(a.As(ctx), func(t *tx) error {
		if fresh, err = t.takeIn(from, ready); err != nil {
			return err
		}
		if fresh > 0 {
			if err := t.broughtBy(from, last); err != nil {
				return err
			}
		}
		return t.keepBrought(from.Key, last, hash)
	})
	if err != nil {
		return 0, fmt.Errorf("take in visit %s: %w", last.ID, err)
	}
	if fresh > 0 {
		a.store.tellQueued()
	}
	return fresh, nil
}

// broughtBy puts on record who has brought a visit.
func (t *tx) broughtBy(from Bringer, e *Encounter) error {
	entry := auditEntry{Action: staff.CarryIn, Object: e.ID, Revision: int64(e.Revision), Reason: "imported from kiosk " + from.Name}
	if e.Patient != nil {
		entry.Patient = e.Patient.ID
	}
	return t.audit(entry)
}

// keepBrought notes what was taken in of a visit, unless a later revision was
// before. What its kiosk knows of that is kept with it, see Told.
func (t *tx) keepBrought(from ServerKey, e *Encounter, hash [sha256.Size]byte) error {
	var old []byte
	var rev int
	known, err := t.row("SELECT hash, CAST(version AS INTEGER) FROM receipt WHERE server = ? AND kind = ? AND uuid = ?",
		[]any{from[:], carriedKind, e.ID.bytes()}, &old, &rev)
	if err != nil || known && (rev > e.Revision || string(old) == string(hash[:])) {
		return err
	}
	return t.keepReceipt(from, Receipt{Kind: carriedKind, ID: e.ID, Version: strconv.Itoa(e.Revision), Hash: hash, Encounter: e.ID})
}

// prepareCarried returns the revisions as they are stored.
func (s *Store) prepareCarried(ctx context.Context, c *Carried) ([]*Encounter, error) {
	if len(c.Revisions) == 0 {
		return nil, ErrMixed
	}
	var out []*Encounter
	for i, e := range c.Revisions {
		if e == nil || e.ID != c.Revisions[0].ID || e.Revision != i+1 {
			return nil, ErrMixed
		}
		as := *e
		if e.Patient != nil {
			who, _, err := s.PatientRecord(ctx, e.Patient.ID)
			if errors.Is(err, ErrNotFound) {
				return nil, ErrErased // whoever was never here was made known before this
			}
			if err != nil {
				return nil, err
			}
			as.Patient = who
		}
		ready, err := prepare(&as, s.now())
		if err != nil {
			return nil, err
		}
		out = append(out, ready)
	}
	return out, nil
}

// takeIn stores those revisions that are not here. What goes on from a visit that
// somebody else has brought, or that is of this place, is for a person to decide.
func (t *tx) takeIn(from Bringer, revisions []*Encounter) (fresh int, err error) {
	id := uuid.MustParse(string(revisions[0].ID)) // checked by prepare
	here, err := t.storedEncounter(id)
	if err != nil {
		return 0, err
	}
	if here != nil && int64(len(revisions)) > here.rev {
		theirs, err := t.row("SELECT 1 FROM receipt WHERE server = ? AND kind = ? AND uuid = ?", []any{from.Key[:], carriedKind, id[:]}, new(int))
		if err != nil {
			return 0, err
		}
		if !theirs {
			return 0, ErrForked
		}
	}
	for i, e := range revisions {
		if int64(i) < revisionOf(here) {
			same, err := t.holds(id, e)
			if err == nil && !same {
				err = ErrForked
			}
			if err != nil {
				return 0, err
			}
			continue
		}
		if err := t.takeRevision(e, id, i == len(revisions)-1); err != nil {
			return 0, err
		}
		fresh++
	}
	return fresh, nil
}

// holds reports whether a revision is here, word for word.
func (t *tx) holds(id uuid.UUID, e *Encounter) (bool, error) {
	var was storedEncounter
	var patient []byte
	found, err := t.row(`SELECT e.id, v.rev, coalesce(v.patient, 0), p.uuid, v.day, e.salt, v.alg, v.sealed FROM encounter e
		JOIN (SELECT id AS encounter, rev, patient, day, alg, sealed FROM encounter
			UNION ALL SELECT encounter, rev, patient, day, alg, sealed FROM encounter_rev) v ON v.encounter = e.id
		LEFT JOIN patient p ON p.id = v.patient WHERE e.uuid = ? AND v.rev = ?`, []any{id[:], e.Revision},
		&was.row, &was.rev, &was.patient.row, &patient, &was.day, &was.salt, &was.alg, &was.sealed)
	if err != nil || !found {
		return false, err
	}
	copy(was.patient.uuid[:], patient)
	if who := patientID(e); who != was.patient.id() {
		return false, nil
	}
	stored, err := t.payloadOf(&was, id)
	if err != nil {
		return false, err
	}
	payload, err := encodePayload(e)
	return err == nil && string(payload) == string(stored), err
}

func patientID(e *Encounter) ID {
	if e.Patient == nil {
		return ""
	}
	return e.Patient.ID
}

// takeRevision stores one revision as it came, with the ids of its instruments.
// Only the last one says whose a result of an instrument's memory is: an earlier
// one may have been of a visit from which that was moved.
func (t *tx) takeRevision(e *Encounter, id uuid.UUID, last bool) error {
	patient, _, err := t.putPatient(e.Patient)
	if err != nil {
		return err
	}
	for i := range e.Observations {
		if e.Observations[i].Theirs() {
			continue
		}
		if err := t.adoptDevice(e.Observations[i].Origin.Device); err != nil {
			return err
		}
	}
	payload, err := encodePayload(e)
	if err != nil {
		return err
	}
	before, err := t.storedEncounter(id)
	if err != nil {
		return err
	}
	frames, err := t.newCaptures(e, before, id)
	if err != nil {
		return err
	}
	if last {
		if err := t.claimMoved(e); err != nil {
			return err
		}
	}
	stored, err := t.putEncounter(e, id, patient, before, payload)
	if err != nil {
		return err
	}
	return t.putParts(e, id, stored, frames, last)
}

// claimMoved frees the results that were moved into a visit from the one that
// they are known of.
func (t *tx) claimMoved(e *Encounter) error {
	for _, o := range e.Observations {
		text, ok := savedText(o)
		if !ok || o.Correction.Moved == "" {
			continue
		}
		if err := t.do("DELETE FROM result_token WHERE token IN (?, ?)", t.store.seal.tokens(resultToken, text)...); err != nil {
			return err
		}
	}
	return nil
}

// adoptDevice makes an instrument known under the ID that it has elsewhere. One
// that is known here under another keeps both: what it measured there says so.
func (t *tx) adoptDevice(d Device) error {
	key := keyOf(d)
	_, met := t.met[key]
	if _, known := t.devices[key]; known || met {
		return nil
	}
	raw, err := uuid.Parse(string(d.ID))
	if err != nil {
		return &InvalidError{Field: "observations.origin.device.id", Why: "not an id"}
	}
	taken, err := t.row("SELECT 1 FROM device WHERE uuid = ?", []any{raw[:]}, new(int))
	if err != nil || taken {
		return err
	}
	row, err := t.insert("INSERT INTO device (uuid, maker, model, serial, cable, firmware, adapter) VALUES (?, ?, ?, ?, ?, ?, ?)",
		raw[:], key.maker, key.model, key.serial, key.cable, d.Firmware, d.Adapter)
	if err == nil {
		t.meet(key, deviceRow{row, d})
	}
	return err
}
