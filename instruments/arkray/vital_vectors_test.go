package arkray

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/records/vitals"
)

// vitalLine returns the line of a stored result with its sum.
func vitalLine(text string) string {
	body := "D|" + text + "\x17"
	return fmt.Sprintf("%s%02X|\r\n", body, checksum.Sum8([]byte(body)))
}

func vitalHeader(sender string) string {
	body := "1H|\\^&||0|" + sender + "|||||||P|1|202603101200\r\x17"
	return fmt.Sprintf("\x02%s%02X\r\n", body, checksum.Sum8([]byte(body)))
}

// TestVitalVectors: the first line is computed from the layout in
// tidepool-org/uploader lib/drivers/i-sens/reliOnPrime.js, as all are that have
// the sum of vitalLine.
func TestVitalVectors(t *testing.T) {
	for _, v := range []struct {
		id, line, reading string
		code              instruments.FaultCode
	}{
		{"112", "D|7000451415082100\x17FD|\r\n", "112 mg/dL at 2021-08-15 14:45", ""},
		{"the same", vitalLine("7000451415082100"), "112 mg/dL at 2021-08-15 14:45", ""},
		{"acknowledged before", "\x06\x06" + vitalLine("7000451415082100"), "112 mg/dL at 2021-08-15 14:45", ""},
		{"HI", vitalLine("5802451415082101"), ">600 mg/dL at 2021-08-15 14:45", ""},
		{"LO", vitalLine("1400451415082102"), "<20 mg/dL at 2021-08-15 14:45", ""},
		{"control", vitalLine("7000451415082104"), "", instruments.ControlTest},
		{"control and HI", vitalLine("7000451415082105"), "", instruments.ControlTest},
		{"HI and LO", vitalLine("7000451415082103"), "", instruments.DamagedRecord},
		{"a mark that is not known", vitalLine("7000451415082108"), "", instruments.DamagedRecord},
		{"30 February", vitalLine("7000451430022100"), "", instruments.DamagedRecord},
		{"wrong sum", "D|7000451415082100\x17FC|\r\n", "", instruments.Garbled},
		{"no number", vitalLine("70x0451415082100"), "", instruments.Garbled},
		{"too short", vitalLine("700045141508210"), "", instruments.Garbled},
		{"another meter", vitalHeader("Bayer7150^1.05^7150-1234567"), "", instruments.WrongModel},
		{"no serial number", vitalHeader("Vital"), "", instruments.WrongModel},
		{"header", vitalHeader("Vital^1.02^GV7654321"), "", ""},
		{"count", "D|031|\r\n", "", ""},
	} {
		t.Run(v.id, func(t *testing.T) {
			got, code := "", instruments.FaultCode("")
			err := NewVital().Decode(strings.NewReader(v.line), instruments.Job{Now: noon2026}, func(e instruments.Event) {
				switch e := e.(type) {
				case *instruments.Reading:
					got = e.Values[0].Quantity.String() + " at " + e.InstrumentTime.Format("2006-01-02 15:04")
					explaintest.Whole(t, NewVital(), e.Capture)
				case *instruments.Fault:
					code = e.Code
				}
			})
			if err != nil || got != v.reading || code != v.code {
				t.Errorf("%q, %q, %v", got, code, err)
			}
		})
	}
	if text, ok := parseAnswer([]byte("D|031|\r\n")); !ok || string(text) != "031" {
		t.Errorf("31 results: %q, %t", text, ok)
	}
}

// checkVital fails unless r may be shown to a person and is what its line says.
func checkVital(t *testing.T, r *instruments.Reading) {
	t.Helper()
	q := r.Values[0].Quantity
	if err := vitals.CheckPlausible(r.Values); err != nil || q.Unit != vitals.MgPerDL || len(r.Values) != 1 || len(r.Capture) != 1 {
		t.Fatalf("%v from %v: %v", r.Values, r.Capture, err)
	}
	line := r.Capture[0].Bytes
	n := q.Value.Int()
	if row, err := parseResult(line); err != nil || row.Value != q ||
		q.Comparator == vitals.Exactly && !strings.EqualFold(string(line[2:6]), fmt.Sprintf("%02X%02X", n&0xFF, n>>8)) {
		t.Errorf("%s from %q, %v", q, line, err)
	}
}

