package freestyle_test

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/freestyle"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

func kit() metertest.Kit {
	return metertest.Kit{
		Driver:     freestyle.Optium(),
		NewTwin:    func(o simulated.Options) metertest.Meter { return simulated.NewOptium(o) },
		Margin:     meter.MinutesMargin,
		Resolution: time.Minute,
		Capacity:   450,
		Limits:     meter.Range{Low: 20, High: 500},
		Refused: map[simulated.ResultKind]instruments.FaultCode{
			simulated.ControlTest: instruments.ControlTest,
			simulated.Ketone:      instruments.NotGlucose,
			simulated.Damaged:     instruments.ClockUnset,
		},
		Traces:      func(mgPerDL int) []byte { return []byte(strconv.Itoa(mgPerDL)) },
		Whole:       true,
		Hasty:       true,
		Unmarked:    true,
		OtherSerial: "DBMN169-C4824",
	}
}

func TestOptium(t *testing.T) { metertest.Run(t, kit()) }

func TestLite(t *testing.T) {
	k := kit()
	k.Driver, k.Capacity = freestyle.Lite(), 400
	k.NewTwin = func(o simulated.Options) metertest.Meter { return simulated.NewLite(o) }
	k.Refused = map[simulated.ResultKind]instruments.FaultCode{
		simulated.ControlTest: instruments.ControlTest,
		simulated.Damaged:     instruments.DamagedRecord, // by a status that is not known
	}
	metertest.Run(t, k)
}

// with runs a twin while fn talks to it.
func with(t *testing.T, twin *simulated.FreeStyle, wrap func(instruments.Port) instruments.Port, fn func(t *testing.T, host instruments.Port)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		host, wire := instruments.Pipe()
		if wrap != nil {
			wire = wrap(wire)
		}
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(t.Context(), wire) })
		fn(t, host)
		host.Close()
		run.Wait()
	})
}

// Ketone is a reading of its own where everything is asked for.
func TestKetone(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	now := func() time.Time { return at }
	twin := simulated.NewOptium(simulated.Options{Now: now})
	twin.Clear()
	twin.AddResult(simulated.Result{At: at.Add(-time.Hour), MgPerDL: 104})
	twin.AddResult(simulated.Result{At: at.Add(-time.Minute), MgPerDL: 15, Kind: simulated.Ketone})
	with(t, twin, nil, func(t *testing.T, host instruments.Port) {
		var got []string
		err := freestyle.Optium().Measure(t.Context(), host, instruments.Job{Now: now}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				got = append(got, string(r.Panel)+" "+r.Values[0].Quantity.String())
				if err := vitals.CheckPlausible(r.Values); err != nil {
					t.Error(err)
				}
			}
		})
		if want := []string{"blood-ketone 1.5 mmol/L", "blood-glucose 104 mg/dL"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// A meter that only repeats the first command, as some do after plugging in,
// and one that repeats each before its answer.
func TestEcho(t *testing.T) {
	for _, every := range []bool{false, true} {
		at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
		now := func() time.Time { return at }
		twin := simulated.NewOptium(simulated.Options{Now: now})
		twin.AllowClock()
		echo := func(p instruments.Port) instruments.Port { return &echoing{Port: p, every: every} }
		with(t, twin, echo, func(t *testing.T, host instruments.Port) {
			if id, err := freestyle.Optium().Probe(t.Context(), host); err != nil || id.Serial == "" {
				t.Errorf("%+v, %v", id, err)
			}
			readings := 0
			err := freestyle.Optium().Measure(t.Context(), host, instruments.Job{Now: now, Since: at.Add(-time.Minute)}, func(e instruments.Event) {
				if _, ok := e.(*instruments.Reading); ok {
					readings++
				}
			})
			if err != nil || readings != 1 {
				t.Errorf("%d readings, %v", readings, err)
			}
			if _, ok, err := freestyle.Optium().SetClock(t.Context(), host, at); err != nil || !ok {
				t.Errorf("%t, %v", ok, err)
			}
		})
	}
}

// echoing repeats what the host says: the first time instead of an answer, or
// every time before it.
type echoing struct {
	instruments.Port
	every, done bool
}

func (e *echoing) Read(b []byte) (int, error) {
	for {
		n, err := e.Port.Read(b)
		if err != nil || e.done && !e.every {
			return n, err
		}
		if _, err := e.Port.Write(b[:n]); err != nil {
			return 0, err
		}
		if e.every {
			return n, nil
		}
		e.done = true
	}
}

// A Lite is recognised before its memory has passed, and then read at once.
func TestProbedLite(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	twin := simulated.NewLite(simulated.Options{Now: func() time.Time { return at }})
	for i := range 400 {
		twin.AddResult(simulated.Result{At: at.Add(-time.Duration(400-i) * time.Hour), MgPerDL: 100})
	}
	pace := func(p instruments.Port) instruments.Port { return simulated.Paced(p, twin.Line()) }
	with(t, twin, pace, func(t *testing.T, host instruments.Port) {
		start := time.Now()
		id, err := freestyle.Lite().Probe(t.Context(), host)
		if took := time.Since(start); err != nil || id.Name != "FreeStyle Freedom Lite" || !id.HasClock || took > time.Second {
			t.Errorf("%+v, %v after %s", id, err, took)
		}
		readings := 0
		err = freestyle.Lite().Measure(t.Context(), host, instruments.Job{Now: func() time.Time { return at }, Since: at.Add(-time.Minute)}, func(e instruments.Event) {
			if _, ok := e.(*instruments.Reading); ok {
				readings++
			}
		})
		if took := time.Since(start); err != nil || readings != 1 || took > 20*time.Second {
			t.Errorf("%d readings, %v after %s", readings, err, took)
		}
	})
}
