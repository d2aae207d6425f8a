package aandd_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/aandd"
	"aidpost/instruments/cuff"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// A seat is a person at a station, in virtual time.
type seat struct {
	twin     *simulated.ADStation
	driver   *aandd.Driver
	wrap     func(instruments.Port) instruments.Port
	emit     func(instruments.Event)
	readings []*instruments.Reading
	phases   []instruments.Phase
	took     time.Duration
}

// sit runs test at a station.
func sit(t *testing.T, o simulated.Options, q simulated.ADQuirks, test func(t *testing.T, s *seat)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, time.March, 10, 9, 30, 15, 0, time.UTC)))
		s := &seat{twin: simulated.NewQuirkyTM2655(o, q), driver: aandd.TM2655()}
		s.wrap = func(p instruments.Port) instruments.Port { return simulated.Disturb(p, o.Fault, o.Seed) }
		test(t, s)
		if said := s.twin.Violations(); len(said) > 0 {
			t.Errorf("the station was told %q", said)
		}
	})
}

// measure returns when the twin has ended, too.
func (s *seat) measure(ctx context.Context) (err error) {
	_ = s.with(ctx, func(ctx context.Context, port instruments.Port) error {
		began := time.Now()
		err = s.driver.Measure(ctx, port, instruments.Job{Since: began.Add(-time.Minute)}, func(e instruments.Event) {
			switch e := e.(type) {
			case *instruments.Reading:
				s.readings = append(s.readings, e)
			case *instruments.Progress:
				s.phases = append(s.phases, e.Phase)
			}
			if s.emit != nil {
				s.emit(e)
			}
		})
		s.took = time.Since(began)
		time.Sleep(time.Second) // until the station has heard the last command
		return err
	})
	return err
}

func (s *seat) with(ctx context.Context, do func(context.Context, instruments.Port) error) error {
	host, wire := instruments.Pipe()
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	var run sync.WaitGroup
	run.Go(func() { _ = s.twin.Run(running, s.wrap(wire)) })
	defer run.Wait()
	defer host.Close()
	defer stop()
	return do(ctx, host)
}

func TestMeasure(t *testing.T) {
	for name, q := range map[string]simulated.ADQuirks{
		"plain": {}, "acks": {Acks: true}, "trailing": {Trailing: true}, "twice": {Twice: true},
	} {
		sit(t, simulated.Options{Seed: 2}, q, func(t *testing.T, s *seat) {
			err := s.measure(t.Context())
			starts, stops := s.twin.Commanded()
			if err != nil || len(s.readings) != 1 || starts != 1 || stops != 0 || s.twin.Pressure() >= cuff.Empty {
				t.Fatalf("%s: %d readings, %v; %d starts, %d stops", name, len(s.readings), err, starts, stops)
			}
			r := s.readings[0]
			if r.Identity.Name != "TM2655" || len(r.Values) != 4 || r.InstrumentTime.IsZero() || time.Since(r.Taken) > 2*time.Second {
				t.Errorf("%s: %+v", name, r)
			}
			if s.took < 20*time.Second || s.took > time.Minute || !slices.Equal(s.phases, []instruments.Phase{instruments.Connecting, instruments.Measuring}) {
				t.Errorf("%s: took %s, %q", name, s.took, s.phases)
			}
			fields := explaintest.Whole(t, s.driver, r.Capture)
			if sys, _ := r.Values.Get(vitals.Systolic); explaintest.Value(fields, "SYS") != sys.Value.String()+" mmHg" {
				t.Errorf("%s: %v", name, fields)
			}
		})
	}
}

// A person presses the key although the host has started: one record comes.
func TestPersonPresses(t *testing.T) {
	sit(t, simulated.Options{}, simulated.ADQuirks{}, func(t *testing.T, s *seat) {
		s.twin.Press()
		time.Sleep(10 * time.Second)
		if err := s.measure(t.Context()); err != nil || len(s.readings) != 1 {
			t.Errorf("%d readings, %v", len(s.readings), err)
		}
	})
}

