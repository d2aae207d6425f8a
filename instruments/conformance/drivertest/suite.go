// Package drivertest is the one suite for every driver: the checks of package
// conformance and then everything that can happen to a wire, in virtual time,
// between a driver and its simulated twin.
//
// The rule is the same throughout: whatever happens on the wire, a measurement
// ends, within bounded time, with the right values or with a typed fault; with
// never a wrong value wherever the wire has a checksum, and never with a tight
// cuff.
package drivertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/conformance"
	"aidpost/instruments/simulated"
)

// A Kit is a driver with its twin.
type Kit struct {
	// Driver makes the driver, anew for each trial: a driver may remember when
	// an arm was last squeezed.
	Driver func() instruments.Driver
	Twin   func(simulated.Options) simulated.Twin
	Seed   uint64
}

// Exhaustive reports whether the long run was asked for.
func Exhaustive() bool { return os.Getenv("AIDPOST_EXHAUSTIVE") != "" }

// Run runs the whole suite.
func Run(t *testing.T, k Kit) {
	if n := k.conform(t); n > 0 {
		t.Fatalf("%d checks failed: the wire was not disturbed", n)
	}
	p := k.prepare(t)
	if t.Failed() {
		t.Fatal("there is no reading on an undisturbed wire")
	}
	for _, f := range append(p.families(), p.doubled(t)) {
		for _, c := range f.cases {
			for _, problem := range c.rule.problems(c.trial.run(t)) {
				t.Errorf("%s, %s: %s", f.name, c.name, problem)
			}
			if t.Failed() && !Exhaustive() {
				break // one position of many tells enough
			}
		}
		if Exhaustive() && f.of > 0 {
			t.Logf("%s at %d of %d positions", f.name, len(f.cases), f.of)
		}
	}
}

// conform makes the checks of package conformance, and returns how many failed.
func (k Kit) conform(t *testing.T) (failures int) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start))
		twin := k.Twin(simulated.Options{Seed: k.Seed})
		var end func()
		open := func(ctx context.Context) (instruments.Port, error) {
			if end != nil {
				end()
			}
			host, wire := instruments.Pipe()
			ctx, cancel := context.WithCancel(t.Context())
			var run sync.WaitGroup
			run.Go(func() { _ = twin.Run(ctx, wire) })
			end = func() {
				cancel()
				host.Close()
				run.Wait()
			}
			return host, nil
		}
		err := conformance.Run(t.Context(), conformance.Subject{
			Driver: k.Driver(), Open: open, Pump: true, Seen: func() []string { return told(twin) },
			Job: instruments.Job{Since: time.Now().Add(-time.Minute), Contact: contact},
		}, func(r conformance.Result) {
			if r.Outcome == conformance.Fail {
				failures++
				t.Errorf("%s (%s): %s", r.Check, r.Purpose, r.Detail)
			}
		})
		if err != nil {
			failures++
			t.Error(err)
		}
		if end != nil {
			end()
		}
	})
	return failures
}

// A plan is what is known of an undisturbed measurement.
type plan struct {
	kit      Kit
	model    instruments.Model
	paced    time.Duration // what it took at the speed of the line
	calls    int
	sent     tally // by the host
	answered tally // by the instrument
	// right are the values of this measurement and those of the next two at the
	// same twin: a driver may have to ask again later.
	right []*instruments.Reading
	// exact are they where the wire has a checksum, and otherwise nil.
	exact []*instruments.Reading
	rand  *rand.Rand
}

// prepare measures three times on a good wire.
func (k Kit) prepare(t *testing.T) *plan {
	p := &plan{kit: k, model: k.Driver().Model(), rand: rand.New(rand.NewPCG(k.Seed, 0x5ca1e))}
	tr := trial{kit: k, disturb: spoil(p.answered.spoil), reach: spoil(p.sent.spoil)}
	later := trial{kit: k}
	tr.after = func(ctx context.Context, d instruments.Driver, twin simulated.Twin) []string {
		for range 2 {
			time.Sleep(30 * time.Second)
			out := later.anew(ctx, d, twin)
			p.right = append(p.right, out.readings...)
			if problems := (rule{reads: true}).problems(out); len(problems) > 0 {
				return problems
			}
		}
		return nil
	}
	out := tr.run(t)
	for _, problem := range (rule{reads: true}).problems(out) {
		t.Errorf("undisturbed: %s", problem)
	}
	p.calls = out.calls
	paced := trial{kit: k, disturb: func(w instruments.Port) instruments.Port { return simulated.Paced(w, p.model.Line) }}
	p.paced = paced.run(t).took
	p.right = append(p.right, out.readings...)
	if p.model.Checksum != "" {
		p.exact = p.right
	}
	return p
}

// anew measures on a new wire to the same twin.
func (tr trial) anew(ctx context.Context, d instruments.Driver, twin simulated.Twin) outcome {
	host, wire := instruments.Pipe()
	ctx, cancel := context.WithCancel(ctx)
	var run sync.WaitGroup
	run.Go(func() { _ = twin.Run(ctx, wire) })
	out := tr.measure(ctx, d, host)
	out.told, out.tight = told(twin), tr.loosened(&out, d.Model(), twin)
	cancel()
	host.Close()
	run.Wait()
	return out
}

// A family is one way of disturbing a wire.
type family struct {
	name  string
	of    int // positions, some of which are cases; zero: there are no positions
	cases []testCase
}

type testCase struct {
	name  string
	trial trial
	rule  rule
}

func at(pos int) string { return fmt.Sprintf("byte %d", pos) }
