package visit_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/memory"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/vitals"
)

// meterOf returns a meter of a model that keeps n results of blood, one every six
// hours until yesterday, and the extra ones.
func meterOf(t *testing.T, zone *time.Location, model string, n int, extra ...simulated.Result) keeper {
	t.Helper()
	twin, err := simulated.New(model, simulated.Options{Seed: 4, Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	m := twin.(keeper)
	m.Clear()
	for i := range n {
		m.AddResult(simulated.Result{At: time.Now().Add(-time.Duration(n-i+4) * 6 * time.Hour), MgPerDL: 90 + i%60})
	}
	for _, r := range extra {
		m.AddResult(r)
	}
	return m
}

// paced is a twin on a wire on which bytes take their time.
type paced struct{ simulated.Twin }

func (p paced) Run(ctx context.Context, wire instruments.Port) error {
	return p.Twin.Run(ctx, simulated.Paced(wire, p.Line()))
}

// bring plugs a person's own instrument in, at the screen that asks for it.
func (c *counter) bring(kind memory.Kind, twin simulated.Twin) {
	c.t.Helper()
	c.do(c.v.OwnInstrument(), visit.OwnKind)
	c.do(c.v.ChooseOwn(kind), visit.OwnPlug)
	c.plugIn(twin)
}

// plugIn connects a twin.
func (c *counter) plugIn(twin simulated.Twin) {
	c.t.Helper()
	driver, _ := catalogue.Find(twin.Model())
	if _, err := c.bus.Plug(c.t.Context(), twin, driver.Model().Adapters[0].USBID, simulated.Options{}); err != nil {
		c.t.Fatal(err)
	}
}

// owns is a person at a counter without instruments.
func owns(t *testing.T) *counter {
	t.Helper()
	c := ownsNothing(t)
	c.person(1970)
	return c
}

// ownsNothing is a counter without instruments, in a year that meters write with two
// digits as it is.
func ownsNothing(t *testing.T) *counter {
	t.Helper()
	time.Sleep(2 * 365 * 24 * time.Hour)
	return newCounter(t, nil)
}

// TestOwnMeterIsReadAndKept: what is new is counted and kept, controls are counted and
// never kept, and the second time all is known.
func TestOwnMeterIsReadAndKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := owns(t)
		defer c.stop()
		control := simulated.Result{At: time.Now().Add(-20 * time.Hour), MgPerDL: 101, Kind: simulated.ControlTest}
		c.bring(memory.Meter, meterOf(t, c.cfg.Zone, "onetouch-ultra2", 300, control))
		s := c.until(visit.OwnDone, 2*time.Minute)
		if o := s.Own; o.New != 300 || o.Known != 0 || o.Controls != 1 || o.Summary.Count != 300 || o.Summary.Lowest.Value.Int() != 90 || o.Summary.Highest.Value.Int() != 149 {
			t.Errorf("new %d, known %d, controls %d, %+v", o.New, o.Known, o.Controls, o.Summary)
		}
		if len(c.store.saved()) > 0 {
			t.Error("something was kept before the person said so")
		}
		s = c.do(c.v.TakeOwn(true), visit.Finish)
		c.pass(time.Second)
		if s = c.v.State(); !s.Saved || len(s.Results) != 1 || len(s.Results[0].History) != 299 || len(s.Encounter.Observations) != 1 {
			t.Errorf("saved %t, %d results, %d before, %d on paper", s.Saved, len(s.Results), len(s.Results[0].History), len(s.Encounter.Observations))
		}
		c.do(c.v.Leave(), visit.Welcome)
		c.pass(time.Second)
		kept := map[records.ID]records.Observation{}
		for _, e := range c.store.saved() {
			if err := openStore(t).Save(t.Context(), fresh(e)); err != nil {
				t.Error(err)
			}
			for _, o := range e.Observations {
				kept[o.ID] = o
			}
		}
		for _, o := range kept {
			if !slices.Contains(o.Notes, visit.NoteOwnMeter) || o.Origin.Device.Serial == "" || o.Panel != vitals.BloodGlucose {
				t.Fatalf("kept is %+v", o)
			}
		}
		if len(kept) != 300 {
			t.Errorf("%d are kept", len(kept))
		}
	})
}

func fresh(e *records.Encounter) *records.Encounter {
	c := *e
	c.Revision = 0
	return &c
}

