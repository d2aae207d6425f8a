// Package spotchecktest holds the tests that the driver of every live oximeter
// must pass on its twin, in virtual time.
package spotchecktest

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// A Kit is what the tests need to know about a driver.
type Kit struct {
	Driver instruments.Decoder
	Twin   func(simulated.Options) simulated.Twin
	// Want is how each fault of the twin ends; empty is a reading.
	Want map[simulated.Fault]instruments.FaultCode
	// Passing are faults of a twin that must be told on the way.
	Passing map[simulated.Fault]instruments.FaultCode
	// Soonest is the least time a finger must be in; by the rule, a minute.
	Soonest time.Duration
	// Cuts is how many bytes from the start on the wire is cut after each.
	Cuts int
	// Lost bounds how long it takes to notice that the wire is gone.
	Lost time.Duration
}

// Events are what a measurement emitted, samples copied.
type Events struct {
	Samples  []instruments.PlethSample
	Readings []*instruments.Reading
	Faults   []instruments.FaultCode
}

// Emit takes in an event.
func (l *Events) Emit(e instruments.Event) {
	switch e := e.(type) {
	case *instruments.PlethSample:
		l.Samples = append(l.Samples, *e)
	case *instruments.Reading:
		l.Readings = append(l.Readings, e)
	case *instruments.Fault:
		l.Faults = append(l.Faults, e.Code)
	}
}

// OnWire runs a twin on a pipe, in a bubble where time costs nothing, and
// hands the host's end to use. When use returns, the cable is pulled.
func OnWire(t *testing.T, twin simulated.Twin, wrap func(instruments.Port) instruments.Port, use func(t *testing.T, host instruments.Port)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		host, instrument := instruments.Pipe()
		if wrap != nil {
			instrument = wrap(instrument)
		}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = twin.Run(ctx, instrument) })
		use(t, host)
		stop()
		host.Close()
		running.Wait()
	})
}

// Run makes every test.
func Run(t *testing.T, k Kit) {
	t.Run("faults", k.faults)
	t.Run("probe", k.probe)
	t.Run("flipped bits", k.flips)
	t.Run("cut", k.cut)
	t.Run("noise", k.noise)
	t.Run("cancel", k.cancel)
	t.Run("explain", k.explain)
}

func (k Kit) faults(t *testing.T) {
	for fault, want := range k.Want {
		t.Run(string(fault), func(t *testing.T) {
			disturb := func(p instruments.Port) instruments.Port { return simulated.Disturb(p, fault, 1) }
			OnWire(t, k.Twin(simulated.Options{Seed: 1, Fault: fault}), disturb, func(t *testing.T, host instruments.Port) {
				var got Events
				err := k.Driver.Measure(t.Context(), host, instruments.Job{}, got.Emit)
				if instruments.CodeOf(err) != want {
					t.Fatalf("Measure: %v, want %q", err, want)
				}
				if p := k.Passing[fault]; p != "" && !slices.Contains(got.Faults, p) {
					t.Errorf("%s was not told, only %v", p, got.Faults)
				}
				if want != "" {
					if len(got.Readings) != 0 {
						t.Errorf("a reading beside a fault: %v", got.Readings[0].Values)
					}
					return
				}
				k.checkReading(t, &got, fault)
			})
		})
	}
}

// checkReading holds a measurement to what its samples showed.
func (k Kit) checkReading(t *testing.T, got *Events, fault simulated.Fault) {
	t.Helper()
	if len(got.Readings) != 1 {
		t.Fatalf("%d readings", len(got.Readings))
	}
	r := got.Readings[0]
	last := got.Samples[len(got.Samples)-1]
	in := 0
	for _, s := range got.Samples {
		if in++; s.FingerOut {
			in = 0
		}
	}
	if least := int(k.Soonest.Seconds()) * last.Rate; in < least {
		t.Errorf("accepted %d samples after the finger went in, want %d", in, least)
	}
	spo2, _ := r.Values.Get(vitals.SpO2)
	pulse, _ := r.Values.Get(vitals.Pulse)
	if last.FingerOut || last.SensorAlarm || !near(int(last.SpO2), spo2.Value.Int(), 1) || !near(int(last.Pulse), pulse.Value.Int(), 10) {
		t.Errorf("reading %v after sample %+v", r.Values, last)
	}
	if fault == simulated.Critical && spo2.Value.Int() != 86 {
		t.Errorf("SpO2 is %v, the twin's person has 86", spo2)
	}
	if err := vitals.CheckPlausible(r.Values); err != nil {
		t.Error(err)
	}
}

