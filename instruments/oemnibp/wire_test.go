package oemnibp

import (
	"bytes"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/cuff/cufftest"
	"aidpost/instruments/explaintest"
)

// hex reads frames; those without a sum get it.
func hex(frames ...string) []byte {
	var b []byte
	for _, text := range frames {
		f := cufftest.Unhex(text)
		if len(f) == sumAt {
			f = append(f, checksum.Sum8(f))
		}
		b = append(b, f...)
	}
	return b
}

type (
	codes = []instruments.FaultCode
	texts = []string
)

// vectors follow the rules of evgmolt/OEM_NIBP, which prints no frames.
func vectors() []cufftest.Vector {
	const pump = "A1 00 00 7C 07 00 00 06 00 2A"
	ends := func(code instruments.FaultCode, device string, p ...int) cufftest.Decoded {
		return cufftest.Decoded{Pressures: p, Faults: codes{code}, Devices: texts{device}}
	}
	reading := func(n [4]int, p ...int) cufftest.Decoded {
		return cufftest.Decoded{Pressures: p, Readings: [][4]int{n}}
	}
	return []cufftest.Vector{
		{Name: "pumping, 124", Bytes: hex(pump), Want: cufftest.Decoded{Pressures: []int{124}}},
		{Name: "pumping, 258", Bytes: hex("A0 00 00 02 87 00 00 04 00"), Want: cufftest.Decoded{Pressures: []int{258}}},
		{Name: "stopped, 60 left", Bytes: hex("A2 00 00 3C 00 00 00 04 00 E2"), Want: cufftest.Decoded{Pressures: []int{60}}},
		{Name: "128/82", Want: reading([4]int{128, 82, 97, 71}, 124, 3, 3),
			Bytes: hex(pump, "A0 80 52 03 40 00 00 07 47 03", "A0 80 52 03 40 00 00 06 61 1C")},
		{Name: "128/82, in turn with others", Want: reading([4]int{128, 82, 97, 71}, 124, 3, 3, 3, 3),
			Bytes: hex(pump, "A0 80 52 03 40 00 00 05 00", "A0 80 52 03 40 00 00 06 61", "A0 80 52 03 40 00 00 00 12", "A0 80 52 03 40 00 00 07 47")},
		{Name: "an old result", Bytes: hex("A0 80 52 03 40 00 00 07 47", "A0 80 52 03 40 00 00 06 61"), Want: cufftest.Decoded{Pressures: []int{3, 3}}},
		{Name: "numbers that are no result", Bytes: hex(pump, "A0 80 52 03 00 00 00 06 61 DC", "A0 80 52 03 00 00 00 07 47"),
			Want: cufftest.Decoded{Pressures: []int{124, 3, 3}}},
		{Name: "two results", Want: reading([4]int{128, 82, 97, 71}, 124, 3, 3, 3),
			Bytes: hex(pump, "A0 81 52 03 40 00 00 07 60", "A0 80 52 03 40 00 00 06 61", "A0 80 52 03 40 00 00 07 47")},
		{Name: "no pulse", Bytes: hex(pump, "A0 00 00 02 00 04 00 04 00 AA"), Want: ends(instruments.NoPulse, "4", 124, 2)},
		{Name: "an old error", Bytes: hex("A0 00 00 02 00 04 00 04 00 AA"), Want: cufftest.Decoded{Pressures: []int{2}}},
		{Name: "over one byte", Bytes: hex(pump, "A0 0F 96 03 40 00 00 07 47", "A0 0F 96 03 40 00 00 06 BE"), Want: ends(instruments.OutOfRange, "", 124, 3, 3)},
		{Name: "under its mean", Bytes: hex(pump, "A0 3C 28 03 40 00 00 07 47", "A0 3C 28 03 40 00 00 06 BE"), Want: ends(instruments.Implausible, "", 124, 3, 3)},
		{Name: "wrong sum", Bytes: hex("A0 00 00 02 00 04 00 04 00 AB"), Want: ends(instruments.Garbled, "")},
		{Name: "noise before a frame", Bytes: append([]byte{0x00, 0xFF}, hex(pump)...), Want: ends(instruments.Garbled, "", 124)},
		{Name: "a frame cut by the next", Bytes: append(hex(pump)[:6], hex(pump)...), Want: ends(instruments.Garbled, "", 124)},
	}
}

func TestVectors(t *testing.T) {
	cufftest.RunVectors(t, New(), vectors())
	cufftest.Allocates(t, New(), hex("A0 00 00 7C 06 00 00 04 00"))
}

func TestExplain(t *testing.T) {
	fields := explaintest.Whole(t, New(), []instruments.Frame{
		{Direction: instruments.ToInstrument, Bytes: []byte{byte(poll)}},
		{Direction: instruments.FromInstrument, Bytes: hex("A0 80 52 03 40 00 00 07 47", "A0 80 52 03 40 00 00 06 61")},
		{Direction: instruments.FromInstrument, Bytes: hex("A0 00 00 02 00 04 00 04 00", "A1 00 00 7C 07 00 00 05 09")},
	})
	for name, want := range map[string]string{
		"command": "state?", "heard": "state?", "SYS": "128 mmHg", "DIA": "82 mmHg", "MAP": "97 mmHg", "PR": "71 /min",
		"cuff pressure, state": "3 mmHg, ready, new result", "error": "none", "mode": "single", "first inflation": "160 mmHg",
	} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestExplainStates(t *testing.T) {
	for state, want := range map[string]string{
		"07": "pumping", "06": "measuring", "04": "calibrating", "00": "ready", "26": "measuring, beat",
	} {
		fields := explaintest.Whole(t, New(), []instruments.Frame{
			{Direction: instruments.FromInstrument, Bytes: hex("A0 00 00 7C " + state + " 00 00 03 00")},
		})
		if got := explaintest.Value(fields, "cuff pressure, state"); got != "124 mmHg, "+want {
			t.Errorf("%s is %q", state, got)
		}
	}
}

func FuzzDecode(f *testing.F) { cufftest.FuzzDecode(f, New(), vectors()) }

func BenchmarkDecode(b *testing.B) {
	cufftest.Bench(b, New(), hex("A0 00 00 7C 06 00 00 04 00"), hex("A0 80 52 03 40 00 00 07 47", "A0 80 52 03 40 00 00 06 61"))
}

func BenchmarkDecodeNoise(b *testing.B) {
	cufftest.Bench(b, New(), bytes.Repeat([]byte{byte(poll), 0x80, 0x52}, 4), []byte{0xFF})
}
