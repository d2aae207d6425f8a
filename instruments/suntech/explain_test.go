package suntech

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
)

func TestExplainVectors(t *testing.T) {
	for _, v := range moduleVectors {
		frames := []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: unhex(t, v.bytes)}}
		if len(v.want.faults) > 0 && v.want.faults[0] == instruments.Garbled {
			explaintest.Sound(t, New(), frames)
			continue
		}
		fields := explaintest.Whole(t, New(), frames)
		for _, want := range v.want.readings {
			for i, name := range []string{"SYS", "DIA", "MAP", "PR"} {
				unit := " mmHg"
				if name == "PR" {
					unit = " /min"
				}
				if got := explaintest.Value(fields, name); got != fmt.Sprintf("%d%s", want[i], unit) {
					t.Errorf("%s: %s is %q, want %d", v.name, name, got, want[i])
				}
			}
		}
		for _, device := range v.want.devices {
			if got := explaintest.Value(fields, "error"); !strings.Contains(got, "code "+device) {
				t.Errorf("%s: error %q, want code %s", v.name, got, device)
			}
		}
	}
}

func TestExplainExchange(t *testing.T) {
	frames := []instruments.Frame{
		{Direction: instruments.ToInstrument, Bytes: setInflation.appendTo(nil, 160)},
		{Direction: instruments.FromInstrument, Bytes: unhex(t, "3E 04 4B 73")},
		{Direction: instruments.ToInstrument, Bytes: askStatusLX.appendTo(nil, 0)},
		{Direction: instruments.FromInstrument, Bytes: unhex(t, "3E 05 23 00 9A")},
	}
	fields := explaintest.Whole(t, New(), frames)
	for name, want := range map[string]string{"command": "first inflation", "target": "160 mmHg", "acknowledgement": "K", "cuff pressure": "", "status": "23 00, meaning not published"} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// Any bytes in any pieces are explained without a panic, and a frame among
// them is found.
func TestExplainNoise(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	good := unhex(t, moduleVectors[14].bytes)
	for range 500 {
		noise := make([]byte, rnd.IntN(1500))
		for i := range noise {
			noise[i] = byte(rnd.IntN(0x3E))
		}
		frames := []instruments.Frame{
			{Direction: instruments.FromInstrument, Bytes: append(noise, good[:5]...)},
			{Direction: instruments.FromInstrument, Bytes: append([]byte(nil), good[5:]...)},
			{Direction: instruments.ToInstrument, Bytes: noise},
		}
		if fields := explaintest.Sound(t, New(), frames); explaintest.Value(fields, "start") == "" {
			t.Fatalf("not found behind %d bytes of noise", len(noise))
		}
	}
}
