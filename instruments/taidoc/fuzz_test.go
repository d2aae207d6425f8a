package taidoc

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// checkReading fails unless r may be shown to a person.
func checkReading(t *testing.T, r *instruments.Reading) {
	t.Helper()
	q := r.Values[0].Quantity
	if err := vitals.CheckPlausible(r.Values); err != nil || q.Unit != vitals.MgPerDL || len(r.Values) != 1 {
		t.Errorf("%v: %v", r.Values, err)
	}
	if r.Taken.After(noon2026().Add(5 * time.Minute)) {
		t.Errorf("taken in the future: %s", r.Taken)
	}
}

// FuzzDecode: every reading of any capture is one whose two frames are in it.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"51 25 04 27 25 0D A5 78 51 26 70 00 06 00 A5 92",
		"51 54 00 00 00 00 A5 4A 51 24 77 42 00 00 A5 D3 51 28 01 00 77 42 A5 D8 51 27 78 56 34 12 A5 31",
		"51 2B 03 00 02 00 A5 26 51 25 77 2F 85 09 A5 4F 51 26 80 00 52 47 A5 35",
		"51 25 04 27 25 0D A5 78 00 51 26 59 02 06 00 A5 7D",
	} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		err := New().Decode(bytes.NewReader(b), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			r, ok := e.(*instruments.Reading)
			if !ok {
				return
			}
			checkReading(t, r)
			if len(r.Capture) != 2 {
				t.Fatalf("capture of %d frames", len(r.Capture))
			}
			for _, c := range r.Capture {
				if !frame(c.Bytes).valid() || !bytes.Contains(b, c.Bytes) {
					t.Errorf("captured % x", c.Bytes)
				}
			}
			number := int(binary.LittleEndian.Uint16(r.Capture[1].Bytes[2:]))
			if q := r.Values[0].Quantity; q.Comparator == vitals.Exactly && q.Value.Int() != number {
				t.Errorf("%s from %d", q, number)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// scripted is a port on which the given bytes have arrived whenever one asks,
// and then nothing any more.
type scripted struct{ rest []byte }

func (s *scripted) Read(b []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.ErrClosedPipe
	}
	n := copy(b[:min(len(b), frameSize)], s.rest)
	s.rest = s.rest[n:]
	return n, nil
}
func (s *scripted) Write(b []byte) (int, error)       { return len(b), nil }
func (s *scripted) SetReadDeadline(t time.Time) error { return nil }
func (s *scripted) SetModemLines(dtr, rts bool) error { return nil }
func (s *scripted) Discard() error                    { return nil }
func (s *scripted) Close() error                      { return nil }

var _ instruments.Port = (*scripted)(nil)

// FuzzMeasure answers a visit with any bytes.
func FuzzMeasure(f *testing.F) {
	f.Add(session42(f), false, true)
	f.Add(session42(f), true, false)
	f.Add(unhex(f, "51 54 00 00 00 00 A5 4A"), false, true)
	f.Fuzz(func(t *testing.T, b []byte, sums, visit bool) {
		if sums {
			b = withSums(b)
		}
		job := instruments.Job{Now: noon2026}
		if visit {
			job.Since = noon2026().Add(-5 * time.Minute)
		}
		readings := 0
		err := New().Measure(t.Context(), &scripted{rest: b}, job, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				readings++
				checkReading(t, r)
				if visit && r.Taken.Before(job.Since.Add(-90*time.Second)) {
					t.Errorf("taken %s, before the visit", r.Taken)
				}
			}
		})
		if (err == nil) != (readings == 1) && visit || err == nil && readings == 0 {
			t.Errorf("%d readings, %v", readings, err)
		}
		if _, err := New().Probe(t.Context(), &scripted{rest: b}); err != nil && instruments.CodeOf(err) == instruments.Internal {
			t.Errorf("probe: %v", err)
		}
	})
}

// withSums gives every eight bytes the sum they need, so that a fuzzer gets
// past it.
func withSums(b []byte) []byte {
	b = bytes.Clone(b)
	for rest := b; len(rest) >= frameSize; rest = rest[frameSize:] {
		rest[frameSize-1] = frame(rest[:frameSize]).sum()
	}
	return b
}

// session42 is what a TD-4277 sends in a visit at noon2026 with one result, by
// the layout of the public drivers.
func session42(tb testing.TB) []byte {
	var b []byte
	put := func(s string) {
		f := frame{}
		copy(f[:], unhex(tb, s+"A5"))
		f[7] = f.sum()
		b = append(b, f[:]...)
	}
	walk := func() {
		put("51 2B 01 00 00 00")
		put("51 25 6A 34 3B 0B") // 2026-03-10 11:59
		put("51 26 70 00 06 00")
	}
	put("51 24 77 42 00 00")
	put("51 28 01 00 77 42")
	put("51 27 78 56 34 12")
	put("51 23 6A 34 00 0C")
	walk()
	walk()
	put("51 28 01 00 77 42")
	put("51 27 78 56 34 12")
	return b
}

func TestSeedMeasures(t *testing.T) {
	var got []string
	job := instruments.Job{Now: noon2026, Since: noon2026().Add(-5 * time.Minute)}
	err := New().Measure(context.Background(), &scripted{rest: session42(t)}, job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			got = append(got, r.Values[0].Quantity.String())
		}
	})
	if err != nil || len(got) != 1 || got[0] != "112 mg/dL" {
		t.Errorf("%q, %v", got, err)
	}
}
