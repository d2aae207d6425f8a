package berry

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/simulated"
	"aidpost/instruments/spotcheck/spotchecktest"
	"aidpost/records/vitals"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Vectors are of the tests of atick-faisal/berry-oximeter, or made by the bit
// layout of BCI v1.2.
func TestVectors(t *testing.T) {
	none := instruments.Missing
	plain := instruments.PlethSample{Rate: 100, SpO2: 98, Pulse: 72, Pleth: 50, Bar: 5, Signal: 7, Perfusion: none}
	for name, c := range map[string]struct {
		bytes   string
		samples int
		want    instruments.PlethSample
	}{
		"one frame":      {"87 32 05 48 62", 1, plain},
		"garbage before": {"01 02 03 87 32 05 48 62", 1, plain},
		"no first byte":  {"07 32 05 48 62", 0, plain},
		"pulse of 140": {"C7 32 45 0C 62", 1, instruments.PlethSample{
			Rate: 100, SpO2: 98, Pulse: 140, Pleth: 50, Bar: 5, Signal: 7, Perfusion: none, Beat: true}},
		"unplugged": {"A0 00 70 7F 7F", 1, instruments.PlethSample{
			Rate: 100, SpO2: none, Pulse: none, Pleth: none, Bar: none, Perfusion: none, FingerOut: true, Searching: true}},
		"no signal": {"90 00 20 7F 7F", 1, instruments.PlethSample{
			Rate: 100, SpO2: none, Pulse: 127, Pleth: none, Bar: none, Perfusion: none, Searching: true}},
		"like a stored session": {"F0 FF 32 05 48 62", 1, instruments.PlethSample{ // FF begins a frame; nothing is skipped
			Rate: 100, SpO2: 98, Pulse: 72, Pleth: 50, Bar: 5, Signal: 8, Perfusion: none, Beat: true, FingerOut: true, Searching: true}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, oneByOne := range []bool{false, true} {
				b := unhex(t, c.bytes)
				var r interface{ Read([]byte) (int, error) } = bytes.NewReader(b)
				if oneByOne {
					r = iotest.OneByteReader(r)
				}
				var got spotchecktest.Events
				if err := USB().Decode(r, instruments.Job{}, got.Emit); err != nil {
					t.Fatal(err)
				}
				if len(got.Samples) != c.samples || c.samples > 0 && got.Samples[0] != c.want {
					t.Errorf("%+v, want %+v", got.Samples, c.want)
				}
			}
		})
	}
	frames := []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: unhex(t, "C7 32 45 0C 62 A0 00 70 7F 7F")}}
	fields := explaintest.Whole(t, USB(), frames)
	if got := explaintest.Value(fields, "pulse"); got != "140 /min" {
		t.Errorf("pulse %q", got)
	}
	if got := explaintest.Value(fields[5:], "beat, signal"); got != "signal 0 of 8, probe unplugged" {
		t.Errorf("flags %q", got)
	}
}

func TestLive(t *testing.T) {
	want := map[simulated.Fault]instruments.FaultCode{
		simulated.None: "", simulated.Garbage: "", simulated.MidFrame: "", simulated.Trickle: "",
		simulated.ChecksumError: instruments.Garbled,
		simulated.Stall:         instruments.NoAnswer,
		simulated.Unplug:        instruments.Unplugged,
		simulated.FingerOut:     instruments.FingerOut,
		simulated.WeakSignal:    instruments.WeakSignal,
		simulated.Unstable:      instruments.Unstable,
		simulated.Movement:      "",
		simulated.Critical:      "",
	}
	for name, c := range map[string]struct {
		driver Driver
		build  func(simulated.Options) *simulated.Berry
	}{
		"usb": {USB(), simulated.NewBerryUSB}, "module": {Module(), simulated.NewBerryModule},
	} {
		t.Run(name, func(t *testing.T) {
			spotchecktest.Run(t, spotchecktest.Kit{
				Driver: c.driver,
				Twin:   func(o simulated.Options) simulated.Twin { return c.build(o) },
				Want:   want, Soonest: time.Minute, Cuts: 200, Lost: 3100 * time.Millisecond,
				Passing: map[simulated.Fault]instruments.FaultCode{
					simulated.FingerOut: instruments.FingerOut, simulated.WeakSignal: instruments.WeakSignal,
				},
			})
		})
	}
}

// The rate is counted, not assumed: sixty seconds are sixty on a slower module.
func TestRateIsCounted(t *testing.T) {
	spotchecktest.OnWire(t, simulated.NewBerrySlowUSB(simulated.Options{}), nil, func(t *testing.T, host instruments.Port) {
		var got spotchecktest.Events
		start := time.Now()
		if err := USB().Measure(t.Context(), host, instruments.Job{}, got.Emit); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); got.Samples[0].Rate != 60 || d < 62*time.Second || d > 70*time.Second {
			t.Errorf("rate %d, reading after %v", got.Samples[0].Rate, d)
		}
		// What was counted is judged, too.
		if sent := int(time.Since(start).Seconds() * 60); len(got.Samples) < sent-2*believe {
			t.Errorf("%d samples of %d frames", len(got.Samples), sent)
		}
	})
	for frames, want := range map[int]int{54: 60, 66: 60, 60: 60, 90: 100, 110: 100, 75: 75, 200: 200, 29: 0, 251: 0} {
		if got, err := nominal(frames); got != want || (err == nil) != (want > 0) {
			t.Errorf("%d: %d, %v; want %d", frames, got, err, want)
		}
	}
}

// A module that is not switched on yet is taken at staff's word.
func TestProbeOfSilence(t *testing.T) {
	for d, want := range map[Driver]instruments.FaultCode{USB(): instruments.NoAnswer, Module(): ""} {
		spotchecktest.OnWire(t, simulated.NewContecPackets(simulated.Options{}), nil, func(t *testing.T, host instruments.Port) {
			if _, err := d.Probe(t.Context(), host); instruments.CodeOf(err) != want {
				t.Errorf("%s: %v, want %q", d.id, err, want)
			}
		})
	}
}

// FuzzDecode: numbers are in range and readings plausible, for any bytes.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"87 32 05 48 62", "A0 00 70 7F 7F", "01 02 03 87 32 05 48 62"} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var got spotchecktest.Events
		if err := USB().Decode(bytes.NewReader(append(b, bytes.Repeat(b, 300)...)), instruments.Job{Contact: time.Second}, got.Emit); err != nil {
			t.Fatal(err)
		}
		for _, s := range got.Samples {
			if s.SpO2 > 100 || s.SpO2 == 0 || s.Pulse > 254 || s.Pulse == 0 || s.Signal > 8 || s.Pleth > 127 {
				t.Fatalf("%+v", s)
			}
		}
		for _, r := range got.Readings {
			if err := vitals.CheckPlausible(r.Values); err != nil {
				t.Error(err)
			}
		}
		explaintest.Sound(t, USB(), []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: b}})
	})
}

func TestSamplesCostNoMemory(t *testing.T) {
	s := session(100, instruments.Job{}, func(instruments.Event) {})
	frame := unhex(t, "80 00 10 7F 7F")
	s.Feed(frame)
	if n := testing.AllocsPerRun(50, func() { s.Feed(frame) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDecode(b *testing.B) {
	capture := bytes.Repeat([]byte{0x87, 0x32, 0x05, 0x48, 0x62}, 60000)
	b.SetBytes(int64(len(capture)))
	b.ReportAllocs()
	for b.Loop() {
		if err := USB().Decode(bytes.NewReader(capture), instruments.Job{}, func(instruments.Event) {}); err != nil {
			b.Fatal(err)
		}
	}
}
