package arkray

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/records/vitals"
)

func unhex(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func noon2026() time.Time { return time.Date(2026, time.March, 10, 12, 0, 0, 0, time.UTC) }

// TestVectors: frames computed from the layout in tidepool-org/uploader
// lib/drivers/i-sens/glucocardExpression.js.
func TestVectors(t *testing.T) {
	for _, v := range []struct {
		id, bytes string
		reading   string
		code      instruments.FaultCode
	}{
		{"ready", "DD 00 01 00 00 00 00 00 00 00 01", "", ""},
		{"serial 12345678", "DD 0F 38 37 36 35 34 33 32 31 B3", "", ""},
		{"clock", "DD 07 15 08 CF B5 00 00 00 00 A8", "", ""},
		{"112", "DD 10 95 80 CF B5 70 00 D8 00 F1", "112 mg/dL at 2021-08-15 14:45", ""},
		{"control", "DD 10 95 81 CF B5 70 00 D9 00 F3", "", instruments.ControlTest},
		{"HI", "DD 10 95 80 EE 14 58 02 90 02 13", ">600 mg/dL at 2021-08-14 07:05", ""},
		{"LO", "DD 10 95 80 EE 14 14 00 4C 00 87", "<20 mg/dL at 2021-08-14 07:05", ""},
		{"unused", "DD 10 FF FF FF FF FF FF FF FF 08", "", ""},
		{"mmol/L", "DD 10 15 80 CF B5 70 00 D7 00 70", "", instruments.DamagedRecord},
		{"sum of the result wrong", "DD 10 95 80 CF B5 70 00 D7 00 F0", "", instruments.DamagedRecord},
		{"sum of the frame wrong", "DD 10 95 80 CF B5 70 00 D8 00 F2", "", instruments.Garbled},
		{"30 February", "DD 10 95 20 DE B5 70 00 E1 00 A9", "", instruments.DamagedRecord},
	} {
		t.Run(v.id, func(t *testing.T) {
			raw := unhex(t, v.bytes)
			got, code := "", instruments.FaultCode("")
			err := NewExpression().Decode(bytes.NewReader(raw), instruments.Job{Now: noon2026}, func(e instruments.Event) {
				switch e := e.(type) {
				case *instruments.Reading:
					got = e.Values[0].Quantity.String() + " at " + e.InstrumentTime.Format("2006-01-02 15:04")
				case *instruments.Fault:
					code = e.Code
				}
			})
			if err != nil || got != v.reading || code != v.code {
				t.Errorf("%q, %q, %v", got, code, err)
			}
			if v.code != instruments.Garbled {
				explaintest.Whole(t, NewExpression(), []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: raw}})
			}
		})
	}
	asked := []struct {
		frame frame
		bytes string
	}{
		{query(askReady), "AA 00 00 00 00 00 00 00 00 00 00"},
		{query(askSerial), "AA 0F 00 00 00 00 00 00 00 00 0F"},
		{query(askClock), "AA 07 00 00 00 00 00 00 00 00 07"},
		{clockFrame(time.Date(2024, 5, 6, 7, 8, 30, 0, time.UTC)), "AA 16 18 05 06 07 08 00 00 00 48"},
	}
	for _, v := range asked {
		if !bytes.Equal(v.frame[:], unhex(t, v.bytes)) {
			t.Errorf("% X, want %s", v.frame, v.bytes)
		}
		explaintest.Whole(t, NewExpression(), []instruments.Frame{{Direction: instruments.ToInstrument, Bytes: v.frame[:]}})
	}
}

func TestClock(t *testing.T) {
	wall, err := parseClock(frame(unhex(t, "DD 07 15 08 CF B5 00 00 00 00 A8")).data())
	if err != nil || !wall.Equal(time.Date(2021, 8, 15, 14, 45, 0, 0, time.UTC)) {
		t.Errorf("%s, %v", wall, err)
	}
	if _, err := parseClock(data{}); !errors.Is(err, meter.ErrWallTime) {
		t.Error(err)
	}
}

// checkReading fails unless r may be shown to a person and is what its frame
// says.
func checkReading(t *testing.T, r *instruments.Reading) {
	t.Helper()
	q := r.Values[0].Quantity
	if err := vitals.CheckPlausible(r.Values); err != nil || q.Unit != vitals.MgPerDL || len(r.Values) != 1 {
		t.Errorf("%v: %v", r.Values, err)
	}
	if len(r.Capture) != 1 || len(r.Capture[0].Bytes) != frameSize {
		t.Fatalf("captured %v", r.Capture)
	}
	f := frame(r.Capture[0].Bytes)
	if d := f.data(); !f.valid(fromMeter) || d.sum() != d.ownSum() || q.Comparator == vitals.Exactly && q.Value.Int() != d.value() {
		t.Errorf("%s from % X", q, f)
	}
}

