package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"

	"aidpost/records/vitals"
)

// A Summary is an encounter in a list.
type Summary struct {
	ID       ID        `json:"id"`
	Revision int       `json:"revision"`
	Patient  *Patient  `json:"patient,omitempty"` // nil for a guest
	Status   Status    `json:"status"`
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended,omitzero"`
	Zone     string    `json:"zone"`
	Place    Place     `json:"place"`
	// Panels that were measured, each once, in the order of the visit.
	Panels []vitals.Panel `json:"panels,omitempty"`
	// Observations counts all, also those that do not count as a result.
	Observations int `json:"observations"`
	// Tier is the highest that a result of the visit was judged by: 0 if all are
	// in their usual range, 4 for an emergency.
	Tier int `json:"tier,omitempty"`
	// Untold counts the critical observations that nobody was told of.
	Untold int `json:"untold,omitempty"`
	// Recheck is when a blood sugar is due again; see Encounter.Recheck.
	Recheck time.Time `json:"recheck,omitzero"`
	// Turns are what was done with the person's place in the queue.
	Turns  Turns `json:"turns,omitempty"`
	Ticket int   `json:"ticket,omitempty"` // their number in it, of that day
}

// A Filter selects encounters. The zero Filter selects all.
type Filter struct {
	Since   time.Time // started at or after; zero: from the first
	Until   time.Time // started before; zero: to the last
	Patient ID        // of this patient alone, and of whoever was merged with them
	Limit   int       // at most so many; zero: all
}

// Encounters returns summaries from the newest start to the oldest. They are
// read day by day while the caller takes them, in constant memory; the store
// may be used for anything meanwhile. An error ends the sequence.
func (s *Store) Encounters(ctx context.Context, f Filter) iter.Seq2[Summary, error] {
	return func(yield func(Summary, error) bool) {
		err := s.eachSummary(ctx, f, func(sum Summary) bool { return yield(sum, nil) })
		if err != nil {
			yield(Summary{}, fmt.Errorf("encounters: %w", err))
		}
	}
}

// eachSummary calls yield until it reports false.
func (s *Store) eachSummary(ctx context.Context, f Filter, yield func(Summary) bool) error {
	l := listing{Filter: f}
	if f.Patient != "" {
		id, err := uuid.Parse(string(f.Patient))
		if err != nil {
			return nil // nobody has such an id, so there is no encounter
		}
		l.patient = id[:]
	}
	before := int64(1) << 40
	if !f.Until.IsZero() {
		before = dayOf(f.Until) + 1
	}
	left := f.Limit
	for {
		var found []Summary
		err := s.read(ctx, func(r *reader) (err error) {
			found, before, err = r.dayBefore(before, &l)
			return err
		})
		if err != nil || found == nil {
			return err
		}
		for _, sum := range found {
			if !yield(sum) {
				return nil
			}
			if left--; left == 0 {
				return nil
			}
		}
	}
}

// A listing is a filter as the columns have it.
type listing struct {
	Filter
	patient []byte // nil for everybody
}

func (l *listing) takes(sum *Summary) bool {
	return !sum.Started.Before(l.Since) && (l.Until.IsZero() || sum.Started.Before(l.Until))
}

