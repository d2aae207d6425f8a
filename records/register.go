package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aidpost/records/quality"
	"aidpost/records/staff"
)

// A Register is visits that go on paper as a list.
type Register struct {
	access *Access
	filter Filter
	what   string
	noted  map[ID]bool // on record already
}

// Register returns the visits of a time for a list on paper; what names it.
// Since must be set, and Limit is ignored.
func (a *Access) Register(f Filter, what string) *Register {
	return &Register{access: a, filter: f, what: what, noted: map[ID]bool{}}
}

// registerPage is how many visits are put on record together.
const registerPage = 64

// Each calls fn with every visit, the oldest first, in the memory that one day
// takes. That it was printed is on record before fn sees it, once for each
// visit however often Each is called. An error of fn ends it and is returned.
func (r *Register) Each(ctx context.Context, fn func(*Encounter) error) error {
	for _, action := range []staff.Action{staff.ListRecords, staff.ReadRecord, staff.PrintRecord} {
		if err := r.access.Authorize(ctx, action); err != nil {
			return err
		}
	}
	// Days of the store are those of UTC, whatever zone the bounds are in.
	for day := r.filter.Since; day.Before(r.filter.Until); {
		next := day.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
		if next.After(r.filter.Until) {
			next = r.filter.Until
		}
		if err := r.day(ctx, Filter{Since: day, Until: next, Patient: r.filter.Patient}, fn); err != nil {
			return err
		}
		day = next
	}
	return nil
}

func (r *Register) day(ctx context.Context, f Filter, fn func(*Encounter) error) error {
	var all []ID
	for sum, err := range r.access.store.Encounters(ctx, f) {
		if err != nil {
			return err
		}
		all = append(all, sum.ID)
	}
	slices.Reverse(all)
	for page := range slices.Chunk(all, registerPage) {
		var visits []*Encounter
		for _, id := range page {
			e, err := r.access.store.Encounter(ctx, id)
			switch {
			case err == nil:
				visits = append(visits, e)
			case errors.Is(err, ErrNotFound): // erased meanwhile
			default:
				return err
			}
		}
		if err := r.note(ctx, visits); err != nil {
			return err
		}
		for _, e := range visits {
			if err := fn(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// note puts visits on record that are not yet.
func (r *Register) note(ctx context.Context, visits []*Encounter) error {
	var fresh []auditEntry
	for _, e := range visits {
		if r.noted[e.ID] {
			continue
		}
		r.noted[e.ID] = true
		entry := auditEntry{Action: staff.PrintRecord, Object: e.ID, Reason: r.what}
		if e.Patient != nil {
			entry.Patient = e.Patient.ID
		}
		fresh = append(fresh, entry)
	}
	if len(fresh) == 0 {
		return nil
	}
	err := r.access.store.record(r.access.As(ctx), func(t *tx) error {
		for _, e := range fresh {
			if err := t.audit(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("put the list on record: %w", err)
	}
	return nil
}

// Figures calls fn with every visit of a time, for counts in which nobody can
// be recognised. It is on record as one look at the list.
func (a *Access) Figures(ctx context.Context, f Filter, what string, fn func(*Encounter)) error {
	if err := a.Note(ctx, Deed{Action: staff.ListRecords, Reason: what}); err != nil {
		return err
	}
	return a.store.Each(ctx, f, func(e *Encounter) error {
		fn(e)
		return nil
	})
}

// A Usage is how much an instrument measured in a time. It tells of nobody.
type Usage struct {
	Instrument quality.Instrument
	Device     Device
	Readings   int
	First      time.Time
	Last       time.Time
	// Drift is how far its clock was ahead of ours when it last told.
	Drift      Seconds
	DriftKnown bool
}

// Usage returns what measured in a time, the most used first. Values that
// somebody typed in count for no instrument.
func (a *Access) Usage(ctx context.Context, f Filter) ([]Usage, error) {
	if err := a.Note(ctx, Deed{Action: staff.ReadQuality, Reason: "use of instruments"}); err != nil {
		return nil, err
	}
	found := map[quality.Instrument]*Usage{}
	err := a.store.Each(ctx, f, func(e *Encounter) error {
		for i := range e.Observations {
			countUse(found, &e.Observations[i])
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("use of instruments: %w", err)
	}
	all := make([]Usage, 0, len(found))
	for _, u := range found {
		all = append(all, *u)
	}
	slices.SortFunc(all, func(x, y Usage) int {
		if x.Readings != y.Readings {
			return y.Readings - x.Readings
		}
		return strings.Compare(x.Instrument.String(), y.Instrument.String())
	})
	return all, nil
}

func countUse(found map[quality.Instrument]*Usage, o *Observation) {
	if len(o.MeanOf) > 0 || o.Origin.EnteredBy != "" || o.Origin.Driver == "" {
		return
	}
	id := instrumentOf(o.Origin)
	u := found[id]
	if u == nil {
		u = &Usage{Instrument: id, First: o.Taken}
		found[id] = u
	}
	u.Readings++
	if o.Taken.Before(u.First) {
		u.First = o.Taken
	}
	if o.Taken.Before(u.Last) {
		return
	}
	u.Last, u.Device = o.Taken, o.Origin.Device
	if !o.Origin.InstrumentAt.IsZero() {
		u.Drift, u.DriftKnown = o.Origin.Drift, true
	}
}

// Prints returns how often something of a record was printed on paper since a
// time, without those that failed. What names the paper, as notes of it begin, under
// the action that it takes to print it.
func (a *Access) Prints(ctx context.Context, action staff.Action, object ID, what string, since time.Time) (n int, err error) {
	if err := a.Authorize(ctx, action); err != nil {
		return 0, err
	}
	for before := int64(1) << 62; ; {
		page, err := a.store.auditBefore(ctx, before)
		if err != nil {
			return 0, fmt.Errorf("prints: %w", err)
		}
		for i := range page {
			e := &page[i]
			switch {
			case e.Action != action || e.Object != object || !strings.HasPrefix(e.Reason, what):
			case e.Outcome == Done:
				n++
			case e.Outcome == Failed:
				n--
			}
		}
		if len(page) == 0 || page[len(page)-1].At.Before(since) {
			return n, nil
		}
		before = page[len(page)-1].Seq
	}
}
