// Package metertest holds the tests that every glucose meter driver must pass
// against its simulated twin: chunked, silent, flipped and cut wires, wrong
// clocks, every state of the memory, and other people's results, which must
// never come out of a visit.
package metertest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// A Meter is a twin of a glucose meter.
type Meter interface {
	simulated.Twin
	AddResult(simulated.Result)
	Clear()
	SetClockError(time.Duration)
	SetSerial(string)
	Sleep(commands int)
	AllowClock()
	Violations() []string
}

// A Kit is a driver with its twin.
type Kit struct {
	Driver  instruments.Decoder
	NewTwin func(simulated.Options) Meter
	// Margin is how far from the visit a result may lie and still count.
	Margin time.Duration
	// Resolution is that of the stored times.
	Resolution time.Duration
	// Capacity of the memory.
	Capacity int
	// Refused are the kinds of result that the meter can store and that are no
	// glucose value.
	Refused map[simulated.ResultKind]instruments.FaultCode
	// Traces returns how a stored value looks on the wire.
	Traces func(mgPerDL int) []byte
	// Unread says that values of other people do not even cross the wire.
	Unread bool
	// Whole says that the serial number and the results come in one message, so
	// that no other meter can come in between.
	Whole bool
	// Hasty says that a probe cannot wait for the sum that covers the serial
	// number, so that a flipped bit of it goes unseen until the memory is read.
	Hasty bool
	// Sparse, if set, has one bit in so many turned over, where a session is too
	// long to try each.
	Sparse int
	// AtLimits says that the numbers at the ends of the range stand for LO and
	// HI.
	AtLimits bool
	// Unmarked says that the meter cannot mark a meal.
	Unmarked bool
	// Meals are the marks that the meter has, if they are not those of before
	// and after a meal.
	Meals []vitals.Meal
	// Clockless says that the meter's clock cannot be read, so that its times
	// are taken at its word.
	Clockless bool
	// Nameless says that the meter tells no serial number.
	Nameless bool
	// Numbers says that what the meter shows as LO and HI is a number that is
	// refused, since nobody knows how the meter tells them.
	Numbers bool
	// Limits are what the meter can measure, if not 20 to 600 mg/dL.
	Limits meter.Range
	// OtherSerial is one of another meter of the same model.
	OtherSerial string
}

// limits are what the meter can measure.
func (k Kit) limits() meter.Range {
	if k.Limits == (meter.Range{}) {
		return meter.Range{Low: 20, High: 600}
	}
	return k.Limits
}

// Run runs every test of the package.
func Run(t *testing.T, k Kit) {
	t.Run("probe", k.testProbe)
	t.Run("chunks", k.testChunks)
	t.Run("silence", k.testSilence)
	t.Run("late answers", k.testLate)
	t.Run("flips", k.testFlips)
	t.Run("cuts", k.testCuts)
	t.Run("cancel", k.testCancel)
	t.Run("wire faults", k.testWireFaults)
	if !k.Whole {
		t.Run("exchanged", k.testExchanged)
	}
	t.Run("growing", k.testGrowing)
	if setter, ok := k.Driver.(instruments.ClockSetter); ok {
		t.Run("set clock", func(t *testing.T) { k.testSetClock(t, setter) })
	}
	t.Run("model", k.testModel)
	RunMemory(t, k)
}

// RunMemory runs the tests of what is in a memory, on a good wire.
func RunMemory(t *testing.T, k Kit) {
	t.Run("clocks", k.testClocks)
	t.Run("daylight saving", k.testDaylightSaving)
	t.Run("memories", k.testMemories)
	t.Run("kinds", k.testKinds)
	if k.Refused[simulated.ControlTest] == instruments.ControlTest {
		t.Run("controls", k.testControls)
	}
	t.Run("ranges", k.testRanges)
	t.Run("twin faults", k.testTwinFaults)
	t.Run("everything", k.testEverything)
	t.Run("any memory", k.testAnyMemory)
	if explainer, ok := k.Driver.(instruments.Explainer); ok {
		t.Run("explained", func(t *testing.T) { k.testExplained(t, explainer) })
	}
}

// RunRanges runs the tests of values and meals alone, for a variant of a twin.
func RunRanges(t *testing.T, k Kit) { k.testRanges(t) }

