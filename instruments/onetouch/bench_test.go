package onetouch_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/onetouch"
	"aidpost/instruments/simulated"
)

// BenchmarkDownload reads a memory of 100 results over a wire that is as slow
// as 9600 baud, from a meter that answers each command after 110 ms. The limit
// is the time of all bytes from the meter.
func BenchmarkDownload(b *testing.B) {
	const results = 100
	twin := simulated.NewUltra2(simulated.Options{})
	twin.Clear()
	for i := range results {
		twin.AddResult(simulated.Result{At: time.Now().Add(-time.Duration(results-i) * time.Hour), MgPerDL: 100})
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
		err := onetouch.Ultra2().Measure(ctx, port, instruments.Job{}, func(e instruments.Event) {
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

// counted counts the bytes that come out of it.
type counted struct {
	instruments.Port
	bytes int
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Port.Read(b)
	c.bytes += n
	return n, err
}

// BenchmarkDecode decodes captured records.
func BenchmarkDecode(b *testing.B) {
	row := []byte("P \"SAT\",\"03/21/15\",\"16:45:24   \",\"  081 \",\"N\",\"03\", 00 09B6\r\n")
	captured := bytes.Repeat(row, 500)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := onetouch.Ultra2().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 500 {
			b.Fatal(readings, err)
		}
	}
}

// BenchmarkDecodeOthers passes over records that are not of the visit: what it
// costs to drop them unread.
func BenchmarkDecodeOthers(b *testing.B) {
	row := []byte("P \"SAT\",\"03/21/15\",\"16:45:24   \",\"  081 \",\"N\",\"03\", 00 09B6\r\n")
	captured := bytes.Repeat(row, 500)
	job := instruments.Job{Since: time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)}
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		if err := onetouch.Ultra2().Decode(bytes.NewReader(captured), job, func(instruments.Event) { b.Fatal("kept") }); err != nil {
			b.Fatal(err)
		}
	}
}
