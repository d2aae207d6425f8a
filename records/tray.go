package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"aidpost/records/staff"
)

// A reading that comes while nobody was chosen for it is an orphan. It is kept in
// an encounter of its own, of nobody and Unclaimed, until somebody says whose it
// is or why it is nobody's: the tray. It is never given to a person by time alone.

// An Orphan says how a reading came that nobody was chosen for.
type Orphan struct {
	At   time.Time    `json:"at"` // when it came, by our clock
	Why  OrphanReason `json:"why"`
	Port string       `json:"port,omitempty"` // where it came in
	// Visit was being measured when it came. That does not make it theirs.
	Visit ID `json:"visit,omitempty"`
}

// An OrphanReason is why a reading has no person. The names are on disk.
type OrphanReason string

// The reasons.
const (
	Unasked   OrphanReason = "unasked"   // the instrument sent it while nobody was being measured
	NotShown  OrphanReason = "not-shown" // whoever measured said that the instrument shows something else
	LeftOver  OrphanReason = "left-over" // several came, and another one was taken
	Stranger  OrphanReason = "stranger"  // of an instrument that may measure nobody
	InMemory  OrphanReason = "in-memory" // found in the memory of an instrument, and in no visit
	Abandoned OrphanReason = "abandoned" // it came after whoever measured had left
)

// OrphanReasons returns the reasons.
func OrphanReasons() []OrphanReason {
	return []OrphanReason{Unasked, NotShown, LeftOver, Stranger, InMemory, Abandoned}
}

// ClaimReasons returns how somebody may know whose an orphan is, in the order of
// a list on screen.
func ClaimReasons() []CorrectionReason {
	return []CorrectionReason{"seen", "told", "written-down", "other"}
}

// AsideReasons returns why an orphan may be nobody's, in the order of a list on
// screen.
func AsideReasons() []CorrectionReason {
	return []CorrectionReason{"control", "test", "no-person", "duplicate", "nobody-knows", "other"}
}

// TrayMemory is how long before and after a reading a visit is looked for that
// may have to do with it.
const TrayMemory = 10 * time.Minute

// Orphaned returns an orphan as the encounter that keeps it.
func Orphaned(o Observation, how Orphan, place Place, zone *time.Location) *Encounter {
	how.At = how.At.UTC().Round(0)
	o.State = Arrived
	e := &Encounter{
		ID: NewID(), Status: Unclaimed, Started: o.Taken, Ended: how.At, Zone: zone.String(), Place: place,
		Observations: []Observation{o}, Orphan: &how,
	}
	if e.Started.After(e.Ended) || e.Started.IsZero() {
		e.Started = e.Ended
	}
	return e
}

// PutInTray puts an orphan into the tray. One that is in the records already gives
// ErrSavedBefore.
func (s *Store) PutInTray(ctx context.Context, e *Encounter) error {
	ready, err := prepare(e, s.now())
	if err == nil && ready.Status != Unclaimed {
		err = &InvalidError{Field: "status", Why: "not of the tray"}
	}
	if err == nil {
		err = s.record(ctx, func(t *tx) error {
			if err := t.saveEncounter(ready); err != nil {
				return err
			}
			return t.audit(auditEntry{Action: auditReceived, Object: ready.ID, Reason: string(ready.Orphan.Why)})
		})
	}
	if err != nil {
		return fmt.Errorf("tray: %w", err)
	}
	s.tellQueued()
	*e = *ready
	return nil
}

// PutInTray is Store.PutInTray for whoever measures.
func (a *Access) PutInTray(ctx context.Context, e *Encounter) error {
	if err := a.Authorize(ctx, staff.SaveRecord); err != nil {
		return err
	}
	return a.store.PutInTray(a.As(ctx), e)
}

// Tray returns the orphans that wait, the oldest first.
func (s *Store) Tray(ctx context.Context) ([]*Encounter, error) {
	return s.orphans(ctx, "WHERE e.id IN (SELECT encounter FROM tray) ORDER BY e.id")
}