// start is when every test visit reads the meter: a moment with seconds, on a
// day without a change of the clock.
var start = time.Date(2026, time.March, 10, 9, 30, 15, 0, time.UTC)

// zone is where the kiosk and the meter stand.
var zone = time.FixedZone("kiosk", -5*3600)

// A visit is one session between driver and twin.
type visit struct {
	meter   Meter
	job     instruments.Job
	wrap    func(instruments.Port) instruments.Port // the instrument's end
	watch   func(instruments.Event)
	options simulated.Options
}

// outcome is what came of it.
type outcome struct {
	readings []*instruments.Reading
	faults   []*instruments.Fault
	progress []instruments.Progress
	err      error
	fromWire []byte
	took     time.Duration
}

// newVisit returns a visit that began five minutes before start, at a meter
// with an empty memory.
func (k Kit) newVisit(fault simulated.Fault) *visit {
	begun := time.Now()
	now := func() time.Time { return start.Add(time.Since(begun)).In(zone) }
	v := &visit{options: simulated.Options{Seed: 7, Fault: fault, Now: now, Zone: zone}}
	v.meter = k.NewTwin(v.options)
	v.job = instruments.Job{Since: start.Add(-5 * time.Minute), Zone: zone, Now: now}
	return v
}

// in runs fn with a fresh visit and an empty memory, in virtual time.
func (k Kit) in(t *testing.T, fn func(t *testing.T, v *visit)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		v := k.newVisit(simulated.None)
		v.meter.Clear()
		fn(t, v)
	})
}

// spy records what the host reads.
type spy struct {
	instruments.Port
	heard []byte
}

func (s *spy) Read(b []byte) (int, error) {
	n, err := s.Port.Read(b)
	s.heard = append(s.heard, b[:n]...)
	return n, err
}

// run connects the driver with the twin, and checks what must hold after every
// session: nothing forbidden was sent.
func (v *visit) run(t *testing.T, act func(ctx context.Context, port instruments.Port) error) (out outcome) {
	t.Helper()
	host, wire := instruments.Pipe()
	if v.wrap != nil {
		wire = v.wrap(wire)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var twin sync.WaitGroup
	twin.Go(func() { _ = v.meter.Run(ctx, wire) })
	heard := &spy{Port: host}
	begun := time.Now()
	out.err = act(ctx, heard)
	out.took = time.Since(begun)
	out.fromWire = heard.heard
	cancel()
	host.Close()
	twin.Wait()
	if bad := v.meter.Violations(); len(bad) > 0 {
		t.Fatalf("the driver sent forbidden commands: %q", bad)
	}
	return out
}

func (k Kit) measure(t *testing.T, v *visit) outcome {
	t.Helper()
	var got outcome
	ran := v.run(t, func(ctx context.Context, port instruments.Port) error {
		return k.Driver.Measure(ctx, port, v.job, func(e instruments.Event) {
			switch e := e.(type) {
			case *instruments.Reading:
				got.readings = append(got.readings, e)
			case *instruments.Fault:
				got.faults = append(got.faults, e)
			case *instruments.Progress:
				got.progress = append(got.progress, *e)
			}
			if v.watch != nil {
				v.watch(e)
			}
		})
	})
	got.err, got.fromWire, got.took = ran.err, ran.fromWire, ran.took
	return got
}

// ago returns a blood result taken d before start.
func ago(d time.Duration, mgPerDL int) simulated.Result {
	return simulated.Result{At: start.Add(-d), MgPerDL: mgPerDL}
}

// values are the readings' values as text.
func (o outcome) values() []string {
	list := make([]string, 0, len(o.readings))
	for _, r := range o.readings {
		list = append(list, r.Values[0].Quantity.String())
	}
	return list
}

// want checks values and the final fault.
func (o outcome) want(t *testing.T, code instruments.FaultCode, values ...string) {
	t.Helper()
	if got := instruments.CodeOf(o.err); got != code {
		t.Errorf("fault %q (%v), want %q", got, o.err, code)
	}
	got := o.values()
	if len(got) != len(values) {
		t.Fatalf("readings %q, want %q", got, values)
	}
	for i := range got {
		if got[i] != values[i] {
			t.Errorf("readings %q, want %q", got, values)
		}
	}
}

var errPulled = errors.New("pulled")
