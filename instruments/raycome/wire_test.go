package raycome

import (
	"bytes"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/cuff/cufftest"
	"aidpost/instruments/explaintest"
)

const (
	usbDemo = "SolveBugs/UsbDemo"
	maibobo = "zrr1999/maibobo maibobo/engine.py"
)

// TestCommandVectors compares what the driver says with what public programs
// say to the same monitors.
func TestCommandVectors(t *testing.T) {
	for c, want := range map[subject]string{ // usbDemo and maibobo agree
		connect: "CC 80 03 03 01 01 00 00",
		start:   "CC 80 03 03 01 02 00 03",
		stop:    "CC 80 03 03 01 03 00 02",
	} {
		if got := command(c); !bytes.Equal(got, cufftest.Unhex(want)) {
			t.Errorf("%s: % X, want %s", c, got, want)
		}
	}
}

type (
	codes = []instruments.FaultCode
	texts = []string
)

func vectors() []cufftest.Vector {
	pressures := func(p ...int) cufftest.Decoded { return cufftest.Decoded{Pressures: p} }
	reading := func(n ...int) cufftest.Decoded {
		return cufftest.Decoded{Readings: [][4]int{{n[0], n[1], 0, n[2]}}}
	}
	fault := func(code instruments.FaultCode, device string) cufftest.Decoded {
		return cufftest.Decoded{Faults: codes{code}, Devices: texts{device}}
	}
	garbled := fault(instruments.Garbled, "")
	hex := cufftest.Unhex
	return []cufftest.Vector{
		{Name: "connected", Source: usbDemo, Bytes: hex("AA 80 03 03 01 01 00 00")},
		{Name: "refused", Bytes: hex("AA 80 03 03 01 01 01 01")},
		{Name: "started", Source: usbDemo, Bytes: hex("AA 80 03 03 01 02 00 03")},
		{Name: "start refused", Bytes: hex("AA 80 03 03 01 02 01 02")},
		{Name: "stopped", Source: usbDemo, Bytes: hex("AA 80 03 03 01 03 00 02")},
		{Name: "just switched on", Source: usbDemo, Bytes: hex("00 00 00 00 00 00 00 00")},
		{Name: "cuff 0", Bytes: hex("AA 80 03 04 01 05 00 00 03"), Want: pressures(0)},
		{Name: "cuff 45", Bytes: hex("AA 80 03 04 01 05 00 2D 2E"), Want: pressures(45)},
		{Name: "cuff 130", Bytes: hex("AA 80 03 04 01 05 00 82 81"), Want: pressures(130)},
		{Name: "cuff 258", Bytes: hex("AA 80 03 04 01 05 01 02 00"), Want: pressures(258)},
		{Name: "128/82", Bytes: hex("AA 80 03 0F 01 06 00 1A 07 0B 09 05 1E 00 80 00 52 00 47 9A"), Want: reading(128, 82, 71)},
		{Name: "117/74", Bytes: hex("AA 80 03 0F 01 06 00 18 02 1D 17 3B 3B 00 75 00 4A 00 58 7C"), Want: reading(117, 74, 88)},
		{Name: "271/150, over one byte", Bytes: hex("AA 80 03 0F 01 06 00 1A 07 0B 09 05 1E 01 0F 00 96 00 47 D0"), Want: reading(271, 150, 71)},
		{Name: "clock never set", Bytes: hex("AA 80 03 0F 01 06 00 00 00 00 00 00 00 00 80 00 52 00 47 9E"), Want: reading(128, 82, 71)},
		{Name: "upside down", Bytes: hex("AA 80 03 0F 01 06 00 1A 07 0B 09 05 1E 00 52 00 80 00 47 9A"), Want: fault(instruments.Implausible, "")},
		{Name: "error 01", Source: maibobo, Bytes: hex("AA 80 03 03 01 07 01 07"), Want: fault(instruments.Overpressure, "01")},
		{Name: "error 02", Source: maibobo, Bytes: hex("AA 80 03 03 01 07 02 04"), Want: fault(instruments.CuffLoose, "02")},
		{Name: "error 05", Source: maibobo, Bytes: hex("AA 80 03 03 01 07 05 03"), Want: fault(instruments.CuffLoose, "05")},
		{Name: "error 0F", Source: maibobo, Bytes: hex("AA 80 03 03 01 07 0F 09"), Want: fault(instruments.CuffLoose, "0F")},
		{Name: "wrong check", Bytes: hex("AA 80 03 03 01 07 01 06"), Want: garbled},
		{Name: "another version", Source: "the form without a cable in ZackKingS/BloodPressureMeasureDemo",
			Bytes: hex("AA 80 02 03 01 01 00 01"), Want: garbled},
		{Name: "a message that nobody knows", Bytes: hex("AA 80 03 04 01 0A 01 02 0F")},
		{Name: "two in one read", Bytes: hex("AA 80 03 04 01 05 00 82 81 AA 80 03 0F 01 06 00 1A 07 0B 09 05 1E 00 80 00 52 00 47 9A"),
			Want: cufftest.Decoded{Pressures: []int{130}, Readings: [][4]int{{128, 82, 0, 71}}}},
		{Name: "a frame cut by the next", Bytes: hex("AA 80 03 0F 01 AA 80 03 04 01 05 00 82 81 FF FF FF FF FF FF FF FF"),
			Want: cufftest.Decoded{Pressures: []int{130}, Faults: codes{instruments.Garbled, instruments.Garbled}, Devices: texts{"", ""}}},
	}
}

