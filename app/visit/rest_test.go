package visit_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/quality/rest"
	"aidpost/records/vitals"
)

// resting is a person who sits with a finger in an oximeter, before the cuff.
func resting(t *testing.T, model string, o simulated.Options, change func(*visit.Config)) *counter {
	t.Helper()
	c := newCounter(t, map[string]simulated.Options{"suntech-advantage": {Seed: 2}, model: o})
	rule, err := rest.Load()
	if err != nil {
		t.Fatal(err)
	}
	grades, err := quality.LoadGrades()
	if err != nil {
		t.Fatal(err)
	}
	c.v.Close()
	c.cfg.Rest, c.cfg.Grades = rule, grades
	if change != nil {
		change(&c.cfg)
	}
	c.v = visit.New(c.cfg)
	c.person(1970)
	c.prepare(vitals.BloodPressure)
	c.do(c.v.Prepared(), visit.Rest)
	return c
}

// measured takes the pressure and returns what is kept of how it was taken.
func (c *counter) measured() records.Observation {
	c.t.Helper()
	for c.want(visit.Ready); c.v.State().Step == visit.Ready; {
		c.do(c.v.StartReading(), visit.Measure)
		for end := time.Now().Add(3 * time.Minute); c.rackBusy() && time.Now().Before(end); {
			c.pass(time.Second)
		}
		if c.v.State().Step == visit.Pause {
			c.pass(time.Minute)
		}
	}
	c.want(visit.Result)
	all := c.store.last(c.t).Observations
	return all[len(all)-1]
}

// TestRestIsMeasured on every oximeter that tells the pulse as it is: the rest is over
// when the pulse is steady, the oximeter is free again, and nothing of it is kept.
func TestRestIsMeasured(t *testing.T) {
	for _, d := range catalogue.Drivers() {
		m := d.Model()
		if m.Panel != vitals.Oximetry || !m.Abilities.Live || m.Chosen {
			continue
		}
		t.Run(m.ID, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := resting(t, m.ID, simulated.Options{Seed: 3}, nil)
				defer c.stop()
				began := time.Now()
				if s := c.until(visit.Ready, 5*time.Minute); s.Rest.How != records.RestMeasured {
					t.Errorf("it ended %s after %s", s.Rest.How, time.Since(began))
				}
				took := time.Since(began).Round(time.Second)
				c.pass(10 * time.Second)
				if i := slices.IndexFunc(c.rack.Attached(), func(a instruments.Attached) bool { return a.Model.ID == m.ID && a.Startable() }); i < 0 {
					t.Error("the oximeter is not free again")
				}
				o := c.measured()
				r := o.Statement.Rest
				if r == nil || r.How != records.RestMeasured || r.Why != c.cfg.Rest.ID || (took-time.Duration(r.Seconds)*time.Second).Abs() > time.Second {
					t.Errorf("kept is %+v of a rest of %s", r, took)
				}
				if took < c.cfg.Rest.Floor || len(c.v.State().Results) != 1 {
					t.Errorf("it took %s, and there are %d results", took, len(c.v.State().Results))
				}
			})
		})
	}
}

// TestRestThatCannotBeMeasured goes on after the whole time, and says why it took that.
func TestRestThatCannotBeMeasured(t *testing.T) {
	for _, test := range []struct {
		fault simulated.Fault
		why   rest.Verdict
		note  string
	}{
		{simulated.FingerOut, rest.NoFinger, ""},
		{simulated.Unplug, rest.NoData, ""},
		{simulated.WeakSignal, rest.Moving, visit.NoteRestUnsettled},
		{simulated.Unstable, rest.Uneven, visit.NoteRestUnsettled},
	} {
		t.Run(string(test.fault), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := resting(t, "contec-cms50d-plus", simulated.Options{Seed: 3, Fault: test.fault}, nil)
				defer c.stop()
				c.pass(4*time.Minute + 50*time.Second)
				if s := c.want(visit.Rest); s.Rest.Verdict != test.why {
					t.Errorf("the verdict is %s, want %s", s.Rest.Verdict, test.why)
				}
				c.pass(10 * time.Second)
				o := c.measured()
				if r := o.Statement.Rest; r == nil || r.How != records.RestTimed || r.Seconds != 300 || r.Why != string(test.why) {
					t.Errorf("kept is %+v", r)
				}
				if got := slices.Contains(o.Notes, visit.NoteRestUnsettled); got != (test.note != "") {
					t.Errorf("the notes are %v", o.Notes)
				}
			})
		})
	}
}

// A hand that moved for a while delays the end of the rest and does not prevent it.
func TestRestAfterMovement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := resting(t, "contec-cms50d-plus", simulated.Options{Seed: 3, Fault: simulated.Movement}, nil)
		defer c.stop()
		if s := c.until(visit.Ready, 5*time.Minute); s.Rest.How != records.RestMeasured {
			t.Errorf("it ended %s", s.Rest.How)
		}
	})
}

