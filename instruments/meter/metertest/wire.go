package metertest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
)

func (k Kit) testModel(t *testing.T) {
	m := k.Driver.Model()
	twin := k.NewTwin(simulated.Options{})
	if m.ID != twin.Model() || m.Line != twin.Line() {
		t.Errorf("driver serves %s on %s, twin is %s on %s", m.ID, m.Line, twin.Model(), twin.Line())
	}
	if !m.Talks || !m.Abilities.Memory || m.Abilities.Clock == k.Clockless || !m.Abilities.Info || len(m.Adapters) == 0 {
		t.Errorf("model %+v", m)
	}
}

func (k Kit) probe(t *testing.T, v *visit) (identity instruments.Identity, out outcome) {
	out = v.run(t, func(ctx context.Context, port instruments.Port) (err error) {
		identity, err = k.Driver.Probe(ctx, port)
		return err
	})
	return identity, out
}

func (k Kit) testProbe(t *testing.T) {
	for _, sleep := range []int{0, 1} {
		k.in(t, func(t *testing.T, v *visit) {
			v.meter.Sleep(sleep)
			v.meter.AddResult(ago(time.Minute, 333))
			identity, out := k.probe(t, v)
			if out.err != nil || identity.Serial == "" || identity.Name == "" || identity.HasClock == k.Clockless {
				t.Errorf("probe: %+v, %v", identity, out.err)
			}
			if out.took > 3*time.Second {
				t.Errorf("probe took %s", out.took)
			}
		})
	}
	if !k.Hasty {
		k.testProbeFlips(t)
	}
	// A port on which nobody answers, and one on which somebody else talks.
	for name, twin := range map[string]func(instruments.Port) error{
		"silent": func(instruments.Port) error { return nil },
		"stream": func(p instruments.Port) error {
			for range 400 {
				if _, err := p.Write([]byte{0x81, 0x20, 0x20, 0x48, 0x61}); err != nil {
					return err
				}
				time.Sleep(time.Second / 60)
			}
			return nil
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			host, wire := instruments.Pipe()
			var other sync.WaitGroup
			other.Go(func() { _ = twin(wire) })
			begun := time.Now()
			identity, err := k.Driver.Probe(t.Context(), host)
			want := instruments.WrongModel
			if name == "silent" {
				want = instruments.NoAnswer
			}
			if took := time.Since(begun); took > 3*time.Second || identity.Serial != "" || instruments.CodeOf(err) != want {
				t.Errorf("%s: %+v, %v after %s", name, identity, err, took)
			}
			if name == "stream" {
				var sent [8]byte
				_ = wire.SetReadDeadline(time.Now())
				if n, _ := wire.Read(sent[:]); n > 0 {
					t.Errorf("something was sent to another instrument: % x", sent[:n])
				}
			}
			host.Close()
			other.Wait()
		})
	}
}

// testProbeFlips turns over every single bit of a probe: no meter is taken for
// another one.
func (k Kit) testProbeFlips(t *testing.T) {
	var right instruments.Identity
	bits := 0
	k.in(t, func(t *testing.T, v *visit) {
		var out outcome
		right, out = k.probe(t, v)
		bits = 8 * len(out.fromWire)
	})
	for bit := 0; bit < bits; bit += max(1, k.Sparse) {
		k.in(t, func(t *testing.T, v *visit) {
			v.wrap = func(p instruments.Port) instruments.Port { return &flipped{Port: p, bit: bit} }
			if got, out := k.probe(t, v); out.err == nil && got.Serial != right.Serial {
				t.Errorf("bit %d: %+v", bit, got)
			}
		})
	}
}

// chunked delivers what the twin writes in pieces, as adapters do.
type chunked struct {
	instruments.Port
	size int
	gap  time.Duration
}

func (c *chunked) Write(b []byte) (int, error) {
	for done := 0; done < len(b); {
		n, err := c.Port.Write(b[done:min(done+c.size, len(b))])
		if done += n; err != nil {
			return done, err
		}
		time.Sleep(c.gap)
	}
	return len(b), nil
}

func (k Kit) testChunks(t *testing.T) {
	line := k.Driver.Model().Line
	wraps := map[string]func(instruments.Port) instruments.Port{
		"bytes": func(p instruments.Port) instruments.Port { return &chunked{p, 1, line.CharTime()} },
		"bursts": func(p instruments.Port) instruments.Port {
			return &chunked{p, int(16 * time.Millisecond / line.CharTime()), 16 * time.Millisecond}
		},
		"whole": nil,
		"paced": func(p instruments.Port) instruments.Port { return simulated.Paced(p, line) },
	}
	for name, wrap := range wraps {
		t.Run(name, func(t *testing.T) {
			k.in(t, func(t *testing.T, v *visit) {
				v.wrap = wrap
				v.meter.AddResult(ago(24*time.Hour, 333))
				v.meter.AddResult(ago(time.Minute, 104))
				k.measure(t, v).want(t, "", "104 mg/dL")
			})
		})
	}
}

