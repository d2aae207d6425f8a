package menarini

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/explaintest"
	"aidpost/records/vitals"
)

// blockOf puts rows into a block with the sum given.
func blockOf(sum string, rows ...string) string {
	return opening + strings.Join(rows, lineEnd) + lineEnd + sum + lineEnd + closing
}

func withSum(rows ...string) string {
	body := opening + strings.Join(rows, lineEnd) + lineEnd
	return blockOf(fmt.Sprintf("%02X", checksum.CRC8([]byte(body))), rows...)
}

const info = "0000000000000,58,59,      DEMOSN, B.0"

// The first five are of the tests of WillCoates/glucofix-tech-gk-extract
// (tests/test_device.py); the empty memory is of glucometers-tech/
// glucometer-protocols (menarini/glucomen-areo.md); the others are made by the
// same rules.
func TestDecodeVectors(t *testing.T) {
	tests := []struct {
		name, said    string
		values, fault string
		meal          vitals.Meal
	}{
		{"info", blockOf("E6", info), "[]", "[]", ""},
		{"units and limits", blockOf("D8",
			"Glu, 5.2,mmol/L,00,240101,0800", "Glu, 125, mg/dL,00,240609,1812", "Glu,  HI,mmol/L,00,250203,1232", "Glu,  LO,mmol/L,00,250603,1232"),
			"[5.2 mmol/L @2024-01-01 08:00 125 mg/dL @2024-06-09 18:12 >33.3 mmol/L @2025-02-03 12:32 <1.1 mmol/L @2025-06-03 12:32]", "[]", ""},
		{"ketone", blockOf("F0", "Ket, 0.2,mmol/L,00,240101,0800", "Ket,  HI,mmol/L,00,240609,1812"),
			"[0.2 mmol/L @2024-01-01 08:00 >8.0 mmol/L @2024-06-09 18:12]", "[]", ""},
		{"ketone below the range", withSum("Ket, 0.0,mmol/L,00,240101,0800", "Ket, 0.1,mmol/L,00,240102,0800"),
			"[<0.1 mmol/L @2024-01-01 08:00 0.1 mmol/L @2024-01-02 08:00]", "[]", ""},
		{"ketone above the range", withSum("Ket, 8.1,mmol/L,00,240101,0800"), "[]", "[damaged-record]", ""},
		{"no glucose", withSum("Glu, 0.0,mmol/L,00,240101,0800"), "[]", "[damaged-record]", ""},
		{"unknown unit", blockOf("67", "Glu,10.2,    %,00,240101,0800"), "[]", "[damaged-record]", ""},
		{"wrong sum", blockOf("6E", info), "[]", "[garbled garbled]", ""},
		{"empty", "[\r\n\x90\x3D\r\n]\r\n", "[]", "[]", ""},
		{"mg/dL", blockOf("86", "Glu,112,mg/dL,00,240506,0708"), "[112 mg/dL @2024-05-06 07:08]", "[]", ""},
		{"before meal", blockOf("E0", "Glu,7.9,mmol/L,02,240609,1812"), "[7.9 mmol/L @2024-06-09 18:12]", "[]", vitals.BeforeMeal},
		{"check mark", blockOf("73", "Glu,5.5,mmol/L,01,251224,1700"), "[5.5 mmol/L @2025-12-24 17:00]", "[]", ""},
		{"lower case sum", strings.ToLower(blockOf("E0", "Glu,7.9,mmol/L,02,240609,1812")), "[]", "[garbled garbled]", ""},
		{"after meal", withSum("Glu, 112, mg/dL,04,240506,0708"), "[112 mg/dL @2024-05-06 07:08]", "[]", vitals.AfterMeal},
		{"unknown mark", withSum("Glu, 112, mg/dL,10,240506,0708"), "[]", "[damaged-record]", ""},
		{"unknown kind", withSum("Cho, 112, mg/dL,00,240506,0708"), "[]", "[garbled]", ""},
		{"ketone in mg/dL", withSum("Ket, 112, mg/dL,00,240506,0708"), "[]", "[damaged-record]", ""},
		{"a fraction of mg/dL", withSum("Glu,11.2, mg/dL,00,240506,0708"), "[]", "[damaged-record]", ""},
		{"whole mmol/L", withSum("Glu,  25,mmol/L,00,240506,0708"), "[]", "[damaged-record]", ""},
		{"beyond the range", withSum("Glu, 601, mg/dL,00,240506,0708"), "[]", "[damaged-record]", ""},
		{"no date", withSum("Glu, 112, mg/dL,00,240230,0708"), "[]", "[damaged-record]", ""},
		{"a row alone", "Glu, 112, mg/dL,00,240506,0708\r\n", "[112 mg/dL @2024-05-06 07:08]", "[]", ""},
		{"a row before a block", "Glu, 112, mg/dL,00,240506,0708\r\n" + blockOf("86", "Glu,112,mg/dL,00,240506,0708"),
			"[112 mg/dL @2024-05-06 07:08]", "[]", ""},
		{"a block without its start", blockOf("86", "Glu,112,mg/dL,00,240506,0708")[3:], "[]", "[garbled garbled garbled]", ""},
		{"a block without its end", blockOf("86", "Glu,112,mg/dL,00,240506,0708")[:30], "[]", "[garbled]", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values, faults := []string{}, []instruments.FaultCode{}
			err := GlucoFix().Decode(strings.NewReader(tt.said), instruments.Job{Now: noon2026}, func(e instruments.Event) {
				switch e := e.(type) {
				case *instruments.Reading:
					values = append(values, e.Values[0].Quantity.String()+e.Taken.Format(" @2006-01-02 15:04"))
					if e.Meal != tt.meal {
						t.Errorf("meal %q, want %q", e.Meal, tt.meal)
					}
				case *instruments.Fault:
					faults = append(faults, e.Code)
				}
			})
			if err != nil || fmt.Sprint(values) != tt.values || fmt.Sprint(faults) != tt.fault {
				t.Errorf("%q, %q, %v", values, faults, err)
			}
		})
	}
}

