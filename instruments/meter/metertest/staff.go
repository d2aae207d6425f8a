package metertest

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/simulated"
)

// testSetClock sets the clock of a meter that lost its time, and of one that
// needs a moment to wake up.
func (k Kit) testSetClock(t *testing.T, setter instruments.ClockSetter) {
	for _, sleep := range []int{0, 1} {
		k.in(t, func(t *testing.T, v *visit) {
			v.meter.SetClockError(-26*365*24*time.Hour - 25*time.Minute)
			v.meter.Sleep(sleep)
			v.meter.AllowClock()
			v.run(t, func(ctx context.Context, port instruments.Port) error {
				drift, ok, err := setter.SetClock(ctx, port, v.job.Now())
				if err != nil || ok == k.Clockless || drift > time.Second || drift < -k.Resolution-time.Second {
					t.Errorf("drift %s, %t, %v", drift, ok, err)
				}
				return err
			})
			v.meter.AddResult(simulated.Result{At: v.job.Now(), MgPerDL: 104})
			out := k.measure(t, v)
			out.want(t, "", "104 mg/dL")
			if drift := out.readings[0].Drift; drift.Abs() > k.Resolution+time.Second {
				t.Errorf("the clock is off by %s", drift)
			}
		})
	}
	// Nothing is sent if the meter cannot show the year, and nothing is said
	// to be set by a meter that does not answer.
	k.in(t, func(t *testing.T, v *visit) {
		out := v.run(t, func(ctx context.Context, port instruments.Port) error {
			_, ok, err := setter.SetClock(ctx, port, time.Date(1999, 12, 31, 0, 0, 0, 0, zone))
			if ok || err == nil {
				t.Errorf("the year 1999: %t, %v", ok, err)
			}
			return nil
		})
		if len(out.fromWire) > 0 {
			t.Errorf("the meter was asked: % x", out.fromWire)
		}
	})
	k.in(t, func(t *testing.T, v *visit) {
		v.meter.Sleep(1 << 20)
		v.run(t, func(ctx context.Context, port instruments.Port) error {
			if _, ok, err := setter.SetClock(ctx, port, v.job.Now()); ok || instruments.CodeOf(err) != instruments.NoAnswer {
				t.Errorf("silent: %t, %v", ok, err)
			}
			return nil
		})
	})
}

// testExplained has every byte of a reading's capture named, the value among
// them, and any other bytes looked at without harm.
func (k Kit) testExplained(t *testing.T, explainer instruments.Explainer) {
	k.in(t, func(t *testing.T, v *visit) {
		v.meter.AddResult(ago(time.Minute, 104))
		out := k.measure(t, v)
		out.want(t, "", "104 mg/dL")
		found := false
		for _, f := range explaintest.Whole(t, explainer, out.readings[0].Capture) {
			found = found || f.Value == "104 mg/dL"
		}
		if !found {
			t.Error("no field tells the value")
		}
		rnd := rand.New(rand.NewPCG(3, 4))
		for range 200 {
			frames := []instruments.Frame{
				{Direction: instruments.ToInstrument, Bytes: scrambled(rnd, out.fromWire)},
				{Direction: instruments.FromInstrument, Bytes: scrambled(rnd, out.fromWire)},
				{Direction: instruments.FromInstrument, Bytes: scrambled(rnd, out.fromWire)},
			}
			explaintest.Sound(t, explainer, frames)
		}
	})
}

// scrambled returns a piece of b with some bytes changed.
func scrambled(rnd *rand.Rand, b []byte) []byte {
	from := rnd.IntN(len(b))
	out := append([]byte(nil), b[from:from+rnd.IntN(len(b)-from)]...)
	for range rnd.IntN(4) {
		if len(out) > 0 {
			out[rnd.IntN(len(out))] = byte(rnd.Uint32())
		}
	}
	return out
}
