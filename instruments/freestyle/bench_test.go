package freestyle_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/freestyle"
	"aidpost/instruments/simulated"
)

// BenchmarkDownload reads a memory of 100 results over a wire that is as slow
// as 19200 baud. The limit is the time of all bytes from the meter.
func BenchmarkDownload(b *testing.B) {
	const results = 100
	twin := simulated.NewOptium(simulated.Options{})
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
		err := freestyle.Optium().Measure(ctx, port, instruments.Job{}, func(e instruments.Event) {
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

// BenchmarkDecode decodes captured memories of one result each.
func BenchmarkDecode(b *testing.B) {
	captured := bytes.Repeat([]byte("\r\nCDMK311-B0764\r\n0.22\r\nApr  22 2014 02:14:37\r\n001\r\n087  Apr  22 2014 01:59 G 0x00\r\n0x0F89  END\r\n"), 500)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := freestyle.Optium().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 500 {
			b.Fatal(readings, err)
		}
	}
}