func TestVectors(t *testing.T) {
	cufftest.RunVectors(t, Raycome(), vectors())
	cufftest.Allocates(t, Raycome(), cufftest.Unhex("AA 80 03 04 01 05 00 82 81"))
	for _, v := range vectors() {
		if b := v.Bytes; len(v.Want.Faults) == 0 && b[0] != 0 && checksum.Xor8(b[versionAt:8]) != 0 && len(b) == 8 {
			t.Errorf("%s: the check of the vector is wrong", v.Name)
		}
	}
}

func TestClock(t *testing.T) {
	for name, c := range map[string]struct {
		bytes []byte
		want  string
	}{
		"a day":      {[]byte{26, 7, 11, 9, 5, 30}, "2026-07-11 09:05:30"},
		"leap day":   {[]byte{24, 2, 29, 23, 59, 59}, "2024-02-29 23:59:59"},
		"no day":     {[]byte{26, 2, 29, 0, 0, 0}, ""},
		"no month":   {[]byte{0, 0, 0, 0, 0, 0}, ""},
		"month 13":   {[]byte{26, 13, 1, 0, 0, 0}, ""},
		"hour 24":    {[]byte{26, 7, 11, 24, 0, 0}, ""},
		"minute 60":  {[]byte{26, 7, 11, 9, 60, 0}, ""},
		"second 60":  {[]byte{26, 7, 11, 9, 5, 60}, ""},
		"day zero":   {[]byte{26, 7, 0, 9, 5, 0}, ""},
		"new year's": {[]byte{0, 1, 1, 0, 0, 0}, "2000-01-01 00:00:00"},
	} {
		at, ok := clock(c.bytes, time.UTC)
		if ok != (c.want != "") || ok && at.Format(time.DateTime) != c.want {
			t.Errorf("%s: %s, %v", name, at, ok)
		}
	}
}

func TestExplain(t *testing.T) {
	fields := explaintest.Whole(t, Raycome(), []instruments.Frame{
		{Direction: instruments.ToInstrument, Bytes: command(start)},
		{Direction: instruments.FromInstrument, Bytes: cufftest.Unhex("AA 80 03 03 01 02 00 03 AA 80 03 04 01 05 00 82 81")},
		{Direction: instruments.FromInstrument, Bytes: cufftest.Unhex("AA 80 03 0F 01 06 00 1A 07 0B 09 05 1E 00 80 00 52 00 47 9A")},
		{Direction: instruments.FromInstrument, Bytes: cufftest.Unhex("AA 80 03 03 01 07 0F 09")},
	})
	for name, want := range map[string]string{
		"command": "start", "answer": "yes", "cuff pressure": "130 mmHg", "clock": "2026-07-11 09:05:30",
		"SYS": "128 mmHg", "DIA": "82 mmHg", "PR": "71 /min", "error": "cuff-loose (instrument code 0F): leak",
	} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) { cufftest.FuzzDecode(f, Raycome(), vectors()) }

func BenchmarkDecode(b *testing.B) {
	cufftest.Bench(b, Raycome(), cufftest.Unhex("AA 80 03 04 01 05 00 82 81"),
		cufftest.Unhex("AA 80 03 0F 01 06 00 1A 07 0B 09 05 1E 00 80 00 52 00 47 9A"))
}

func BenchmarkDecodeNoise(b *testing.B) {
	cufftest.Bench(b, Raycome(), bytes.Repeat([]byte{fromMonitor, second, serialVersion, most, 0x55}, 3), []byte{0xFF})
}
