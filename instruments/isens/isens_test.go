package isens_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/isens"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

func careSensKit() metertest.Kit {
	return metertest.Kit{
		Driver:     isens.NewCareSens(),
		NewTwin:    func(o simulated.Options) metertest.Meter { return simulated.NewCareSens(o) },
		Margin:     2 * time.Minute, // of a clock that cannot be read
		Resolution: time.Second,
		Capacity:   120, // with more than 128 it is refused
		Refused: map[simulated.ResultKind]instruments.FaultCode{
			simulated.ControlTest: instruments.ControlTest, simulated.Damaged: instruments.DamagedRecord,
		},
		Traces: func(mgPerDL int) []byte {
			low, high := byte(mgPerDL), byte(mgPerDL>>8)
			return []byte{0x8B, 0x10 | low>>4, 0x20 | low&0x0F, 0x8B, 0x10 | high>>4, 0x20 | high&0x0F}
		},
		Meals:       []vitals.Meal{vitals.AfterMeal},
		Clockless:   true,
		OtherSerial: "CNP07B54321",
	}
}

func shineKit() metertest.Kit {
	return metertest.Kit{
		Driver:     isens.NewShine(),
		NewTwin:    func(o simulated.Options) metertest.Meter { return simulated.NewShine(o) },
		Margin:     meter.SecondsMargin,
		Resolution: time.Second,
		Capacity:   500,
		Refused: map[simulated.ResultKind]instruments.FaultCode{
			simulated.ControlTest: instruments.ControlTest, simulated.Damaged: instruments.DamagedRecord,
			simulated.Ketone: instruments.NotGlucose,
		},
		Traces:      func(mgPerDL int) []byte { return []byte{0xA0, byte(mgPerDL >> 8), byte(mgPerDL)} },
		Meals:       []vitals.Meal{vitals.AfterMeal, vitals.Fasting},
		OtherSerial: "SHN12B76543",
	}
}

func TestCareSens(t *testing.T) { metertest.Run(t, careSensKit()) }

func TestShine(t *testing.T) { metertest.Run(t, shineKit()) }

// later is a clock for virtual time.
func later() time.Time { return time.Now().AddDate(26, 2, 9) }

// a twin of either line of meters.
type twin interface {
	metertest.Meter
	KeepOldestFirst()
}

// measured runs one measurement at a twin.
func measured(t *testing.T, driver instruments.Driver, at twin, since time.Time) (values []string, err error) {
	t.Helper()
	host, wire := instruments.Pipe()
	var run sync.WaitGroup
	run.Go(func() { _ = at.Run(t.Context(), wire) })
	err = driver.Measure(t.Context(), host, instruments.Job{Since: since, Now: later}, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			values = append(values, r.Values[0].Quantity.String())
		}
	})
	host.Close()
	run.Wait()
	return values, err
}

// fill stores n results, the last of them a minute ago.
func fill(at twin, n int) twin {
	at.Clear()
	for i := range n {
		at.AddResult(simulated.Result{At: later().Add(-time.Minute - time.Duration(n-1-i)*time.Hour), MgPerDL: 100 + (n-1-i)%100})
	}
	return at
}

// In which order results lie does not matter, nor does where a batch ends.
func TestAnyOrder(t *testing.T) {
	for _, n := range []int{1, 26, 27, 28, 54, 55} {
		for _, oldestFirst := range []bool{false, true} {
			for _, tt := range []struct {
				driver instruments.Driver
				twin   func() twin
			}{
				{isens.NewCareSens(), func() twin { return simulated.NewCareSens(simulated.Options{Now: later}) }},
				{isens.NewShine(), func() twin { return simulated.NewShine(simulated.Options{Now: later}) }},
			} {
				t.Run(fmt.Sprintf("%s %d %t", tt.driver.Model().ID, n, oldestFirst), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						at := fill(tt.twin(), n)
						if oldestFirst {
							at.KeepOldestFirst()
						}
						values, err := measured(t, tt.driver, at, later().Add(-2*time.Minute))
						if err != nil || !slices.Equal(values, []string{"100 mg/dL"}) {
							t.Errorf("visit: %q, %v", values, err)
						}
						values, err = measured(t, tt.driver, at, time.Time{})
						if err != nil || len(values) != n || values[0] != "100 mg/dL" || values[n-1] != fmt.Sprintf("%d mg/dL", 99+n) {
							t.Errorf("everything: %q, %v", values, err)
						}
					})
				})
			}
		}
	}
}

