package contec_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/contec"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// events keeps what a measurement emits; samples are copied.
type events struct {
	samples  []instruments.PlethSample
	progress []instruments.Progress
	readings []*instruments.Reading
	faults   []instruments.FaultCode
}

func (l *events) emit(e instruments.Event) {
	switch e := e.(type) {
	case *instruments.PlethSample:
		l.samples = append(l.samples, *e)
	case *instruments.Progress:
		l.progress = append(l.progress, *e)
	case *instruments.Reading:
		l.readings = append(l.readings, e)
	case *instruments.Fault:
		l.faults = append(l.faults, e.Code)
	}
}

// onWire runs a twin on a pipe, in a bubble where time costs nothing, and
// hands the host's end to use. When use returns, the cable is pulled.
func onWire(t *testing.T, twin simulated.Twin, wrap func(instruments.Port) instruments.Port, use func(t *testing.T, host instruments.Port)) {
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

type family struct {
	name   string
	driver instruments.Decoder
	twin   func(simulated.Options) simulated.Twin
}

func families() []family {
	return []family{
		{"stream", contec.Stream(), func(o simulated.Options) simulated.Twin { return simulated.NewContecStream(o) }},
		{"packets", contec.Packets(), func(o simulated.Options) simulated.Twin { return simulated.NewContecPackets(o) }},
	}
}

// Every fault a twin can have ends as it must, and the passing ones are named.
func TestMeasure(t *testing.T) {
	type outcome struct {
		code    instruments.FaultCode // empty: a reading
		passing []instruments.FaultCode
		spo2    int
	}
	want := map[simulated.Fault]outcome{
		simulated.None:          {},
		simulated.Garbage:       {},
		simulated.MidFrame:      {},
		simulated.Trickle:       {},
		simulated.ChecksumError: {code: instruments.Garbled},
		simulated.Stall:         {code: instruments.NoAnswer},
		simulated.Unplug:        {code: instruments.Unplugged},
		simulated.FingerOut:     {code: instruments.FingerOut, passing: []instruments.FaultCode{instruments.FingerOut, instruments.FingerOut}},
		simulated.WeakSignal:    {code: instruments.WeakSignal, passing: []instruments.FaultCode{instruments.WeakSignal, instruments.WeakSignal}},
		simulated.Unstable:      {code: instruments.Unstable, passing: []instruments.FaultCode{instruments.Unstable}},
		simulated.Movement:      {passing: []instruments.FaultCode{instruments.WeakSignal}},
		simulated.Critical:      {spo2: 86},
		simulated.LowBattery:    {}, // neither protocol tells
	}
	for _, f := range families() {
		for fault, w := range want {
			t.Run(f.name+"/"+string(fault), func(t *testing.T) {
				disturb := func(p instruments.Port) instruments.Port { return simulated.Disturb(p, fault, 1) }
				onWire(t, f.twin(simulated.Options{Seed: 1, Fault: fault}), disturb, func(t *testing.T, host instruments.Port) {
					var got events
					err := f.driver.Measure(t.Context(), host, instruments.Job{}, got.emit)
					if instruments.CodeOf(err) != w.code || !slices.Equal(got.faults, w.passing) {
						t.Fatalf("Measure: %v, passing faults %v; want %q, %v", err, got.faults, w.code, w.passing)
					}
					if w.code != "" {
						if len(got.readings) != 0 {
							t.Errorf("a reading beside a fault: %v", got.readings[0].Values)
						}
						return
					}
					checkReading(t, f, &got)
					if spo2, _ := got.readings[0].Values.Get(vitals.SpO2); w.spo2 != 0 && spo2.Value.Int() != w.spo2 {
						t.Errorf("SpO2 is %v, want %d", spo2, w.spo2)
					}
				})
			})
		}
	}
}

// checkReading tests what every good measurement must hold.
func checkReading(t *testing.T, f family, got *events) {
	t.Helper()
	if len(got.readings) != 1 {
		t.Fatalf("%d readings", len(got.readings))
	}
	r := got.readings[0]
	if err := vitals.CheckPlausible(r.Values); err != nil {
		t.Error(err)
	}
	if _, ok := r.Values.Get(vitals.PerfusionIndex); ok != (f.name == "packets") {
		t.Errorf("perfusion index in %v", r.Values)
	}
	if (r.Identity.Serial == "AP00042") != (f.name == "packets") {
		t.Errorf("identity %+v", r.Identity)
	}
	if len(r.Capture) != 10 || r.Panel != vitals.Oximetry || r.Taken.IsZero() {
		t.Errorf("reading %+v", r)
	}
	for i, s := range got.samples {
		if s.Index != uint64(i) {
			t.Fatalf("sample %d has index %d", i, s.Index)
		}
	}
	var phases []instruments.Phase
	for _, p := range got.progress {
		phases = append(phases, p.Phase)
	}
	wantPhases := []instruments.Phase{instruments.Connecting, instruments.NoFinger, instruments.Searching, instruments.Settling}
	if got := slices.Compact(slices.Clone(phases)); !slices.Equal(got, wantPhases) && len(got) < 5 { // movement searches again
		t.Errorf("phases %v", got)
	}
	if last := got.progress[len(got.progress)-1]; last.Done != last.Total || last.Total != 60 {
		t.Errorf("last progress %+v", last)
	}
}

// The capture of a reading, decoded again, shows the frames of its ten seconds
// and nothing before.
func TestCaptureIsTheWindowAlone(t *testing.T) {
	for _, f := range families() {
		onWire(t, f.twin(simulated.Options{Seed: 3}), nil, func(t *testing.T, host instruments.Port) {
			var got events
			if err := f.driver.Measure(t.Context(), host, instruments.Job{Contact: 30 * time.Second}, got.emit); err != nil {
				t.Fatal(err)
			}
			var wire []byte
			for i, frame := range got.readings[0].Capture {
				if d := got.readings[0].Taken.Sub(frame.At) - time.Duration(10-i)*time.Second; d < -time.Second/30 || d > time.Second/30 {
					t.Errorf("%s: run %d is %v from its time", f.name, i, d)
				}
				wire = append(wire, frame.Bytes...)
			}
			var again events
			if err := f.driver.Decode(newReader(wire), instruments.Job{}, again.emit); err != nil {
				t.Fatal(err)
			}
			if len(again.samples) != 600 {
				t.Fatalf("%s: %d frames in the capture", f.name, len(again.samples))
			}
			for i := range again.samples {
				again.samples[i].Index = got.samples[len(got.samples)-600+i].Index
			}
			if !reflect.DeepEqual(again.samples, got.samples[len(got.samples)-600:]) {
				t.Errorf("%s: the capture is not the last ten seconds", f.name)
			}
		})
	}
}

// Bits that flip cannot be seen where bit 7 is spared. What then guards a value
// is that ten seconds must agree.
func TestFlippedBitsNeverChangeAReading(t *testing.T) {
	for _, f := range families() {
		for seed := range uint64(8) {
			t.Run(fmt.Sprint(f.name, seed), func(t *testing.T) {
				flip := func(p instruments.Port) instruments.Port {
					return simulated.Disturb(p, simulated.ChecksumError, seed)
				}
				var clean, dirty events
				job := instruments.Job{Contact: 20 * time.Second}
				onWire(t, f.twin(simulated.Options{Seed: seed}), nil, func(t *testing.T, host instruments.Port) {
					if err := f.driver.Measure(t.Context(), host, job, clean.emit); err != nil {
						t.Fatal(err)
					}
				})
				onWire(t, f.twin(simulated.Options{Seed: seed}), flip, func(t *testing.T, host instruments.Port) {
					_ = f.driver.Measure(t.Context(), host, job, dirty.emit)
				})
				if len(dirty.readings) > 0 && !reflect.DeepEqual(dirty.readings[0].Values, clean.readings[0].Values) {
					t.Errorf("reading %v, want %v or none", dirty.readings[0].Values, clean.readings[0].Values)
				}
			})
		}
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

// Wherever the wire is cut, there is a fault that says how, in time.
func TestCutAtEveryByte(t *testing.T) {
	for _, f := range families() {
		for n := range 360 {
			cuts := map[instruments.FaultCode]func(p instruments.Port) instruments.Port{
				instruments.Unplugged: func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, n) },
				instruments.NoAnswer:  func(p instruments.Port) instruments.Port { return &mute{p, n} },
			}
			for code, cut := range cuts {
				onWire(t, f.twin(simulated.Options{Seed: 1}), cut, func(t *testing.T, host instruments.Port) {
					var got events
					start := time.Now()
					err := f.driver.Measure(t.Context(), host, instruments.Job{}, got.emit)
					if c := instruments.CodeOf(err); c != code || len(got.readings) != 0 {
						t.Errorf("%s, %d bytes: %v, %d readings; want %s", f.name, n, err, len(got.readings), code)
					}
					if d := time.Since(start); d > 6*time.Second {
						t.Errorf("%s, %d bytes: noticed after %v", f.name, n, d)
					}
				})
			}
		}
	}
}

// Random bytes, at the pace of the line, give neither a reading nor a hang.
func TestNoiseGivesNoReading(t *testing.T) {
	for _, f := range families() {
		for seed := range uint64(6) {
			onWire(t, noise(seed), nil, func(t *testing.T, host instruments.Port) {
				var got events
				err := f.driver.Measure(t.Context(), host, instruments.Job{}, got.emit)
				if err == nil || len(got.readings) != 0 || len(got.samples) > 60 {
					t.Errorf("%s, seed %d: %v, %d samples, %d readings", f.name, seed, err, len(got.samples), len(got.readings))
				}
				if _, err := f.driver.Probe(t.Context(), host); err == nil {
					t.Errorf("%s, seed %d: noise is recognised", f.name, seed)
				}
			})
		}
	}
}

// noise is an instrument that sends random bytes, five every frame time.
type noise uint64

func (noise) Model() string          { return "noise" }
func (noise) Line() instruments.Line { return instruments.Line{} }

func (n noise) Run(ctx context.Context, wire instruments.Port) error {
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

// A cancelled measurement returns the cause within a moment.
func TestCancel(t *testing.T) {
	for _, f := range families() {
		onWire(t, f.twin(simulated.Options{}), nil, func(t *testing.T, host instruments.Port) {
			ctx, cancel := context.WithCancelCause(t.Context())
			var end time.Time
			time.AfterFunc(10*time.Second, func() { end = time.Now(); cancel(errEnough) })
			err := f.driver.Measure(ctx, host, instruments.Job{}, func(instruments.Event) {})
			if !errors.Is(err, errEnough) || time.Since(end) > 400*time.Millisecond {
				t.Errorf("%s: %v after %v", f.name, err, time.Since(end))
			}
		})
	}
}
