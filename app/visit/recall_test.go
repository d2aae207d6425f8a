package visit_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/vitals"
)

// A keeper is a meter's twin whose results the test chooses.
type keeper interface {
	simulated.Twin
	AddResult(simulated.Result)
	Clear()
	SetClockError(time.Duration)
}

// meterCounter is a counter with one meter, empty, and records on a disk.
func meterCounter(t *testing.T) (*counter, keeper, *records.Store) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome") // the kiosk's
	if err != nil {
		t.Fatal(err)
	}
	c := newCounter(t, map[string]simulated.Options{"onetouch-ultra2": {Seed: 2, Zone: zone}})
	store := openStore(t)
	c.v.Close()
	c.cfg.Store = store.Visitor("kiosk")
	c.v = visit.New(c.cfg)
	meter := c.twins["onetouch-ultra2"].(keeper)
	meter.Clear()
	return c, meter, store
}

// readNow takes the meter to the screen that reading it ends at.
func (c *counter) readNow(step visit.Step) visit.State {
	c.t.Helper()
	c.prepare(vitals.BloodGlucose)
	if err := c.v.Prepared(); err != nil {
		c.t.Fatal(err)
	}
	return c.until(step, time.Minute)
}

func (c *counter) leave() {
	c.t.Helper()
	c.do(c.v.Done(), visit.Finish)
	c.do(c.v.Leave(), visit.Welcome)
}

// TestResultOfTheVisitBefore: a visit that follows at once finds the last
// person's result within what the meter's clock may be off. It is told from a
// result of its own, and stored once.
func TestResultOfTheVisitBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, meter, store := meterCounter(t)
		defer c.stop()
		c.person(1970)
		first := c.v.State().Encounter
		c.pass(10 * time.Second)
		meter.AddResult(simulated.Result{At: time.Now(), MgPerDL: 104})
		c.pass(5 * time.Second)
		c.readNow(visit.Confirm)
		c.do(c.v.ConfirmReading(0), visit.Result)
		c.leave()

		c.person(1980)
		second := c.v.State().Encounter.ID
		s := c.readNow(visit.Trouble)
		if s.Fault.Code != instruments.AlreadySaved || !s.SavedOn.Equal(first.Started) || s.SavedOn.Location() != c.cfg.Zone || !s.CanRetry {
			t.Fatalf("%v, saved on %v, retry %t", s.Fault, s.SavedOn, s.CanRetry)
		}
		// An equal number of another time is another result.
		meter.AddResult(simulated.Result{At: time.Now(), MgPerDL: 104})
		c.do(c.v.Retry(), visit.Prepare)
		if err := c.v.Prepared(); err != nil {
			t.Fatal(err)
		}
		if s := c.until(visit.Confirm, time.Minute); len(s.Candidates) != 1 || numbers(s.Candidates[0].Values) != "104" {
			t.Fatalf("%d candidates", len(s.Candidates))
		}
		c.do(c.v.ConfirmReading(0), visit.Result)
		c.leave()
		c.pass(time.Minute)
		for _, id := range []records.ID{first.ID, second} {
			e, err := store.Encounter(t.Context(), id)
			if err != nil || len(e.Observations) != 1 || numbers(e.Observations[0].Values) != "104" {
				t.Errorf("encounter %s: %+v, %v", id, e, err)
			}
		}
	})
}

// TestResultOfAGuestBefore is nobody else's, although it is in no record.
func TestResultOfAGuestBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, meter, _ := meterCounter(t)
		defer c.stop()
		c.guest()
		c.pass(10 * time.Second)
		meter.AddResult(simulated.Result{At: time.Now(), MgPerDL: 104})
		c.readNow(visit.Confirm)
		c.do(c.v.ConfirmReading(0), visit.Result)
		c.leave()
		c.person(1980)
		if s := c.readNow(visit.Trouble); s.Fault.Code != instruments.NoNewResult || !s.SavedOn.IsZero() {
			t.Errorf("%v, saved on %v", s.Fault, s.SavedOn)
		}
	})
}

// TestRecordsThatCannotBeAsked do not keep a person from a result.
func TestRecordsThatCannotBeAsked(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.store.lookErr = errors.New("broken")
		k.person(1970)
		k.prepare(vitals.BloodGlucose)
		if s := k.readMeter(reads(glucose(104, 0)), visit.Confirm); len(s.Candidates) != 1 {
			t.Errorf("%d candidates", len(s.Candidates))
		}
	})
}

// deaf is a store that cannot be asked what it holds, and saves all the same.
type deaf struct{ visit.Store }

