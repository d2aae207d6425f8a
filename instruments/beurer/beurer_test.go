package beurer_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/beurer"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// A desk is a monitor on its cable, in virtual time, with results of yesterday
// alone.
type desk struct {
	twin     *simulated.Beurer
	wrap     func(instruments.Port) instruments.Port
	since    time.Duration // before now; zero asks for everything
	readings []*instruments.Reading
	phases   []instruments.Phase
	took     time.Duration
}

var start = time.Date(2026, time.March, 10, 9, 30, 15, 0, time.UTC)

func at(t *testing.T, o simulated.Options, test func(t *testing.T, d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start))
		d := &desk{twin: simulated.NewBeurer(o), since: 10 * time.Minute}
		d.wrap = func(p instruments.Port) instruments.Port { return simulated.Disturb(p, o.Fault, o.Seed) }
		test(t, d)
		if said := d.twin.Violations(); len(said) > 0 {
			t.Errorf("the monitor was told %q", said)
		}
	})
}

// with runs do on the port of the running monitor.
func (d *desk) with(ctx context.Context, do func(context.Context, instruments.Port) error) error {
	host, wire := instruments.Pipe()
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	var run sync.WaitGroup
	run.Go(func() { _ = d.twin.Run(running, d.wrap(wire)) })
	defer run.Wait()
	defer host.Close()
	defer stop()
	return do(ctx, host)
}

func (d *desk) measure(ctx context.Context) error {
	return d.with(ctx, func(ctx context.Context, port instruments.Port) error {
		job, began := instruments.Job{}, time.Now()
		if d.since > 0 {
			job.Since = began.Add(-d.since)
		}
		err := beurer.New().Measure(ctx, port, job, func(e instruments.Event) {
			switch e := e.(type) {
			case *instruments.Reading:
				d.readings = append(d.readings, e)
			case *instruments.Progress:
				if !slices.Contains(d.phases, e.Phase) {
					d.phases = append(d.phases, e.Phase)
				}
			}
		})
		d.took = time.Since(began)
		return err
	})
}

// result is 128/82, pulse 71, so long ago.
func result(ago time.Duration) simulated.BeurerResult {
	return simulated.BeurerResult{At: time.Now().Add(-ago), Systolic: 128, Diastolic: 82, Pulse: 71}
}

func right() vitals.Values {
	return vitals.Values{
		{Measure: vitals.Systolic, Quantity: vitals.Of(128, vitals.MmHg)},
		{Measure: vitals.Diastolic, Quantity: vitals.Of(82, vitals.MmHg)},
		{Measure: vitals.Pulse, Quantity: vitals.Of(71, vitals.PerMinute)},
	}
}

// one checks that there is the reading of result alone.
func (d *desk) one(t *testing.T, err error) bool {
	t.Helper()
	if err != nil || len(d.readings) != 1 || !slices.Equal(d.readings[0].Values, right()) {
		t.Errorf("%d readings, %v", len(d.readings), err)
		return false
	}
	return true
}

