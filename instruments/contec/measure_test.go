package contec_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/contec"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// log keeps the events of a measurement; samples are copied.
type log struct {
	samples  []instruments.PlethSample
	progress []instruments.Progress
	readings []*instruments.Reading
	faults   []instruments.FaultCode
}

func (l *log) emit(e instruments.Event) {
	switch e := e.(type) {
	case *instruments.PlethSample:
		l.samples = append(l.samples, *e)
	case *instruments.Progress:
		l.progress = append(l.progress, *e)
	case *instruments.Reading:
		l.readings = append(l.readings, e)
	case *instruments.Fault:
		l.faults = append(l.faults, e.Code)
	}
}

// bench runs a twin on a pipe inside a synctest bubble and hands the host's
// end to use. When use returns, the cable is pulled and the twin has ended.
func bench(t *testing.T, twin simulated.Twin, wrap func(instruments.Port) instruments.Port, use func(ctx context.Context, port instruments.Port)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		host, instrument := instruments.Pipe()
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = twin.Run(ctx, wrap(instrument)) })
		use(ctx, host)
		stop()
		host.Close()
		running.Wait()
	})
}

type family struct {
	driver instruments.Decoder
	twin   func(simulated.Options) simulated.Twin
}

func families() map[string]family {
	return map[string]family{
		"stream":  {contec.Stream(), func(o simulated.Options) simulated.Twin { return simulated.NewContecStream(o) }},
		"packets": {contec.Packets(), func(o simulated.Options) simulated.Twin { return simulated.NewContecPackets(o) }},
	}
}

func TestMeasureSmoke(t *testing.T) {
	for name, f := range families() {
		for _, fault := range append(simulated.Faults(), simulated.None) {
			t.Run(name+"/"+string(fault), func(t *testing.T) {
				opt := simulated.Options{Seed: 1, Fault: fault}
				bench(t, f.twin(opt), func(p instruments.Port) instruments.Port { return simulated.Disturb(p, fault, 1) }, func(ctx context.Context, port instruments.Port) {
					var l log
					start := time.Now()
					err := f.driver.Measure(ctx, port, instruments.Job{}, l.emit)
					t.Log(err, l.faults, len(l.samples), time.Since(start))
					for _, r := range l.readings {
						s, _ := r.Values.Get(vitals.SpO2)
						p, _ := r.Values.Get(vitals.Pulse)
						pi, _ := r.Values.Get(vitals.PerfusionIndex)
						t.Log(s, p, pi, r.Flags, r.Note, len(r.Capture), len(r.Capture[0].Bytes), r.Identity)
					}
				})
			})
		}
	}
}
