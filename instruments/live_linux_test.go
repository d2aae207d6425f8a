package instruments_test

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/serialport"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// streaming lists the oximeters of the catalogue that send samples.
func streaming() []instruments.Driver {
	var list []instruments.Driver
	for _, d := range catalogue.Drivers() {
		if m := d.Model(); m.Panel == vitals.Oximetry && m.Abilities.Live && !m.Chosen {
			list = append(list, d)
		}
	}
	return list
}

// A crowd is many instruments that measure at once, on ttys of their own.
type crowd struct {
	rack    *instruments.Rack
	samples []atomic.Int64 // by instrument
	stop    context.CancelFunc
	work    sync.WaitGroup
	bus     *simulated.Bus
}

// gather plugs n oximeters in, of all models in turn, and waits until they are
// ready.
func gather(b *testing.B, n int) *crowd {
	b.Helper()
	log := slog.New(slog.DiscardHandler)
	c := &crowd{bus: simulated.NewBus(serialport.Open, log), samples: make([]atomic.Int64, n)}
	ctx, stop := context.WithCancel(b.Context())
	c.stop = stop
	models, pins := streaming(), map[string]string{}
	for i := range n {
		m := models[i%len(models)].Model()
		o := simulated.Options{Seed: uint64(i)}
		twin, err := simulated.New(m.ID, o)
		if err != nil {
			b.Fatal(err)
		}
		at, err := c.bus.Plug(ctx, twin, m.Adapters[0].USBID, o)
		if err != nil {
			b.Fatal(err)
		}
		pins[at.Path] = m.ID
	}
	c.rack = instruments.NewRack(c.bus, catalogue.Drivers(), instruments.RackOptions{Pins: pins}, log)
	c.work.Go(func() { _ = c.rack.Run(ctx) }) // its only error is the end of ctx
	for end := time.Now().Add(time.Minute); c.ready() < n; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("%d of %d are ready", c.ready(), n)
		}
	}
	for i, a := range c.rack.Attached() {
		c.work.Go(func() { c.measure(ctx, i, a.ID) })
	}
	return c
}

func (c *crowd) ready() (n int) {
	for _, a := range c.rack.Attached() {
		if a.State == instruments.Ready {
			n++
		}
	}
	return n
}

// measure goes on until ctx ends: no finger stays in for so long.
func (c *crowd) measure(ctx context.Context, i int, id string) {
	for ctx.Err() == nil {
		err := c.rack.Measure(ctx, id, instruments.Job{Since: time.Now(), Contact: time.Hour}, func(e instruments.Event) {
			if _, ok := e.(*instruments.PlethSample); ok {
				c.samples[i].Add(1)
			}
		})
		if err != nil {
			_ = instruments.Pause(ctx, time.Second)
		}
	}
}

// heard is how many samples came, and how many instruments sent one.
func (c *crowd) heard() (samples int64, speaking int) {
	for i := range c.samples {
		n := c.samples[i].Load()
		samples += n
		if n > 0 {
			speaking++
		}
	}
	return samples, speaking
}

func (c *crowd) close() {
	c.stop()
	c.work.Wait()
	c.bus.Close()
}

// processorTime is what this process has had of all processors.
func processorTime(b *testing.B) time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// BenchmarkLive is a second of many oximeters that measure at once at life's
// pace, over ttys. What is used includes their simulation.
func BenchmarkLive(b *testing.B) {
	for _, n := range []int{1, 16} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c := gather(b, n)
			defer c.close()
			for _, speaking := c.heard(); speaking < n; _, speaking = c.heard() {
				time.Sleep(100 * time.Millisecond)
			}
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began, used := time.Now(), processorTime(b)
			samples, _ := c.heard()
			for b.Loop() {
				time.Sleep(time.Second)
			}
			took := time.Since(began).Seconds()
			now, _ := c.heard()
			b.ReportMetric(100*(processorTime(b)-used).Seconds()/took, "%core")
			b.ReportMetric(float64(now-samples)/took, "samples/s")
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(now-samples), "mallocs/sample")
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc)/(1<<20), "MB-heap")
			if now == samples {
				b.Error("nobody sent anything")
			}
		})
	}
}
