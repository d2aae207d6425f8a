package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

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

// A Dispute is a visit of which another Aidpost has brought a version that does
// not follow from the one that is here.
type Dispute struct {
	From    ServerKey         `json:"from"`
	Name    string            `json:"name"` // of who brought it
	At      time.Time         `json:"at"`
	Hash    [sha256.Size]byte `json:"hash"`
	Brought *Carried          `json:"brought"`
}

// disputePrefix begins the names of secrets that hold a Dispute; the rest is the
// visit's id. Like a PIN it goes with what it belongs to, see eraseVisits.
const disputePrefix = "carried-"

func disputeName(encounter ID) string { return disputePrefix + hex.EncodeToString(encounter.bytes()) }

// Dispute keeps a version that was brought until a person has said which one holds.
func (a *Access) Dispute(ctx context.Context, from Bringer, c *Carried, hash [sha256.Size]byte) error {
	if err := a.Authorize(ctx, staff.CarryIn); err != nil {
		return err
	}
	e := c.Last()
	text, err := json.Marshal(Dispute{from.Key, from.Name, a.store.now().UTC().Round(0), hash, c})
	if err != nil {
		return fmt.Errorf("keep what was brought: %w", err)
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		return errors.Join(
			t.keepSecret(disputeName(e.ID), text),
			t.audit(auditEntry{Action: staff.CarryIn, Object: e.ID, Patient: patientID(e), Outcome: Refused, Reason: "changed here and at " + from.Name}))
	})
	if err != nil {
		return fmt.Errorf("keep what was brought of %s: %w", e.ID, err)
	}
	return nil
}

// Disputes returns the visits of which a person has to say which version holds.
func (s *Store) Disputes(ctx context.Context) ([]Dispute, error) {
	var out []Dispute
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, "SELECT name, alg, sealed FROM secret WHERE name LIKE ? ORDER BY name", disputePrefix+"%")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			var alg int64
			var sealed []byte
			if err := rows.Scan(&name, &alg, &sealed); err != nil {
				return err
			}
			text, err := s.seal.open(alg, sealed, secretBinding(name))
			if err != nil {
				return err
			}
			var d Dispute
			if err := json.Unmarshal(text, &d); err != nil || d.Brought == nil || d.Brought.Last() == nil {
				return fmt.Errorf("%w: a visit that was brought", ErrCorrupt)
			}
			out = append(out, d)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("visits changed at two places: %w", err)
	}
	return out, nil
}

// DisputeOf returns the dispute over a visit, or ErrNotFound. It is a look at the
// visit.
func (a *Access) DisputeOf(ctx context.Context, encounter ID) (Dispute, error) {
	if err := a.Authorize(ctx, staff.ReadRecord); err != nil {
		return Dispute{}, err
	}
	all, err := a.store.Disputes(ctx)
	if err != nil {
		return Dispute{}, err
	}
	i := slices.IndexFunc(all, func(d Dispute) bool { return d.Brought.Last().ID == encounter })
	if i < 0 {
		return Dispute{}, fmt.Errorf("visit %.40q: %w", encounter, ErrNotFound)
	}
	look := Deed{Action: staff.ReadRecord, Object: encounter, Patient: patientID(all[i].Brought.Last())}
	return looked(ctx, a, look, all[i])
}

// Settle ends a dispute as a person has decided: with the version that is here, or
// with the one that was brought as a new revision. Neither is lost: the one is in
// the earlier revisions here, the other where it came from.
func (a *Access) Settle(ctx context.Context, encounter ID, brought bool) error {
	if err := a.Authorize(ctx, staff.SettleSent); err != nil {
		return err
	}
	d, err := a.DisputeOf(ctx, encounter)
	if err != nil {
		return err
	}
	ready, err := a.store.prepareCarried(ctx, d.Brought)
	if err != nil {
		return fmt.Errorf("settle visit %s: %w", encounter, err)
	}
	e, why := ready[len(ready)-1], "the version that is here holds"
	if brought {
		why = "the version of " + d.Name + " holds"
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		id := uuid.MustParse(string(e.ID))
		here, err := t.storedEncounter(id)
		switch {
		case err != nil:
			return err
		case here == nil:
			return ErrNotFound
		case brought:
			as := *e
			as.Revision = int(here.rev) + 1
			if err := t.takeRevision(&as, id, true); err != nil {
				return err
			}
			err = t.keepReceipt(d.From, Receipt{Kind: carriedKind, ID: e.ID, Version: strconv.Itoa(e.Revision), Hash: d.Hash, Encounter: e.ID})
		default:
			// The kiosk is told so when it next asks: its version is known, and refused.
			err = t.keepReceipt(d.From, Receipt{Kind: keptKind, ID: e.ID, Version: strconv.Itoa(e.Revision), Hash: d.Hash, Encounter: e.ID})
		}
		return errors.Join(err,
			t.do("DELETE FROM secret WHERE name = ?", disputeName(e.ID)),
			t.audit(auditEntry{Action: staff.SettleSent, Object: e.ID, Patient: patientID(e), Reason: why}))
	})
	if err != nil {
		return fmt.Errorf("settle visit %s: %w", encounter, err)
	}
	a.store.tellQueued()
	return nil
}

// keptKind is the kind of the receipt of a version that a person decided against.
const keptKind = "VisitKept"
