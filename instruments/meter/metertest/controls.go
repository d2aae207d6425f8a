package metertest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// testControls: what a control solution gave comes with its value and its time, and
// is no reading; and where controls alone are asked for, all in the memory come and
// nothing of anybody's.
func (k Kit) testControls(t *testing.T) {
	fill := func(v *visit) {
		v.meter.AddResult(simulated.Result{At: start.Add(-50 * time.Hour), MgPerDL: 121, Kind: simulated.ControlTest})
		v.meter.AddResult(ago(20*time.Hour, 333))
		v.meter.AddResult(ago(3*time.Minute, 104))
		v.meter.AddResult(simulated.Result{At: start.Add(-2 * time.Minute), MgPerDL: 119, Kind: simulated.ControlTest})
	}
	for name, c := range map[string]struct {
		all    bool
		values []string
		want   []string
	}{
		"in a visit":     {false, []string{"104 mg/dL"}, []string{"2m0s 119 mg/dL"}},
		"asked for":      {true, nil, []string{"2m0s 119 mg/dL", "50h0m0s 121 mg/dL"}},
		"asked for, off": {true, nil, []string{"2m0s 119 mg/dL", "50h0m0s 121 mg/dL"}},
	} {
		t.Run(name, func(t *testing.T) {
			k.in(t, func(t *testing.T, v *visit) {
				off := name == "asked for, off" && !k.Clockless
				if off {
					v.meter.SetClockError(time.Hour)
				}
				fill(v)
				if c.all {
					v.job.Controls, v.job.Since = true, time.Time{}
				}
				var got []string
				v.watch = func(e instruments.Event) {
					c, ok := e.(*instruments.Control)
					if !ok {
						return
					}
					got = append(got, fmt.Sprintf("%s %s", start.Sub(c.Taken).Round(k.Resolution), c.Value))
					shown := c.Taken.Sub(c.InstrumentTime).Abs() > 30*time.Minute
					if c.Panel != vitals.BloodGlucose || c.Measure != vitals.Glucose || (c.Identity.Serial == "") != k.Nameless || shown != off {
						t.Errorf("%+v", c)
					}
				}
				out := k.measure(t, v)
				out.want(t, "", c.values...)
				if slices.Sort(got); !slices.Equal(got, c.want) {
					t.Errorf("controls %q, want %q", got, c.want)
				}
			})
		})
	}
	k.in(t, func(t *testing.T, v *visit) {
		v.meter.AddResult(ago(20*time.Hour, 333))
		v.job.Controls, v.job.Since = true, time.Time{}
		k.measure(t, v).want(t, instruments.NoNewResult)
	})
}