func TestMeasure(t *testing.T) {
	with := func(change func(*simulated.BeurerResult)) func() []simulated.BeurerResult {
		return func() []simulated.BeurerResult {
			r := result(3 * time.Minute)
			change(&r)
			return []simulated.BeurerResult{r}
		}
	}
	for _, c := range []struct {
		name     string
		results  func() []simulated.BeurerResult
		code     instruments.FaultCode
		readings int
		flags    []vitals.Flag
	}{
		{"one", with(func(*simulated.BeurerResult) {}), "", 1, nil},
		{"movement", with(func(r *simulated.BeurerResult) { r.Movement = true }), "", 1, []vitals.Flag{vitals.Movement}},
		{"irregular", with(func(r *simulated.BeurerResult) { r.Irregular = true }), "", 1, []vitals.Flag{vitals.IrregularPulse}},
		{"user 2", with(func(r *simulated.BeurerResult) { r.User2 = true }), "", 1, nil},
		{"yesterday's", with(func(r *simulated.BeurerResult) { r.At = r.At.AddDate(0, 0, -1) }), instruments.NoNewResult, 0, nil},
		{"just before the visit", with(func(r *simulated.BeurerResult) { r.At = r.At.Add(-11 * time.Minute) }), instruments.NoNewResult, 0, nil},
		{"tomorrow's", with(func(r *simulated.BeurerResult) { r.At = r.At.AddDate(0, 0, 1) }), instruments.ClockUnset, 0, nil},
		{"clock never set", with(func(r *simulated.BeurerResult) { r.Undated = true }), instruments.ClockUnset, 0, nil},
		{"upside down", with(func(r *simulated.BeurerResult) { r.Systolic, r.Diastolic = r.Diastolic, r.Systolic }), instruments.Implausible, 0, nil},
		{"no pulse", with(func(r *simulated.BeurerResult) { r.Pulse = 0 }), instruments.NoPulse, 0, nil},
		{"two", func() []simulated.BeurerResult {
			other := result(2 * time.Minute)
			other.User2 = true
			return []simulated.BeurerResult{result(4 * time.Minute), other}
		}, instruments.SeveralResults, 2, nil},
		{"nothing", func() []simulated.BeurerResult { return nil }, instruments.NoNewResult, 0, nil},
	} {
		for _, newestFirst := range []bool{false, true} {
			t.Run(c.name, func(t *testing.T) {
				at(t, simulated.Options{Fault: simulated.NoResult}, func(t *testing.T, d *desk) {
					d.twin.SetQuirks(simulated.BeurerQuirks{NewestFirst: newestFirst})
					odd := result(48 * time.Hour) // whose values cannot be must not keep others from being read
					odd.Diastolic = odd.Systolic + 10
					d.twin.AddResult(odd)
					for _, r := range c.results() {
						d.twin.AddResult(r)
					}
					err := d.measure(t.Context())
					if instruments.CodeOf(err) != c.code || len(d.readings) != c.readings {
						t.Fatalf("%d readings, %v", len(d.readings), err)
					}
					for _, r := range d.readings {
						if !slices.Equal(r.Values, right()) || !slices.Equal(r.Flags, c.flags) || r.Panel != vitals.BloodPressure {
							t.Errorf("%+v", r)
						}
						if r.Identity.Name != "BM55 BLOOD PRESSURE" || r.Identity.HasClock || r.Record == "" || time.Since(r.Taken) > 5*time.Minute {
							t.Errorf("%+v, record %q, taken %s", r.Identity, r.Record, r.Taken)
						}
						explaintest.Whole(t, beurer.New(), r.Capture)
					}
				})
			})
		}
	}
}

func TestEverything(t *testing.T) {
	at(t, simulated.Options{Fault: simulated.NoResult}, func(t *testing.T, d *desk) {
		d.twin.Clear()
		for i := range 60 {
			d.twin.AddResult(result(time.Duration(i) * time.Hour))
		}
		d.since = 0
		if err := d.measure(t.Context()); err != nil || len(d.readings) != 60 {
			t.Errorf("%d readings, %v", len(d.readings), err)
		}
	})
}