// CountTray returns how many orphans wait.
func (s *Store) CountTray(ctx context.Context) (n int, err error) {
	err = s.read(ctx, func(r *reader) error { return r.QueryRowContext(r.ctx, "SELECT count(*) FROM tray").Scan(&n) })
	if err != nil {
		return 0, fmt.Errorf("tray: %w", err)
	}
	return n, nil
}

// settledOrphans returns the orphans of the days since one of which it was said whose
// they are, or why they are nobody's.
func (s *Store) settledOrphans(ctx context.Context, since time.Time) ([]*Encounter, error) {
	return s.orphans(ctx, "WHERE e.day >= ? AND e.state = 3 AND e.patient IS NULL AND e.id NOT IN (SELECT encounter FROM tray) ORDER BY e.id DESC", dayOf(since))
}

func (s *Store) orphans(ctx context.Context, where string, args ...any) (all []*Encounter, err error) {
	err = s.read(ctx, func(r *reader) error {
		all = nil
		rows, err := r.QueryContext(r.ctx, encounterColumns+where, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		var found []sealedEncounter
		for rows.Next() {
			var row sealedEncounter
			if err := row.scan(rows); err != nil {
				return err
			}
			found = append(found, row)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		for i := range found {
			e, err := r.open(&found[i])
			if err != nil {
				return err
			}
			if e.Orphan != nil {
				all = append(all, e)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("tray: %w", err)
	}
	return all, nil
}

// A Trayed is an orphan as somebody looks at it who may know whose it is.
type Trayed struct {
	*Encounter
	// Near are the visits within TrayMemory of the reading, the newest first: a
	// hint where to ask, and no more.
	Near []Summary
	// To is whose it is by now; nil while it waits, or if it was set aside.
	To *Patient
}

// Reading is the observation itself.
func (t Trayed) Reading() Observation { return t.Observations[0] }

// Waits reports whether nobody has said yet whose it is.
func (t Trayed) Waits() bool { return t.Status == Unclaimed }

// Tray returns the orphans that wait, the oldest first, and after them those that
// were settled since a time, the newest first. That they were looked at is on
// record.
func (a *Access) Tray(ctx context.Context, since time.Time) ([]Trayed, error) {
	if err := a.Note(ctx, Deed{Action: staff.ListRecords, Reason: "tray"}); err != nil {
		return nil, err
	}
	waiting, err := a.store.Tray(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Trayed, len(waiting))
	for i, e := range waiting {
		all[i].Encounter = e
		if all[i].Near, err = a.store.near(ctx, e.Observations[0].Taken); err != nil {
			return nil, fmt.Errorf("tray: %w", err)
		}
	}
	settled, err := a.store.settledOrphans(ctx, since)
	if err != nil {
		return nil, err
	}
	for _, e := range settled {
		t := Trayed{Encounter: e}
		if to := e.Observations[0].Correction.Moved; to != "" {
			if _, there, err := a.store.Observation(ctx, to); err == nil { // else it was erased with the person
				t.To = there.Patient
			}
		}
		all = append(all, t)
	}
	return all, nil
}

// near returns the visits that were going on within TrayMemory of a time.
func (s *Store) near(ctx context.Context, at time.Time) (found []Summary, err error) {
	const longest = 2 * time.Hour
	for sum, err := range s.Encounters(ctx, Filter{Since: at.Add(-longest), Until: at.Add(TrayMemory)}) {
		if err != nil {
			return nil, err
		}
		if sum.Status.Visit() && (sum.Ended.IsZero() || !sum.Ended.Before(at.Add(-TrayMemory))) {
			found = append(found, sum)
		}
	}
	return found, nil
}

// Claim gives an orphan to a person, in a visit of its own, with the reason how
// it is known that it is theirs. In the tray it stays as what it was, and each
// says where the other is. Judged is as for Move.
func (a *Access) Claim(ctx context.Context, orphan, patient ID, judged func(*Encounter) func(Observation) []Judgement, c Correction) (from, to *Encounter, err error) {
	e, err := a.fromTray(ctx, orphan, staff.ClaimReading, ClaimReasons(), &c)
	if err != nil {
		return nil, nil, err
	}
	p, err := a.store.Patient(ctx, patient)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", staff.ClaimReading, err)
	}
	o := &e.Observations[0]
	moved := e.moveOut(o, p, c)
	e.Status = Cancelled
	given := &moved.Observations[0]
	given.State = Confirmed
	if judged != nil {
		given.Judged = judged(moved)(*given)
	}
	return a.putMoved(ctx, e, moved, o.ID, c, staff.ClaimReading)
}

// SetAside says that an orphan is nobody's, and why. It stays in the records.
func (a *Access) SetAside(ctx context.Context, orphan ID, c Correction) (*Encounter, error) {
	e, err := a.fromTray(ctx, orphan, staff.SetAside, AsideReasons(), &c)
	if err != nil {
		return nil, err
	}
	e.Status = Cancelled
	e.Observations[0].State, e.Observations[0].Correction = Voided, c
	err = a.saveWith(ctx, e, func(*Encounter) {}, auditEntry{Action: staff.SetAside, Object: e.ID, Reason: string(c.Reason)})
	return e, err
}

// fromTray returns an orphan that waits, after the right to settle it was asked.
func (a *Access) fromTray(ctx context.Context, orphan ID, right staff.Action, reasons []CorrectionReason, c *Correction) (*Encounter, error) {
	if err := a.Authorize(ctx, right); err != nil {
		return nil, err
	}
	err := a.sign(c, reasons)
	var e *Encounter
	if err == nil {
		e, err = a.store.Encounter(ctx, orphan)
	}
	if err == nil && e.Status != Unclaimed {
		err = ErrNotWaiting
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", right, err)
	}
	return e, nil
}

// putWaiting notes whether an encounter is a reading that waits in the tray.
func (t *tx) putWaiting(e *Encounter, row int64) error {
	switch {
	case e.Orphan == nil:
		return nil
	case e.Status == Unclaimed:
		return t.do("INSERT INTO tray (encounter) VALUES (?) ON CONFLICT DO NOTHING", row)
	}
	return t.do("DELETE FROM tray WHERE encounter = ?", row)
}

// eraseClaimed removes what the tray keeps of readings that a patient was given.
func (t *tx) eraseClaimed(patient int64) error {
	visits, err := t.numbers("SELECT id FROM encounter WHERE patient = ?", patient)
	if err != nil {
		return err
	}
	for _, visit := range visits {
		for _, o := range t.observationsOf(visit) {
			if o.Correction.Moved == "" {
				continue
			}
			kept, err := t.numbers(`SELECT e.id FROM encounter e JOIN observation o ON o.encounter = e.id
				WHERE o.uuid = ? AND e.patient IS NULL AND e.state = 3`, o.Correction.Moved.bytes())
			for _, row := range kept {
				_, gone := t.eraseVisits("SELECT id FROM encounter WHERE id = ?", row)
				err = errors.Join(err, gone)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// observationsOf returns the observations of a visit as it stands; none of one
// that cannot be read any more, which is erased all the same.
func (t *tx) observationsOf(row int64) []Observation {
	var id []byte
	if ok, err := t.row("SELECT uuid FROM encounter WHERE id = ?", []any{row}, &id); !ok || err != nil {
		return nil
	}
	e, err := t.storedEncounter(uuidOf(id))
	if e == nil || err != nil {
		return nil
	}
	said, err := t.visitOf(e, uuidOf(id))
	if err != nil {
		return nil
	}
	return said.Observations
}

// orphan checks how a reading without a person came.
func (c *checker) orphan(e *Encounter) {
	how := e.Orphan
	c.require((e.Status == Unclaimed) == slices.ContainsFunc(e.Observations, func(o Observation) bool { return o.State == Arrived }),
		"status", "a reading waits in the tray, and nowhere else")
	if how == nil {
		c.require(e.Status != Unclaimed, "orphan", "missing")
		return
	}
	c.require(e.Patient == nil, "orphan", "of a person")
	c.require(len(e.Observations) == 1, "orphan", "not one reading")
	c.require(slices.Contains(OrphanReasons(), how.Why), "orphan.why", "unknown")
	c.moment("orphan.at", &how.At, true)
	c.text("orphan.port", &how.Port, maxText)
	if _, err := uuid.Parse(string(how.Visit)); how.Visit != "" {
		c.require(err == nil, "orphan.visit", "not an id")
	}
}
