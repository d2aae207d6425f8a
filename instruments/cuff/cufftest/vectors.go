package cufftest

import (
	"bytes"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/records/vitals"
)

// A Vector is what some bytes of an instrument mean.
type Vector struct {
	Name   string
	Source string // public; empty: derived from the rules of the frames
	Bytes  []byte
	Want   Decoded
}

// Decoded is what a driver decodes, in short.
type Decoded struct {
	Pressures []int
	Readings  [][4]int // systolic, diastolic, mean, pulse
	Faults    []instruments.FaultCode
	Devices   []string // the instrument's own code of each fault
}

// Decode decodes all of r, and checks that no reading is one that cannot be.
func Decode(t testing.TB, d instruments.Decoder, r io.Reader) Decoded {
	t.Helper()
	var got Decoded
	err := d.Decode(r, instruments.Job{}, func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.CuffSample:
			got.Pressures = append(got.Pressures, int(e.Pressure))
		case *instruments.Reading:
			got.Readings = append(got.Readings, numbers(e))
			if err := vitals.CheckPlausible(e.Values); err != nil || len(e.Capture) == 0 || e.Taken.IsZero() {
				t.Errorf("reading of %d frames at %s: %v", len(e.Capture), e.Taken, err)
			}
		case *instruments.Fault:
			got.Faults = append(got.Faults, e.Code)
			got.Devices = append(got.Devices, e.Device)
		}
	})
	if err != nil {
		t.Error(err)
	}
	return got
}

func (d Decoded) equal(e Decoded) bool {
	return slices.Equal(d.Pressures, e.Pressures) && slices.Equal(d.Readings, e.Readings) &&
		slices.Equal(d.Faults, e.Faults) && slices.Equal(d.Devices, e.Devices)
}

// RunVectors decodes every vector in pieces of every kind, explains each of its
// bytes, and turns over each bit of those with a reading: where the frames of a
// result are checked, no other numbers may come out.
func RunVectors(t *testing.T, d Driver, vectors []Vector) {
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"whole":   bytes.NewReader(v.Bytes),
				"in bits": iotest.OneByteReader(bytes.NewReader(v.Bytes)),
				"halves":  iotest.HalfReader(bytes.NewReader(v.Bytes)),
			} {
				if got := Decode(t, d, r); !got.equal(v.Want) {
					t.Errorf("%s: got %+v, want %+v", how, got, v.Want)
				}
			}
			frames := []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: v.Bytes}}
			if slices.Contains(v.Want.Faults, instruments.Garbled) {
				explaintest.Sound(t, d, frames)
			} else {
				explaintest.Whole(t, d, frames)
			}
			for bit := range len(v.Bytes) * 8 * min(1, len(v.Want.Readings)) {
				flipped := bytes.Clone(v.Bytes)
				flipped[bit/8] ^= 1 << (bit % 8)
				for _, n := range Decode(t, d, bytes.NewReader(flipped)).Readings {
					if !slices.Contains(v.Want.Readings, n) {
						t.Errorf("bit %d: %v", bit, n)
					}
				}
			}
		})
	}
	if err := d.Decode(iotest.ErrReader(io.ErrUnexpectedEOF), instruments.Job{}, func(instruments.Event) {}); err != io.ErrUnexpectedEOF {
		t.Errorf("a reader that fails: %v", err)
	}
}

// FuzzDecode: no bytes make Decode panic, and how they are cut into reads does
// not matter. Numbers that come out are plausible; see Decode.
func FuzzDecode(f *testing.F, d Driver, vectors []Vector) {
	for _, v := range vectors {
		f.Add(v.Bytes, uint8(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, chunk uint8) {
		whole := Decode(t, d, bytes.NewReader(b))
		cut := Decode(t, d, &chunks{bytes.NewReader(b), int(chunk)%70 + 1})
		if !whole.equal(cut) {
			t.Errorf("whole %+v, cut %+v", whole, cut)
		}
		explaintest.Sound(t, d, []instruments.Frame{
			{Direction: instruments.FromInstrument, Bytes: b}, {Direction: instruments.ToInstrument, Bytes: b},
		})
	})
}

type chunks struct {
	r    io.Reader
	size int
}

func (c *chunks) Read(b []byte) (int, error) { return c.r.Read(b[:min(len(b), c.size)]) }

// samples is how many pressures a long measurement has.
const samples = 1000

// Bench decodes a long measurement: a pressure again and again, and the result.
func Bench(b *testing.B, d Driver, pressure, result []byte) {
	data := append(bytes.Repeat(pressure, samples), result...)
	r := bytes.NewReader(data)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(data)
		if err := d.Decode(r, instruments.Job{}, func(instruments.Event) {}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*samples), "ns/sample")
}

// Allocates fails if a sample costs memory.
func Allocates(t *testing.T, d Driver, pressure []byte) {
	count := func(n int) float64 {
		data := bytes.Repeat(pressure, n)
		r := bytes.NewReader(data)
		return testing.AllocsPerRun(20, func() {
			r.Reset(data)
			if err := d.Decode(r, instruments.Job{}, func(instruments.Event) {}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := count(1), count(10_000); many > few {
		t.Errorf("%v allocations for one pressure, %v for ten thousand", few, many)
	}
}

// Unhex reads bytes as they are printed.
func Unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err) // of the test
	}
	return b
}
