package taidoc_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/instruments/taidoc"
)

// BenchmarkDownload reads a memory of 100 results over a wire that is as slow
// as 19200 baud. Questions and answers take turns, so the limit is the time of
// all bytes both ways.
func BenchmarkDownload(b *testing.B) {
	const results = 100
	twin := simulated.NewTaiDoc(simulated.Options{})
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
		err := taidoc.New().Measure(ctx, port, instruments.Job{}, func(e instruments.Event) {
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

// BenchmarkDecode decodes captured pairs of frames.
func BenchmarkDecode(b *testing.B) {
	pair := []byte{0x51, 0x25, 0x04, 0x27, 0x25, 0x0D, 0xA5, 0x78, 0x51, 0x26, 0x70, 0x00, 0x06, 0x00, 0xA5, 0x92}
	captured := bytes.Repeat(pair, 450)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := taidoc.New().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 450 {
			b.Fatal(readings, err)
		}
	}
}
