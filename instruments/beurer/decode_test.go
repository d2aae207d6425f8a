package beurer_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/beurer"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/simulated"
	"aidpost/instruments/station/stationtest"
	"aidpost/records/vitals"
)

// vectors are computed from the record of babo/bm58 and atbrask/BM65DataDownloader;
// the marks are those of the HID form (roose242/bmdump).
func vectors() []stationtest.Vector {
	stored := []vitals.Flag{vitals.StoredReading} // all are of long ago
	return []stationtest.Vector{
		{ID: "BE-04", Bytes: "\xAC\x67\x39\x47\x07\x0B\x09\x05\x1A", Systolic: 128, Diastolic: 82, Pulse: 71, Taken: "2026-07-11 09:05:00", Flags: stored},
		{ID: "BE-05", Bytes: "\xAC\x55\x2B\x58\x02\x1D\x17\x3B\x18", Systolic: 110, Diastolic: 68, Pulse: 88, Taken: "2024-02-29 23:59:00", Flags: stored},
		{ID: "BE-06, user 2", Bytes: "\xAC\x67\x39\x47\x07\x8B\x09\x05\x9A", Systolic: 128, Diastolic: 82, Pulse: 71,
			Taken: "2026-07-11 09:05:00", Flags: []vitals.Flag{vitals.IrregularPulse, vitals.StoredReading}},
		{ID: "movement", Bytes: "\xAC\x67\x39\x47\x87\x0B\x09\x05\x1A", Systolic: 128, Diastolic: 82, Pulse: 71,
			Taken: "2026-07-11 09:05:00", Flags: []vitals.Flag{vitals.Movement, vitals.StoredReading}},
		{ID: "BE-08, upside down", Bytes: "\xAC\x39\x67\x47\x07\x0B\x09\x05\x1A", Code: instruments.Garbled},
		{ID: "no such day", Bytes: "\xAC\x67\x39\x47\x02\x1E\x09\x05\x1A", Code: instruments.Garbled},
		{ID: "BE-09, clock never set", Bytes: "\xAC\x67\x39\x47\x00\x00\x00\x00\x00", Code: instruments.DamagedRecord},
	}
}

func TestVectors(t *testing.T) { stationtest.Vectors(t, beurer.New(), vectors()) }

// TestDecodeSession reads what a monitor sent in a whole session: the wanted
// record came twice.
func TestDecodeSession(t *testing.T) {
	session := "\x55BM58\r\n\x02" + vectors()[0].Bytes + vectors()[1].Bytes + "\x02" + vectors()[0].Bytes
	readings := 0
	err := beurer.New().Decode(bytes.NewReader([]byte(session)), instruments.Job{}, func(e instruments.Event) {
		if _, ok := e.(*instruments.Reading); !ok {
			t.Error(e)
		}
		readings++
	})
	if err != nil || readings != 2 {
		t.Errorf("%d readings, %v", readings, err)
	}
}

func BenchmarkDecode(b *testing.B) {
	session := []byte("\x55BM58\r\n\x02" + vectors()[0].Bytes + vectors()[1].Bytes)
	b.SetBytes(int64(len(session)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		err := beurer.New().Decode(bytes.NewReader(session), instruments.Job{}, func(instruments.Event) { readings++ })
		if err != nil || readings != 2 {
			b.Fatalf("%d readings, %v", readings, err)
		}
	}
}

func FuzzDecode(f *testing.F) { stationtest.FuzzDecode(f, beurer.New(), vectors()) }

// scripted is a port that answers with the given bytes, so many at a time, and
// is silent when they are used up.
type scripted struct {
	rest []byte
	size int
	next []byte
}

func (s *scripted) Read(b []byte) (int, error) {
	if len(s.next) == 0 && len(s.rest) == 0 {
		return 0, io.ErrClosedPipe
	}
	if len(s.next) == 0 {
		return 0, os.ErrDeadlineExceeded
	}
	n := copy(b, s.next)
	s.next = s.next[n:]
	return n, nil
}

func (s *scripted) Write(b []byte) (int, error) {
	n := min(s.size, len(s.rest))
	if len(b) == 2 {
		n = min(9, len(s.rest))
	}
	s.next, s.rest = s.rest[:n], s.rest[n:]
	return len(b), nil
}
func (s *scripted) SetReadDeadline(time.Time) error { return nil }
func (s *scripted) SetModemLines(_, _ bool) error   { return nil }
func (s *scripted) Discard() error                  { s.next = nil; return nil }
func (s *scripted) Close() error                    { return nil }

// FuzzMeasure answers a visit with any bytes.
func FuzzMeasure(f *testing.F) {
	good := vectors()[0].Bytes
	f.Add([]byte("\x55B\x01"+good+"\x01"+good), uint8(1))
	f.Add([]byte("\x55B\x02"+good+vectors()[1].Bytes+"\x02"+good), uint8(1))
	f.Fuzz(func(t *testing.T, said []byte, size uint8) {
		now := func() time.Time { return time.Date(2026, time.July, 11, 9, 6, 0, 0, time.UTC) }
		readings := 0
		job := instruments.Job{Now: now, Since: now().Add(-10 * time.Minute)}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond) // nobody waits for real time
		defer cancel()
		err := beurer.New().Measure(ctx, &scripted{rest: said, size: int(size)}, job, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				readings++
				record := r.Capture[1].Bytes
				if first := bytes.Index(said, record); first < 0 || bytes.LastIndex(said, record) == first {
					t.Errorf("% X did not come twice", record)
				}
				if err := vitals.CheckPlausible(r.Values); err != nil {
					t.Error(err)
				}
				explaintest.Whole(t, beurer.New(), r.Capture)
			}
		})
		if (err == nil) != (readings == 1) && instruments.CodeOf(err) != instruments.SeveralResults {
			t.Errorf("%d readings, %v", readings, err)
		}
	})
}

// BenchmarkDownload reads a full memory over a wire that is as slow as 4800
// baud. Questions and answers take turns, so the limit is the time of all bytes
// both ways; each record crosses twice since all are asked for.
func BenchmarkDownload(b *testing.B) {
	const results = 60
	twin := simulated.NewBeurer(simulated.Options{})
	twin.Clear()
	for i := range results {
		twin.AddResult(simulated.BeurerResult{At: time.Now().Add(-time.Duration(results-i) * time.Hour), Systolic: 120, Diastolic: 80, Pulse: 70})
	}
	line := twin.Line()
	crossed := 0
	b.ReportAllocs()
	for b.Loop() {
		host, wire := instruments.Pipe()
		port := &counted{Port: host}
		ctx, cancel := context.WithCancel(context.Background())
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(ctx, simulated.Paced(wire, line)) })
		readings := 0
		err := beurer.New().Measure(ctx, port, instruments.Job{}, func(e instruments.Event) {
			if _, ok := e.(*instruments.Reading); ok {
				readings++
			}
		})
		if err != nil || readings != results {
			b.Fatal(readings, err)
		}
		crossed += port.bytes
		cancel()
		host.Close()
		run.Wait()
	}
	limit := time.Duration(crossed) * line.CharTime()
	b.ReportMetric(float64(limit)/float64(b.Elapsed()), "of-baud-limit")
	b.ReportMetric(float64(results*b.N)/b.Elapsed().Seconds(), "results/s")
}

// counted counts the bytes that cross it.
type counted struct {
	instruments.Port
	bytes int
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Port.Read(b)
	c.bytes += n
	return n, err
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.Port.Write(b)
	c.bytes += n
	return n, err
}
