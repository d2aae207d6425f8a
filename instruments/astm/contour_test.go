package astm_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/astm"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// later is a clock for virtual time, which begins in 2000.
func later() time.Time { return time.Now().AddDate(26, 2, 9) }

func kit(change func(*simulated.Contour)) metertest.Kit {
	return metertest.Kit{
		Driver: astm.NewContour(),
		NewTwin: func(o simulated.Options) metertest.Meter {
			twin := simulated.NewContour(o)
			change(twin)
			return twin
		},
		Margin:      meter.MinutesMargin,
		Resolution:  time.Minute,
		Capacity:    480,
		Refused:     map[simulated.ResultKind]instruments.FaultCode{simulated.ControlTest: instruments.ControlTest},
		Traces:      func(mgPerDL int) []byte { return fmt.Appendf(nil, "|%d|", mgPerDL) },
		Whole:       true,
		OtherSerial: "7220-7654321",
	}
}

func TestContour(t *testing.T) { metertest.Run(t, kit(func(*simulated.Contour) {})) }

var quirks = []simulated.ASTMQuirk{
	"", simulated.RepeatedENQ, simulated.BadSum, simulated.RepeatedFrame, simulated.SkippedNumber,
	simulated.ShortFrames, simulated.OneFrame, simulated.NoLineFeed,
}

// broken are the quirks with which nothing may be taken.
var broken = []simulated.ASTMQuirk{simulated.NoLast, simulated.EarlyEnd, simulated.NeverRight}

// contourVisit runs a visit at noon with one result in the memory of the twin.
func contourVisit(t *testing.T, change func(*simulated.Contour), job instruments.Job) (readings []*instruments.Reading, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		twin := simulated.NewContour(simulated.Options{Now: later})
		twin.Clear()
		twin.AddResult(simulated.Result{At: later().Add(-24 * time.Hour), MgPerDL: 333})
		twin.AddResult(simulated.Result{At: later().Add(-2 * time.Minute), MgPerDL: 104})
		change(twin)
		job.Now = later
		if job.Since.IsZero() {
			job.Since = later().Add(-5 * time.Minute)
		}
		readings, err = measure(t, astm.NewContour(), twin, job)
		if bad := twin.Violations(); len(bad) > 0 {
			t.Errorf("forbidden: %q", bad)
		}
	})
	return readings, err
}

// measure runs a driver at a twin.
func measure(t *testing.T, d instruments.Driver, twin simulated.Twin, job instruments.Job) (readings []*instruments.Reading, err error) {
	t.Helper()
	host, wire := instruments.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	var run sync.WaitGroup
	run.Go(func() { _ = twin.Run(ctx, wire) })
	err = d.Measure(ctx, host, job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			readings = append(readings, r)
		}
	})
	cancel()
	host.Close()
	run.Wait()
	return readings, err
}

func TestContourQuirks(t *testing.T) {
	for _, quirk := range quirks {
		readings, err := contourVisit(t, func(c *simulated.Contour) { c.SetQuirk(quirk) }, instruments.Job{})
		if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != "104 mg/dL" {
			t.Errorf("%s: %v, %v", quirk, readings, err)
			continue
		}
		for _, f := range readings[0].Capture {
			if bytes.Contains(f.Bytes, []byte("333")) {
				t.Errorf("%s: somebody else's result was kept: %q", quirk, f.Bytes)
			}
		}
	}
	for _, quirk := range broken {
		readings, err := contourVisit(t, func(c *simulated.Contour) { c.SetQuirk(quirk) }, instruments.Job{})
		if len(readings) > 0 || instruments.CodeOf(err) != instruments.Garbled {
			t.Errorf("%s: %d readings, %v", quirk, len(readings), err)
		}
	}
}

// Meters that show mmol/L send it, and say so in every record.
func TestContourUnits(t *testing.T) {
	tests := []struct {
		mgPerDL int
		want    string
		meal    vitals.Meal
	}{
		{104, "5.8 mmol/L", vitals.MealUnknown},
		{104, "5.8 mmol/L", vitals.BeforeMeal},
		{601, ">33.3 mmol/L", vitals.AfterMeal},
		{5, "<1.1 mmol/L", vitals.MealUnknown},
	}
	for _, old := range []bool{false, true} {
		for _, tt := range tests {
			readings, err := contourVisit(t, func(c *simulated.Contour) {
				c.ShowMmol()
				if old {
					c.LeaveOutSettings()
				}
				c.Clear()
				c.AddResult(simulated.Result{At: later().Add(-time.Minute), MgPerDL: tt.mgPerDL, Meal: tt.meal})
			}, instruments.Job{})
			if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != tt.want || readings[0].Meal != tt.meal {
				t.Errorf("%d: %v, %v, want %s", tt.mgPerDL, readings, err, tt.want)
			}
		}
	}
}

// The clock is set when somebody asks for it, on a meter that is offering its
// data, one that is silent, and one that misses what is said first.
func TestContourSetClock(t *testing.T) {
	for _, deaf := range []int{0, 1, 2} {
		for _, wait := range []time.Duration{0, 20 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				twin := simulated.NewContour(simulated.Options{Now: later})
				twin.SetClockError(-53 * time.Hour)
				twin.Sleep(deaf)
				host, wire := instruments.Pipe()
				ctx, cancel := context.WithCancel(t.Context())
				var run sync.WaitGroup
				run.Go(func() { _ = twin.Run(ctx, wire) })
				time.Sleep(wait)
				drift, ok, err := astm.NewContour().SetClock(ctx, host, later())
				if err != nil || !ok || drift > 0 || drift < -90*time.Second {
					t.Errorf("deaf to %d, after %s: off by %s, %t, %v", deaf, wait, drift, ok, err)
				}
				if got := twin.Violations(); len(got) != 2 {
					t.Errorf("%q", got)
				}
				identity, err := astm.NewContour().Probe(ctx, host)
				if err != nil || identity.Serial == "" {
					t.Errorf("then %+v, %v", identity, err)
				}
				cancel()
				host.Close()
				run.Wait()
			})
		}
	}
}