func (k Kit) testSilence(t *testing.T) {
	for _, sleep := range []int{1, 2} {
		k.in(t, func(t *testing.T, v *visit) {
			v.meter.Sleep(sleep)
			v.meter.AddResult(ago(time.Minute, 104))
			k.measure(t, v).want(t, "", "104 mg/dL")
		})
	}
	k.in(t, func(t *testing.T, v *visit) {
		v.meter.Sleep(1 << 20)
		v.meter.AddResult(ago(time.Minute, 104))
		out := k.measure(t, v)
		out.want(t, instruments.NoAnswer)
		if out.took > 20*time.Second {
			t.Errorf("gave up after %s", out.took)
		}
	})
}

// testLate has the meter fall silent when its memory is read.
func (k Kit) testLate(t *testing.T) {
	k.in(t, func(t *testing.T, v *visit) {
		v.meter.AddResult(ago(time.Minute, 104))
		v.watch = func(e instruments.Event) {
			if p, ok := e.(*instruments.Progress); ok && p.Phase == instruments.Downloading {
				v.meter.Sleep(1 << 20)
			}
		}
		out := k.measure(t, v)
		out.want(t, instruments.NoAnswer)
		if out.took > 15*time.Second {
			t.Errorf("gave up after %s", out.took)
		}
	})
	// Answers that come later than they are waited for belong to questions
	// asked before, and must not be taken for those of the next.
	for _, by := range []time.Duration{900 * time.Millisecond, 1200 * time.Millisecond, 2500 * time.Millisecond} {
		k.in(t, func(t *testing.T, v *visit) {
			v.meter.AddResult(ago(24*time.Hour, 333))
			v.meter.AddResult(ago(time.Minute, 104))
			v.meter.AddResult(ago(-time.Hour, 222))
			v.wrap = func(p instruments.Port) instruments.Port { return &delayed{p, by} }
			out := k.measure(t, v)
			if out.err == nil {
				out.want(t, "", "104 mg/dL")
			} else if len(out.readings) > 0 {
				t.Errorf("readings %q with %v", out.values(), out.err)
			}
		})
	}
}

// delayed delivers what the twin writes in order but late.
type delayed struct {
	instruments.Port
	by time.Duration
}

func (d *delayed) Write(b []byte) (int, error) {
	b = append([]byte(nil), b...)
	time.AfterFunc(d.by, func() { _, _ = d.Port.Write(b) })
	return len(b), nil
}

// flipped turns over one bit of all that the twin sends.
type flipped struct {
	instruments.Port
	bit  int
	sent int
}

func (f *flipped) Write(b []byte) (int, error) {
	b = append([]byte(nil), b...)
	if at := f.bit/8 - f.sent; at >= 0 && at < len(b) {
		b[at] ^= 1 << (f.bit % 8)
	}
	f.sent += len(b)
	return f.Port.Write(b)
}

// testFlips turns over every single bit of a session. Whatever it hits, the
// value, its time, its meal and its meter are right or there is no reading.
func (k Kit) testFlips(t *testing.T) {
	fill := func(v *visit) {
		v.meter.AddResult(ago(24*time.Hour, 333))
		v.meter.AddResult(ago(time.Minute, 104))
	}
	var clean outcome
	k.in(t, func(t *testing.T, v *visit) { fill(v); clean = k.measure(t, v) })
	clean.want(t, "", "104 mg/dL")
	right := clean.readings[0]
	read, tried := 0, 0
	for bit := 0; bit < 8*len(clean.fromWire); bit += max(1, k.Sparse) {
		tried++
		k.in(t, func(t *testing.T, v *visit) {
			fill(v)
			v.wrap = func(p instruments.Port) instruments.Port { return &flipped{Port: p, bit: bit} }
			out := k.measure(t, v)
			if len(out.readings) == 0 && out.err == nil || len(out.readings) > 1 {
				t.Fatalf("bit %d: %d readings, %v", bit, len(out.readings), out.err)
			}
			if instruments.CodeOf(out.err) == instruments.NoNewResult {
				t.Errorf("bit %d: the result of the visit was not seen", bit)
			}
			for _, r := range out.readings {
				read++
				if r.Values[0] != right.Values[0] || r.Meal != right.Meal || !r.InstrumentTime.Equal(right.InstrumentTime) ||
					r.Identity.Serial != right.Identity.Serial || (r.Drift-right.Drift).Abs() > 8*time.Second {
					t.Fatalf("bit %d: %+v", bit, r)
				}
			}
		})
	}
	if read < tried*9/10 {
		t.Errorf("only %d of %d sessions with one flipped bit were saved by asking again", read, tried)
	}
}

