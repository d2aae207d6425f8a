package codefree_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/codefree"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
)

// TestMemory: a meter that cannot be asked twice does not run the tests of
// disturbed wires; those are below.
func TestMemory(t *testing.T) {
	metertest.RunMemory(t, metertest.Kit{
		Driver:     codefree.New(),
		NewTwin:    func(o simulated.Options) metertest.Meter { return simulated.NewCodeFree(o) },
		Margin:     2 * time.Minute, // of a clock that cannot be read
		Resolution: time.Minute,
		Capacity:   500,
		Refused:    map[simulated.ResultKind]instruments.FaultCode{simulated.ControlTest: instruments.DamagedRecord},
		Traces:     func(mgPerDL int) []byte { return []byte{byte(mgPerDL >> 8), byte(mgPerDL)} },
		Clockless:  true,
		Nameless:   true,
		Numbers:    true,
		Limits:     meter.Range{Low: 10, High: 600},
	})
}

// later is a clock for virtual time.
func later() time.Time { return time.Now().AddDate(26, 2, 9) }

// fresh returns a meter with one result of a minute ago, and one of somebody
// else.
func fresh() *simulated.CodeFree {
	twin := simulated.NewCodeFree(simulated.Options{Now: later})
	twin.Clear()
	twin.AddResult(simulated.Result{At: later().Add(-time.Hour), MgPerDL: 333})
	twin.AddResult(simulated.Result{At: later().Add(-time.Minute), MgPerDL: 104})
	return twin
}

// a run is what came of one use of the driver.
type run struct {
	values     []string
	notes      []string
	err        error
	took       time.Duration
	told       []string // the meter, of what it does not understand
	sent, said int      // bytes of the host and of the meter
}

// counted counts bytes.
type counted struct {
	instruments.Port
	read, written int
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Port.Read(b)
	c.read += n
	return n, err
}

func (c *counted) Write(b []byte) (int, error) {
	c.written += len(b)
	return c.Port.Write(b)
}

// with runs act at the twin, whose end of the wire wrap may disturb.
func with(t *testing.T, twin *simulated.CodeFree, wrap func(instruments.Port) instruments.Port, act func(port instruments.Port) error) (out run) {
	t.Helper()
	host, wire := instruments.Pipe()
	if wrap != nil {
		wire = wrap(wire)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = twin.Run(ctx, wire) })
	port := &counted{Port: host}
	begun := time.Now()
	out.err = act(port)
	out.took = time.Since(begun)
	out.sent, out.said = port.written, port.read
	cancel()
	host.Close()
	running.Wait()
	out.told = twin.Violations()
	return out
}

func measure(t *testing.T, ctx context.Context, twin *simulated.CodeFree, wrap func(instruments.Port) instruments.Port) run {
	t.Helper()
	var values, notes []string
	out := with(t, twin, wrap, func(port instruments.Port) error {
		job := instruments.Job{Since: later().Add(-5 * time.Minute), Now: later}
		return codefree.New().Measure(ctx, port, job, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				values, notes = append(values, r.Values[0].Quantity.String()), append(notes, r.Note)
			}
		})
	})
	out.values, out.notes = values, notes
	return out
}

// right fails unless out is the one result of fresh.
func (out run) right(t *testing.T) {
	t.Helper()
	if out.err != nil || !slices.Equal(out.values, []string{"104 mg/dL"}) || out.notes[0] == "" || len(out.told) > 0 {
		t.Errorf("%+v", out)
	}
}

// The meter is switched on when the person comes to it, at the first time or
// the third.
func TestSwitchedOn(t *testing.T) {
	for _, slept := range []int{0, 2} {
		synctest.Test(t, func(t *testing.T) {
			twin := fresh()
			twin.Sleep(slept)
			measure(t, t.Context(), twin, nil).right(t)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		twin := fresh()
		twin.Sleep(1 << 20)
		out := measure(t, t.Context(), twin, nil)
		if instruments.CodeOf(out.err) != instruments.NoAnswer || out.took > 6*time.Minute || out.sent > 0 {
			t.Errorf("never switched on: %+v", out)
		}
	})
}

// late delivers what the twin writes late.
type late struct {
	instruments.Port
	first bool
}

func (l *late) Write(b []byte) (int, error) {
	if !l.first {
		l.first = true
		time.Sleep(time.Second)
	}
	return l.Port.Write(b)
}

// A meter that does not hear the answer in time is switched off and on.
func TestAnsweredTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(p instruments.Port) instruments.Port { return &unheard{Port: p} }
		out := measure(t, t.Context(), fresh(), slow)
		out.right(t)
		if out.took < 6*time.Second {
			t.Errorf("after %s", out.took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		measure(t, t.Context(), fresh(), func(p instruments.Port) instruments.Port { return &late{Port: p} }).right(t)
	})
}

// unheard lets the first thing that the host says go unheard.
type unheard struct {
	instruments.Port
	done bool
}

