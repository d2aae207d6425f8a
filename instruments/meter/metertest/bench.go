package metertest

import (
	"context"
	"sync"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
)

// BenchmarkDownload has the driver read a memory of so many results over a wire
// that is as slow as the meter's own. Reported is how near that comes to the
// time that all the bytes, both ways, need on such a wire: 1 is as fast as can
// be where questions and answers take turns.
func BenchmarkDownload(b *testing.B, driver instruments.Driver, twin Meter, results int) {
	twin.Clear()
	for i := range results {
		twin.AddResult(simulated.Result{At: time.Now().Add(-time.Duration(results-i) * time.Hour), MgPerDL: 100})
	}
	line := twin.Line()
	crossed := 0
	b.ReportAllocs()
	for b.Loop() {
		crossed += download(b, driver, twin, results)
	}
	limit := time.Duration(crossed) * line.CharTime()
	b.ReportMetric(float64(limit)/float64(b.Elapsed()), "of-baud-limit")
	b.ReportMetric(float64(results*b.N)/b.Elapsed().Seconds(), "results/s")
}

// download reads the memory once, and returns how many bytes crossed the wire.
func download(b *testing.B, driver instruments.Driver, twin Meter, results int) int {
	host, wire := instruments.Pipe()
	port := &counted{Port: host}
	ctx, cancel := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() { _ = twin.Run(ctx, simulated.Paced(wire, twin.Line())) })
	readings := 0
	err := driver.Measure(ctx, port, instruments.Job{}, func(e instruments.Event) {
		if _, ok := e.(*instruments.Reading); ok {
			readings++
		}
	})
	if err != nil || readings != results {
		b.Fatal(readings, err)
	}
	cancel()
	host.Close()
	run.Wait()
	return port.bytes
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
