package taidoc_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/instruments/taidoc"
	"aidpost/records/vitals"
)

// A talk is what came of a session with a twin.
type talk struct {
	readings []*instruments.Reading
	faults   []*instruments.Fault
	err      error
}

// values writes down what was read, a reading after the other.
func (o talk) values() string {
	var list []string
	for _, r := range o.readings {
		for _, v := range r.Values {
			list = append(list, v.Quantity.Value.String())
		}
	}
	return strings.Join(list, " ")
}

func (o talk) want(t *testing.T, code instruments.FaultCode, values string) {
	t.Helper()
	if instruments.CodeOf(o.err) != code || o.values() != values {
		t.Errorf("values %q, %v; want %q, %s", o.values(), o.err, values, code)
	}
}

// measure runs a visit that began five minutes ago, or one that asks for all.
func measure(t *testing.T, driver taidoc.Driver, twin *simulated.TaiDoc, all bool, wrap func(instruments.Port) instruments.Port) (o talk) {
	t.Helper()
	host, wire := instruments.Pipe()
	if wrap != nil {
		wire = wrap(wire)
	}
	var run sync.WaitGroup
	run.Go(func() { _ = twin.Run(t.Context(), wire) })
	job := instruments.Job{Since: later().Add(-5 * time.Minute), Now: later}
	if all {
		job.Since = time.Time{}
	}
	o.err = driver.Measure(t.Context(), host, job, func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.Reading:
			o.readings = append(o.readings, e)
		case *instruments.Fault:
			o.faults = append(o.faults, e)
		}
	})
	host.Close()
	run.Wait()
	if bad := twin.Violations(); len(bad) > 0 {
		t.Errorf("sent %q", bad)
	}
	return o
}

// newCuff returns a cuff that holds what others measured, and then the given
// systolic pressures, each a minute younger.
func newCuff(fault simulated.Fault, systolic ...int) *simulated.TaiDoc {
	twin := simulated.NewTaiDocCuff(simulated.Options{Now: later, Fault: fault})
	twin.Clear()
	twin.AddResult(simulated.Result{At: later().Add(-time.Hour), MgPerDL: 190, Kind: simulated.CuffPressure})
	for i, n := range systolic {
		twin.AddResult(simulated.Result{At: later().Add(-time.Duration(len(systolic)-i) * time.Minute), MgPerDL: n, Kind: simulated.CuffPressure})
	}
	return twin
}

func TestCuffMemories(t *testing.T) {
	tests := []struct {
		name     string
		systolic []int
		code     instruments.FaultCode
		values   string
	}{
		{"one of the visit", []int{128}, "", "128 81 96 68"},
		{"only others'", nil, instruments.NoNewResult, ""},
		{"two", []int{128, 120}, instruments.SeveralResults, "120 76 90 60 128 81 96 68"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := measure(t, taidoc.Cuffs(), newCuff(simulated.None, tt.systolic...), false, nil)
				o.want(t, tt.code, tt.values)
				for _, r := range o.readings {
					if r.Panel != vitals.BloodPressure || r.Identity.Name != "TD-3128" || !r.Identity.HasClock || len(r.Capture) != 4 {
						t.Errorf("%+v", r)
					}
				}
			})
		})
	}
}

// An error that the cuff stored is told, not the numbers beside it.
func TestCuffError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		twin := newCuff(simulated.None)
		twin.AddResult(simulated.Result{At: later().Add(-time.Minute), MgPerDL: 128, Kind: simulated.Damaged})
		o := measure(t, taidoc.Cuffs(), twin, false, nil)
		o.want(t, instruments.NoPulse, "")
		var fault *instruments.Fault
		if !errors.As(o.err, &fault) || fault.Device != "2" {
			t.Errorf("fault %+v", fault)
		}
	})
}

func TestCuffDemonstration(t *testing.T) {
	for fault, code := range map[simulated.Fault]instruments.FaultCode{
		simulated.None: "", simulated.Movement: instruments.NoPulse,
		simulated.WrongClock: instruments.ClockUnset, simulated.NoResult: instruments.NoNewResult,
	} {
		synctest.Test(t, func(t *testing.T) {
			o := measure(t, taidoc.Cuffs(), simulated.NewTaiDocCuff(simulated.Options{Now: later, Fault: fault}), false, nil)
			if instruments.CodeOf(o.err) != code || len(o.readings) > 1 || (len(o.readings) == 1) != (code == "") {
				t.Errorf("%q: %s, %v", fault, o.values(), o.err)
			}
		})
	}
}