// TestMonitorsDiffer, and some need to be put into PC mode first.
func TestMonitorsDiffer(t *testing.T) {
	for name, c := range map[string]struct {
		quirks simulated.BeurerQuirks
		code   instruments.FaultCode
		most   time.Duration
		phase  instruments.Phase
	}{
		"short name":       {simulated.BeurerQuirks{BareName: true}, "", time.Second, instruments.Downloading},
		"not in PC mode":   {simulated.BeurerQuirks{Asleep: 9}, "", 15 * time.Second, instruments.Awaiting},
		"never in PC mode": {simulated.BeurerQuirks{Asleep: 1e6}, instruments.NoAnswer, 40 * time.Second, instruments.Awaiting},
		"slow":             {simulated.BeurerQuirks{Late: 600 * time.Millisecond}, "", time.Minute, instruments.Downloading},
		"counts too many":  {simulated.BeurerQuirks{Phantom: 1}, instruments.Garbled, 5 * time.Second, instruments.Downloading},
	} {
		at(t, simulated.Options{Fault: simulated.NoResult}, func(t *testing.T, d *desk) {
			d.twin.SetQuirks(c.quirks)
			d.twin.AddResult(result(3 * time.Minute))
			err := d.measure(t.Context())
			if c.code == "" {
				d.one(t, err)
			} else if instruments.CodeOf(err) != c.code || len(d.readings) > 0 {
				t.Errorf("%s: %d readings, %v", name, len(d.readings), err)
			}
			if d.took > c.most || !slices.Contains(d.phases, c.phase) {
				t.Errorf("%s: took %s, %q", name, d.took, d.phases)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	gone := errors.New("the screen was left")
	at(t, simulated.Options{}, func(t *testing.T, d *desk) {
		d.twin.SetQuirks(simulated.BeurerQuirks{Asleep: 1e6})
		ctx, cancel := context.WithCancelCause(t.Context())
		defer time.AfterFunc(3*time.Second, func() { cancel(gone) }).Stop()
		if err := d.measure(ctx); !errors.Is(err, gone) || d.took > 3100*time.Millisecond {
			t.Errorf("%v after %s", err, d.took)
		}
	})
}

// few is a monitor with one result of somebody else and the one of the visit.
func few(t *testing.T, test func(t *testing.T, d *desk)) {
	at(t, simulated.Options{Fault: simulated.NoResult}, func(t *testing.T, d *desk) {
		d.twin.Clear()
		other := result(50 * time.Hour)
		other.Systolic = 144
		d.twin.AddResult(other)
		d.twin.AddResult(result(3 * time.Minute))
		test(t, d)
	})
}

// TestDamage: on a wire without a checksum every wanted record is read twice,
// so one damaged answer, wherever it comes, makes no wrong reading.
func TestDamage(t *testing.T) {
	const answers = 7 // presence, name, count, two records, count, record
	for n := range answers {
		for i := range 9 {
			for name, how := range map[string]func([]byte) []byte{
				"lost":    func(b []byte) []byte { return slices.Delete(b, i, i+1) },
				"doubled": func(b []byte) []byte { return slices.Insert(b, i, b[i]) },
				"silent":  func(b []byte) []byte { return nil },
				"bit 0":   flip(i, 0), "bit 1": flip(i, 1), "bit 3": flip(i, 3), "bit 5": flip(i, 5), "bit 7": flip(i, 7),
			} {
				few(t, func(t *testing.T, d *desk) {
					d.twin.SetQuirks(simulated.BeurerQuirks{Alter: func(at int, answer []byte) []byte {
						if at != n || i >= len(answer) {
							return answer
						}
						return how(answer)
					}})
					err := d.measure(t.Context())
					var fault *instruments.Fault
					switch {
					case err == nil:
						d.one(t, err)
					case !errors.As(err, &fault) || len(d.readings) > 0:
						t.Errorf("%s at %d of answer %d: %d readings, %v", name, i, n, len(d.readings), err)
					}
				})
			}
		}
	}
}

func flip(i, bit int) func([]byte) []byte {
	return func(b []byte) []byte { b[i] ^= 1 << bit; return b }
}

// TestLateAnswers: an answer to an earlier question is never taken for that to
// the next one, which nothing in it would tell.
func TestLateAnswers(t *testing.T) {
	for n := range 7 {
		for _, late := range []time.Duration{700 * time.Millisecond, 1100 * time.Millisecond, 1500 * time.Millisecond, 1900 * time.Millisecond} {
			few(t, func(t *testing.T, d *desk) {
				d.twin.SetQuirks(simulated.BeurerQuirks{Alter: func(at int, answer []byte) []byte {
					if at == n || at == n+1 { // which answers the second try
						time.Sleep(late)
					}
					return answer
				}})
				err := d.measure(t.Context())
				if late < time.Second || err == nil {
					d.one(t, err)
				} else if code := instruments.CodeOf(err); code != instruments.Garbled && code != instruments.NoAnswer || len(d.readings) > 0 {
					t.Errorf("answer %d after %s: %d readings, %v", n, late, len(d.readings), err)
				}
			})
		}
	}
}

// TestCount: a damaged count must not hide one of two results, of which nobody
// knows whose the other is.
func TestCount(t *testing.T) {
	few(t, func(t *testing.T, d *desk) {
		d.twin.AddResult(result(2 * time.Minute))
		d.twin.SetQuirks(simulated.BeurerQuirks{Alter: func(at int, answer []byte) []byte {
			if at == 2 {
				answer[0] = 2
			}
			return answer
		}})
		if err := d.measure(t.Context()); instruments.CodeOf(err) != instruments.Garbled || len(d.readings) > 0 {
			t.Errorf("%d readings, %v", len(d.readings), err)
		}
	})
}

func TestCut(t *testing.T) {
	for n := range 51 {
		few(t, func(t *testing.T, d *desk) {
			d.wrap = func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, n) }
			err := d.measure(t.Context())
			if instruments.CodeOf(err) != instruments.Unplugged || len(d.readings) > 0 {
				t.Errorf("cut after %d bytes: %d readings, %v", n, len(d.readings), err)
			}
		})
	}
	few(t, func(t *testing.T, d *desk) {
		d.wrap = func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, 51) }
		d.one(t, d.measure(t.Context())) // all that is needed has come
	})
}

