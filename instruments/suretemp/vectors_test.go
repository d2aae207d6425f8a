package suretemp_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/suretemp"
	"aidpost/records/vitals"
)

// A vector is an answer of the module, or what the host asks.
type vector struct {
	id, source, bytes string
	celsius           string // of the reading; empty: none
	faults            []instruments.FaultCode
	probe             string // the probe's own temperature, as it is explained
}

const manual = "maker's manual of the module"

func vectors() []vector {
	return []vector{
		{id: "TH-01", source: manual, bytes: "03 02 10 94 1C 01 00 00 3A", faults: []instruments.FaultCode{instruments.OutOfOrder}},
		{id: "TH-02", source: manual, bytes: "03 02 10 94 1C 02 13 00 00 00 00 00 76 AF 99 43 4E 00 00 00 00 00 02 00 00 01 00 D4", probe: "34.2 °C"},
		{id: "TH-03", source: "computed", bytes: "03 02 10 94 1C 02 13 00 33 13 9B 43 8F 02 9B 43 78 00 00 00 00 00 06 00 00 01 00 14", celsius: "37.0", probe: "36.9 °C"},
		{id: "sum wrong", source: "computed", bytes: "03 02 10 94 1C 02 13 00 33 13 9B 43 8F 02 9B 43 78 00 00 00 00 00 06 00 00 01 00 15", faults: []instruments.FaultCode{instruments.Garbled}},
		{id: "error 5", source: "computed", bytes: "03 02 10 94 1C 02 13 00 33 13 9B 43 8F 02 9B 43 78 00 00 00 00 00 06 05 00 01 00 0F", faults: []instruments.FaultCode{instruments.OutOfOrder}},
		{id: "not a number", source: "computed", bytes: "03 02 10 94 1C 02 13 00 00 00 C0 7F 8F 02 9B 43 78 00 00 00 00 00 06 00 00 01 00 F9", faults: []instruments.FaultCode{instruments.Garbled}},
		{id: "TH-04", source: manual, bytes: "03 02 10 94 34 02 00 00 21", faults: []instruments.FaultCode{instruments.Garbled}},
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decode(t testing.TB, captured []byte) (readings []*instruments.Reading, faults []instruments.FaultCode) {
	t.Helper()
	err := suretemp.New().Decode(bytes.NewReader(captured), instruments.Job{}, func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.Reading:
			readings = append(readings, e)
		case *instruments.Fault:
			faults = append(faults, e.Code)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return readings, faults
}

func TestVectors(t *testing.T) {
	for _, v := range vectors() {
		b := unhex(t, v.bytes)
		readings, faults := decode(t, b)
		if v.celsius == "" && len(readings) > 0 || v.celsius != "" && (len(readings) != 1 || readings[0].Values[0].Quantity.Value.String() != v.celsius) {
			t.Errorf("%s: %d readings", v.id, len(readings))
		}
		if !slices.Equal(faults, v.faults) {
			t.Errorf("%s: faults %q, want %q", v.id, faults, v.faults)
		}
		if v.probe != "" {
			fields := explaintest.Whole(t, suretemp.New(), []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: b}})
			if got := explaintest.Value(fields, "temperature of the probe"); got != v.probe {
				t.Errorf("%s: probe %q, want %q", v.id, got, v.probe)
			}
		}
	}
}

// TestFlips: a flipped bit never makes another temperature.
func TestFlips(t *testing.T) {
	good := unhex(t, vectors()[2].bytes)
	for i := range len(good) * 8 {
		b := slices.Clone(good)
		b[i/8] ^= 1 << (i % 8)
		if readings, faults := decode(t, b); len(readings) > 0 || len(faults) == 0 {
			t.Errorf("bit %d: %d readings, %q", i, len(readings), faults)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, v := range vectors() {
		b := unhex(f, v.bytes)
		f.Add(b)
		f.Add(append([]byte{0x03, 0x02}, append(b, b...)...))
	}
	f.Fuzz(func(t *testing.T, captured []byte) {
		readings, _ := decode(t, captured)
		for _, r := range readings {
			if err := vitals.CheckPlausible(r.Values); err != nil {
				t.Error(err)
			}
			if !bytes.Contains(captured, r.Capture[0].Bytes) {
				t.Errorf("% X is not in the capture", r.Capture[0].Bytes)
			}
			explaintest.Whole(t, suretemp.New(), r.Capture)
		}
		explaintest.Sound(t, suretemp.New(), []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: captured}})
	})
}

// FuzzMeasure answers each question with the next piece of any bytes, behind an
// answer of a module at rest.
func FuzzMeasure(f *testing.F) {
	idle, ends := unhex(f, vectors()[1].bytes), unhex(f, vectors()[2].bytes)
	f.Add(slices.Concat(idle, ends, ends), uint8(27))
	f.Add(slices.Concat(ends, idle, ends), uint8(27))
	f.Add(slices.Concat(idle, idle, ends, idle, ends, ends), uint8(13))
	f.Fuzz(func(t *testing.T, said []byte, piece uint8) {
		synctest.Test(t, func(t *testing.T) {
			host, wire := instruments.Pipe()
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				defer wire.Close()
				buf := make([]byte, 64)
				for rest := said; len(rest) > 0; {
					if _, err := wire.Read(buf); err != nil {
						return
					}
					n := min(1+int(piece), len(rest))
					if _, err := wire.Write(rest[:n]); err != nil {
						return
					}
					rest = rest[n:]
				}
				time.Sleep(time.Second)
			}()
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
			defer cancel()
			readings := 0
			err := suretemp.New().Measure(ctx, host, instruments.Job{}, func(e instruments.Event) {
				if r, ok := e.(*instruments.Reading); ok {
					readings++
					if wrong := vitals.CheckPlausible(r.Values); wrong != nil {
						t.Error(wrong)
					}
					explaintest.Whole(t, suretemp.New(), r.Capture)
				}
			})
			if (err == nil) != (readings == 1) || instruments.CodeOf(err) == instruments.Internal {
				t.Errorf("%d readings, %v", readings, err)
			}
			host.Close()
			<-ended
		})
	})
}

func BenchmarkDecode(b *testing.B) {
	const pairs = 250
	captured := bytes.Repeat(append(unhex(b, vectors()[1].bytes), unhex(b, vectors()[2].bytes)...), pairs)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		if readings, _ := decode(b, captured); len(readings) != pairs {
			b.Fatal(len(readings))
		}
	}
}
