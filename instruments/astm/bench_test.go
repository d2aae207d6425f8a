package astm_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/astm"
	"aidpost/instruments/simulated"
)

// BenchmarkDownload reads a memory of 100 results over a wire that is as slow
// as 9600 baud. Every frame is answered, so the limit is the time of all bytes
// both ways.
func BenchmarkDownload(b *testing.B) {
	const results = 100
	twin := simulated.NewContour(simulated.Options{})
	twin.Clear()
	for i := range results {
		twin.AddResult(simulated.Result{At: time.Now().Add(-time.Duration(results-i) * time.Hour), MgPerDL: 100})
	}
	line := twin.Line()
	crossed := 0
	b.ReportAllocs()
	for b.Loop() {
		host, wire := instruments.Pipe()
		port := &spy{Port: host}
		ctx, cancel := context.WithCancel(context.Background())
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(ctx, simulated.Paced(wire, line)) })
		readings := 0
		err := astm.NewContour().Measure(ctx, port, instruments.Job{}, func(e instruments.Event) {
			if _, ok := e.(*instruments.Reading); ok {
				readings++
			}
		})
		if err != nil || readings != results {
			b.Fatal(readings, err)
		}
		crossed += len(port.heard) + results // the acknowledgements
		cancel()
		host.Close()
		run.Wait()
	}
	limit := time.Duration(crossed) * line.CharTime()
	b.ReportMetric(float64(limit)/float64(b.Elapsed()), "of-baud-limit")
	b.ReportMetric(float64(results*b.N)/b.Elapsed().Seconds(), "results/s")
}

// captured is a memory of a Contour as it crosses the wire.
func captured(results int) []byte {
	records := []string{
		`H|\^&||7w3LBL|Bayer7220^1.05\0.00^7220-1234567|U=0^V=20600|100||||||1|202603101200`, "P|1",
		"R|1|^^^GlucoseA|112|mg/dL^P||||||||202603101200",
	}
	for i := range results {
		records = append(records, fmt.Sprintf("R|%d|^^^Glucose|93|mg/dL^P|||A||||201505261150", i+2))
	}
	var out bytes.Buffer
	for i, r := range append(records, "L|1||N") {
		body := fmt.Sprintf("%d%s\r%s", (i+1)%8, r, map[bool]string{true: "\x03", false: "\x17"}[strings.HasPrefix(r, "L")])
		sum := byte(0)
		for _, c := range []byte(body) {
			sum += c
		}
		fmt.Fprintf(&out, "\x02%s%02X\r\n", body, sum)
	}
	return out.Bytes()
}

// BenchmarkDecode decodes a captured memory.
func BenchmarkDecode(b *testing.B) { benchmarkDecode(b, instruments.Job{}, 480) }

// BenchmarkDecodeOthers passes over results that are not of the visit: what it
// costs to drop them unread.
func BenchmarkDecodeOthers(b *testing.B) {
	benchmarkDecode(b, instruments.Job{Since: time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)}, 0)
}

func benchmarkDecode(b *testing.B, job instruments.Job, want int) {
	memory := captured(480)
	b.SetBytes(int64(len(memory)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		err := astm.NewContour().Decode(bytes.NewReader(memory), job, func(instruments.Event) { readings++ })
		if err != nil || readings != want {
			b.Fatal(readings, err)
		}
	}
}
