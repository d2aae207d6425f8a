package stationtest

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/records/vitals"
)

// A Vector is a record of which it is known what it means.
type Vector struct {
	ID, Source                       string
	Bytes                            string
	Systolic, Diastolic, Mean, Pulse int
	Taken                            string // "2006-01-02 15:04:05"; empty if it has no date
	Flags                            []vitals.Flag
	Code                             instruments.FaultCode // why it is no reading
	Device                           string                // the station's own code
}

// Vectors checks that the driver decodes every vector, alone and between noise,
// and explains those that it reads.
func Vectors(t *testing.T, d Driver, vectors []Vector) {
	for _, v := range vectors {
		t.Run(v.ID, func(t *testing.T) {
			for _, around := range []string{"", "\r\n\x00", "AB\x81"} {
				var readings []*instruments.Reading
				var faults []*instruments.Fault
				err := d.Decode(bytes.NewReader([]byte(around+v.Bytes+around)), instruments.Job{}, func(e instruments.Event) {
					switch e := e.(type) {
					case *instruments.Reading:
						readings = append(readings, e)
					case *instruments.Fault:
						if e.Code != instruments.Garbled || v.Code == instruments.Garbled {
							faults = append(faults, e)
						}
					}
				})
				if err != nil {
					t.Fatal(err)
				}
				if v.Code != "" {
					if len(readings) > 0 || len(faults) == 0 || faults[0].Code != v.Code || faults[0].Device != v.Device {
						t.Errorf("%d readings, %v; want %s", len(readings), faults, v.Code)
					}
					continue
				}
				if len(readings) != 1 || len(faults) > 0 {
					t.Fatalf("%d readings, %v", len(readings), faults)
				}
				v.check(t, readings[0])
				explaintest.Whole(t, d, readings[0].Capture)
			}
		})
	}
}

func (v Vector) check(t *testing.T, r *instruments.Reading) {
	t.Helper()
	values := vitals.Values{
		{Measure: vitals.Systolic, Quantity: vitals.Of(v.Systolic, vitals.MmHg)},
		{Measure: vitals.Diastolic, Quantity: vitals.Of(v.Diastolic, vitals.MmHg)},
	}
	if v.Mean != 0 {
		values = append(values, vitals.Value{Measure: vitals.MeanArterial, Quantity: vitals.Of(v.Mean, vitals.MmHg)})
	}
	values = append(values, vitals.Value{Measure: vitals.Pulse, Quantity: vitals.Of(v.Pulse, vitals.PerMinute)})
	if !slices.Equal(r.Values, values) || !slices.Equal(r.Flags, v.Flags) {
		t.Errorf("read %v %q, want %v %q", r.Values, r.Flags, values, v.Flags)
	}
	taken := ""
	if !r.InstrumentTime.IsZero() {
		taken = r.InstrumentTime.Format("2006-01-02 15:04:05")
	}
	if taken != v.Taken {
		t.Errorf("taken %s, want %s", taken, v.Taken)
	}
}

// FuzzDecode: every reading of any capture is of bytes in it and can be, and
// all that is explained of it is covered once.
func FuzzDecode(f *testing.F, d Driver, vectors []Vector) {
	for _, v := range vectors {
		f.Add([]byte(v.Bytes))
		f.Add([]byte("\x02^1" + v.Bytes + v.Bytes))
	}
	f.Fuzz(func(t *testing.T, captured []byte) {
		at := 0
		err := d.Decode(bytes.NewReader(captured), instruments.Job{}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				at = checkFound(t, d, r, captured, at)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// checkFound checks a reading whose bytes are at or after an offset, and returns the one
// after them.
func checkFound(t *testing.T, d Driver, r *instruments.Reading, captured []byte, at int) int {
	t.Helper()
	if err := vitals.CheckPlausible(r.Values); err != nil {
		t.Error(err)
	}
	if len(r.Capture) != 1 {
		t.Fatalf("%d frames", len(r.Capture))
	}
	i := bytes.Index(captured[at:], r.Capture[0].Bytes)
	if i < 0 {
		t.Fatalf("% X is not in the capture after %d", r.Capture[0].Bytes, at)
	}
	explaintest.Whole(t, d, r.Capture)
	return at + i + len(r.Capture[0].Bytes)
}

// FuzzMeasure lets any bytes come in pieces while the visit waits.
func FuzzMeasure(f *testing.F, driver func() Driver, vectors []Vector) {
	for _, v := range vectors {
		f.Add([]byte(v.Bytes), uint8(0), uint16(0))
		f.Add([]byte(v.Bytes+v.Bytes), uint8(7), uint16(300))
	}
	f.Fuzz(func(t *testing.T, said []byte, pieces uint8, pause uint16) {
		synctest.Test(t, func(t *testing.T) {
			host, wire := instruments.Pipe()
			go func() {
				time.Sleep(2 * time.Second)
				p := &torn{Port: wire, pieces: 1 + int(pieces), pause: time.Duration(pause) * time.Millisecond}
				if len(said) > 0 {
					_, _ = p.Write(said)
				}
				time.Sleep(time.Second)
				wire.Close()
			}()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
			defer cancel()
			readings, d := 0, driver()
			err := d.Measure(ctx, host, instruments.Job{Now: july2026}, func(e instruments.Event) {
				if r, ok := e.(*instruments.Reading); ok {
					readings++
					checkFound(t, d, r, said, 0)
				}
			})
			if (err == nil) != (readings == 1) && instruments.CodeOf(err) != instruments.SeveralResults || instruments.CodeOf(err) == instruments.Internal {
				t.Errorf("%d readings, %v", readings, err)
			}
			time.Sleep(20 * time.Minute) // until the sender has ended
		})
	})
}

// july2026 is a clock that goes with the virtual one, but stands by the vectors.
func july2026() time.Time {
	begin := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	return time.Date(2026, time.July, 11, 9, 5, 0, 0, time.UTC).Add(time.Since(begin))
}

// BenchmarkDecode decodes a capture of many records.
func BenchmarkDecode(b *testing.B, d Driver, record string) {
	const records = 500
	captured := bytes.Repeat([]byte(record), records)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		err := d.Decode(bytes.NewReader(captured), instruments.Job{}, func(e instruments.Event) {
			if _, ok := e.(*instruments.Reading); ok {
				readings++
			}
		})
		if err != nil || readings != records {
			b.Fatal(readings, err)
		}
	}
}