// withSums gives every eleven bytes the start and the sums they need, so that
// a fuzzer gets past them.
func withSums(b []byte) []byte {
	b = bytes.Clone(b)
	for rest := b; len(rest) >= frameSize; rest = rest[frameSize:] {
		f := frame(rest)
		f[0] = fromMeter
		if f[1] == askMemory {
			sum := f.data().ownSum()
			f[8], f[9] = byte(sum), byte(sum>>8)
		}
		f[frameSize-1] = f.sum()
		copy(rest, f[:])
	}
	return b
}

// visit2026 is what a meter sends in a visit at noon2026 with one result.
func visit2026(tb testing.TB) []byte {
	b := unhex(tb, "DD 00 01 00 00 00 00 00 00 00 01 DD 0F 38 37 36 35 34 33 32 31 B3"+
		"DD 07 1A 03 8A 01 00 00 00 00 00 DD 10 9A 30 6A E9 70 00 00 00 00")
	for range places - 1 {
		b = append(b, unhex(tb, "DD 10 FF FF FF FF FF FF FF FF 08")...)
	}
	b = append(b, unhex(tb, "DD 0F 38 37 36 35 34 33 32 31 B3")...)
	for at := 0; at < len(b); at += frameSize {
		if b[at+2] != 0xFF {
			copy(b[at:], withSums(b[at:at+frameSize]))
		}
	}
	return b
}

// FuzzDecode: every reading of any capture is what its frame says.
func FuzzDecode(f *testing.F) {
	f.Add(unhex(f, "DD 10 95 80 CF B5 70 00 D8 00 F1 DD 10 95 81 CF B5 70 00 D9 00 F3"), false)
	f.Add(unhex(f, "DD 0F 38 37 36 35 34 33 32 31 B3 00 DD 10 95 80 EE 14 58 02 90 02 13"), true)
	f.Add(visit2026(f)[:60], false)
	f.Fuzz(func(t *testing.T, b []byte, sums bool) {
		if sums {
			b = withSums(b)
		}
		err := NewExpression().Decode(bytes.NewReader(b), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				checkReading(t, r)
				if !bytes.Contains(b, r.Capture[0].Bytes) {
					t.Errorf("captured % X, which was not sent", r.Capture[0].Bytes)
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		explaintest.Sound(t, NewExpression(), []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: b}})
	})
}

func measureScript(t *testing.T, said []byte, visit bool) (readings []*instruments.Reading, err error) {
	t.Helper()
	job := instruments.Job{Now: noon2026}
	if visit {
		job.Since = noon2026().Add(-5 * time.Minute)
	}
	err = NewExpression().Measure(context.Background(), metertest.Script(said, metertest.Bytes(frameSize)), job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			readings = append(readings, r)
			checkReading(t, r)
			if visit && r.Taken.Before(job.Since.Add(-meter.MinutesMargin)) {
				t.Errorf("taken %s, before the visit", r.Taken)
			}
		}
	})
	return readings, err
}

// FuzzMeasure answers a visit with any bytes, in the place of those that come
// at an offset of a good one.
func FuzzMeasure(f *testing.F) {
	f.Add([]byte{}, uint16(0), true, true)
	f.Add(unhex(f, "DD 10 9A 30 6A E9 70 00 00 00 00"), uint16(44), true, true)
	f.Add(unhex(f, "DD 07 15 08 CF B5 00 00 00 00 A8"), uint16(22), true, false)
	f.Add([]byte{1, 2, 3}, uint16(1000), false, true)
	f.Fuzz(func(t *testing.T, b []byte, at uint16, sums, visit bool) {
		said := visit2026(t)
		if sums {
			b = withSums(b)
		}
		copy(said[min(int(at), len(said)):], b)
		readings, err := measureScript(t, said, visit)
		if (err == nil) != (len(readings) == 1) && visit && instruments.CodeOf(err) != instruments.SeveralResults || err == nil && len(readings) == 0 {
			t.Errorf("%d readings, %v", len(readings), err)
		}
		if _, err := NewExpression().Probe(t.Context(), metertest.Script(said, metertest.Bytes(frameSize))); err != nil && instruments.CodeOf(err) == instruments.Internal {
			t.Errorf("probe: %v", err)
		}
	})
}

func TestSeedMeasures(t *testing.T) {
	readings, err := measureScript(t, visit2026(t), true)
	if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != "112 mg/dL" || readings[0].Identity.Serial != "12345678" {
		t.Errorf("%v, %v", readings, err)
	}
}
