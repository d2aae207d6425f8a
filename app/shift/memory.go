package shift

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aidpost/app/tray"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/staff"
)

// A Counter has the instruments whose memories are compared with the records.
type Counter = visit.Instruments

// A Compared is what came of comparing memories with the records.
type Compared struct {
	Instruments int // whose memory was read
	Read        int // results in them since the day began
	Trayed      int // of these, that were in no visit and are in the tray now
	// Missing are results in the records, since the day began, that the memory of
	// their instrument does not have.
	Missing []records.Observation
	// Failed are the instruments whose memory could not be read, and why.
	Failed []FailedMemory
}

// A FailedMemory is an instrument whose memory could not be read.
type FailedMemory struct {
	From instruments.Attached
	Err  error
}

// Compare reads the memories of the instruments that the place lends to everybody.
// What is in one and in no visit goes to the tray; what is in a visit and not in
// the memory is a question. Fit says whose instruments are somebody's own, which
// are left alone; nil: none are.
func (s *Shift) Compare(ctx context.Context, a *records.Access, c Counter, fit visit.Fit, to *tray.Tray) (Compared, error) {
	if err := a.Note(ctx, records.Deed{Action: staff.ListRecords, Reason: "memories"}); err != nil {
		return Compared{}, err
	}
	shifts, err := a.Shifts(ctx)
	if err != nil {
		return Compared{}, err
	}
	now := s.cfg.Now()
	since := s.startOfDay(now)
	if last, ok := shifts.Last(); ok && last.At.Before(now) {
		since = last.At
	}
	var found Compared
	for _, from := range c.Attached() {
		own := fit != nil && slices.Contains(fit(from, intended.Person{}, false), intended.NotToBeShared)
		if !from.Startable() || !from.Model.Abilities.Memory || own {
			continue
		}
		if err := s.compare(ctx, c, from, since, to, &found); err != nil {
			found.Failed = append(found.Failed, FailedMemory{from, err})
		}
	}
	return found, nil
}

// compare compares one memory.
func (s *Shift) compare(ctx context.Context, c Counter, from instruments.Attached, since time.Time, to *tray.Tray, found *Compared) error {
	from = visit.Settled(ctx, c, from)
	var held []records.Observation
	err := c.Measure(ctx, from.ID, instruments.Job{Since: since, Zone: s.cfg.Zone, Now: s.cfg.Now}, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			held = append(held, visit.ObservationOf(r, from))
		}
	})
	if code := instruments.CodeOf(err); err != nil && code != instruments.SeveralResults && code != instruments.NoNewResult {
		return err
	}
	found.Instruments++
	found.Read += len(held)
	for _, o := range held {
		fresh, err := to.Keep(ctx, o, records.Orphan{At: s.cfg.Now(), Why: records.InMemory, Port: from.Endpoint.Path})
		if err != nil {
			return err
		}
		if fresh {
			found.Trayed++
		}
	}
	missing, err := s.missing(ctx, from, since, held)
	found.Missing = append(found.Missing, missing...)
	return err
}

// missing returns the results of an instrument in the visits since a time that its
// memory does not have.
func (s *Shift) missing(ctx context.Context, from instruments.Attached, since time.Time, held []records.Observation) (missing []records.Observation, err error) {
	if from.Identity.Serial == "" {
		return nil, nil // nobody could tell it from another one
	}
	err = s.cfg.Store.Each(ctx, records.Filter{Since: since}, func(e *records.Encounter) error {
		for _, o := range e.Observations {
			of := o.Origin.Driver == from.Model.ID && o.Origin.Device.Serial == from.Identity.Serial && o.Origin.EnteredBy == ""
			if !of || o.Origin.InstrumentAt.IsZero() || len(o.MeanOf) > 0 || o.State == records.Voided || !e.Status.Visit() {
				continue
			}
			if !slices.ContainsFunc(held, func(h records.Observation) bool {
				return h.Origin.InstrumentAt.Equal(o.Origin.InstrumentAt) && slices.Equal(h.Values, o.Values)
			}) {
				missing = append(missing, o)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("comparing with the records: %w", err)
	}
	return missing, nil
}
