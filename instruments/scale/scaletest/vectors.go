package scaletest

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/scale"
	"aidpost/records/vitals"
)

// A Vector is published bytes with their meaning.
type Vector struct {
	ID, Source string
	Bytes      string
	Weight     string // empty: no reading
	Unit       vitals.Unit
	Code       instruments.FaultCode // empty: none
}

// Vectors decodes the vectors, and explains those that are understood.
func Vectors(t *testing.T, d scale.Driver, vectors []Vector) {
	for _, v := range vectors {
		t.Run(v.ID, func(t *testing.T) {
			var got []string
			var codes []instruments.FaultCode
			err := d.Decode(bytes.NewReader([]byte(v.Bytes)), instruments.Job{}, func(e instruments.Event) {
				switch e := e.(type) {
				case *instruments.Reading:
					got = append(got, e.Values[0].Quantity.Value.String()+" "+string(e.Values[0].Quantity.Unit))
					explaintest.Whole(t, d, e.Capture)
				case *instruments.Fault:
					codes = append(codes, e.Code)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if v.Weight != "" && (len(got) != 1 || got[0] != v.Weight+" "+string(v.Unit)) || v.Weight == "" && len(got) > 0 {
				t.Errorf("read %q, want %s %s", got, v.Weight, v.Unit)
			}
			if v.Code != "" && (len(codes) != 1 || codes[0] != v.Code) || v.Code == "" && len(codes) > 0 {
				t.Errorf("faults %q, want %q", codes, v.Code)
			}
		})
	}
}

// FuzzDecode: every reading of any capture can be, and is of bytes in it, of
// which each is explained once.
func FuzzDecode(f *testing.F, d scale.Driver, vectors []Vector) {
	for _, v := range vectors {
		f.Add([]byte(v.Bytes))
		f.Add([]byte("\x1bR6" + v.Bytes + v.Bytes))
	}
	f.Fuzz(func(t *testing.T, captured []byte) {
		err := d.Decode(bytes.NewReader(captured), instruments.Job{}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				found(t, d, r, captured)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		explaintest.Sound(t, d, []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: captured}})
	})
}

func found(t *testing.T, d scale.Driver, r *instruments.Reading, captured []byte) {
	t.Helper()
	if err := vitals.CheckPlausible(r.Values); err != nil {
		t.Error(err)
	}
	for _, f := range r.Capture {
		if f.Direction == instruments.FromInstrument && !bytes.Contains(captured, f.Bytes) {
			t.Errorf("% X is not in the capture", f.Bytes)
		}
	}
	explaintest.Whole(t, d, r.Capture)
}

// FuzzMeasure answers every question, or every second, with the next piece of
// any bytes.
func FuzzMeasure(f *testing.F, d scale.Driver, empty string, vectors []Vector) {
	for _, v := range vectors {
		f.Add([]byte(empty+v.Bytes+v.Bytes+v.Bytes+v.Bytes), uint8(len(v.Bytes)))
	}
	f.Fuzz(func(t *testing.T, said []byte, piece uint8) {
		synctest.Test(t, func(t *testing.T) {
			host, wire := instruments.Pipe()
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				defer wire.Close()
				time.Sleep(1600 * time.Millisecond)
				for rest := said; len(rest) > 0; time.Sleep(700 * time.Millisecond) {
					n := min(1+int(piece), len(rest))
					if _, err := wire.Write(rest[:n]); err != nil {
						return
					}
					rest = rest[n:]
				}
			}()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
			defer cancel()
			readings := 0
			err := d.Measure(ctx, host, instruments.Job{}, func(e instruments.Event) {
				if r, ok := e.(*instruments.Reading); ok {
					readings++
					found(t, d, r, said)
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

// BenchmarkDecode decodes a capture of many records that tell two weights in
// turn.
func BenchmarkDecode(b *testing.B, d scale.Driver, one, other string) {
	const pairs = 250
	captured := bytes.Repeat([]byte(one+other), pairs)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		err := d.Decode(bytes.NewReader(captured), instruments.Job{}, func(e instruments.Event) {
			if _, ok := e.(*instruments.Reading); ok {
				readings++
			}
		})
		if err != nil || readings != 2*pairs {
			b.Fatal(readings, err)
		}
	}
}