// TestLetGo: whatever the way out, the station was told to stop, and no fault
// says more about the cuff than is known.
func TestLetGo(t *testing.T) {
	gone := errors.New("the screen was left")
	for name, c := range map[string]struct {
		fault  simulated.Fault
		quirks simulated.ADQuirks
		after  time.Duration // until it is cancelled; zero: not at all
		want   instruments.FaultCode
		cause  error
	}{
		"cancelled":                  {after: 9 * time.Second, cause: gone},
		"cancelled at once":          {after: time.Millisecond, cause: gone},
		"cancelled, deaf at first":   {quirks: simulated.ADQuirks{DeafStops: 2}, after: 9 * time.Second, cause: gone},
		"cancelled, no record":       {quirks: simulated.ADQuirks{Mute: true}, after: 9 * time.Second, want: instruments.AbortUnconfirmed, cause: gone},
		"cancelled, acknowledged":    {quirks: simulated.ADQuirks{Mute: true, Acks: true}, after: 9 * time.Second, want: instruments.AbortUnconfirmed, cause: gone},
		"cancelled, deaf":            {quirks: simulated.ADQuirks{DeafStops: 99}, after: 9 * time.Second, want: instruments.AbortUnconfirmed, cause: gone},
		"cancelled, wrong check":     {quirks: simulated.ADQuirks{WrongCheck: true}, after: 9 * time.Second, want: instruments.AbortUnconfirmed, cause: gone},
		"stuck":                      {fault: simulated.StuckCuff, after: 20 * time.Second, want: instruments.AbortUnconfirmed, cause: gone},
		"never ends":                 {fault: simulated.StuckCuff, want: instruments.AbortUnconfirmed},
		"no record at the end":       {quirks: simulated.ADQuirks{NoEnd: true}, want: instruments.AbortUnconfirmed},
		"wrong check":                {quirks: simulated.ADQuirks{WrongCheck: true}, want: instruments.AbortUnconfirmed},
		"check over the ETX":         {quirks: simulated.ADQuirks{CheckETX: true}, want: instruments.AbortUnconfirmed},
		"loose":                      {fault: simulated.CuffLoose, want: instruments.Unstable},
		"station's clock":            {fault: simulated.WrongClock, want: instruments.ClockUnset},
		"station's clock is an hour": {quirks: simulated.ADQuirks{Drift: time.Hour}},
	} {
		t.Run(name, func(t *testing.T) {
			sit(t, simulated.Options{Fault: c.fault}, c.quirks, func(t *testing.T, s *seat) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				if c.after > 0 {
					defer time.AfterFunc(c.after, func() { cancel(gone) }).Stop()
				}
				err := s.measure(ctx)
				if c.want != "" && instruments.CodeOf(err) != c.want || c.cause != nil && !errors.Is(err, c.cause) || (err == nil) != (len(s.readings) == 1) {
					t.Errorf("%d readings, %v", len(s.readings), err)
				}
				starts, stops := s.twin.Commanded()
				if starts != 1 || err != nil && stops == 0 || err == nil && stops > 0 {
					t.Errorf("%d starts, %d stops", starts, stops)
				}
				if limit := cuff.Limit + 6*time.Second; s.took > limit || c.after > 0 && s.took > c.after+6*time.Second {
					t.Errorf("took %s", s.took)
				}
				if err != nil && instruments.CodeOf(err) != instruments.AbortUnconfirmed && s.twin.Pressure() >= cuff.Empty {
					t.Error("the cuff was tight, and nobody said so")
				}
			})
		})
	}
}

// TestPanic: a listener that panics, or ends its goroutine, stops the station.
func TestPanic(t *testing.T) {
	for name, leave := range map[string]func(){"panic": func() { panic("on purpose") }, "goexit": runtime.Goexit} {
		sit(t, simulated.Options{}, simulated.ADQuirks{}, func(t *testing.T, s *seat) {
			s.emit = func(e instruments.Event) {
				if p, ok := e.(*instruments.Progress); ok && p.Phase == instruments.Measuring {
					leave()
				}
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				defer func() { _ = recover() }()
				_ = s.measure(t.Context())
			}()
			<-done
			if starts, stops := s.twin.Commanded(); starts != 1 || stops == 0 || s.twin.Pressure() >= cuff.Empty {
				t.Errorf("%s: %d starts, %d stops, cuff tight: %t", name, starts, stops, s.twin.Pressure() >= cuff.Empty)
			}
		})
	}
}

// TestStale: a record that was there before the start is none of this visit.
func TestStale(t *testing.T) {
	old := []byte(framed("TM2655\x1e2603100930\x1eRB\x1eM\x1eE00\x1eS177\x1eM150\x1eD 92\x1eP 83", 0))
	for _, at := range []time.Duration{0, 500 * time.Millisecond} {
		sit(t, simulated.Options{}, simulated.ADQuirks{}, func(t *testing.T, s *seat) {
			time.AfterFunc(at, func() { s.twin.Say(old) })
			err := s.measure(t.Context())
			if err != nil || len(s.readings) != 1 {
				t.Fatalf("%d readings, %v", len(s.readings), err)
			}
			if sys, _ := s.readings[0].Values.Get(vitals.Systolic); sys == vitals.Of(177, vitals.MmHg) {
				t.Error("the old record was taken")
			}
		})
	}
}

// spoiled changes what the station sends.
type spoiled struct {
	instruments.Port
	change func([]byte) []byte
}

func (s *spoiled) Write(b []byte) (int, error) {
	_, err := s.Port.Write(s.change(slices.Clone(b)))
	return len(b), err
}

