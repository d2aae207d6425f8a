package drivertest

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/conformance"
	"aidpost/instruments/simulated"
)

// start is when every trial begins: a moment with seconds, on a day without a
// change of the clock.
var start = time.Date(2026, time.March, 10, 9, 30, 15, 0, time.UTC)

// contact is short, so that a trial of a live stream is.
const contact = 10 * time.Second

// A trial is one measurement on a wire that may be disturbed.
type trial struct {
	kit Kit
	// disturb returns the instrument's end of the wire as it is to be, and
	// reach that of the host; nil: as it is.
	disturb func(instruments.Port) instruments.Port
	reach   func(instruments.Port) instruments.Port
	// resets says that a disturbance may reset the instrument.
	resets *reset
	// beside makes a second instrument on the same wire.
	beside func() simulated.Twin
	// instead is at the instrument's end in place of the instrument.
	instead func(ctx context.Context, wire instruments.Port)
	// cancel is when the measurement is cancelled; zero: never.
	cancel time.Duration
	// limit bounds the measurement; zero: conformance.MeasureLimit.
	limit time.Duration
	// again measures once more on the same wire at the end.
	again bool
	// after is done with the instrument and the driver at the end.
	after func(ctx context.Context, d instruments.Driver, twin simulated.Twin) []string
}

// An outcome is what came of a trial.
type outcome struct {
	err      error
	readings []*instruments.Reading
	unfit    []string // readings that cannot be
	took     time.Duration
	calls    int // of the port, which is what a trial costs
	hung     bool
	panicked any
	late     bool     // something was emitted after the return
	told     []string // to the instrument, and must not be
	tight    []string // the cuff was left
	after    []string // what trial.after found
}

var errOver = errors.New("the time of the trial is over")

// run makes the trial in virtual time.
func (tr trial) run(t *testing.T) (out outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start))
		twin := tr.kit.Twin(simulated.Options{Seed: tr.kit.Seed})
		driver := tr.kit.Driver()
		host, wire := instruments.Pipe()
		if tr.resets != nil {
			tr.resets.now = make(chan struct{})
		}
		if tr.disturb != nil {
			wire = tr.disturb(wire)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var twins sync.WaitGroup
		twins.Go(func() { tr.serve(ctx, twin, wire) })
		if tr.reach != nil {
			host = tr.reach(host)
		}
		out = tr.measure(ctx, driver, host)
		if tr.resets != nil {
			twin = tr.resets.instrument(twin)
		}
		if tr.instead == nil {
			out.told, out.tight = told(twin), tr.loosened(&out, driver.Model(), twin)
		}
		if tr.again {
			next := trial{}.measure(ctx, driver, host)
			next.told, next.tight = told(twin), tr.loosened(&next, driver.Model(), twin)
			for _, problem := range (rule{reads: true}).problems(next) {
				out.after = append(out.after, "and then measured again: "+problem)
			}
		}
		cancel()
		host.Close()
		twins.Wait()
		if tr.after != nil {
			out.after = tr.after(t.Context(), driver, twin)
		}
	})
	return out
}

// serve runs whatever is at the instrument's end until ctx ends.
func (tr trial) serve(ctx context.Context, twin simulated.Twin, wire instruments.Port) {
	switch {
	case tr.instead != nil:
		tr.instead(ctx, wire)
	case tr.beside != nil:
		both(ctx, wire, twin, tr.beside())
	case tr.resets != nil:
		tr.resets.serve(ctx, twin, wire, func() simulated.Twin { return tr.kit.Twin(simulated.Options{Seed: tr.kit.Seed}) })
	default:
		_ = twin.Run(ctx, wire)
	}
}

// measure runs the driver until it returns or is made to.
func (tr trial) measure(ctx context.Context, d instruments.Driver, host instruments.Port) (out outcome) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	limit := tr.limit
	if limit == 0 {
		limit = conformance.MeasureLimit
	}
	if tr.cancel > 0 {
		defer time.AfterFunc(tr.cancel, func() { stop(errOver) }).Stop()
	}
	job := instruments.Job{Since: time.Now().Add(-time.Minute), Contact: contact}
	g := &guard{Port: host}
	h := hearer{model: d.Model()}
	done := make(chan struct{})
	began := time.Now()
	go func() {
		defer close(done)
		defer h.end()
		defer func() { out.panicked = recover() }()
		out.err = d.Measure(ctx, g, job, h.hear)
	}()
	for _, patience := range []time.Duration{limit, conformance.CancelLimit, time.Minute} {
		select {
		case <-done:
		case <-time.After(patience):
			out.hung = errors.Is(context.Cause(ctx), errOver)
			stop(errOver)
			if out.hung {
				g.revoked.Store(true)
				host.Close()
			}
			continue
		}
		break
	}
	<-done
	out.took, out.calls = time.Since(began), g.calls
	out.readings, out.unfit, out.late = h.readings, h.unfit, h.late
	return out
}

// A hearer takes what a driver emits.
type hearer struct {
	model    instruments.Model
	mu       sync.Mutex
	readings []*instruments.Reading
	unfit    []string
	over     bool
	late     bool
}

func (h *hearer) hear(e instruments.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.late = h.late || h.over
	if r, ok := e.(*instruments.Reading); ok {
		h.readings = append(h.readings, r)
		if why := conformance.Unfit(h.model, r, time.Now()); why != "" {
			h.unfit = append(h.unfit, why)
		}
	}
}

func (h *hearer) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over = true
}

// A guard is a port that counts its calls, and that ends a driver which does
// not give it back.
type guard struct {
	instruments.Port
	calls   int
	revoked atomic.Bool
}

func (g *guard) check() {
	g.calls++
	if g.revoked.Load() {
		runtime.Goexit()
	}
}

func (g *guard) Read(b []byte) (int, error) {
	g.check()
	return g.Port.Read(b)
}

func (g *guard) Write(b []byte) (int, error) {
	g.check()
	return g.Port.Write(b)
}

// told lists what the twin was told and must never be.
func told(twin simulated.Twin) []string {
	if w, ok := twin.(interface{ Violations() []string }); ok {
		return w.Violations()
	}
	return nil
}

// A cuffed twin tells the true pressure in its cuff, in mmHg.
type cuffed interface{ Pressure() int }

const (
	// empty is the pressure under which a cuff no longer holds an arm, mmHg.
	empty = 15
	// letGo is how long a cuff may take to be let go.
	letGo = 5 * time.Second
)

// loosened watches that the cuff of a host-started instrument is let go. A
// fault that does not admit that the cuff may be tight says that it is empty.
func (tr trial) loosened(out *outcome, m instruments.Model, twin simulated.Twin) []string {
	cuff, ok := twin.(cuffed)
	if !ok || !m.Abilities.StartStop {
		return nil
	}
	code := instruments.CodeOf(out.err)
	if code == instruments.Unplugged {
		return nil // nobody can do anything
	}
	if code != instruments.AbortUnconfirmed && out.panicked == nil && !out.hung && cuff.Pressure() >= empty {
		return []string{"the measurement had ended while the cuff was tight"}
	}
	for end := time.Now().Add(letGo); cuff.Pressure() >= empty; time.Sleep(letGo / 50) {
		if time.Now().After(end) {
			return []string{"the cuff stayed tight"}
		}
	}
	return nil
}
