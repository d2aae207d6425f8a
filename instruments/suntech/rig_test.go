package suntech_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/instruments/suntech"
	"aidpost/records/vitals"
)

// rig is a driver and a twin on one wire, in a bubble of simulated time.
type rig struct {
	t      *testing.T
	driver *suntech.Driver
	twin   *simulated.SunTech
	host   instruments.Port
	job    instruments.Job
	events events
	// onEvent runs before an event is kept.
	onEvent func(instruments.Event)
}

// events is what a measurement emitted; samples are copied.
type events struct {
	pressures []int
	phases    []instruments.Phase
	readings  []*instruments.Reading
}

// bubble runs test with a twin that is already speaking. The disturb function
// may replace the twin's end of the wire.
func bubble(t *testing.T, options simulated.Options, quirks simulated.SunTechQuirks,
	disturb func(instruments.Port) instruments.Port, test func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		host, module := instruments.Pipe()
		if disturb != nil {
			module = disturb(module)
		}
		r := &rig{t: t, driver: suntech.New(), twin: simulated.NewQuirkySunTech(options, quirks), host: host}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			// The error is that the host is gone, which some tests want.
			_ = r.twin.Run(ctx, module)
		}()
		test(r)
		stop()
		host.Close()
		<-ended
	})
}

func (r *rig) emit(e instruments.Event) {
	if r.onEvent != nil {
		r.onEvent(e)
	}
	switch e := e.(type) {
	case *instruments.CuffSample:
		r.events.pressures = append(r.events.pressures, int(e.Pressure))
	case *instruments.Progress:
		r.events.phases = append(r.events.phases, e.Phase)
	case *instruments.Reading:
		r.events.readings = append(r.events.readings, e)
	}
}

func (r *rig) measure(ctx context.Context) error {
	r.events = events{}
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
	if len(r.events.readings) > 0 {
		r.t.Error("a reading came with the fault")
	}
	return fault
}

// wantSafe checks that the cuff is empty, that the pump ran at most once and
// that nothing forbidden was said.
func (r *rig) wantSafe() {
	r.t.Helper()
	if p := r.twin.Pressure(); p >= 15 {
		r.t.Errorf("the cuff holds %d mmHg", p)
	}
	tally := r.twin.Tally()
	if tally.Starts > 1 {
		r.t.Errorf("the pump was started %d times", tally.Starts)
	}
	if tally.Forbidden > 0 {
		r.t.Errorf("%d forbidden commands", tally.Forbidden)
	}
}

func numbers(reading *instruments.Reading) [4]int {
	var n [4]int
	for i, m := range []vitals.Measure{vitals.Systolic, vitals.Diastolic, vitals.MeanArterial, vitals.Pulse} {
		if q, ok := reading.Values.Get(m); ok {
			n[i] = q.Value.Int()
		}
	}
	return n
}
