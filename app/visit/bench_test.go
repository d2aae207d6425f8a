package visit_test

import (
	"context"
	"io"
	"log/slog"
	"testing"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records/vitals"
)

// oximeter is a visit that measures a saturation; the returned emit is the
// driver's, and stop ends it.
func oximeter(t testing.TB, sample func(*instruments.PlethSample)) (v *visit.Visit, emit func(instruments.Event), stop func()) {
	t.Helper()
	r, err := rules()
	if err != nil {
		t.Fatal(err)
	}
	rack := newFakeRack()
	rack.plug(vitals.Oximetry)
	emits, ended := make(chan func(instruments.Event)), make(chan struct{})
	rack.then(func(ctx context.Context, _ instruments.Job, emit func(instruments.Event)) error {
		emits <- emit
		<-ended
		return nil
	})
	v = visit.New(visit.Config{Instruments: rack, Store: newFakeStore(), Rules: r, Language: "en",
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Sample: sample})
	for _, step := range []func() error{
		func() error { return v.JustMeasure(vitals.Oximetry) },
		func() error { return v.Answer(visit.No) }, v.Prepared,
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return v, <-emits, func() { close(ended); v.Close() }
}

// TestSamplesCostNoMemory: sixty a second for as long as a finger is in.
func TestSamplesCostNoMemory(t *testing.T) {
	taken := 0
	v, emit, stop := oximeter(t, func(*instruments.PlethSample) { taken++ })
	defer stop()
	s := &instruments.PlethSample{SpO2: 97, Pulse: 60, Pleth: 40}
	if n := testing.AllocsPerRun(1000, func() { emit(s); v.Live() }); n > 0 {
		t.Errorf("%v allocations a sample", n)
	}
	if taken < 1000 {
		t.Errorf("%d samples came to the waveform", taken)
	}
	c := &instruments.CuffSample{Pressure: 90}
	if n := testing.AllocsPerRun(1000, func() { emit(c) }); n > 0 {
		t.Errorf("%v allocations a cuff pressure", n)
	}
}

// BenchmarkSample is one sample from the driver's hand to what the screen
// draws.
func BenchmarkSample(b *testing.B) {
	v, emit, stop := oximeter(b, func(*instruments.PlethSample) {})
	defer stop()
	s := &instruments.PlethSample{SpO2: 97, Pulse: 60, Pleth: 40}
	b.ReportAllocs()
	for b.Loop() {
		s.Index++
		emit(s)
		v.Live()
	}
}

// BenchmarkState is what a screen asks for after every change.
func BenchmarkState(b *testing.B) {
	v, _, stop := oximeter(b, nil)
	defer stop()
	b.ReportAllocs()
	for b.Loop() {
		v.State()
	}
}