func near(a, b, by int) bool { return a-b <= by && b-a <= by }

func (k Kit) probe(t *testing.T) {
	OnWire(t, k.Twin(simulated.Options{}), nil, func(t *testing.T, host instruments.Port) {
		start := time.Now()
		if _, err := k.Driver.Probe(t.Context(), host); err != nil || time.Since(start) > 3*time.Second {
			t.Errorf("Probe: %v after %v", err, time.Since(start))
		}
	})
}

// told keeps what an instrument said, before the wire spoils it.
type told struct {
	instruments.Port
	said bytes.Buffer
}

func (p *told) Write(b []byte) (int, error) {
	p.said.Write(b)
	return p.Port.Write(b)
}

// flips: ten seconds, or three samples that the instrument accepts, must
// agree. No bit that flips may change what they say.
func (k Kit) flips(t *testing.T) {
	for seed := range uint64(12) {
		var truth told
		flip := func(p instruments.Port) instruments.Port {
			truth.Port = simulated.Disturb(p, simulated.ChecksumError, seed)
			return &truth
		}
		var dirty, clean Events
		job := instruments.Job{Contact: 20 * time.Second}
		OnWire(t, k.Twin(simulated.Options{Seed: seed}), flip, func(t *testing.T, host instruments.Port) {
			_ = k.Driver.Measure(t.Context(), host, job, dirty.Emit)
		})
		if len(dirty.Readings) == 0 {
			continue
		}
		if err := k.Driver.Decode(&truth.said, job, clean.Emit); err != nil {
			t.Fatal(err)
		}
		k.checkFlipped(t, clean.Samples, dirty.Readings[0])
	}
}

// checkFlipped: a value is one that was sent. Without a checksum a bit that
// flipped may have become the median, if it is between others.
func (k Kit) checkFlipped(t *testing.T, clean []instruments.PlethSample, r *instruments.Reading) {
	t.Helper()
	off := 1
	if k.Driver.Model().Checksum != "" {
		off = 0
	}
	spo2, _ := r.Values.Get(vitals.SpO2)
	pulse, _ := r.Values.Get(vitals.Pulse)
	if !slices.ContainsFunc(clean, func(s instruments.PlethSample) bool { return near(int(s.SpO2), spo2.Value.Int(), off) }) ||
		!slices.ContainsFunc(clean, func(s instruments.PlethSample) bool { return near(int(s.Pulse), pulse.Value.Int(), off) }) {
		t.Errorf("%v was never sent", r.Values)
	}
}

// mute is an instrument's end that goes silent after some bytes, as when the
// instrument leaves a cable that holds the USB chip.
type mute struct {
	instruments.Port
	left int
}

func (m *mute) Write(b []byte) (int, error) {
	n := min(m.left, len(b))
	m.left -= n
	if n > 0 {
		if _, err := m.Port.Write(b[:n]); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

// cut: wherever the wire is cut, there is a fault that says how, in time.
func (k Kit) cut(t *testing.T) {
	for n := range k.Cuts {
		for code, wrap := range map[instruments.FaultCode]func(p instruments.Port) instruments.Port{
			instruments.Unplugged: func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, n) },
			instruments.NoAnswer:  func(p instruments.Port) instruments.Port { return &mute{p, n} },
		} {
			OnWire(t, k.Twin(simulated.Options{Seed: 1}), wrap, func(t *testing.T, host instruments.Port) {
				var got Events
				var last time.Time
				err := k.Driver.Measure(t.Context(), host, instruments.Job{}, func(e instruments.Event) {
					last = time.Now()
					got.Emit(e)
				})
				if c := instruments.CodeOf(err); c != code || len(got.Readings) != 0 {
					t.Errorf("%d bytes: %v, %d readings; want %s", n, err, len(got.Readings), code)
				}
				if d := time.Since(last); d > k.Lost {
					t.Errorf("%d bytes: noticed after %v", n, d)
				}
			})
		}
	}
}