// Where the 129th result of a CareSens N lies is not known, but for a CVP.
func TestFullMemory(t *testing.T) {
	tests := []struct {
		name   string
		twin   func(simulated.Options) *simulated.CareSens
		stored int
		values []string
		code   instruments.FaultCode
	}{
		{"127", simulated.NewCareSens, 127, []string{"100 mg/dL"}, ""},
		{"128", simulated.NewCareSens, 128, nil, instruments.OutOfOrder},
		{"full", simulated.NewCareSens, 250, nil, instruments.OutOfOrder},
		{"CVP", simulated.NewCareSensCVP, 200, []string{"100 mg/dL"}, ""},
		{"full CVP", simulated.NewCareSensCVP, 501, []string{"100 mg/dL"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				values, err := measured(t, isens.NewCareSens(), fill(tt.twin(simulated.Options{Now: later}), tt.stored), later().Add(-2*time.Minute))
				if !slices.Equal(values, tt.values) || instruments.CodeOf(err) != tt.code {
					t.Errorf("%q, %v", values, err)
				}
			})
		})
	}
}

// TestUnfinishedQuestion: a meter that has heard the beginning of a question, as
// one of another protocol has, gives it up and is found at the next try.
func TestUnfinishedQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		twin := simulated.NewShine(simulated.Options{Now: later})
		host, wire := instruments.Pipe()
		ended := make(chan error, 1)
		go func() { ended <- twin.Run(t.Context(), wire) }()
		if err := instruments.WriteAll(host, []byte("\x0218;;DF\x03")); err != nil {
			t.Fatal(err)
		}
		if _, err := isens.NewShine().Probe(t.Context(), host); instruments.CodeOf(err) == "" {
			t.Error("it was answered in the middle of another question")
		}
		time.Sleep(2 * time.Second)
		if err := host.Discard(); err != nil {
			t.Fatal(err)
		}
		if identity, err := isens.NewShine().Probe(t.Context(), host); err != nil || identity.Serial == "" {
			t.Errorf("%+v, %v", identity, err)
		}
		host.Close()
		<-ended
	})
}

// Each driver refuses the meters of the other.
func TestOtherProtocol(t *testing.T) {
	options := simulated.Options{Now: later}
	for _, tt := range []struct {
		driver instruments.Driver
		twin   func() twin
	}{
		{isens.NewCareSens(), func() twin { return simulated.NewShine(options) }},
		{isens.NewShine(), func() twin { return simulated.NewCareSens(options) }},
	} {
		synctest.Test(t, func(t *testing.T) {
			if values, err := measured(t, tt.driver, tt.twin(), later()); instruments.CodeOf(err) != instruments.WrongModel || len(values) > 0 {
				t.Errorf("%s: %q, %v", tt.driver.Model().ID, values, err)
			}
		})
	}
}

// Ketone is read where everything is asked for.
func TestKetone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := simulated.NewShine(simulated.Options{Now: later})
		at.Clear()
		for i, tenths := range []int{0, 15, 80, 81} {
			at.AddResult(simulated.Result{At: later().Add(time.Duration(i-10) * time.Hour), MgPerDL: tenths, Kind: simulated.Ketone})
		}
		values, err := measured(t, isens.NewShine(), at, time.Time{})
		if want := []string{">8.0 mmol/L", "8.0 mmol/L", "1.5 mmol/L", "0.0 mmol/L"}; err != nil || !slices.Equal(values, want) {
			t.Errorf("%q, %v", values, err)
		}
	})
}