// TestKnownResultsAreNotKeptTwice, and a meter whose results are somebody else's is not
// read to a stranger.
func TestKnownResultsAreNotKeptTwice(t *testing.T) {
	for _, mine := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			c := owns(t)
			defer c.stop()
			m := meterOf(t, c.cfg.Zone, "onetouch-ultra2", 20)
			c.bring(memory.Meter, m)
			c.until(visit.OwnDone, time.Minute)
			c.do(c.v.TakeOwn(true), visit.Finish)
			c.do(c.v.Leave(), visit.Welcome)
			c.pass(time.Second)
			first := c.store.saved()
			var last records.Observation
			for _, e := range first {
				last = e.Observations[0]
			}
			c.bus.Unplug(c.rack.Attached()[0].Endpoint.Path)
			c.pass(time.Second)
			if mine {
				c.store.known = first[0].Patient
				c.store.history = []records.Observation{last}
			}
			m.AddResult(simulated.Result{At: time.Now().Add(-time.Hour), MgPerDL: 111})
			c.do(c.v.Begin(), visit.Who)
			c.do(c.v.Card("4711"), visit.Consent)
			c.do(c.v.Agree(true, false), visit.Choose)
			c.bring(memory.Meter, m)
			if !mine {
				c.pass(30 * time.Second)
				if s := c.want(visit.OwnPlug); s.Own.Trouble != visit.NotYours || s.Own.Summary.Count > 0 {
					t.Errorf("the trouble is %q, and %d results are shown", s.Own.Trouble, s.Own.Summary.Count)
				}
				return
			}
			if o := c.until(visit.OwnDone, time.Minute).Own; o.New != 1 || o.Known != 20 {
				t.Errorf("new %d, known %d", o.New, o.Known)
			}
			c.do(c.v.TakeOwn(true), visit.Finish)
			c.pass(time.Second)
			if n := len(c.store.last(t).Observations); n != 1 {
				t.Errorf("%d are kept", n)
			}
		})
	}
}

// TestOwnClock: a clock that is off is asked about, whatever it shows; both times stay.
func TestOwnClock(t *testing.T) {
	for _, off := range []time.Duration{10 * time.Minute, -26 * time.Hour, 3*24*time.Hour + 7*time.Minute} {
		for _, choice := range []memory.ClockChoice{memory.KeepTimes, memory.ShiftTimes} {
			synctest.Test(t, func(t *testing.T) {
				c := owns(t)
				defer c.stop()
				m := meterOf(t, c.cfg.Zone, "onetouch-ultra2", 0)
				m.SetClockError(off)
				at := time.Now().Add(-100 * time.Hour).Truncate(time.Minute)
				m.AddResult(simulated.Result{At: at, MgPerDL: 99})
				c.bring(memory.Meter, m)
				s := c.until(visit.OwnClock, time.Minute)
				if d := s.Own.Drift - off; d.Abs() > time.Minute {
					t.Fatalf("the clock is said to be off by %s", s.Own.Drift)
				}
				c.do(c.v.OwnTimes(choice), visit.OwnDone)
				c.do(c.v.TakeOwn(true), visit.Finish)
				c.pass(time.Second)
				o := c.store.last(t).Observations[0]
				want := at
				if choice == memory.KeepTimes {
					want = at.Add(off)
				}
				if d := o.Taken.Sub(want); d.Abs() > time.Minute {
					t.Errorf("off by %s, %s: taken %s, want %s", off, choice, o.Taken, want)
				}
				if d := o.Origin.InstrumentAt.Sub(at.Add(off)); d.Abs() > time.Minute || time.Duration(o.Origin.Drift)*time.Second == 0 {
					t.Errorf("the instrument's own time is %s, its drift %d s", o.Origin.InstrumentAt, o.Origin.Drift)
				}
				if !slices.Contains(o.Flags, vitals.ClockDoubt) {
					t.Error("nothing says that the time is in doubt")
				}
				if v := m.(interface{ Violations() []string }).Violations(); len(v) > 0 {
					t.Errorf("it was told %v", v)
				}
			})
		}
	}
}