// dayBefore returns the encounters of the last day before the given one that
// has any, newest first, and that day; nil if there is none. The time of day
// is sealed, so a day is sorted here.
func (r *reader) dayBefore(before int64, l *listing) ([]Summary, int64, error) {
	who, args := "", []any{before}
	if l.patient != nil {
		who, args = "e.patient IN "+familyOf+" AND ", append(args, l.patient)
	}
	first := int64(-1 << 40)
	if !l.Since.IsZero() {
		first = dayOf(l.Since)
	}
	var day sql.NullInt64
	err := r.QueryRowContext(r.ctx, "SELECT max(day) FROM encounter e WHERE "+who+"day < ?1", args...).Scan(&day)
	if err != nil || !day.Valid || day.Int64 < first {
		return nil, 0, err
	}
	args[0] = day.Int64
	rows, err := r.QueryContext(r.ctx, encounterColumns+"WHERE "+who+"e.day = ?1", args...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	found := []Summary{}
	for rows.Next() {
		var row sealedEncounter
		if err := row.scan(rows); err != nil {
			return nil, 0, err
		}
		sum, err := r.summary(&row)
		if err != nil {
			return nil, 0, err
		}
		if l.takes(&sum) {
			found = append(found, sum)
		}
	}
	slices.SortStableFunc(found, func(a, b Summary) int { return b.Started.Compare(a.Started) })
	return found, day.Int64, rows.Err()
}

func (r *reader) summary(e *sealedEncounter) (Summary, error) {
	sum, _, err := r.listed(e)
	return sum, err
}

// listed returns the summary and the rest of the payload, undecoded.
func (r *reader) listed(e *sealedEncounter) (sum Summary, rest []byte, err error) {
	payload, err := e.payload(r.seal)
	if err != nil {
		return sum, nil, err
	}
	head, rest, err := decodeHead(&r.json, payload)
	if err != nil {
		return sum, nil, err
	}
	sum = Summary{
		ID: e.id(), Revision: int(e.rev), Status: head.Status, Started: head.Started, Ended: head.Ended,
		Zone: head.Zone, Place: head.Place, Observations: len(head.Lines), Turns: head.Turns, Ticket: head.Ticket,
		Recheck: head.Recheck,
	}
	for _, l := range head.Lines {
		if !slices.Contains(sum.Panels, l.Panel) {
			sum.Panels = append(sum.Panels, l.Panel)
		}
		sum.Tier = max(sum.Tier, l.Tier)
		if l.Untold {
			sum.Untold++
		}
	}
	sum.Patient, err = r.patientOf(e)
	return sum, rest, err
}

// History returns what a patient's readings of one panel were, oldest first,
// without captures: the results that count, neither voided nor excluded nor
// folded into a mean, of encounters that were not cancelled. A limit above
// zero keeps the newest.
func (s *Store) History(ctx context.Context, patient ID, panel vitals.Panel, limit int) ([]Observation, error) {
	id, err := uuid.Parse(string(patient))
	if err != nil {
		return nil, nil // nobody has such an id, so there is no reading
	}
	var out []Observation
	err = s.read(ctx, func(r *reader) error {
		out, err = r.history(id, panel, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	if limit > 0 && len(out) > limit {
		out = out[len(out)-limit:]
	}
	return out, nil
}

// history collects from the newest encounter backwards until a day has filled
// the limit, and returns what it has by the time it was taken.
func (r *reader) history(patient uuid.UUID, panel vitals.Panel, limit int) ([]Observation, error) {
	var out []Observation
	full := int64(0)
	err := r.backwards(patient, func(e *sealedEncounter) (more bool, err error) {
		if limit > 0 && len(out) >= limit && e.day != full {
			return false, nil
		}
		full = e.day
		payload, err := e.payload(r.seal)
		if err != nil {
			return false, err
		}
		out, err = decodeResults(&r.json, out, payload, panel)
		return true, err
	})
	return byTime(out), err
}

// backwards calls each with the visits of a patient that were not cancelled, the last
// day first, as long as it wants more. What it is given lasts until it returns.
func (r *reader) backwards(patient uuid.UUID, each func(*sealedEncounter) (more bool, err error)) error {
	rows, err := r.QueryContext(r.ctx, `SELECT e.uuid, p.uuid, e.day, e.rev, e.salt, e.alg, e.sealed FROM encounter e
		JOIN patient p ON p.id = e.patient WHERE e.patient IN `+familyOf+` AND e.state <> ?1 ORDER BY e.day DESC`,
		stateNumber(Cancelled), patient[:])
	if err != nil {
		return err
	}
	defer rows.Close()
	var e sealedEncounter
	sealed := (*sql.RawBytes)(&e.sealed) // thousands of bytes that last until the next row
	for rows.Next() {
		if err := rows.Scan(&e.uuid, &e.sealedPatient.uuid, &e.day, &e.rev, &e.salt, &e.alg, sealed); err != nil {
			return err
		}
		if more, err := each(&e); err != nil || !more {
			return err
		}
	}
	return rows.Err()
}

// byTime returns observations by the time they were taken. It puts numbers in order,
// since moving observations takes longer than anything else in a history.
func byTime(all []Observation) []Observation {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return all[a].Taken.Compare(all[b].Taken) })
	out := make([]Observation, len(all))
	for i, from := range order {
		out[i] = all[from]
	}
	return out
}

// Each calls fn with every encounter that the filter takes, newest first, in
// constant memory. An error of fn ends it and is returned.
func (s *Store) Each(ctx context.Context, f Filter, fn func(*Encounter) error) error {
	for sum, err := range s.Encounters(ctx, f) {
		if err != nil {
			return err
		}
		e, err := s.Encounter(ctx, sum.ID)
		if errors.Is(err, ErrNotFound) { // erased meanwhile
			continue
		}
		if err == nil {
			err = fn(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
