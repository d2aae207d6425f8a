package records

import (
	"context"
	"fmt"
	"slices"

	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// A Channel is one measure of one instrument.
type Channel struct {
	Instrument quality.Instrument
	Measure    vitals.Measure
}

// Results returns the results of people in a time by what measured them, the
// oldest first, one of each visit and measure. They tell of nobody. Values that
// somebody typed in, and those that were taken back, are left out.
func (a *Access) Results(ctx context.Context, f Filter) (map[Channel][]quality.Result, error) {
	if err := a.Note(ctx, Deed{Action: staff.ReadQuality, Reason: "drift of instruments"}); err != nil {
		return nil, err
	}
	found := map[Channel][]quality.Result{}
	err := a.store.Each(ctx, f, func(e *Encounter) error {
		for i := range e.Observations {
			addResult(found, &e.Observations[i])
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("drift of instruments: %w", err)
	}
	for _, list := range found {
		slices.SortStableFunc(list, func(x, y quality.Result) int { return x.At.Compare(y.At) })
	}
	return found, nil
}

func addResult(found map[Channel][]quality.Result, o *Observation) {
	if !o.Result() || o.State == Voided || o.Origin.EnteredBy != "" || o.Origin.Driver == "" {
		return
	}
	for _, m := range o.Panel.Main() {
		if q, ok := o.Values.Get(m); ok {
			c := Channel{instrumentOf(o.Origin), m}
			found[c] = append(found[c], quality.Result{At: o.Taken, Value: q.Value})
		}
	}
}

// instrumentOf names an instrument as quality control does: by its serial
// number, or that of its cable.
func instrumentOf(o Origin) quality.Instrument {
	i := quality.Instrument{Model: o.Driver, Serial: o.Device.Serial}
	if i.Serial == "" {
		i.Serial = o.Device.Adapter
	}
	return i
}