// TestOwnRecording: a night without a date is asked about.
func TestOwnRecording(t *testing.T) {
	for _, known := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			c := owns(t)
			defer c.stop()
			twin, err := simulated.New("contec-cms50d-plus", simulated.Options{Seed: 4})
			if err != nil {
				t.Fatal(err)
			}
			c.bring(memory.Oximeter, twin)
			for end := time.Now().Add(2 * time.Minute); time.Now().Before(end) && c.v.State().Step != visit.OwnBegan && c.v.State().Step != visit.OwnDone; {
				c.pass(time.Second)
			}
			s := c.v.State()
			if s.Step == visit.OwnBegan {
				c.refused(c.v.MoveOwn(48 * time.Hour)) // not over yet
				c.do(c.v.MoveOwn(-time.Hour), visit.OwnBegan)
				s = c.do(c.v.OwnBeganThen(known), visit.OwnDone)
				r := s.Own.Readings[0]
				if d := time.Since(r.Taken) - s.Own.Night.Length - time.Hour; d < 0 || d > 11*time.Minute {
					t.Errorf("it began %s ago and lasted %s", time.Since(r.Taken), s.Own.Night.Length)
				}
				if slices.Contains(r.Flags, vitals.ClockDoubt) == known {
					t.Errorf("told %t, flags %v", known, r.Flags)
				}
			}
			if s.Own.Night.Length == 0 || !s.Own.Night.SpO2.Valid() {
				t.Errorf("the night is %+v", s.Own.Night)
			}
			res := c.do(c.v.TakeOwn(true), visit.Finish).Results[0]
			if len(res.Judged) > 0 || !slices.Contains(res.Notes, visit.NoteRecording) {
				t.Errorf("judged %v, notes %v", res.Judged, res.Notes)
			}
		})
	}
}

// TestOwnRecordingAgain: a night that is kept for the person already is not kept once
// more, though the oximeter does not say which one it is.
func TestOwnRecordingAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := owns(t)
		defer c.stop()
		twin, err := simulated.New("contec-cms50d-plus", simulated.Options{Seed: 4})
		if err != nil {
			t.Fatal(err)
		}
		night := func() visit.State {
			c.bring(memory.Oximeter, twin)
			for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); c.pass(time.Second) {
				switch s := c.v.State(); s.Step {
				case visit.OwnBegan:
					return c.do(c.v.OwnBeganThen(true), visit.OwnDone)
				case visit.OwnDone:
					return s
				}
			}
			t.Fatalf("it does not end: %+v", c.v.State())
			return visit.State{}
		}
		if s := night(); s.Own.New != 1 {
			t.Fatalf("new %d, known %d", s.Own.New, s.Own.Known)
		}
		c.do(c.v.TakeOwn(true), visit.Finish)
		c.do(c.v.Leave(), visit.Welcome)
		c.pass(time.Second)
		first := c.store.saved()
		c.store.known, c.store.history = first[0].Patient, first[0].Observations
		c.bus.Unplug(c.rack.Attached()[0].Endpoint.Path)
		c.pass(time.Second)
		c.do(c.v.Begin(), visit.Who)
		c.do(c.v.Card("4711"), visit.Consent)
		c.do(c.v.Agree(true, false), visit.Choose)
		if s := night(); s.Own.Known != 1 || s.Own.New != 0 {
			t.Errorf("the same night: new %d, known %d", s.Own.New, s.Own.Known)
		}
		c.do(c.v.TakeOwn(true), visit.Finish)
		c.do(c.v.Leave(), visit.Welcome)
		c.pass(time.Second)
		if n := len(c.store.saved()); n != len(first) {
			t.Errorf("%d visits with results, %d before", n, len(first))
		}
	})
}

// TestGuestsOwnMeterLeavesNothing, and neither does what somebody removes.
func TestGuestsOwnMeterLeavesNothing(t *testing.T) {
	for name, leave := range map[string]func(*counter){
		"a guest":  func(c *counter) { c.do(c.v.TakeOwn(true), visit.Finish) },
		"removed":  func(c *counter) { c.do(c.v.RemoveOwn(), visit.Choose) },
		"not kept": func(c *counter) { c.do(c.v.TakeOwn(false), visit.Finish) },
		"walks away": func(c *counter) {
			c.pass(5 * time.Minute)
			c.want(visit.Welcome)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := ownsNothing(t)
				defer c.stop()
				if name == "a guest" {
					c.guest()
				} else {
					c.person(1970)
				}
				c.bring(memory.Meter, meterOf(t, c.cfg.Zone, "onetouch-ultra2", 30))
				c.until(visit.OwnDone, time.Minute)
				leave(c)
				if s := c.v.State(); s.Keeping && s.Step == visit.Finish {
					t.Error("the screen says that it is kept")
				}
				c.v.Cancel()
				c.pass(time.Second)
				c.want(visit.Welcome)
				if n := len(c.store.saved()); n > 0 {
					t.Errorf("%d visits are kept", n)
				}
				checkWiped(t, c.v)
			})
		})
	}
}