// TestDamage: a record of which a bit is flipped, a byte is lost or two bytes
// are swapped or doubled is right, or no reading at all.
func TestDamage(t *testing.T) {
	size := len(framed(logged, 0))
	damage := map[string]func(i int) func([]byte) []byte{}
	for bit := range 8 {
		damage["bit "+string(rune('0'+bit))] = func(i int) func([]byte) []byte {
			return func(b []byte) []byte { b[i%len(b)] ^= 1 << bit; return b }
		}
	}
	damage["lost"] = func(i int) func([]byte) []byte {
		return func(b []byte) []byte { return slices.Delete(b, i%len(b), i%len(b)+1) }
	}
	damage["doubled"] = func(i int) func([]byte) []byte {
		return func(b []byte) []byte { i %= len(b); return slices.Insert(b, i, b[i]) }
	}
	var right vitals.Values
	sit(t, simulated.Options{Seed: 3}, simulated.ADQuirks{}, func(t *testing.T, s *seat) {
		if err := s.measure(t.Context()); err != nil {
			t.Fatal(err)
		}
		right = s.readings[0].Values
	})
	for name, how := range damage {
		for i := range size {
			sit(t, simulated.Options{Seed: 3}, simulated.ADQuirks{}, func(t *testing.T, s *seat) {
				s.wrap = func(p instruments.Port) instruments.Port { return &spoiled{p, how(i)} }
				err := s.measure(t.Context())
				var fault *instruments.Fault
				if err != nil && (!errors.As(err, &fault) || len(s.readings) > 0) || err == nil && !slices.Equal(s.readings[0].Values, right) {
					t.Errorf("%s at %d: %d readings, %v", name, i, len(s.readings), err)
				}
			})
		}
	}
}

func TestCut(t *testing.T) {
	for n := range len(framed(logged, 0)) {
		sit(t, simulated.Options{}, simulated.ADQuirks{}, func(t *testing.T, s *seat) {
			s.wrap = func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, n) }
			if err := s.measure(t.Context()); instruments.CodeOf(err) != instruments.Unplugged || len(s.readings) > 0 {
				t.Errorf("cut after %d bytes: %d readings, %v", n, len(s.readings), err)
			}
		})
	}
}

func TestProbe(t *testing.T) {
	for said, want := range map[string]instruments.FaultCode{"": "", "\x06": "", "\x3E\x05\x10\x00": instruments.WrongModel} {
		sit(t, simulated.Options{}, simulated.ADQuirks{}, func(t *testing.T, s *seat) {
			s.twin.Say([]byte(said))
			err := s.with(t.Context(), func(ctx context.Context, port instruments.Port) error {
				_, err := s.driver.Probe(ctx, port)
				return err
			})
			starts, stops := s.twin.Commanded()
			if instruments.CodeOf(err) != want || starts+stops > 0 {
				t.Errorf("%q: %v, %d starts, %d stops", said, err, starts, stops)
			}
		})
	}
}

// TestRelease stops a measurement that was left running, and does not mind a
// station at rest. Whoever starts it then waits until the cuff is empty and the
// arm has had its rest, and is given nothing of the measurement that was stopped.
func TestRelease(t *testing.T) {
	for _, running := range []bool{true, false} {
		sit(t, simulated.Options{}, simulated.ADQuirks{}, func(t *testing.T, s *seat) {
			if running {
				s.twin.Press()
			}
			time.Sleep(5 * time.Second)
			began := time.Now()
			err := s.with(t.Context(), func(_ context.Context, port instruments.Port) error { return s.driver.Release(port) })
			if starts, stops := s.twin.Commanded(); err != nil || starts != 0 || stops != 1 || time.Since(began) > time.Second {
				t.Errorf("%v after %s, %d starts, %d stops", err, time.Since(began), starts, stops)
			}
			tight := -1 // when the host starts it, mmHg
			s.emit = func(e instruments.Event) {
				if p, ok := e.(*instruments.Progress); ok && p.Phase == instruments.Measuring {
					tight = s.twin.Pressure()
					if time.Since(began) < cuff.Interval {
						t.Errorf("started after %s", time.Since(began))
					}
				}
			}
			if err := s.measure(t.Context()); err != nil || len(s.readings) != 1 || tight < 0 || tight >= cuff.Empty {
				t.Errorf("%d readings, %v; started at %d mmHg", len(s.readings), err, tight)
			}
		})
	}
}

// TestFaults: the wire's and the station's faults end in a reading that can be,
// or in a fault.
func TestFaults(t *testing.T) {
	for _, fault := range simulated.Faults() {
		sit(t, simulated.Options{Seed: 5, Fault: fault}, simulated.ADQuirks{}, func(t *testing.T, s *seat) {
			err := s.measure(t.Context())
			var typed *instruments.Fault
			if err != nil && (!errors.As(err, &typed) || len(s.readings) > 0) || err == nil && (len(s.readings) != 1 || vitals.CheckPlausible(s.readings[0].Values) != nil) {
				t.Errorf("%s: %d readings, %v", fault, len(s.readings), err)
			}
		})
	}
}