func (u *unheard) Read(b []byte) (int, error) {
	n, err := u.Port.Read(b)
	if n > 0 && !u.done {
		u.done = true
		return u.Port.Read(b)
	}
	return n, err
}

// flipped turns over one bit of what the twin says.
type flipped struct {
	instruments.Port
	bit, sent int
}

func (f *flipped) Write(b []byte) (int, error) {
	b = slices.Clone(b)
	if at := f.bit/8 - f.sent; at >= 0 && at < len(b) {
		b[at] ^= 1 << (f.bit % 8)
	}
	f.sent += len(b)
	return f.Port.Write(b)
}

// Every bit turned over, and the cable pulled after every byte: the right value
// or a fault, and nothing that the meter does not understand.
func TestDamaged(t *testing.T) {
	var clean run
	synctest.Test(t, func(t *testing.T) { clean = measure(t, t.Context(), fresh(), nil) })
	clean.right(t)
	for bit := range 8 * clean.said {
		synctest.Test(t, func(t *testing.T) {
			out := measure(t, t.Context(), fresh(), func(p instruments.Port) instruments.Port { return &flipped{Port: p, bit: bit} })
			switch code := instruments.CodeOf(out.err); {
			case out.err == nil:
				out.right(t)
			case code != instruments.Garbled, len(out.values) > 0, len(out.told) > 0:
				t.Errorf("bit %d: %+v", bit, out)
			}
		})
	}
	for n := range clean.said {
		synctest.Test(t, func(t *testing.T) {
			out := measure(t, t.Context(), fresh(), func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, n) })
			whole := out.err == nil && len(out.values) == 1 && n > clean.said-len("S\x20\x04\x10\x70\x60\xAA")-1
			if !whole && (instruments.CodeOf(out.err) != instruments.Unplugged || len(out.values) > 0) {
				t.Errorf("cut after %d bytes: %+v", n, out)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	errEnough := errors.New("enough")
	for _, after := range []time.Duration{0, time.Second, 2100 * time.Millisecond, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			twin := fresh()
			twin.Sleep(1 << 20)
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(after, func() { cancel(errEnough) })
			if out := measure(t, ctx, twin, nil); !errors.Is(out.err, errEnough) || out.took > after+100*time.Millisecond {
				t.Errorf("after %s: %+v", after, out)
			}
		})
	}
}

// A probe says nothing, and refuses only what is something else.
func TestProbe(t *testing.T) {
	for _, tt := range []struct {
		name, said string
		code       instruments.FaultCode
	}{
		{"silence", "", ""},
		{"switched on", "\x00\x53\x20\x04\x10\x30\x20\xAA", ""},
		{"switched on twice before anybody listened", "\x00\x53\x20\x04\x10\x30\x20\xAA\x00\x53\x20\x04\x10\x30\x20\xAA", ""},
		{"and then another", "\x53\x20\x04\x10\x30\x20\xAA\x81\x20", instruments.WrongModel},
		{"being switched on", "\x53\x20\x04", ""},
		{"another instrument", "\x81\x20\x20\x48\x61", instruments.WrongModel},
		{"in the middle of a session", "\x53\x20\x13\x00\x00", instruments.WrongModel},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				host, wire := instruments.Pipe()
				if _, err := wire.Write([]byte(tt.said)); err != nil {
					t.Fatal(err)
				}
				port := &counted{Port: host}
				begun := time.Now()
				identity, err := codefree.New().Probe(t.Context(), port)
				if identity != (instruments.Identity{}) || instruments.CodeOf(err) != tt.code || port.written > 0 || time.Since(begun) > 300*time.Millisecond {
					t.Errorf("%+v, %v, %d bytes sent, %s", identity, err, port.written, time.Since(begun))
				}
				host.Close()
			})
		})
	}
}

func TestSetClock(t *testing.T) {
	set := func(t *testing.T, twin *simulated.CodeFree, to time.Time) run {
		return with(t, twin, nil, func(port instruments.Port) error {
			_, ok, err := codefree.New().SetClock(t.Context(), port, to)
			if ok {
				t.Error("a clock that cannot be read was read")
			}
			return err
		})
	}
	synctest.Test(t, func(t *testing.T) {
		twin := fresh()
		twin.AllowClock()
		twin.SetClockError(-9 * time.Hour)
		if out := set(t, twin, later()); out.err != nil {
			t.Fatal(out.err)
		}
		time.Sleep(2 * time.Minute)
		twin.AddResult(simulated.Result{At: later(), MgPerDL: 111})
		if out := measure(t, t.Context(), twin, nil); !slices.Contains(out.values, "111 mg/dL") {
			t.Errorf("afterwards: %+v", out)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		if out := set(t, fresh(), time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC)); out.err == nil || out.sent > 0 {
			t.Errorf("the year 1999: %+v", out)
		}
	})
}

// BenchmarkDownload is bounded below by the moment in which the meter is
// switched on.
func BenchmarkDownload(b *testing.B) {
	metertest.BenchmarkDownload(b, codefree.New(), simulated.NewCodeFree(simulated.Options{}), 500)
}