// Who walks away from the rest, or skips it, leaves the oximeter to the next person.
func TestLeavingARestFreesTheOximeter(t *testing.T) {
	for name, leave := range map[string]func(*visit.Visit){
		"cancelled": (*visit.Visit).Cancel,
		"skipped": func(v *visit.Visit) {
			if v.SkipRest(visit.SkipHurry) != nil {
				t.Error("it cannot be skipped")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := resting(t, "nonin-df2", simulated.Options{Seed: 3}, nil)
				defer c.stop()
				c.pass(30 * time.Second)
				if s := c.v.State(); s.Rest.Pulse == 0 {
					t.Errorf("no pulse is seen: %+v", s.Rest)
				}
				leave(c.v)
				c.pass(5 * time.Second)
				for _, a := range c.rack.Attached() {
					if a.State != instruments.Ready {
						t.Errorf("%s is %s", a.Model.ID, a.State)
					}
				}
				if s := c.v.State(); s.Rest.Watched {
					t.Error("the pulse is still watched")
				}
			})
		})
	}
}

// hygiene counts the uses of the oximeter, which may be dirty.
type hygiene struct {
	dirty bool
	used  atomic.Int32
}

func (h *hygiene) Waits(i quality.Instrument, _ records.ID) (bool, error) {
	return h.dirty && i.Model == "contec-cms50d-plus", nil
}

func (h *hygiene) Used(quality.Instrument, records.ID) error { h.used.Add(1); return nil }

// An oximeter that nobody put a finger into need not be cleaned, and one that is not
// clean is not offered.
func TestRestAndCleaning(t *testing.T) {
	for _, test := range []struct {
		name  string
		dirty bool
		pass  time.Duration
		used  int32
	}{
		{"before the finger", false, 2 * time.Second, 0},
		{"with the finger", false, 20 * time.Second, 1},
		{"not clean", true, 20 * time.Second, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hygiene{}
				h.dirty = test.dirty
				c := resting(t, "contec-cms50d-plus", simulated.Options{Seed: 3}, func(cfg *visit.Config) { cfg.Hygiene = h })
				defer c.stop()
				c.pass(test.pass)
				if got := h.used.Load(); got != test.used {
					t.Errorf("%d have to be cleaned, want %d", got, test.used)
				}
				if s := c.v.State(); s.Rest.Watched == test.dirty {
					t.Errorf("watched: %t", s.Rest.Watched)
				}
			})
		})
	}
}

// atRest is a person with an oximeter that does as told, at the beginning of the rest.
func (k *kiosk) atRest(finger outcome) rest.Rule {
	k.t.Helper()
	rule, err := rest.Load()
	if err != nil {
		k.t.Fatal(err)
	}
	k.v.Close()
	k.cfg.Rest = rule
	for i := range k.rack.attached {
		k.rack.attached[i].Model.Abilities.Live = k.rack.attached[i].Model.Panel == vitals.Oximetry
	}
	k.v = visit.New(k.cfg)
	k.person(1970)
	k.prepare(vitals.BloodPressure)
	k.rack.then(finger)
	k.do(k.v.Prepared(), visit.Rest)
	return rule
}

// A sensor that falls silent is told of within five seconds.
func TestSilentSensorIsToldWithinFiveSeconds(t *testing.T) {
	bubble(t, func(k *kiosk) {
		rule := k.atRest(pulsing(66, 90*time.Second))
		k.pass(90 * time.Second)
		if v := k.want(visit.Rest).Rest.Verdict; v != rest.Watching {
			t.Errorf("the pulse is seen, and the verdict is %s", v)
		}
		k.pass(rule.Quiet)
		if v := k.want(visit.Rest).Rest.Verdict; v != rest.NoData {
			t.Errorf("%s after the last sample the verdict is %s", rule.Quiet, v)
		}
		k.pass(k.v.State().Remaining)
		k.want(visit.Ready)
	})
}

// From a pressure on at which a shorter rest matters, the result says so.
func TestHighAfterAShortRest(t *testing.T) {
	for _, test := range []struct {
		systolic int
		want     bool
	}{{139, false}, {140, true}} {
		bubble(t, func(k *kiosk) {
			rule := k.atRest(pulsing(66, time.Hour))
			k.pass(rule.Floor + 3*time.Second)
			k.want(visit.Ready)
			k.inflate(reads(pressure(test.systolic, 80, 66)), visit.Pause)
			res := k.do(k.v.GiveUp(), visit.Result).Results[0]
			if got := slices.Contains(res.Notes, visit.NoteRestByPulse); got != test.want {
				t.Errorf("%d mmHg: the notes are %v", test.systolic, res.Notes)
			}
		})
	}
}