func TestProbe(t *testing.T) {
	at(t, simulated.Options{}, func(t *testing.T, d *desk) {
		err := d.with(t.Context(), func(ctx context.Context, port instruments.Port) error {
			id, err := beurer.New().Probe(ctx, port)
			if id.Name != "BM55 BLOOD PRESSURE" {
				t.Errorf("%+v", id)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	for name, c := range map[string]struct {
		first  string // spoken unasked
		answer []byte // to every byte
		want   instruments.FaultCode
	}{
		"silence": {"", nil, instruments.NoAnswer}, "talker": {"hello", nil, instruments.WrongModel},
		"echo": {"", []byte{0xAA}, instruments.Garbled}, "always 55": {"", []byte{0x55}, ""}, "noise": {"", []byte{0x55, 0x81}, instruments.Garbled},
	} {
		synctest.Test(t, func(t *testing.T) {
			host, wire := instruments.Pipe()
			var run sync.WaitGroup
			run.Go(func() {
				_, _ = wire.Write([]byte(c.first))
				var b [1]byte
				for {
					if _, err := wire.Read(b[:]); err != nil {
						return
					}
					if _, err := wire.Write(c.answer); err != nil {
						return
					}
				}
			})
			began := time.Now()
			_, err := beurer.New().Probe(t.Context(), host)
			if instruments.CodeOf(err) != c.want || time.Since(began) > 3*time.Second {
				t.Errorf("%s: %v after %s", name, err, time.Since(began))
			}
			host.Close()
			run.Wait()
		})
	}
}

func TestDemonstration(t *testing.T) {
	for _, fault := range append(simulated.Faults(), simulated.None) {
		at(t, simulated.Options{Seed: 5, Fault: fault}, func(t *testing.T, d *desk) {
			d.since = time.Minute
			err := d.measure(t.Context())
			var typed *instruments.Fault
			switch {
			case err != nil && (!errors.As(err, &typed) || len(d.readings) > 0 && typed.Code != instruments.SeveralResults):
				t.Errorf("%s: %d readings, %v", fault, len(d.readings), err)
			case err == nil && (len(d.readings) != 1 || vitals.CheckPlausible(d.readings[0].Values) != nil):
				t.Errorf("%s: %d readings", fault, len(d.readings))
			case err != nil && (fault == simulated.None || fault == simulated.Critical || fault == simulated.Trickle):
				t.Errorf("%q: %v", fault, err)
			}
		})
	}
}
