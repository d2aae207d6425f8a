package lifescan_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/lifescan"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
)

func TestVerioIQ(t *testing.T) {
	metertest.Run(t, metertest.Kit{
		Driver:      lifescan.VerioIQ(),
		NewTwin:     func(o simulated.Options) metertest.Meter { return simulated.NewVerioIQ(o) },
		Margin:      meter.SecondsMargin,
		Resolution:  time.Second,
		Capacity:    750,
		Refused:     map[simulated.ResultKind]instruments.FaultCode{simulated.ControlTest: instruments.ControlTest},
		Traces:      func(mgPerDL int) []byte { return binary.LittleEndian.AppendUint16(nil, uint16(mgPerDL)) },
		Unmarked:    true,
		OtherSerial: "TCFPQRMH",
	})
}

func TestUltraEasy(t *testing.T) {
	metertest.Run(t, metertest.Kit{
		Driver:      lifescan.UltraEasy(),
		NewTwin:     func(o simulated.Options) metertest.Meter { return simulated.NewUltraEasy(o) },
		Margin:      meter.SecondsMargin,
		Resolution:  time.Second,
		Capacity:    500,
		Refused:     map[simulated.ResultKind]instruments.FaultCode{simulated.Damaged: instruments.DamagedRecord},
		Traces:      func(mgPerDL int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(mgPerDL)) },
		Unmarked:    true,
		OtherSerial: "FFZ049BFR",
	})
}

// TestOtherProduct: the two have the same frames, and each driver wants its
// own.
func TestOtherProduct(t *testing.T) {
	for _, tt := range []struct {
		driver lifescan.Driver
		twin   func(simulated.Options) *simulated.LifeScan
	}{
		{lifescan.VerioIQ(), simulated.NewUltraEasy}, {lifescan.UltraEasy(), simulated.NewVerioIQ},
	} {
		synctest.Test(t, func(t *testing.T) {
			host, wire := instruments.Pipe()
			var run sync.WaitGroup
			meter := tt.twin(simulated.Options{Now: later})
			run.Go(func() { _ = meter.Run(t.Context(), wire) })
			if id, err := tt.driver.Probe(t.Context(), host); err == nil || id.Serial != "" {
				t.Errorf("%s took a %s: %+v, %v", tt.driver.Model().Name, meter.Model(), id, err)
			}
			host.Close()
			run.Wait()
		})
	}
}

// later is a clock for virtual time, which begins in 2000, before which no
// meter can count.
func later() time.Time { return time.Now().AddDate(26, 2, 9) }

// BenchmarkDownload reads a memory of 100 results over a wire as slow as the
// real one. Questions and answers take turns, so the limit is the time of all
// bytes both ways; the meters also think for 16 ms before each answer.
func BenchmarkDownload(b *testing.B) {
	for name, bench := range map[string]struct {
		driver lifescan.Driver
		twin   *simulated.LifeScan
	}{
		"VerioIQ":   {lifescan.VerioIQ(), simulated.NewVerioIQ(simulated.Options{})},
		"UltraEasy": {lifescan.UltraEasy(), simulated.NewUltraEasy(simulated.Options{})},
	} {
		b.Run(name, func(b *testing.B) { download(b, bench.driver, bench.twin) })
	}
}

func download(b *testing.B, driver lifescan.Driver, twin *simulated.LifeScan) {
	const results = 100
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
		err := driver.Measure(ctx, port, instruments.Job{}, func(e instruments.Event) {
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

// BenchmarkDecode decodes captured results.
func BenchmarkDecode(b *testing.B) {
	captured := bytes.Repeat([]byte("\x02\x12\x00\x03\x06\x8D\xBC\x7C\x1B\x56\x00\x00\x01\x00\x00\x03\xE5\x19"), 500)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := lifescan.VerioIQ().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 500 {
			b.Fatal(readings, err)
		}
	}
}