// vital2026 is what a meter says in a visit at noon2026 with one result.
func vital2026() string {
	acks := "\x06\x06"
	twice := func(lines ...string) (out string) {
		for range 2 {
			for _, l := range lines {
				out += "\x06" + l
			}
		}
		return out
	}
	result := acks + vitalLine("7000581110032600")
	header := "\x05" + vitalHeader("Vital^1.02^GV7654321")
	return header + "\x04\x06" + twice("D|260310|\r\n", "D|1200|\r\n") + twice("D|001|\r\n") + result +
		twice("D|001|\r\n") + result + header
}

// FuzzVitalDecode: every reading of any capture is what its line says.
func FuzzVitalDecode(f *testing.F) {
	f.Add(vital2026(), "")
	f.Add("", "7000451415082104")
	f.Add("\x05\x06", "580245141508210")
	f.Fuzz(func(t *testing.T, before, text string) {
		captured := before + vitalLine(text)
		err := NewVital().Decode(strings.NewReader(captured), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				checkVital(t, r)
				explaintest.Whole(t, NewVital(), r.Capture)
				if !strings.Contains(captured, string(r.Capture[0].Bytes)) {
					t.Errorf("captured %q, which was not sent", r.Capture[0].Bytes)
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		explaintest.Sound(t, NewVital(), []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: []byte(captured)}})
	})
}

func measureVital(t *testing.T, said []byte, visit bool) (readings []*instruments.Reading, err error) {
	t.Helper()
	job := instruments.Job{Now: noon2026}
	if visit {
		job.Since = noon2026().Add(-5 * time.Minute)
	}
	err = NewVital().Measure(context.Background(), metertest.Script(said, metertest.Bytes(frameSize)), job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			readings = append(readings, r)
			checkVital(t, r)
			if visit && r.Taken.Before(job.Since.Add(-meter.MinutesMargin)) {
				t.Errorf("taken %s, before the visit", r.Taken)
			}
		}
	})
	return readings, err
}

// FuzzVitalMeasure answers a visit with any bytes, in the place of those that
// come at an offset of a good one.
func FuzzVitalMeasure(f *testing.F) {
	f.Add("", uint16(0), true)
	f.Add(vitalLine("5802451415082101"), uint16(150), true)
	f.Add("D|000|\r\n", uint16(110), false)
	f.Add("\x15", uint16(130), false)
	f.Fuzz(func(t *testing.T, text string, at uint16, visit bool) {
		said := []byte(vital2026())
		copy(said[min(int(at), len(said)):], text)
		readings, err := measureVital(t, said, visit)
		if (err == nil) != (len(readings) == 1) && visit && instruments.CodeOf(err) != instruments.SeveralResults || err == nil && len(readings) == 0 {
			t.Errorf("%d readings, %v", len(readings), err)
		}
		if _, err := NewVital().Probe(t.Context(), metertest.Script(said, metertest.Bytes(frameSize))); err != nil && instruments.CodeOf(err) == instruments.Internal {
			t.Errorf("probe: %v", err)
		}
	})
}

func TestVitalSeedMeasures(t *testing.T) {
	readings, err := measureVital(t, []byte(vital2026()), true)
	if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != "112 mg/dL" || readings[0].Identity.Serial != "GV7654321" {
		t.Errorf("%v, %v", readings, err)
	}
}

// BenchmarkVitalDecode decodes captured results.
func BenchmarkVitalDecode(b *testing.B) {
	captured := bytes.Repeat([]byte("\x06\x06D|7000451415082100\x17FD|\r\n\x06"), 250)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := NewVital().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 250 {
			b.Fatal(readings, err)
		}
	}
}
