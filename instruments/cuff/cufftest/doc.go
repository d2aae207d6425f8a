// Package cufftest holds the tests that every driver of a cuff that the host
// starts must pass against its simulated twin: no way out of a measurement may
// leave the cuff tight, nothing but the one act may start the pump, and nothing
// but the result of that very inflation may come out.
package cufftest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// A Driver is what a kiosk wants of such a driver.
type Driver interface {
	instruments.Decoder
	instruments.Explainer
	instruments.Releaser
}

// A Kit is a driver with its twin.
type Kit struct {
	// Driver makes the driver, anew for each test: it remembers when an arm was
	// last squeezed.
	Driver func() Driver
	Twin   func(simulated.Options, simulated.CuffQuirks) *simulated.HostCuff
	// Takes is longer than a measurement of the twin.
	Takes time.Duration
	// Meanless says that the instrument tells no mean pressure.
	Meanless bool
	// Phases of a good measurement, behind Connecting.
	Phases []instruments.Phase
	// Faults are what becomes of those that the twin can have.
	Faults map[simulated.Fault]instruments.FaultCode
	// Codes are what becomes of the instrument's own codes of an end, and
	// Device how a fault calls each.
	Codes  map[int]instruments.FaultCode
	Device func(code int) string
	// NoEnd is what becomes of a measurement whose end is not announced; empty:
	// its reading.
	NoEnd instruments.FaultCode
	// OneStart says that a start is not repeated, even if nothing came of it.
	OneStart bool
	// Target says that a first inflation can be set.
	Target bool
	// Stale says that the instrument hands out a result again.
	Stale bool
}

// Run runs every test of the package.
func Run(t *testing.T, k Kit) {
	t.Run("probe", k.testProbe)
	t.Run("reading", k.testReading)
	t.Run("live pressure", k.testLive)
	t.Run("series", k.testSeries)
	t.Run("critical", k.testCritical)
	t.Run("starts", k.testStarts)
	t.Run("faults", k.testFaults)
	t.Run("codes", k.testCodes)
	t.Run("target", k.testTarget)
	t.Run("ways out", k.testWaysOut)
	t.Run("deaf", k.testDeaf)
	t.Run("unseen", k.testUnseen)
	t.Run("stuck", k.testStuck)
	t.Run("endings", k.testEndings)
	t.Run("unreleased", k.testUnreleased)
	t.Run("limit", k.testLimit)
	t.Run("release", k.testRelease)
	t.Run("cuts", k.testCuts)
	t.Run("flips", k.testFlips)
	t.Run("damaged frames", k.testDamaged)
	t.Run("wire faults", k.testWireFaults)
	t.Run("decoded", k.testDecoded)
}

// right is what a twin with seed 1 measures first: systolic, diastolic, mean
// and pulse.
func (k Kit) right() [4]int { return k.want(123, 82, 95, 67) }

func (k Kit) want(systolic, diastolic, mean, pulse int) [4]int {
	if k.Meanless {
		mean = 0
	}
	return [4]int{systolic, diastolic, mean, pulse}
}

// A rig is a driver and a twin on one wire, in a bubble of simulated time.
type rig struct {
	t      *testing.T
	driver Driver
	twin   *simulated.HostCuff
	host   instruments.Port
	job    instruments.Job
	// onEvent runs before an event is kept.
	onEvent func(instruments.Event)

	pressures []int
	phases    []instruments.Phase
	readings  []*instruments.Reading
}

// bubble runs test with a twin that is already speaking. The disturb function
// may replace the twin's end of the wire.
func (k Kit) bubble(t *testing.T, options simulated.Options, quirks simulated.CuffQuirks,
	disturb func(instruments.Port) instruments.Port, test func(*rig)) {
	t.Helper()
	if options.Seed == 0 {
		options.Seed = 1
	}
	synctest.Test(t, func(t *testing.T) {
		host, wire := instruments.Pipe()
		if disturb != nil {
			wire = disturb(wire)
		}
		r := &rig{t: t, driver: k.Driver(), twin: k.Twin(options, quirks), host: host}
		ctx, stop := context.WithCancel(t.Context())
		var run sync.WaitGroup
		// The error is that the host is gone, which some tests want.
		run.Go(func() { _ = r.twin.Run(ctx, wire) })
		test(r)
		stop()
		host.Close()
		run.Wait()
	})
}

func (r *rig) emit(e instruments.Event) {
	if r.onEvent != nil {
		r.onEvent(e)
	}
	switch e := e.(type) {
	case *instruments.CuffSample:
		r.pressures = append(r.pressures, int(e.Pressure))
	case *instruments.Progress:
		r.phases = append(r.phases, e.Phase)
	case *instruments.Reading:
		r.readings = append(r.readings, e)
	}
}

func (r *rig) measure(ctx context.Context) error {
	r.pressures, r.phases, r.readings = nil, nil, nil
	return r.driver.Measure(ctx, r.host, r.job, r.emit)
}

// wantFault checks the cause and that no reading was handed out.
func (r *rig) wantFault(err error, code instruments.FaultCode) *instruments.Fault {
	r.t.Helper()
	var fault *instruments.Fault
	if !errors.As(err, &fault) || fault.Code != code {
		r.t.Errorf("got %v, want the fault %s", err, code)
		return &instruments.Fault{}
	}
	if len(r.readings) > 0 {
		r.t.Error("a reading came with the fault")
	}
	return fault
}

// wantReading checks that there is one reading, of these numbers.
func (r *rig) wantReading(err error, want [4]int) {
	r.t.Helper()
	switch {
	case err != nil:
		r.t.Error(err)
	case len(r.readings) != 1:
		r.t.Errorf("%d readings", len(r.readings))
	default:
		if got := numbers(r.readings[0]); got != want {
			r.t.Errorf("got %v, want %v", got, want)
		}
	}
}

// wantEither checks that there is the right reading, or a fault and no reading.
func (r *rig) wantEither(err error, want [4]int) {
	r.t.Helper()
	if err == nil {
		r.wantReading(nil, want)
		return
	}
	r.wantFault(err, instruments.CodeOf(err))
}

// wantSafe checks that the cuff is empty, that the pump ran at most once and
// that nothing forbidden was said.
func (r *rig) wantSafe() {
	r.t.Helper()
	if p := r.twin.Pressure(); p >= empty {
		r.t.Errorf("the cuff holds %d mmHg", p)
	}
	if n := r.twin.Starts(); n > 1 {
		r.t.Errorf("the pump was started %d times", n)
	}
	for _, what := range r.twin.Violations() {
		r.t.Error("the host said what it must not:", what)
	}
}

// empty is the pressure under which a cuff no longer holds an arm, in mmHg.
const empty = 15

func numbers(reading *instruments.Reading) [4]int {
	var n [4]int
	for i, m := range []vitals.Measure{vitals.Systolic, vitals.Diastolic, vitals.MeanArterial, vitals.Pulse} {
		if q, ok := reading.Values.Get(m); ok {
			n[i] = q.Value.Int()
		}
	}
	return n
}
