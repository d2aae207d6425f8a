package taidoc

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
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

// Published requests: connect from glucometerutils
// (drivers/tests/test_td42xx.py), 24, 25, 26 and 2B from Ultron-esp32BLE
// (gatt_client_fora/main/foraBP.c), 27 and 28 by the same rule. Connect is not
// sent by this driver but checks the sum.
func TestRequests(t *testing.T) {
	tests := []struct {
		query query
		index uint16
		want  string
	}{
		{askModel, 0, "51 24 00 00 00 00 A3 18"},
		{askClock, 0, "51 23 00 00 00 00 A3 17"},
		{askTime, 0, "51 25 00 00 00 00 A3 19"},
		{askValue, 0, "51 26 00 00 00 00 A3 1A"},
		{askTime, 1, "51 25 01 00 00 00 A3 1A"},
		{askValue, 1, "51 26 01 00 00 00 A3 1B"},
		{askValue, 0x01C1, "51 26 C1 01 00 00 A3 DC"},
		{askSerialLow, 0, "51 27 00 00 00 00 A3 1B"},
		{askSerialHigh, 0, "51 28 00 00 00 00 A3 1C"},
		{askCount, 7, "51 2B 00 00 00 00 A3 1F"},
	}
	for _, tt := range tests {
		if got := request(tt.query, tt.index); !bytes.Equal(got[:], unhex(t, tt.want)) {
			t.Errorf("%d of %d: % X, want %s", tt.query, tt.index, got, tt.want)
		}
	}
	connect := frame(unhex(t, "51 22 00 00 00 00 A3 16"))
	if connect.sum() != connect[7] {
		t.Errorf("sum of connect is %02X", connect.sum())
	}
}

// No query writes: 33 sets the clock, 52 erases, 50 switches off.
func TestNothingWrites(t *testing.T) {
	for q := range query(queries) {
		switch c := q.command(); c {
		case 0x33, 0x50, 0x52:
			t.Errorf("query %d sends %02X", q, c)
		}
	}
}

// The first is derived from glucometerutils (drivers/td42xx.py), which sets a
// clock so; the second from the same layout.
func TestClockFrame(t *testing.T) {
	for want, at := range map[string]time.Time{
		"51 33 A6 30 08 07 A3 0C": time.Date(2024, 5, 6, 7, 8, 59, 0, time.FixedZone("", 7200)),
		"51 33 83 33 2C 12 A3 1B": time.Date(2025, 12, 3, 18, 44, 0, 0, time.UTC),
	} {
		if got := clockFrame(at); !bytes.Equal(got[:], unhex(t, want)) {
			t.Errorf("%s: % X, want %s", at, got, want)
		}
	}
}

// Every vector is named to its last byte.
func TestExplain(t *testing.T) {
	tests := []struct{ said, name, value string }{
		{"> 51 25 01 00 00 00 A3 1A", "index", "1"},
		{"> 51 33 A6 30 08 07 A3 0C", "date", "2024-05-06"},
		{"> 51 24 00 00 00 00 A3 18", "command", "24, model"},
		{"< 51 54 00 00 00 00 A5 4A", "command", "54, ready"},
		{"< 51 24 77 42 00 00 A5 D3", "model", "TD-4277"},
		{"< 51 23 04 27 25 0D A5 76", "hour", "13"},
		{"< 51 28 01 00 77 42 A5 D8", "digits, backwards", "42770001"},
		{"< 51 2B 03 00 02 00 A5 26", "results", "3"},
		{"< 51 25 77 2F 85 09 A5 4F", "minute", "05, a blood pressure"},
		{"< 51 25 00 00 00 00 A5 1B", "date and time", "2000-00-00 00:00:00: not a date and time"},
		{"< 51 25 04 27 25 0D A5 78 51 26 70 00 06 00 A5 92", "value", "112 mg/dL"},
		{"< 51 25 04 27 25 0D A5 78 51 26 62 00 06 40 A5 C4", "kind", "glucose, before-meal"},
		{"< 51 25 04 27 25 0D A5 78 51 26 78 00 06 C0 A5 5A", "value", "control-solution"},
		{"< 51 49 61 00 00 40 A5 E0", "data", "61 00 00 40"},
	}
	for _, tt := range tests {
		frames := []instruments.Frame{{Direction: instruments.Direction(tt.said[0]), Bytes: unhex(t, tt.said[1:])}}
		fields := explaintest.Whole(t, New(), frames)
		if got := explaintest.Value(fields, tt.name); got != tt.value {
			t.Errorf("%s: %s is %q, want %q", tt.said, tt.name, got, tt.value)
		}
	}
	damaged := []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: unhex(t, "51 26 71 00 06 00 A5 92")}}
	if fields := explaintest.Sound(t, New(), damaged); len(fields) != 0 {
		t.Errorf("a damaged frame: %v", fields)
	}
}

