package visit_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/call"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// mutable is an instrument whose bytes get lost from a moment on.
type mutable struct {
	simulated.Twin
	mute *atomic.Bool
}

func (m mutable) Run(ctx context.Context, wire instruments.Port) error {
	return m.Twin.Run(ctx, lossy{wire, m.mute})
}

type lossy struct {
	instruments.Port
	mute *atomic.Bool
}

func (l lossy) Write(p []byte) (int, error) {
	if l.mute.Load() {
		return len(p), nil
	}
	return l.Port.Write(p)
}

// listened is a rack that knows when it was last told anything.
type listened struct {
	*instruments.Rack
	last *atomic.Int64
}

func (l listened) Measure(ctx context.Context, id string, job instruments.Job, emit func(instruments.Event)) error {
	return l.Rack.Measure(ctx, id, job, func(e instruments.Event) {
		l.last.Store(time.Now().UnixNano())
		emit(e)
	})
}

// listening is a person at an instrument that shows live what it measures.
func listening(t *testing.T, m instruments.Model, mute *atomic.Bool, last *atomic.Int64) *counter {
	t.Helper()
	c := newCounter(t, nil)
	twin, err := simulated.New(m.ID, simulated.Options{Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.bus.Plug(t.Context(), mutable{twin, mute}, m.Adapters[0].USBID, simulated.Options{}); err != nil {
		t.Fatal(err)
	}
	c.v.Close()
	c.cfg.Instruments = listened{c.rack, last}
	c.cfg.CallWhenSilent = []vitals.Panel{vitals.BloodPressure}
	c.v = visit.New(c.cfg)
	c.pass(30 * time.Second)
	c.guest()
	if m.Panel == vitals.BloodPressure {
		c.cuffed()
		c.do(c.v.StartReading(), visit.Measure)
	} else {
		c.prepare(m.Panel)
		c.do(c.v.Prepared(), visit.Measure)
	}
	return c
}

func liveModels() []instruments.Model {
	var list []instruments.Model
	for _, d := range catalogue.Drivers() {
		if m := d.Model(); m.Abilities.Live && !m.Chosen {
			list = append(list, m)
		}
	}
	return list
}

// TestNoDataIsTold: whichever instrument falls silent while it measures, the person is
// told within five seconds, no number stays that is not true any more, and staff are
// called where the place wants that.
func TestNoDataIsTold(t *testing.T) {
	const limit = 5 * time.Second
	for _, m := range liveModels() {
		t.Run(m.ID, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mute atomic.Bool
				var last atomic.Int64
				c := listening(t, m, &mute, &last)
				defer c.stop()
				c.pass(12 * time.Second)
				if l := c.want(visit.Measure).Live; l.Silent || !l.Pressure.Valid() && !l.Pulse.Valid() {
					t.Fatalf("nothing is measured: %+v", l)
				}
				mute.Store(true)
				began := time.Now()
				told := func() bool {
					s := c.v.State()
					return s.Step == visit.Trouble || s.Live.Silent
				}
				for !told() && time.Since(began) < time.Minute {
					c.pass(50 * time.Millisecond)
				}
				if took := time.Since(time.Unix(0, last.Load())); took > limit {
					t.Errorf("it was told %s after the last that came", took)
				}
				if l := c.v.State().Live; l.Silent && (l.Pressure.Valid() || l.SpO2.Valid() || l.Pulse.Valid()) {
					t.Errorf("it still shows %+v", l)
				}
				if s := c.until(visit.Trouble, 20*time.Second); s.Fault.Code != instruments.NoAnswer && s.Fault.Code != instruments.AbortUnconfirmed {
					t.Errorf("it ended with %v", s.Fault)
				}
				called := c.v.State().Help
				if called != (m.Panel == vitals.BloodPressure) {
					t.Errorf("staff were called: %t", called)
				}
			})
		})
	}
}

// An instrument that works is never called silent.
func TestWorkingIsNotSilent(t *testing.T) {
	for _, m := range liveModels() {
		t.Run(m.ID, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mute atomic.Bool
				var last atomic.Int64
				c := listening(t, m, &mute, &last)
				defer c.stop()
				for c.v.State().Step == visit.Measure {
					if s := c.v.State(); s.Live.Silent || s.Help {
						t.Fatalf("in %s it is called silent", s.Live.Phase)
					}
					c.pass(200 * time.Millisecond)
				}
				if s := c.v.State(); s.Step == visit.Trouble {
					t.Errorf("it ended with %v", s.Fault)
				}
			})
		})
	}
}

// What comes again after a silence is shown again, and the call stays.
func TestDataComesBack(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.v.Close()
		k.cfg.CallWhenSilent = []vitals.Panel{vitals.Oximetry}
		k.cfg.Calls = call.New(call.Config{})
		defer k.cfg.Calls.Close()
		k.rack.attached[slices.IndexFunc(k.rack.attached, func(a instruments.Attached) bool { return a.Model.Panel == vitals.Oximetry })].Model.Abilities.Live = true
		k.v = visit.New(k.cfg)
		k.guest()
		k.prepare(vitals.Oximetry)
		k.rack.then(func(ctx context.Context, job instruments.Job, emit func(instruments.Event)) error {
			emit(&instruments.PlethSample{SpO2: 97, Pulse: 66, Signal: 7})
			if err := instruments.Pause(ctx, 10*time.Second); err != nil {
				return err
			}
			return pulsing(67, time.Minute)(ctx, job, emit)
		})
		k.do(k.v.Prepared(), visit.Measure)
		k.pass(5 * time.Second)
		if s := k.v.State(); !s.Live.Silent || s.Live.Pulse.Valid() || !s.Help || s.Call.Why != call.NoData {
			t.Errorf("silent %t, help %t, called because of %s", s.Live.Silent, s.Help, s.Call.Why)
		}
		k.pass(6 * time.Second)
		if s := k.v.State(); s.Live.Silent || s.Live.Pulse != 67 || !s.Help {
			t.Errorf("silent %t, pulse %d, help %t", s.Live.Silent, s.Live.Pulse, s.Help)
		}
		k.v.Cancel()
		k.pass(time.Second)
		k.v.Close()
		k.closed = true
	})
}
