package contec

import (
	"bytes"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// kept is what decoding emitted, samples copied.
type kept struct {
	samples  []instruments.PlethSample
	readings []*instruments.Reading
	stored   []*instruments.Recording
	faults   []instruments.FaultCode
}

var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// quick is a contact so short that the settling time alone decides.
const quick = time.Second

func keep(t testing.TB, d instruments.Decoder, r io.Reader, contact time.Duration) (k kept) {
	t.Helper()
	job := instruments.Job{Contact: contact, Now: func() time.Time { return noon }}
	err := d.Decode(r, job, func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.PlethSample:
			k.samples = append(k.samples, *e)
		case *instruments.Reading:
			k.readings = append(k.readings, e)
		case *instruments.Fault:
			k.faults = append(k.faults, e.Code)
		case *instruments.Recording:
			k.stored = append(k.stored, e)
		default:
			t.Errorf("decoding emits %T", e)
		}
	})
	if err != nil {
		t.Errorf("decoding: %v", err)
	}
	return k
}

// inRange reports that every number of a sample is missing or possible.
func inRange(s instruments.PlethSample) bool {
	in := func(n, low, high instruments.Number) bool { return !n.Valid() || n >= low && n <= high }
	return s.Rate == 60 && in(s.SpO2, 1, 100) && in(s.Pulse, 1, 254) && in(s.Perfusion, 1, 2200) &&
		s.Pleth >= 0 && s.Pleth <= 127 && s.Bar >= 0 && s.Bar <= 15 && s.Signal >= 0 && s.Signal <= 8
}

// checkCapture holds a driver to its promises for any bytes at all: numbers in
// range, samples counted without a hole, readings that are plausible and made
// of what was seen, and the same events however the bytes arrive.
func checkCapture(t *testing.T, d instruments.Decoder, b []byte, frameSize int) {
	t.Helper()
	whole := keep(t, d, bytes.NewReader(b), quick)
	for i, s := range whole.samples {
		if !inRange(s) || s.Index != uint64(i) {
			t.Fatalf("sample %d: %+v", i, s)
		}
	}
	for _, r := range whole.readings {
		checkReading(t, d, r, whole.samples)
	}
	for _, r := range whole.stored {
		checkStored(t, r, len(b))
	}
	if len(whole.samples) > len(b)/frameSize {
		t.Errorf("%d samples from %d bytes", len(whole.samples), len(b))
	}
	pieces := keep(t, d, iotest.OneByteReader(bytes.NewReader(b)), quick)
	if !slices.Equal(pieces.samples, whole.samples) || !slices.Equal(pieces.faults, whole.faults) ||
		!reflect.DeepEqual(pieces.readings, whole.readings) || !reflect.DeepEqual(pieces.stored, whole.stored) {
		t.Errorf("byte by byte: %d samples, %d readings, %v; at once: %d, %d, %v",
			len(pieces.samples), len(pieces.readings), pieces.faults, len(whole.samples), len(whole.readings), whole.faults)
	}
}

// checkStored: numbers are possible or missing, and no more seconds are told of
// than there were bytes for.
func checkStored(t *testing.T, r *instruments.Recording, size int) {
	t.Helper()
	if len(r.Samples) == 0 || len(r.Samples) > size {
		t.Fatalf("%d seconds in %d bytes", len(r.Samples), size)
	}
	for i, s := range r.Samples {
		if s.SpO2 < -1 || s.SpO2 == 0 || s.SpO2 > 100 || s.Pulse < -1 || s.Pulse == 0 || s.Pulse > 254 ||
			s.Perfusion < -1 || s.Perfusion == 0 || s.Perfusion > maxPI {
			t.Fatalf("second %d: %+v", i, s)
		}
	}
}

// checkReading tests a reading against the samples of its own capture.
func checkReading(t *testing.T, d instruments.Decoder, r *instruments.Reading, seen []instruments.PlethSample) {
	t.Helper()
	if err := vitals.CheckPlausible(r.Values); err != nil {
		t.Error(err)
	}
	var captured []byte
	for _, f := range r.Capture {
		captured = append(captured, f.Bytes...)
	}
	made := keep(t, d, bytes.NewReader(captured), quick).samples
	if len(made) != 600 {
		t.Fatalf("capture holds %d frames, want 600", len(made))
	}
	spo2, _ := r.Values.Get(vitals.SpO2)
	pulse, _ := r.Values.Get(vitals.Pulse)
	last := made[300:]
	if !slices.ContainsFunc(last, func(s instruments.PlethSample) bool { return int(s.SpO2) == spo2.Value.Int() }) ||
		!slices.ContainsFunc(last, func(s instruments.PlethSample) bool { return int(s.Pulse) == pulse.Value.Int() }) {
		t.Errorf("values %v are not among those of the last five seconds", r.Values)
	}
	for _, s := range made {
		if s.FingerOut {
			t.Fatal("a finger was out in the capture of a reading")
		}
	}
	if len(seen) < 20*rate {
		t.Errorf("reading after %d samples, less than settling takes", len(seen))
	}
}

// steady returns frames of a finger that stays, preceded by a second without.
// Every frame-sized part of marks overwrites the frame at a place of its own,
// so that short fuzz input disturbs a long capture.
func steady(none, frame []byte, marks []byte) []byte {
	b := bytes.Repeat(none, rate)
	b = append(b, bytes.Repeat(frame, 35*rate)...)
	for i := 0; i+2 < len(marks); i += 3 {
		at := (int(marks[i])<<8 | int(marks[i+1])) % len(b)
		b[at] = marks[i+2]
	}
	return b
}

var (
	streamNone   = []byte{0x80, 0x00, 0x30, 0x00, 0x00}
	streamSteady = []byte{0x87, 0x32, 0x05, 0x48, 0x62}
	packetNone   = []byte{0x01, 0xE9, 0x80, 0xC0, 0x90, 0xFF, 0xFF, 0xFF, 0xFF}
	packetSteady = []byte{0x01, 0xE0, 0x85, 0xB3, 0x96, 0xC1, 0xE1, 0xFF, 0xFF}
)

// FuzzStream reads any bytes as the 5-byte stream.
func FuzzStream(f *testing.F) {
	seed(f, "testdata/stream.json")
	f.Fuzz(func(t *testing.T, b []byte) { checkCapture(t, Stream(), b, streamFrame) })
}

// FuzzPackets reads any bytes as packets.
func FuzzPackets(f *testing.F) {
	seed(f, "testdata/packets.json")
	f.Fuzz(func(t *testing.T, b []byte) { checkCapture(t, Packets(), b, livePacket) })
}

// FuzzDamage damages captures that would give a reading.
func FuzzDamage(f *testing.F) {
	seed(f, "testdata/stream.json")
	f.Fuzz(func(t *testing.T, marks []byte) {
		checkCapture(t, Stream(), steady(streamNone, streamSteady, marks), streamFrame)
		checkCapture(t, Packets(), steady(packetNone, packetSteady, marks), livePacket)
	})
}

func seed(f *testing.F, file string) {
	for _, v := range readVectors(f, file) {
		f.Add(unhex(f, v.Bytes))
	}
}

// Chunks of random sizes give what the whole gives, for captures damaged at
// random.
func TestChunkingChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		marks := make([]byte, 3*r.IntN(60))
		for i := range marks {
			marks[i] = byte(r.Uint32())
		}
		checkCapture(t, Stream(), steady(streamNone, streamSteady, marks), streamFrame)
		checkCapture(t, Packets(), steady(packetNone, packetSteady, marks), livePacket)
	}
}
