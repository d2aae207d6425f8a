package records

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"aidpost/records/staff"
)

// Wishes are what a person has said after their visits of what they had agreed to, on
// its way to another Aidpost that has, or is about to have, a visit of theirs.
type Wishes struct {
	Patient ID             `json:"patient"`
	Words   []LaterConsent `json:"words"`
}

// WishesFor returns what people said of whom a partner holds a visit or, if visits are
// carried to it, is to be brought one. It is the same as long as nobody says more.
func (s *Store) WishesFor(ctx context.Context, p Partner) (all []Wishes, err error) {
	key := p.ServerKey()
	err = s.read(ctx, func(r *reader) error {
		people, err := r.ids(`SELECT p.uuid FROM said s JOIN patient p ON p.id = s.patient WHERE
				EXISTS (SELECT 1 FROM encounter e JOIN receipt c ON c.server = ?1 AND c.kind = ?2 AND c.uuid = e.uuid WHERE e.patient = p.id)
				OR ?3 AND EXISTS (SELECT 1 FROM encounter e JOIN outbox o ON o.encounter = e.id WHERE e.patient = p.id AND o.state IN (0, 1))
			ORDER BY p.uuid`, key[:], carriedKind, p.Office)
		for _, id := range people {
			all = append(all, Wishes{Patient: id})
		}
		return err
	})
	for i := range all {
		if err == nil {
			all[i].Words, err = s.wordsOf(ctx, all[i].Patient)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("what people said, for %s: %w", p.Name, err)
	}
	return all, nil
}

// aheadOfUs is how far the clock of another Aidpost may be ahead of this one.
const aheadOfUs = 24 * time.Hour

// HearWishes takes in what a person has said at another Aidpost. What was said last of
// a purpose holds, wherever it was said, and is done here as if it had been said here.
// It reports whether any of it is new; of somebody who is not known here nothing is.
func (a *Access) HearWishes(ctx context.Context, from Bringer, w Wishes) (fresh bool, err error) {
	if err := a.Authorize(ctx, staff.CarryOut); err != nil {
		return false, err
	}
	for i := range w.Words {
		c := checker{}
		c.require(!w.Words[i].At.IsZero() && w.Words[i].At.Before(a.store.now().Add(aheadOfUs)), "consent.at", "of the future")
		if err := w.Words[i].check(); err != nil || c.err != nil {
			return false, fmt.Errorf("what a person said at %s: %w", from.Name, ErrInvalid)
		}
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		fresh = false
		var row int64
		known, err := t.row("SELECT id FROM patient WHERE uuid = ?", []any{w.Patient.bytes()}, &row)
		if err != nil || !known {
			return err
		}
		rows, err := t.numbers(onePerson, row)
		for _, row := range rows {
			var some bool
			if err == nil {
				some, err = t.hearWishes(row, from, w.Words)
			}
			fresh = fresh || some
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("what patient %s said at %s: %w", w.Patient, from.Name, err)
	}
	if fresh {
		a.store.tellQueued()
	}
	return fresh, nil
}

// hearWishes merges words into those of one record, and does what is new of them.
func (t *tx) hearWishes(row int64, from Bringer, words []LaterConsent) (fresh bool, err error) {
	id, err := t.patientID(row)
	if err != nil {
		return false, err
	}
	have, err := t.words(id)
	if err != nil {
		return false, err
	}
	all, added := mergeWords(have, words)
	if len(added) == 0 {
		return false, nil
	}
	if err := t.putWords(id, all); err != nil {
		return false, err
	}
	if err := t.spoke(row); err != nil {
		return false, err
	}
	if err := t.audit(auditEntry{Action: staff.CarryIn, Object: id, Patient: id, Reason: "imported from kiosk " + from.Name}); err != nil {
		return false, err
	}
	for _, w := range added {
		if err := t.audit(auditEntry{Action: staff.ChangeConsent, Object: id, Patient: id, Reason: w.said()}); err != nil {
			return false, err
		}
		if last, _ := lastOf(all, w.Purpose, time.Time{}); last != w || w.Given {
			continue // something else holds by now
		}
		if err := t.wished(row, id, w.Purpose); err != nil {
			return false, err
		}
	}
	return true, nil
}

// mergeWords returns all of two lists in the order in which they were said, and what
// was only in the second.
func mergeWords(have, more []LaterConsent) (all, added []LaterConsent) {
	for _, w := range more {
		w.At = w.At.UTC()
		same := func(o LaterConsent) bool { return o.At.Equal(w.At) && o.Purpose == w.Purpose && o.Given == w.Given }
		if !slices.ContainsFunc(have, same) && !slices.ContainsFunc(added, same) {
			added = append(added, w)
		}
	}
	all = slices.Concat(have, added)
	slices.SortStableFunc(all, func(a, b LaterConsent) int { return a.At.Compare(b.At) })
	return all, added
}

// wished does what follows from a purpose that was taken back elsewhere. Unlike one
// that is taken back here it may be known only after later visits, to which the person
// has agreed anew.
func (t *tx) wished(row int64, id ID, purpose string) error {
	if purpose == ConsentKeep {
		_, err := t.dropPIN(id)
		return err
	}
	visits, err := t.numbers("SELECT id FROM encounter WHERE patient = ?", row)
	if err != nil {
		return err
	}
	for _, visit := range visits {
		var raw []byte
		if _, err := t.row("SELECT uuid FROM encounter WHERE id = ?", []any{visit}, &raw); err != nil {
			return err
		}
		stored, err := t.storedEncounter(uuid.UUID(raw))
		if err != nil {
			return err
		}
		e, err := t.visitOf(stored, uuid.UUID(raw))
		if err != nil {
			return err
		}
		if err := t.withhold(&e, visit, stored.patient); err != nil {
			return err
		}
	}
	return t.do(`UPDATE outbox SET state = 4 WHERE state IN (0, 3, 5) AND encounter IN
		(SELECT w.encounter FROM withheld w JOIN encounter e ON e.id = w.encounter WHERE e.patient = ?)`, row)
}
