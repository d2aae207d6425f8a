package isens

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
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

func noon2026() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) }

// tripledBytes is the answer of the older protocol that holds b.
func tripledBytes(b ...byte) []byte {
	out := make([]byte, 0, tripled*len(b))
	for _, c := range b {
		out = append(out, readMark, highMark|c>>4, lowMark|c&0x0F)
	}
	return out
}

// The first two requests are of markchuang56/iOS-Demo
// (h2SyncLib/UART/iCareSens/CareSensN.m), the others are made by the rules of
// tidepool-org/uploader (lib/drivers/i-sens/careSens.js).
func TestRequests(t *testing.T) {
	at := noon2026().AddDate(-2, 0, 0)
	for _, tt := range []struct {
		name string
		got  []byte
		want string
	}{
		{"who are you", readRequest(aboutAt, aboutSize), "8B 11 20 13 24 10 2A"},
		{"count", readRequest(0x1086, 2), "8B 11 20 18 26 10 22"},
		{"first result", readRequest(0xE200, 10), "8B 1E 22 10 20 10 2A"},
		{"serial number", newFrame("RSNB"), "02 69 53 50 63 07 52 53 4E 42 B1 4C 03"},
		{"clock", newFrame("RTIM"), "02 69 53 50 63 07 52 54 49 4D 75 CF 03"},
		{"number of results", newFrame("NCOT"), "02 69 53 50 63 07 4E 43 4F 54 BB 7F 03"},
		{"results", newFrame("GLUE", 0, 1, 27), "02 69 53 50 63 0A 47 4C 55 45 00 01 1B EA 31 03"},
		{"set clock", newFrame(setClock, 0x18, 5, 6, 7, 8, 0), "02 69 53 50 63 0D 57 54 49 4D 18 05 06 07 08 00 FE AF 03"},
		{"a time", wallBytes(at), "18 03 0A 0C 00 00"},
	} {
		if got := instruments.Hex(tt.got...); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestDecodeVectors: bytes are made by the rules of tidepool-org/uploader
// (lib/drivers/i-sens/careSens.js).
func TestDecodeVectors(t *testing.T) {
	about := unhex(t, "8B1329 8B1320 8B1027 8B1020 8B1023 8B1020 8B1021 8B1020 8B1020 8B1020")
	first := unhex(t, "8B102E 8B1021 8B1026 8B1028 8B112E 8B102F 8B1720 8B1020")
	old := func(hex string) []byte { return tripledBytes(unhex(t, hex)...) }
	entry := func(hex string) []byte { return newFrame("GLUE", unhex(t, hex)...) }
	unsummed := entry("18 05 06 07 08 1E 20 00 70")
	unsummed[len(unsummed)-2], unsummed[len(unsummed)-3] = 0, 0
	cat := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	const noon = "2014-01-06 08:30:15"
	tests := []struct {
		name   string
		driver instruments.Decoder
		said   []byte
		want   string // readings
		faults string
	}{
		{"112", NewCareSens(), first, "112 mg/dL @" + noon, ""},
		{"112 after a meal", NewCareSens(), unhex(t, "8B102E 8B1021 8B1026 8B1028 8B112E 8B102F 8B1820 8B1227"), "112 mg/dL after-meal @" + noon, ""},
		{"control", NewCareSens(), old("0E 01 05 07 00 00 98 4E"), "", "control-solution"},
		{"HI", NewCareSens(), old("0E 01 05 07 00 00 BC 02"), ">600 mg/dL @2014-01-05 07:00:00", ""},
		{"LO", NewCareSens(), old("0E 01 05 07 00 00 0A 00"), "<20 mg/dL @2014-01-05 07:00:00", ""},
		{"HI after a meal", NewCareSens(), old("0E 01 05 07 00 00 CC 29"), ">600 mg/dL after-meal @2014-01-05 07:00:00", ""},
		{"11, which is no value", NewCareSens(), old("0E 01 05 07 00 00 0B 00"), "", "damaged-record"},
		{"601", NewCareSens(), old("0E 01 05 07 00 00 59 02"), "", "damaged-record"},
		{"30 February", NewCareSens(), old("0E 02 1E 07 00 00 70 00"), "", "damaged-record"},
		{"never written", NewCareSens(), old("FF FF FF FF FF FF FF FF"), "", ""},
		{"a session", NewCareSens(), cat(unhex(t, "801020"), about, about, first, old("FFFFFFFFFFFFFFFF"), first, about), "112 mg/dL of CNP07B12345 @" + noon, ""},
		{"two sessions", NewCareSens(), cat(unhex(t, "801020"), about, about, unhex(t, "801020"), about, first), "112 mg/dL of CNP07B12345 @" + noon, ""},
		{"a lost byte", NewCareSens(), cat(about, first[:5], first[6:], first, about, old("0E 01 05 07 00 00 BC 02")), ">600 mg/dL of CNP07B12345 @2014-01-05 07:00:00", "garbled"},
		{"cut", NewCareSens(), first[:23], "", "garbled"},
		{"plain", NewShine(), entry("18 05 06 07 08 1E 20 00 70"), "112 mg/dL @2024-05-06 07:08:30", ""},
		{"after a meal", NewShine(), entry("18 05 06 09 0F 00 02 00 A5"), "165 mg/dL after-meal @2024-05-06 09:15:00", ""},
		{"fasting", NewShine(), entry("18 05 06 09 0F 00 90 00 A5"), "165 mg/dL fasting @2024-05-06 09:15:00", ""},
		{"fasting after a meal", NewShine(), entry("18 05 06 09 0F 00 12 00 A5"), "", "damaged-record"},
		{"control", NewShine(), entry("18 05 04 15 00 00 01 00 78"), "", "control-solution"},
		{"HI", NewShine(), entry("18 05 03 08 00 00 08 02 58"), ">600 mg/dL @2024-05-03 08:00:00", ""},
		{"LO", NewShine(), entry("18 05 03 08 00 00 84 00 0A"), "<20 mg/dL @2024-05-03 08:00:00", ""},
		{"HI and LO", NewShine(), entry("18 05 03 08 00 00 0C 00 70"), "", "damaged-record"},
		{"601 without a flag", NewShine(), entry("18 05 03 08 00 00 20 02 59"), ">600 mg/dL @2024-05-03 08:00:00", ""},
		{"ketone", NewShine(), entry("18 05 01 08 00 00 40 00 0F"), "1.5 mmol/L @2024-05-01 08:00:00", ""},
		{"ketone HI", NewShine(), entry("18 05 01 08 00 00 48 00 00"), ">8.0 mmol/L @2024-05-01 08:00:00", ""},
		{"ketone beyond the range", NewShine(), entry("18 05 01 08 00 00 40 00 51"), "", "damaged-record"},
		{"control of ketone", NewShine(), entry("18 05 01 08 00 00 41 00 0F"), "", "control-solution"},
		{"without a checksum", NewShine(), unsummed, "112 mg/dL @2024-05-06 07:08:30", ""},
		{"a serial number first", NewShine(), cat(unhex(t, "801E2E 02 69 53 50 63 14 52 53 4E 42 43 4E 50 30 37 42 31 32 33 34 35 20 00 F0 44 03"), unsummed),
			"112 mg/dL of CNP07B12345 @2024-05-06 07:08:30", ""},
		{"clock and count", NewShine(), unhex(t, "02695350630D5254494D18050607080077A103 0269535063094E434F54002835E203"), "", ""},
		{"a wrong checksum", NewShine(), unhex(t, "0269535063094E434F54002835E303"), "", "garbled"},
		{"half a result", NewShine(), entry("18 05 06 07"), "", "garbled"},
		{"cut", NewShine(), unsummed[:20], "", "garbled"},
	}
	for _, tt := range tests {
		t.Run(tt.driver.Model().ID+" "+tt.name, func(t *testing.T) {
			var values, faults []string
			err := tt.driver.Decode(bytes.NewReader(tt.said), instruments.Job{Now: noon2026}, func(e instruments.Event) {
				switch e := e.(type) {
				case *instruments.Reading:
					text := e.Values[0].Quantity.String()
					if e.Meal != vitals.MealUnknown {
						text += " " + string(e.Meal)
					}
					if e.Identity.Serial != "" {
						text += " of " + e.Identity.Serial
					}
					values = append(values, text+e.Taken.Format(" @2006-01-02 15:04:05"))
					explaintest.Whole(t, tt.driver.(instruments.Explainer), e.Capture)
				case *instruments.Fault:
					faults = append(faults, string(e.Code))
				}
			})
			if err != nil || strings.Join(values, ", ") != tt.want || strings.Join(faults, ", ") != tt.faults {
				t.Errorf("%q, %q, %v", values, faults, err)
			}
		})
	}
}

// A frame in the middle of others is found, and what is none is not.
func TestNextFrame(t *testing.T) {
	good := newFrame("NCOT", 0, 1)
	for name, tt := range map[string]struct {
		b      []byte
		before int
		ok     bool
	}{
		"whole":        {good, 0, true},
		"behind noise": {append([]byte("\x02iS\x02"), good...), 4, true},
		"not whole":    {good[:9], 0, false},
		"a start":      {append([]byte("xx"), good[:3]...), 2, false},
		"noise":        {[]byte("noise"), 5, false},
		"too long":     {append([]byte("\x02iSPc\xFF"), good...), 6, true},
		"without end":  {append(bytes.Clone(good[:len(good)-1]), 0xFF), len(good), false},
	} {
		f, before, ok := nextFrame(tt.b)
		if before != tt.before || ok != tt.ok || ok && !bytes.Equal(f, good) {
			t.Errorf("%s: % X, %d, %t", name, f, before, ok)
		}
	}
}

// Every byte of questions and answers is named.
func TestExplain(t *testing.T) {
	from, to := instruments.FromInstrument, instruments.ToInstrument
	about := unhex(t, "8B1329 8B1320 8B1027 8B1020 8B1023 8B1020 8B1021 8B1020 8B1020 8B1020")
	fields := explaintest.Whole(t, NewCareSens(), []instruments.Frame{
		{Direction: to, Bytes: []byte{ping}},
		{Direction: from, Bytes: unhex(t, "801020")},
		{Direction: to, Bytes: readRequest(aboutAt, aboutSize)},
		{Direction: from, Bytes: about},
		{Direction: to, Bytes: readRequest(0xE208, storeSize)},
		{Direction: from, Bytes: tripledBytes(0x0E, 1, 6, 8, 30, 15, 112, 0)},
	})
	for name, want := range map[string]string{
		"address": "1034", "number of bytes": "10", "production number": "12345, of serial number CNP07B12345", "model": "3, CNP",
		"year": "2014", "second": "15", "value, with its marks": "112 mg/dL",
	} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	fields = explaintest.Whole(t, NewShine(), []instruments.Frame{
		{Direction: to, Bytes: []byte{ping}},
		{Direction: from, Bytes: unhex(t, "801E2E")},
		{Direction: to, Bytes: newFrame("RSNB")},
		{Direction: from, Bytes: newFrame("RSNB", []byte("CNP07B12345 \x00")...)},
		{Direction: to, Bytes: newFrame(setClock, 0x18, 5, 6, 7, 8, 0)},
		{Direction: from, Bytes: newFrame("NCOT", 0, 40)},
		{Direction: to, Bytes: newFrame("GLUE", 0, 1, 27)},
		{Direction: from, Bytes: newFrame("GLUE", 0x18, 5, 6, 9, 15, 0, 2, 0, 165)},
	})
	for name, want := range map[string]string{
		"serial number": `"CNP07B12345"`, "time": "2024-05-06 07:08:00", "first result": "1",
		"flags": "02, after-meal", "value": "165 mg/dL", "minute": "15",
	} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// The models and the bounds of what tells who the meter is.
func TestAbout(t *testing.T) {
	for _, tt := range []struct{ bytes, serial string }{
		{"39 30 07 00 03 00 01 00 00 00", "CNP07B12345"},
		{"2A 00 1F 00 11 00 00 00 00 00", "CVP1FA00042"},
		{"9F 86 FF 00 00 00 19 00 00 00", "CSP255Z34463"},
		{"39 30 07 00 12 00 01 00 00 00", ""},
		{"39 30 07 00 03 00 1A 00 00 00", ""},
		{"39 30 07 01 03 00 01 00 00 00", ""},
		{"FF FF FF FF FF FF FF FF FF FF", ""},
	} {
		if serial, _, ok := parseAbout(unhex(t, tt.bytes)); serial != tt.serial || ok != (tt.serial != "") {
			t.Errorf("%s: %q, %t", tt.bytes, serial, ok)
		}
	}
	for code := range 0x12 {
		if m, ok := modelOf(code); !ok || len(m.letters) != 3 || m.start < 0xC200 {
			t.Errorf("model %d: %v", code, m)
		}
	}
	if m, ok := modelOf(0x12); ok {
		t.Errorf("a model that is none: %v", m)
	}
}