// testCuts pulls the cable after every byte.
func (k Kit) testCuts(t *testing.T) {
	fill := func(v *visit) {
		v.meter.AddResult(ago(24*time.Hour, 333))
		v.meter.AddResult(ago(time.Minute, 104))
	}
	var clean outcome
	k.in(t, func(t *testing.T, v *visit) { fill(v); clean = k.measure(t, v) })
	for n := range len(clean.fromWire) {
		k.in(t, func(t *testing.T, v *visit) {
			fill(v)
			v.wrap = func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, n) }
			out := k.measure(t, v)
			out.want(t, instruments.Unplugged)
			if out.took > 3*time.Second {
				t.Errorf("cut after %d bytes was noticed after %s", n, out.took)
			}
		})
	}
}

func (k Kit) testCancel(t *testing.T) {
	for _, when := range []time.Duration{0, 10 * time.Millisecond, time.Second} {
		k.in(t, func(t *testing.T, v *visit) {
			v.meter.Sleep(1 << 20)
			out := v.run(t, func(ctx context.Context, port instruments.Port) error {
				ctx, cancel := context.WithCancelCause(ctx)
				time.AfterFunc(when, func() { cancel(errPulled) })
				return k.Driver.Measure(ctx, port, v.job, func(instruments.Event) {})
			})
			if !errors.Is(out.err, errPulled) || out.took > when+100*time.Millisecond {
				t.Errorf("cancelled after %s: %v after %s", when, out.err, out.took)
			}
		})
	}
}

func (k Kit) testWireFaults(t *testing.T) {
	for _, fault := range []simulated.Fault{
		simulated.Garbage, simulated.MidFrame, simulated.ChecksumError, simulated.Stall, simulated.Unplug, simulated.Trickle,
	} {
		t.Run(string(fault), func(t *testing.T) {
			k.in(t, func(t *testing.T, v *visit) {
				v.meter.AddResult(ago(24*time.Hour, 333))
				v.meter.AddResult(ago(time.Minute, 104))
				v.wrap = func(p instruments.Port) instruments.Port { return simulated.Disturb(p, fault, 3) }
				out := k.measure(t, v)
				switch {
				case out.err == nil:
					out.want(t, "", "104 mg/dL")
				case len(out.readings) > 0:
					t.Errorf("readings %q with %v", out.values(), out.err)
				case fault == simulated.Garbage, fault == simulated.MidFrame, fault == simulated.Trickle:
					t.Errorf("not saved by asking again: %v", out.err)
				}
			})
		})
	}
}

// testExchanged swaps the meter behind the cable in the middle of a session.
func (k Kit) testExchanged(t *testing.T) {
	k.in(t, func(t *testing.T, v *visit) {
		for i := range 5 {
			v.meter.AddResult(ago(time.Duration(10-i)*time.Hour, 333))
		}
		v.meter.AddResult(ago(time.Minute, 104))
		v.job.Since = time.Time{}
		v.watch = func(e instruments.Event) {
			if p, ok := e.(*instruments.Progress); ok && p.Phase == instruments.Downloading {
				v.meter.SetSerial(k.OtherSerial)
			}
		}
		k.measure(t, v).want(t, instruments.WrongModel)
	})
}

// testGrowing stores a second result after each question in turn. Whatever is
// read belongs together: no result has another one's time.
func (k Kit) testGrowing(t *testing.T) {
	times := map[string]time.Time{"104 mg/dL": start.Add(-4 * time.Minute), "111 mg/dL": start.Add(-time.Minute)}
	for question := range 20 {
		k.in(t, func(t *testing.T, v *visit) {
			v.meter.AddResult(ago(24*time.Hour, 333))
			v.meter.AddResult(ago(4*time.Minute, 104))
			asked := 0
			v.wrap = func(p instruments.Port) instruments.Port {
				return &onRead{p, func() {
					if asked++; asked == question {
						v.meter.AddResult(ago(time.Minute, 111))
					}
				}}
			}
			out := k.measure(t, v)
			for _, r := range out.readings {
				value := r.Values[0].Quantity.String()
				if off := r.Taken.Sub(times[value]).Abs(); off > k.Resolution+time.Second {
					t.Errorf("stored at question %d: %s taken %s", question, value, r.Taken)
				}
			}
			if n := len(out.readings); n != 1 && n != 2 {
				t.Errorf("stored at question %d: %q, %v", question, out.values(), out.err)
			}
		})
	}
}

// onRead calls back when the twin has received something.
type onRead struct {
	instruments.Port
	fn func()
}

func (o *onRead) Read(b []byte) (int, error) {
	n, err := o.Port.Read(b)
	if n > 0 {
		o.fn()
	}
	return n, err
}