// A clock that drifts is corrected, and one that staff sets is right.
func TestCuffClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		twin := newCuff(simulated.None)
		twin.SetClockError(9 * time.Minute)
		at := later().Add(-2 * time.Minute)
		twin.AddResult(simulated.Result{At: at, MgPerDL: 128, Kind: simulated.CuffPressure})
		o := measure(t, taidoc.Cuffs(), twin, false, nil)
		o.want(t, "", "128 81 96 68")
		if r := o.readings[0]; r.Taken.Sub(at).Abs() > time.Minute || !slices.Contains(r.Flags, vitals.ClockDoubt) {
			t.Errorf("taken %s, want %s; flags %v", r.Taken, at, r.Flags)
		}
		twin.AllowClock()
		host, wire := instruments.Pipe()
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(t.Context(), wire) })
		drift, ok, err := taidoc.Cuffs().SetClock(t.Context(), host, later())
		if err != nil || !ok || drift > 0 || drift < -time.Minute {
			t.Errorf("drift %s, %t, %v", drift, ok, err)
		}
		host.Close()
		run.Wait()
	})
}

// Whatever single bit is turned over and wherever the cable is pulled, the
// values are right or there are none.
func TestCuffWire(t *testing.T) {
	sent := 0
	synctest.Test(t, func(t *testing.T) {
		o := measure(t, taidoc.Cuffs(), newCuff(simulated.None, 128), false, func(p instruments.Port) instruments.Port {
			return &altered{Port: p, bit: -1, sent: &sent}
		})
		o.want(t, "", "128 81 96 68")
	})
	saved := 0
	for bit := range 8 * sent {
		synctest.Test(t, func(t *testing.T) {
			o := measure(t, taidoc.Cuffs(), newCuff(simulated.None, 128), false, func(p instruments.Port) instruments.Port {
				return &altered{Port: p, bit: bit, sent: new(int)}
			})
			if o.err == nil {
				saved++
				o.want(t, "", "128 81 96 68")
			} else if len(o.readings) > 0 {
				t.Errorf("bit %d: %s with %v", bit, o.values(), o.err)
			}
		})
	}
	if saved < 8*sent*9/10 {
		t.Errorf("only %d of %d sessions were saved by asking again", saved, 8*sent)
	}
	for n := range sent {
		synctest.Test(t, func(t *testing.T) {
			o := measure(t, taidoc.Cuffs(), newCuff(simulated.None, 128), false, func(p instruments.Port) instruments.Port {
				return simulated.CutAfter(p, n)
			})
			o.want(t, instruments.Unplugged, "")
		})
	}
}

// altered turns over one bit of what is written, and counts the bytes.
type altered struct {
	instruments.Port
	bit  int
	sent *int
}

func (a *altered) Write(b []byte) (int, error) {
	b = bytes.Clone(b)
	if at := a.bit/8 - *a.sent; a.bit >= 0 && at >= 0 && at < len(b) {
		b[at] ^= 1 << (a.bit % 8)
	}
	*a.sent += len(b)
	return a.Port.Write(b)
}

var errCancelled = errors.New("cancelled")

func TestCuffSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		twin := newCuff(simulated.None, 128)
		twin.Sleep(1 << 20)
		measure(t, taidoc.Cuffs(), twin, false, nil).want(t, instruments.NoAnswer, "")
		host, wire := instruments.Pipe()
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second/3, func() { cancel(errCancelled) })
		if err := taidoc.Cuffs().Measure(ctx, host, instruments.Job{Now: later}, func(instruments.Event) {}); !errors.Is(err, errCancelled) {
			t.Errorf("cancelled: %v", err)
		}
		wire.Close()
	})
}

// Each driver wants its own family.
func TestFamilies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := simulated.Options{Now: later}
		measure(t, taidoc.New(), simulated.NewTaiDocCuff(o), false, nil).want(t, instruments.WrongModel, "")
		measure(t, taidoc.Cuffs(), simulated.NewTaiDoc(o), false, nil).want(t, instruments.WrongModel, "")
	})
}

// TestEveryKind reads all that a meter has stored: each kind has its panel, and
// in a visit only glucose counts.
func TestEveryKind(t *testing.T) {
	kinds := []simulated.ResultKind{simulated.Haematocrit, simulated.Ketone, simulated.CuffPressure, simulated.Blood}
	fill := func() *simulated.TaiDoc {
		twin := simulated.NewTaiDoc(simulated.Options{Now: later})
		twin.Clear()
		for i, kind := range kinds {
			twin.AddResult(simulated.Result{At: later().Add(-time.Duration(len(kinds)-i) * time.Minute), MgPerDL: 45, Kind: kind})
		}
		return twin
	}
	synctest.Test(t, func(t *testing.T) {
		o := measure(t, taidoc.New(), fill(), true, nil)
		o.want(t, "", "45 128 82 71 1.5 45")
		var panels []vitals.Panel
		for _, r := range o.readings {
			panels = append(panels, r.Panel)
		}
		if want := []vitals.Panel{vitals.BloodGlucose, vitals.BloodPressure, vitals.BloodKetone, vitals.Haematocrit}; !slices.Equal(panels, want) {
			t.Errorf("panels %v", panels)
		}
		o = measure(t, taidoc.New(), fill(), false, nil)
		o.want(t, "", "45")
		for _, f := range o.faults {
			if f.Code != instruments.NotGlucose {
				t.Errorf("passing fault %v", f)
			}
		}
		if len(o.faults) != 3 {
			t.Errorf("passing faults %v", o.faults)
		}
	})
}