// Times from glucometerutils (drivers/tests/test_td42xx.py).
func TestParseTime(t *testing.T) {
	tests := []struct{ bytes, want string }{
		{"21 24 0E 15", "2018-01-01 21:14"},
		{"04 27 25 0D", "2019-08-04 13:37"},
		{"A6 30 08 07", "2024-05-06 07:08"},
		{"04 27 65 6D", "2019-08-04 13:37"}, // the top bits are something else
		{"00 00 00 00", ""},
		{"FF FF FF FF", ""},
		{"04 27 3C 0D", ""}, // minute 60
		{"04 27 25 18", ""}, // hour 24
		{"5E 26 25 0D", ""}, // 30 February
	}
	for _, tt := range tests {
		at, err := parseTime(data(unhex(t, tt.bytes)))
		wall := at.wall
		switch {
		case tt.want == "" && (err == nil || !wall.IsZero()):
			t.Errorf("%s: %s, %v", tt.bytes, wall, err)
		case tt.want != "" && wall.Format("2006-01-02 15:04") != tt.want:
			t.Errorf("%s: %s, want %s", tt.bytes, wall, tt.want)
		}
	}
}

// Whole frames; the ready frame, model, clock, count and the values 112, 98
// and 145 agree with what glucometerutils makes of them, the others follow
// from the frame and bit layout of the same sources.
func TestDecodeVectors(t *testing.T) {
	const when = "51 25 04 27 25 0D A5 78"
	tests := []struct {
		name, bytes string
		value       string
		meal        vitals.Meal
		fault       instruments.FaultCode
	}{
		{"general", when + "51 26 70 00 06 00 A5 92", "112 mg/dL", vitals.MealUnknown, ""},
		{"before meal", when + "51 26 62 00 06 40 A5 C4", "98 mg/dL", vitals.BeforeMeal, ""},
		{"after meal", when + "51 26 91 00 06 80 A5 33", "145 mg/dL", vitals.AfterMeal, ""},
		{"control", when + "51 26 78 00 06 C0 A5 5A", "", "", instruments.ControlTest},
		{"ketone", when + "51 26 2D 00 00 1C A5 65", "1.5 mmol/L", "", ""},
		{"ketone between", when + "51 26 2E 00 00 1C A5 66", "1.5 mmol/L", "", ""},
		{"ketone above a half", when + "51 26 2F 00 00 1C A5 67", "1.6 mmol/L", "", ""},
		{"haematocrit", when + "51 26 2A 00 00 18 A5 5E", "42 %", "", ""},
		{"haematocrit of nobody", when + "51 26 58 00 00 18 A5 8C", "", "", instruments.Implausible},
		{"uric acid", when + "51 26 35 00 00 20 A5 71", "5.3 mg/dL", "", ""},
		{"cholesterol", when + "51 26 B4 00 00 24 A5 F4", "180 mg/dL", "", ""},
		{"haemoglobin", when + "51 26 8C 00 00 2C A5 D4", "", "", instruments.NotGlucose},
		{"control of ketone", when + "51 26 2D 00 00 DC A5 25", "", "", instruments.ControlTest},
		{"above", when + "51 26 59 02 06 00 A5 7D", ">600 mg/dL", "", ""},
		{"below", when + "51 26 13 00 06 00 A5 35", "<20 mg/dL", "", ""},
		{"erased cell", when + "51 26 FF FF 06 00 A5 20", "", "", instruments.DamagedRecord},
		{"ready before", "51 54 00 00 00 00 A5 4A" + when + "51 26 70 00 06 00 A5 92", "112 mg/dL", "", ""},
		{"no date", "51 25 00 00 00 00 A5 1B 51 26 70 00 06 00 A5 92", "", "", instruments.DamagedRecord},
		{"wrong sum", when + "51 26 70 00 06 00 A5 93", "", "", instruments.Garbled},
		{"sent by the host", when + "51 26 70 00 06 00 A3 90", "", "", instruments.Garbled},
		{"value alone", "51 26 70 00 06 00 A5 92", "", "", instruments.Garbled},
		{"damage between", when + "00" + "51 26 70 00 06 00 A5 92", "", "", "garbled garbled"},
		{"cut", when + "51 26 70 00", "", "", instruments.Garbled},
		{"another instrument", "51 24 40 31 00 00 A5 8B" + when + "51 26 70 00 06 00 A5 92", "", "", instruments.WrongModel},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var values, faults []string
			var last *instruments.Reading
			err := New().Decode(bytes.NewReader(unhex(t, tt.bytes)), instruments.Job{Now: noon2026}, func(e instruments.Event) {
				switch e := e.(type) {
				case *instruments.Reading:
					last = e
					values = append(values, e.Values[0].Quantity.String())
				case *instruments.Fault:
					faults = append(faults, string(e.Code))
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(values) != "["+tt.value+"]" || fmt.Sprint(faults) != "["+string(tt.fault)+"]" {
				t.Fatalf("readings %q, faults %q", values, faults)
			}
			if last != nil && (last.Meal != tt.meal || last.Taken.Format("2006-01-02 15:04") != "2019-08-04 13:37") {
				t.Errorf("meal %q, taken %s", last.Meal, last.Taken)
			}
		})
	}
}

// Blood pressures: the combined meter's and the pure cuff's are of the layouts
// that Ultron-esp32BLE (foraBP.c, foraBPG.c) reads, the errors of
// advmeds-bluetooth-lib.
func TestPressureVectors(t *testing.T) {
	const (
		combinedTime = "51 25 77 2F 85 09 A5 4F" // 2023-11-23 09:05, marked as a pressure
		cuffTime     = "51 25 EB 34 85 09 A5 C8" // 2026-07-11 09:05, marked as well
		plainTime    = "51 25 77 2F 05 09 A5 CF" // 2023-11-23 09:05, not marked
		td3128       = "51 24 28 31 00 00 A5 73"
		td3261       = "51 24 61 32 00 00 A5 AD"
		td3129       = "51 24 29 31 00 00 A5 74" // not known
	)
	tests := []struct {
		name, bytes string
		values      string
		flags       []vitals.Flag
		fault       instruments.FaultCode
	}{
		{"combined", td3261 + combinedTime + "51 26 80 00 52 47 A5 35", "128 82 71", nil, ""},
		{"pure cuff", td3128 + combinedTime + "51 26 80 61 52 47 A5 96", "128 82 97 71", nil, ""},
		{"pure cuff, not marked", td3128 + plainTime + "51 26 80 61 52 47 A5 96", "128 82 97 71", nil, ""},
		{"not known, with a mean", td3129 + plainTime + "51 26 80 61 52 47 A5 96", "128 82 97 71", nil, ""},
		{"not known, marked, without", td3129 + combinedTime + "51 26 80 00 52 47 A5 35", "128 82 71", nil, ""},
		{"not known, not marked, without", td3129 + plainTime + "51 26 80 00 52 47 A5 35", "", nil, instruments.DamagedRecord},
		{"glucose of a combined one", td3261 + plainTime + "51 26 70 00 06 00 A5 92", "112", nil, ""},
		{"model not captured", combinedTime + "51 26 80 61 52 47 A5 96", "128 82 97 71", nil, ""},
		{"pure cuff read as combined", td3261 + combinedTime + "51 26 80 61 52 47 A5 96", "", nil, instruments.OutOfRange},
		{"combined read as pure cuff", td3128 + combinedTime + "51 26 80 00 52 47 A5 35", "", nil, instruments.DamagedRecord},
		{"an error", td3128 + combinedTime + "51 26 80 61 52 03 A5 52", "", nil, instruments.NoPulse},
		{"no pulse at all", td3128 + combinedTime + "51 26 80 61 52 00 A5 4F", "", nil, instruments.NoPulse},
		{"diastolic above systolic", td3261 + combinedTime + "51 26 52 00 80 47 A5 35", "", nil, instruments.Implausible},
		{"irregular", td3128 + "51 25 77 2F C5 09 A5 8F 51 26 80 61 52 47 A5 96", "128 82 97 71", []vitals.Flag{vitals.IrregularPulse}, ""},
		{"atrial fibrillation class", td3128 + "51 25 77 2F 85 69 A5 AF 51 26 80 61 52 47 A5 96", "128 82 97 71", []vitals.Flag{vitals.IrregularPulse}, ""},
		{"average", td3128 + "51 25 77 2F 85 89 A5 CF 51 26 80 61 52 47 A5 96", "128 82 97 71", nil, ""},
		{"glucose meter", "51 24 77 42 00 00 A5 D3" + plainTime + "51 26 70 00 06 00 A5 92", "", nil, instruments.WrongModel},
		{"of the future", td3128 + cuffTime + "51 26 80 61 52 47 A5 96", "", nil, instruments.ClockUnset},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			var faults []instruments.FaultCode
			captured := unhex(t, tt.bytes)
			err := Cuffs().Decode(bytes.NewReader(captured), instruments.Job{Now: noon2026}, func(e instruments.Event) {
				switch e := e.(type) {
				case *instruments.Reading:
					for _, v := range e.Values {
						got = append(got, v.Quantity.Value.String())
					}
					for _, f := range tt.flags {
						if !slices.Contains(e.Flags, f) {
							t.Errorf("flags %v", e.Flags)
						}
					}
					if len(tt.flags) == 0 && slices.Contains(e.Flags, vitals.IrregularPulse) {
						t.Errorf("flags %v", e.Flags)
					}
					explaintest.Whole(t, Cuffs(), e.Capture)
				case *instruments.Fault:
					faults = append(faults, e.Code)
				}
			})
			if err != nil || strings.Join(got, " ") != tt.values || fmt.Sprint(faults) != "["+string(tt.fault)+"]" {
				t.Errorf("values %q, faults %q, %v", got, faults, err)
			}
			explaintest.Whole(t, Cuffs(), []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: captured}})
		})
	}
}

func noon2026() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) }

// The serial number and model of a TD-4277, and what else answers to 24.
func TestIdentity(t *testing.T) {
	low, high := frame(unhex(t, "51 27 78 56 34 12 A5 31")), frame(unhex(t, "51 28 01 00 77 42 A5 D8"))
	if !low.valid() || !high.valid() {
		t.Fatal("wrong sum")
	}
	if got := serial(high.data(), low.data()); got != "4277000112345678" {
		t.Errorf("serial %s", got)
	}
	for bytes, want := range map[string]string{
		"77 42 00 00": "TD-4277", "41 41 12 34": "TD-4141", "35 42 00 00": "TD-4235",
		"40 31 00 00": "", "01 82 00 00": "", "AB 42 00 00": "", "00 00 00 00": "",
	} {
		name, err := parseModel(data(unhex(t, bytes)))
		if err == nil {
			if _, err = glucoseMeters().layout(name); err != nil {
				name = ""
			}
		}
		if name != want || (want == "") != (instruments.CodeOf(err) == instruments.WrongModel) {
			t.Errorf("model %s: %q, %v", bytes, name, err)
		}
	}
}