func (deaf) SavedBefore(context.Context, records.Observation) (time.Time, bool, error) {
	return time.Time{}, false, errors.New("broken")
}

// TestResultOfAnotherVisit: a result that another visit holds, which could not be
// known in time, stays there and keeps nothing else of this one from being saved.
func TestResultOfAnotherVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, meter, store := meterCounter(t)
		defer c.stop()
		c.v.Close()
		c.cfg.Store = deaf{c.cfg.Store}
		c.v = visit.New(c.cfg)
		measure := func(mgdl int) {
			c.pass(2 * time.Second)
			meter.Clear()
			meter.AddResult(simulated.Result{At: time.Now(), MgPerDL: mgdl})
			c.readNow(visit.Confirm)
			c.do(c.v.ConfirmReading(0), visit.Result)
		}
		c.person(1970)
		first := c.v.State().Encounter.ID
		measure(104)
		c.leave()
		c.v.Close()
		c.v = visit.New(c.cfg) // which has seen nobody
		c.person(1980)
		second := c.v.State().Encounter.ID
		c.readNow(visit.Confirm) // the 104 again
		c.do(c.v.ConfirmReading(0), visit.Result)
		c.do(c.v.Done(), visit.Finish)
		if s := c.v.State(); s.SaveError != nil || len(s.Encounter.Observations) != 1 {
			t.Errorf("%v, %d results are shown", s.SaveError, len(s.Encounter.Observations))
		}
		c.do(c.v.MeasureAnother(), visit.Choose)
		c.pass(10 * time.Second)
		measure(88)
		s := c.do(c.v.Done(), visit.Finish)
		if s.SaveError != nil || !s.Saved {
			t.Errorf("saved %t, %v", s.Saved, s.SaveError)
		}
		c.do(c.v.Leave(), visit.Welcome)
		for id, want := range map[records.ID]string{first: "104", second: "88"} {
			e, err := store.Encounter(t.Context(), id)
			if err != nil || len(e.Observations) != 1 || numbers(e.Observations[0].Values) != want {
				t.Errorf("encounter %s: %+v, %v; want %s", id, e, err, want)
			}
		}
	})
}

// TestSameRecordInASeries: a cuff that is read out of its memory gives a result
// once, however often it is asked.
func TestSameRecordInASeries(t *testing.T) {
	bubble(t, func(k *kiosk) {
		stored := pressure(124, 80, 66)
		stored.InstrumentTime = time.Now()
		k.person(1970)
		k.cuffed()
		k.inflate(reads(stored), visit.Pause)
		k.pass(time.Minute)
		if s := k.inflate(reads(stored), visit.Trouble); s.Fault.Code != instruments.NoNewResult {
			t.Errorf("fault %v", s.Fault)
		}
	})
}

// TestNoReadingAtAll is no result of another visit.
func TestNoReadingAtAll(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.prepare(vitals.BloodGlucose)
		nothing := func(context.Context, instruments.Job, func(instruments.Event)) error { return nil }
		k.rack.then(nothing)
		k.do(k.v.Prepared(), visit.Trouble)
		if s := k.v.State(); s.Fault.Code != instruments.Internal {
			t.Errorf("fault %v", s.Fault)
		}
	})
}

// TestDriftIsRecorded: how far a meter's clock was off when it was connected
// stands with its result, whose time is corrected by it.
func TestDriftIsRecorded(t *testing.T) {
	const off = 4 * time.Minute
	synctest.Test(t, func(t *testing.T) {
		c, meter, store := meterCounter(t)
		defer c.stop()
		meter.(interface{ SetClockError(time.Duration) }).SetClockError(off)
		c.person(1970)
		id := c.v.State().Encounter.ID
		c.pass(10 * time.Second)
		taken := time.Now()
		meter.AddResult(simulated.Result{At: taken, MgPerDL: 104})
		c.readNow(visit.Confirm)
		c.do(c.v.ConfirmReading(0), visit.Result)
		c.leave()
		c.pass(time.Minute)
		e, err := store.Encounter(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		o := e.Observations[0]
		drift := time.Duration(o.Origin.Drift) * time.Second
		if (drift-off).Abs() > 5*time.Second || o.Taken.Sub(taken).Abs() > 5*time.Second ||
			o.Origin.InstrumentAt.Sub(taken.Add(off)).Abs() > 5*time.Second {
			t.Errorf("off by %s, taken %s, by the meter %s; it was taken %s", drift, o.Taken, o.Origin.InstrumentAt, taken)
		}
	})
}
