package records

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/staff"
)

// A Carried is a visit on its way to another Aidpost, without a network: all its
// revisions, the oldest first, with their captures, and whose they are.
type Carried struct {
	// Revisions name the person by the ID alone.
	Revisions []*Encounter `json:"revisions"`
	// People are those whose the revisions are, each by their own record, and those
	// whom they count as by now, see Merged.
	People []*Patient `json:"people,omitempty"`
	Merged map[ID]ID  `json:"merged,omitempty"`
}

// Last returns the newest revision; nil if there is none.
func (c *Carried) Last() *Encounter {
	if len(c.Revisions) == 0 {
		return nil
	}
	return c.Revisions[len(c.Revisions)-1]
}

// Encode writes it as it travels, with the hash that a receipt for it names. The
// same visit always gives the same bytes.
func (c *Carried) Encode() (text []byte, hash [sha256.Size]byte, err error) {
	if text, err = json.Marshal(c); err != nil {
		return nil, hash, fmt.Errorf("encode a visit: %w", err)
	}
	return text, sha256.Sum256(text), nil
}

// Carried returns a visit as it travels, or ErrNotFound.
func (s *Store) Carried(ctx context.Context, id ID) (*Carried, error) {
	now, err := s.Encounter(ctx, id)
	if err != nil {
		return nil, err
	}
	c := &Carried{Merged: map[ID]ID{}}
	for rev := 1; rev < now.Revision; rev++ {
		old, err := s.EncounterRevision(ctx, id, rev)
		if err != nil {
			return nil, err
		}
		c.Revisions = append(c.Revisions, old)
	}
	c.Revisions = append(c.Revisions, now)
	seen := map[ID]bool{}
	for _, e := range c.Revisions {
		if e.Patient == nil {
			continue
		}
		who := e.Patient.ID
		e.Patient = &Patient{ID: who}
		if err := s.carriedPerson(ctx, c, who, seen); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// carriedPerson adds somebody, and whom they count as.
func (s *Store) carriedPerson(ctx context.Context, c *Carried, who ID, seen map[ID]bool) error {
	into, merged, err := s.MergedInto(ctx, who)
	if err != nil {
		return err
	}
	if merged {
		c.Merged[who] = into
	}
	for _, one := range []ID{who, into} {
		if seen[one] {
			continue
		}
		seen[one] = true
		p, _, err := s.PatientRecord(ctx, one)
		if err != nil {
			return err
		}
		c.People = append(c.People, p)
	}
	return nil
}

// ToCarry returns the newest revision of each visit that may leave and that no
// server has proved to hold, the oldest first, after the one with the given
// number. A visit that goes on stays, and so does what waits for a person.
func (s *Store) ToCarry(ctx context.Context, after int64, limit int) ([]OutboxEntry, error) {
	return s.delivered(ctx, `o.state IN (0, 1) AND o.seq > ?1 AND (e.state <> 1 OR o.created < ?2)
		AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.encounter = o.encounter AND l.rev > o.rev)
		ORDER BY o.seq LIMIT ?3`, after, s.now().Add(-openFor).UnixMilli(), limit)
}

// carriedKind is the kind of the receipt of a visit as a whole, which another
// Aidpost holds in this very form.
const carriedKind = "Visit"

// A Word is what another Aidpost says of a visit that was carried to it.
type Word struct {
	Encounter ID
	Revision  int
	Hash      [sha256.Size]byte // of the visit as it is here, see Carried
	// Refused says why it was not taken in, in words that hold nothing about a
	// person; empty if it was.
	Refused string
	// Server is the one that has proved to the other Aidpost that it holds the
	// revision, by these receipts; zero: none has yet.
	Server   ServerKey
	Receipts []Receipt
}

// Carry puts on record that visits leave on a stick, or that word of them came
// back.
func (a *Access) Carry(ctx context.Context, what string) error {
	return a.Note(ctx, Deed{Action: staff.CarryOut, Reason: what})
}

// Hear takes in what an office says of visits that were carried to it, of which
// the caller has made sure that they still are as the hashes say. A visit that
// the office holds is not sent from here any more; it counts as sent when the
// office shows the receipts of a server. It returns of how many something is new.
func (a *Access) Hear(ctx context.Context, office ServerKey, words []Word) (fresh int, err error) {
	if err := a.Authorize(ctx, staff.CarryOut); err != nil {
		return 0, err
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		fresh = 0
		for _, w := range words {
			changed, err := t.hear(office, w)
			if err != nil {
				return err
			}
			if changed {
				fresh++
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("take in what became of carried visits: %w", err)
	}
	return fresh, nil
}

func (t *tx) hear(office ServerKey, w Word) (fresh bool, err error) {
	var seq, row int64
	var state int
	found, err := t.row(`SELECT o.seq, o.state, e.id FROM outbox o JOIN encounter e ON e.id = o.encounter WHERE e.uuid = ?1 AND o.rev = ?2
		AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.encounter = o.encounter AND l.rev > o.rev)`,
		[]any{w.Encounter.bytes(), w.Revision}, &seq, &state, &row)
	if err != nil || !found {
		return false, err // corrected since: this is about what it was
	}
	entry := OutboxEntry{Seq: seq, Encounter: w.Encounter, Revision: w.Revision}
	if w.Refused != "" {
		return t.hearRefused(entry, state, w.Refused)
	}
	held := Receipt{Kind: carriedKind, ID: w.Encounter, Version: fmt.Sprint(w.Revision), Hash: w.Hash, Encounter: w.Encounter}
	if err := t.keepReceipt(office, held); err != nil {
		return false, err
	}
	if len(w.Receipts) > 0 {
		return t.hearSent(entry, state, row, w)
	}
	if state != outboxPending && state != outboxDead {
		return false, nil
	}
	return true, errors.Join(
		t.do("UPDATE outbox SET state = ? WHERE seq = ?", outboxCarried, seq),
		t.attempted(entry, "the office holds it"))
}

// hearRefused parks a visit that an office has not taken in, or says anew why.
func (t *tx) hearRefused(e OutboxEntry, state int, why string) (fresh bool, err error) {
	if state != outboxPending && state != outboxDead {
		return false, nil
	}
	var last string
	if _, err := t.row("SELECT why FROM attempt WHERE seq = ? ORDER BY id DESC LIMIT 1", []any{e.Seq}, &last); err != nil {
		return false, err
	}
	if state == outboxDead && last == why {
		return false, nil
	}
	return true, errors.Join(
		t.do("UPDATE outbox SET state = ?, attempts = attempts + 1 WHERE seq = ?", outboxDead, e.Seq),
		t.attempted(e, why))
}

// hearSent notes that a server holds a visit, as the office has had it proved.
// The office asks that server again from time to time, and nobody here does.
func (t *tx) hearSent(e OutboxEntry, state int, row int64, w Word) (fresh bool, err error) {
	if state == outboxDone || state == outboxInFlight {
		return false, nil // or about to be, by this very Aidpost
	}
	for _, r := range w.Receipts {
		r.Encounter = w.Encounter
		if err := t.keepReceipt(w.Server, r); err != nil {
			return false, err
		}
	}
	return true, errors.Join(
		t.do(`UPDATE outbox SET done_at = ?1, state = ?2, check_at = NULL WHERE encounter = ?3 AND rev <= ?4 AND state <> ?2`,
			t.store.now().UnixMilli(), outboxDone, row, e.Revision),
		t.attempted(e, "the server holds it, as the office has had it proved"))
}

// Heard returns what an office last said that it holds of a visit; false if nothing.
func (s *Store) Heard(ctx context.Context, office ServerKey, encounter ID) (Receipt, bool, error) {
	return s.Receipt(ctx, office, carriedKind, encounter)
}

// TakeBack has visits that an office holds, and no server yet as far as is known,
// sent or carried from here again, since it is the office no more.
func (t *tx) takeBack(office ServerKey) error {
	return errors.Join(
		t.do("UPDATE outbox SET state = ?, next_at = 0 WHERE state = ? AND state >= 0", outboxPending, outboxCarried),
		t.do("DELETE FROM receipt WHERE server = ? AND kind = ?", office[:], carriedKind))
}

// A CarriedVisit says how it stands with a visit that goes on a stick.
type CarriedVisit struct {
	Encounter ID        `json:"encounter"`
	Revision  int       `json:"revision"`
	Since     time.Time `json:"since"` // it is to leave
	// State is one of local, carried (the stick has it, and no word came back),
	// held (the office has it), sent (a server has it) and refused.
	State string `json:"state"`
	Why   string `json:"why,omitempty"` // it was refused
}

// heldByOffice are the visits that an office holds and no server has proved yet.
func (s *Store) heldByOffice(ctx context.Context, limit int) ([]OutboxEntry, error) {
	return s.delivered(ctx, carriedOutbox, limit)
}

// CarriedVisits returns how it stands with the newest visits that wait for a
// server: those to be carried, those that an office holds, and those that were
// refused. On tells of a visit to be carried whether a stick has it.
func (s *Store) CarriedVisits(ctx context.Context, limit int, on func(OutboxEntry) bool) ([]CarriedVisit, error) {
	local, err := s.ToCarry(ctx, 0, limit)
	if err != nil {
		return nil, err
	}
	var out []CarriedVisit
	for _, e := range local {
		v := CarriedVisit{Encounter: e.Encounter, Revision: e.Revision, Since: e.Created, State: "local"}
		if on(e) {
			v.State = "carried"
		}
		out = append(out, v)
	}
	held, err := s.heldByOffice(ctx, limit)
	if err != nil {
		return nil, err
	}
	for _, e := range held {
		out = append(out, CarriedVisit{Encounter: e.Encounter, Revision: e.Revision, Since: e.Created, State: "held"})
	}
	parked, err := s.ParkedOutbox(ctx, limit)
	if err != nil {
		return nil, err
	}
	for _, p := range parked {
		out = append(out, CarriedVisit{Encounter: p.Encounter, Revision: p.Revision, Since: p.At, State: "refused", Why: p.Why})
	}
	return slices.Clip(out), nil
}
