package menarini_test

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/menarini"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

func kit() metertest.Kit {
	return metertest.Kit{
		Driver:     menarini.Areo(),
		NewTwin:    func(o simulated.Options) metertest.Meter { return simulated.NewAreo(o) },
		Margin:     2 * time.Minute, // of a clock that cannot be read
		Resolution: time.Minute,
		Capacity:   730,
		Refused: map[simulated.ResultKind]instruments.FaultCode{
			simulated.ControlTest: instruments.DamagedRecord, // by a mark that is not known
		},
		Traces:      func(mgPerDL int) []byte { return []byte(strconv.Itoa(mgPerDL)) },
		Clockless:   true,
		OtherSerial: "AR6543210",
	}
}

func TestAreo(t *testing.T) { metertest.Run(t, kit()) }

func TestGlucoFix(t *testing.T) {
	k := kit()
	k.Driver = menarini.GlucoFix()
	k.NewTwin = func(o simulated.Options) metertest.Meter { return simulated.NewGlucoFix(o) }
	metertest.Run(t, k)
}

// later is a clock for virtual time.
func later() time.Time { return time.Now().AddDate(26, 2, 9) }

// measured runs one measurement at a twin.
func measured(t *testing.T, driver menarini.Driver, twin *simulated.Menarini, since time.Time) (readings []*instruments.Reading, err error) {
	t.Helper()
	host, wire := instruments.Pipe()
	var run sync.WaitGroup
	run.Go(func() { _ = twin.Run(t.Context(), wire) })
	err = driver.Measure(t.Context(), host, instruments.Job{Since: since, Now: later}, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			readings = append(readings, r)
		}
	})
	host.Close()
	run.Wait()
	return readings, err
}

// A meter that measures in mmol/L: its rows are read in it, to its limits.
func TestMmol(t *testing.T) {
	for number, want := range map[int]string{19: "<1.1 mmol/L", 20: "1.1 mmol/L", 140: "7.8 mmol/L", 600: "33.3 mmol/L", 601: ">33.3 mmol/L"} {
		synctest.Test(t, func(t *testing.T) {
			twin := simulated.NewAreo(simulated.Options{Now: later})
			twin.MeasureMmol()
			twin.Clear()
			twin.AddResult(simulated.Result{At: later().Add(-time.Minute), MgPerDL: number})
			readings, err := measured(t, menarini.Areo(), twin, later().Add(-2*time.Minute))
			if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != want {
				t.Errorf("%d: %v, %v, want %s", number, readings, err, want)
			}
		})
	}
}

// Ketone is read where everything is asked for, by the model that stores it,
// and a meter that does not answer for it is no less a glucose meter.
func TestKetone(t *testing.T) {
	fill := func(twin *simulated.Menarini) *simulated.Menarini {
		twin.Clear()
		twin.AddResult(simulated.Result{At: later().Add(-time.Hour), MgPerDL: 104})
		twin.AddResult(simulated.Result{At: later().Add(-time.Minute), MgPerDL: 12, Kind: simulated.Ketone})
		return twin
	}
	tests := []struct {
		name   string
		driver menarini.Driver
		twin   func(simulated.Options) *simulated.Menarini
		since  time.Duration
		want   []string
		code   instruments.FaultCode
	}{
		{"everything", menarini.GlucoFix(), simulated.NewGlucoFix, 0, []string{"104 mg/dL", "1.2 mmol/L"}, ""},
		{"visit", menarini.GlucoFix(), simulated.NewGlucoFix, time.Minute, nil, instruments.NoNewResult},
		{"areo", menarini.Areo(), simulated.NewGlucoFix, 0, []string{"104 mg/dL"}, ""},
		{"no answer", menarini.GlucoFix(), simulated.NewAreo, 0, []string{"<20 mg/dL", "104 mg/dL"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var since time.Time
				if tt.since > 0 {
					since = later().Add(-tt.since)
				}
				readings, err := measured(t, tt.driver, fill(tt.twin(simulated.Options{Now: later})), since)
				var values []string
				for _, r := range readings {
					values = append(values, r.Values[0].Quantity.String())
					if (r.Panel == vitals.BloodKetone) != (r.Values[0].Measure == vitals.Ketone) {
						t.Errorf("%+v", r)
					}
				}
				if !slices.Equal(values, tt.want) || instruments.CodeOf(err) != tt.code {
					t.Errorf("%q, %v", values, err)
				}
			})
		})
	}
}

// A meter that refuses the time is not said to show it.
func TestRefusedClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, wire := instruments.Pipe()
		twin := simulated.NewAreo(simulated.Options{Now: later})
		twin.AllowClock()
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(t.Context(), &refusing{wire}) })
		_, ok, err := menarini.Areo().SetClock(t.Context(), host, later())
		if ok || instruments.CodeOf(err) != instruments.Garbled {
			t.Errorf("%t, %v", ok, err)
		}
		host.Close()
		run.Wait()
	})
}

// refusing turns every yes into a no.
type refusing struct{ instruments.Port }

func (r *refusing) Write(b []byte) (int, error) {
	if string(b) == "P" {
		b = []byte("F")
	}
	return r.Port.Write(b)
}