// noise: random bytes give neither a reading nor a hang.
func (k Kit) noise(t *testing.T) {
	for seed := range uint64(6) {
		OnWire(t, hiss(seed), nil, func(t *testing.T, host instruments.Port) {
			var got Events
			start := time.Now()
			err := k.Driver.Measure(t.Context(), host, instruments.Job{}, got.Emit)
			if err == nil || len(got.Readings) != 0 || time.Since(start) > time.Minute {
				t.Errorf("seed %d: %v after %v, %d readings", seed, err, time.Since(start), len(got.Readings))
			}
			if _, err := k.Driver.Probe(t.Context(), host); err == nil {
				t.Errorf("seed %d: noise is recognised", seed)
			}
		})
	}
}

// hiss is an instrument that sends random bytes, three hundred a second.
type hiss uint64

func (hiss) Model() string          { return "hiss" }
func (hiss) Line() instruments.Line { return instruments.Line{} }

func (n hiss) Run(ctx context.Context, wire instruments.Port) error {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	for instruments.Pause(ctx, time.Second/60) == nil {
		var b [5]byte
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		if _, err := wire.Write(b[:]); err != nil {
			return err
		}
	}
	return nil
}

var errEnough = errors.New("enough")

// cancel: a cancelled measurement returns the cause within a moment.
func (k Kit) cancel(t *testing.T) {
	OnWire(t, k.Twin(simulated.Options{}), nil, func(t *testing.T, host instruments.Port) {
		ctx, cancel := context.WithCancelCause(t.Context())
		var end time.Time
		time.AfterFunc(4*time.Second, func() { end = time.Now(); cancel(errEnough) })
		err := k.Driver.Measure(ctx, host, instruments.Job{}, func(instruments.Event) {})
		if !errors.Is(err, errEnough) || time.Since(end) > 400*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(end))
		}
	})
}

// explain: every byte of a capture is accounted for, once, and a capture holds
// nothing but what the value was formed of.
func (k Kit) explain(t *testing.T) {
	explainer, ok := k.Driver.(instruments.Explainer)
	if !ok {
		t.Fatal("the driver explains nothing")
	}
	OnWire(t, k.Twin(simulated.Options{Seed: 1}), nil, func(t *testing.T, host instruments.Port) {
		var got Events
		if err := k.Driver.Measure(t.Context(), host, instruments.Job{}, got.Emit); err != nil {
			t.Fatal(err)
		}
		capture := got.Readings[0].Capture
		explaintest.Whole(t, explainer, capture)
		k.recapture(t, capture, &got)
	})
}

// recapture reads the capture again: its samples are the last that were handed
// out, and none lacks the finger.
func (k Kit) recapture(t *testing.T, capture []instruments.Frame, got *Events) {
	t.Helper()
	var wire []byte
	for _, f := range capture {
		wire = append(wire, f.Bytes...)
	}
	var again Events
	if err := k.Driver.Decode(bytes.NewReader(wire), instruments.Job{}, again.Emit); err != nil {
		t.Fatal(err)
	}
	n := len(again.Samples)
	if n == 0 || n > len(got.Samples) {
		t.Fatalf("%d samples in the capture of %d", n, len(got.Samples))
	}
	last, first := again.Samples[n-1], got.Samples[len(got.Samples)-1]
	last.Index = first.Index
	if !reflect.DeepEqual(last, first) {
		t.Errorf("the capture ends with %+v, the measurement with %+v", last, first)
	}
	for _, s := range again.Samples {
		if s.FingerOut {
			t.Fatal("a finger was out in the capture of a reading")
		}
	}
}