func noon2026() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) }

// Every bit of the vectors turned over: the same readings, or none.
func TestDecodeFlips(t *testing.T) {
	said := []byte(blockOf("D8", "Glu, 5.2,mmol/L,00,240101,0800", "Glu, 125, mg/dL,00,240609,1812",
		"Glu,  HI,mmol/L,00,250203,1232", "Glu,  LO,mmol/L,00,250603,1232"))
	for bit := range 8 * len(said) {
		flipped := bytes.Clone(said)
		flipped[bit/8] ^= 1 << (bit % 8)
		err := Areo().Decode(bytes.NewReader(flipped), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				t.Errorf("bit %d: %s", bit, r.Values[0].Quantity)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestInfo(t *testing.T) {
	id, ok := parseInfo([]byte(info + lineEnd))
	if !ok || id.Serial != "DEMOSN" || id.Firmware != "B.0" {
		t.Errorf("%+v, %t", id, ok)
	}
	for _, bad := range []string{"", ",,,,", "0,58,59,,B.0", "x,58,59,DEMOSN,B.0", "0,58,59,DEMOSN,B.0,1", "0,58,59,DEM\x01SN,B.0"} {
		if id, ok := parseInfo([]byte(bad + lineEnd)); ok {
			t.Errorf("%q: %+v", bad, id)
		}
	}
}

// Made by the rules of glucometers-tech/glucometer-protocols.
func TestClockSetting(t *testing.T) {
	got := instruments.Hex(clockSetting(time.Date(2024, 5, 6, 7, 8, 0, 0, time.UTC))...)
	if want := "C2 A1 5B 0D 0A 32 34 30 35 30 36 30 37 30 38 0D 0A 32 43 0D 0A 5D 0D 0A"; got != want {
		t.Errorf("said %s, want %s", got, want)
	}
}

// Every byte of whole blocks and of questions is named.
func TestExplain(t *testing.T) {
	whole, err := hex.DecodeString("5B0D0A303030303030303030303030302C35382C35392C20202020202044454D4F534E2C20422E300D0A45360D0A5D0D0A")
	if err != nil {
		t.Fatal(err)
	}
	fields := explaintest.Whole(t, Areo(), []instruments.Frame{
		{Direction: instruments.ToInstrument, Bytes: []byte{byte(askInfo), byte(askGlucose), byte(askKetone)}},
		{Direction: instruments.ToInstrument, Bytes: clockSetting(noon2026())},
		{Direction: instruments.FromInstrument, Bytes: whole},
		{Direction: instruments.FromInstrument, Bytes: []byte("[\r\n\x90\x3D\r\n]\r\n")},
		{Direction: instruments.FromInstrument, Bytes: []byte(blockOf("E0", "Glu,7.9,mmol/L,02,240609,1812"))},
	})
	for name, want := range map[string]string{
		"serial number": "DEMOSN", "version": "B.0", "kind": "glucose", "value": "7.9 mmol/L", "unit": "mmol/L",
		"mark": "02, before-meal", "date": "2024-06-09", "time": "18:12", "checksum": "E6, the CRC-8 of the block up to here",
	} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