// TestOwnTroubles: each trouble of a cable has a name of its own.
func TestOwnTroubles(t *testing.T) {
	for _, want := range []instruments.FaultCode{visit.NotSeen, instruments.Permission, instruments.PortBusy, instruments.NoAnswer, instruments.Garbled, instruments.WrongModel} {
		bubble(t, func(k *kiosk) {
			k.guest()
			k.do(k.v.OwnInstrument(), visit.OwnKind)
			k.do(k.v.ChooseOwn(memory.Cuff), visit.OwnPlug)
			switch want {
			case visit.NotSeen:
				k.pass(30 * time.Second)
			case instruments.WrongModel:
				k.rack.plug(vitals.BodyWeight)
				k.rack.mu.Lock()
				k.rack.attached[len(k.rack.attached)-1].ID = "theirs"
				k.rack.mu.Unlock()
				k.rack.notify()
			default:
				k.rack.mu.Lock()
				k.rack.attached = append(k.rack.attached, instruments.Attached{ID: "theirs", State: instruments.Unknown, Fault: want})
				k.rack.mu.Unlock()
				k.rack.notify()
			}
			if s := k.want(visit.OwnPlug); s.Own.Trouble != want {
				t.Errorf("the trouble is %q, want %q", s.Own.Trouble, want)
			}
		})
	}
}

// TestMeterOfThePlaceIsNotReadAsOnesOwn: what was there before has to be plugged in
// again, by whoever says that it is theirs.
func TestMeterOfThePlaceIsNotReadAsOnesOwn(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.rack.attached[slices.IndexFunc(k.rack.attached, func(a instruments.Attached) bool { return a.Model.Panel == vitals.BloodGlucose })].Model.Abilities.Memory = true
		k.guest()
		k.do(k.v.OwnInstrument(), visit.OwnKind)
		k.do(k.v.ChooseOwn(memory.Meter), visit.OwnPlug)
		k.rack.notify()
		k.pass(5 * time.Second)
		if s := k.want(visit.OwnPlug); s.Own.Trouble != visit.PlugAgain || k.rack.started() > 0 {
			t.Errorf("the trouble is %q, and %d were read", s.Own.Trouble, k.rack.started())
		}
		k.do(k.v.Back(), visit.Choose)
	})
}

// TestFiveHundredResultsAreReadInTime: from the plug to what is shown, over the wire at
// its own pace, from every meter that can be filled.
func TestFiveHundredResultsAreReadInTime(t *testing.T) {
	const limit = 90 * time.Second
	// Where a CareSens that is full keeps its results is not known: see package isens.
	most := map[string]int{"caresens-n": 120}
	for _, id := range simulated.Twins() {
		d, _ := catalogue.Find(id)
		if m := d.Model(); m.Chosen || !memory.Meter.Reads(m) {
			continue
		}
		if most[id] == 0 {
			most[id] = 500
		}
		t.Run(id, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := owns(t)
				defer c.stop()
				twin, err := simulated.New(id, simulated.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if _, ok := twin.(keeper); !ok {
					t.Skip("its memory cannot be filled")
				}
				c.bring(memory.Meter, paced{meterOf(t, c.cfg.Zone, id, most[id])})
				began := time.Now()
				for c.v.State().Own.Trouble == "" && c.v.State().Step != visit.OwnDone && time.Since(began) < 2*limit {
					c.pass(500 * time.Millisecond)
				}
				took := time.Since(began)
				s := c.want(visit.OwnDone)
				if took > limit || s.Own.New == 0 {
					t.Errorf("%d results took %s", s.Own.New, took)
				}
				t.Logf("%d results in %s", s.Own.New, took.Round(100*time.Millisecond))
			})
		})
	}
}
