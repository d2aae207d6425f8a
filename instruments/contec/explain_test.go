package contec

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
)

func TestExplainVectors(t *testing.T) {
	for file, driver := range map[string]instruments.Explainer{
		"testdata/stream.json": Stream(), "testdata/packets.json": Packets(),
	} {
		for _, v := range readVectors(t, file) {
			direction := instruments.FromInstrument
			if v.Request != "" {
				direction = instruments.ToInstrument
			}
			check := explaintest.Whole
			stored := driver == instruments.Explainer(Stream()) && len(v.Samples)*streamFrame != len(unhex(t, v.Bytes))
			if v.Dropped > 0 || stored || v.Request == "" && len(v.Samples)+len(v.Packets) == 0 {
				check = explaintest.Sound
			}
			fields := check(t, driver, []instruments.Frame{{Direction: direction, Bytes: unhex(t, v.Bytes)}})
			if t.Failed() {
				t.Fatalf("%s: %s", file, v.Name)
			}
			checkFields(t, v, fields)
		}
	}
}

// checkFields compares the fields of the first sample with what it must be.
func checkFields(t *testing.T, v vector, fields []instruments.Field) {
	t.Helper()
	if len(v.Samples) == 0 {
		return
	}
	for key, name := range map[string]string{"spo2": "SpO2", "pulse": "pulse", "pleth": "pleth"} {
		want, ok := v.Samples[0][key]
		if !ok {
			continue
		}
		text := "none"
		if want != nil {
			text = fmt.Sprint(want)
		}
		var got string
		if _, err := fmt.Sscan(explaintest.Value(fields, name), &got); err != nil || got != text && got != text+"," {
			t.Errorf("%s: %s is %q, want %q (%v)", v.Name, name, got, text, err)
		}
	}
}

func TestExplainPerfusion(t *testing.T) {
	frames := []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: unhex(t, "01 A0 87 B2 85 C8 E2 CD 81")}}
	fields := explaintest.Whole(t, Packets(), frames)
	for name, want := range map[string]string{"perfusion index": "4.61 %", "SpO2": "98 %", "beat, signal": "signal 7 of 8"} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	frames[0].Bytes[4] |= liveNoPI
	if got := explaintest.Value(explaintest.Whole(t, Packets(), frames), "perfusion index"); got != "none" {
		t.Errorf("a perfusion index that is not valid is %q", got)
	}
}

// Frames cut anywhere between two reads are named all the same.
func TestExplainPieces(t *testing.T) {
	whole := unhex(t, "87 32 05 48 62 87 33 05 48 62")
	for cut := range len(whole) {
		frames := []instruments.Frame{
			{Direction: instruments.FromInstrument, Bytes: whole[:cut]}, {Direction: instruments.FromInstrument, Bytes: whole[cut:]},
		}
		if fields := explaintest.Whole(t, Stream(), frames); explaintest.Value(fields, "SpO2") != "98 %" {
			t.Errorf("cut at %d: %v", cut, fields)
		}
	}
}

func TestExplainNoise(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		noise := make([]byte, rnd.IntN(300))
		for i := range noise {
			noise[i] = byte(rnd.Uint32())
		}
		for _, direction := range []instruments.Direction{instruments.FromInstrument, instruments.ToInstrument} {
			frames := []instruments.Frame{{Direction: direction, Bytes: noise}}
			explaintest.Sound(t, Stream(), frames)
			explaintest.Sound(t, Packets(), frames)
		}
	}
}
