package visit_test

import (
	"context"
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// readMeter reads the meter, which does as told.
func (k *kiosk) readMeter(o outcome, step visit.Step) visit.State {
	k.t.Helper()
	k.rack.then(o)
	k.do(k.v.Prepared(), visit.Measure)
	k.pass(inflationTime)
	return k.want(step)
}

func TestGlucose(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		started := time.Now()
		k.prepare(vitals.BloodGlucose)
		s := k.readMeter(reads(glucose(104, 0)), visit.Confirm)
		if len(s.Candidates) != 1 || numbers(s.Candidates[0].Values) != "104" || len(k.store.saved()) > 0 {
			t.Errorf("candidates %v, %d saves", s.Candidates, len(k.store.saved()))
		}
		if job := k.rack.jobs[0]; !job.Since.Equal(started) || job.Zone.String() != "Europe/Rome" {
			t.Errorf("job %+v, the visit began %v", job, started)
		}
		for _, i := range []int{-1, 1} {
			k.refused(k.v.ConfirmReading(i))
		}
		res := k.do(k.v.ConfirmReading(0), visit.Result).Results[0]
		if numbers(res.Values) != "104" || res.Meal != vitals.RandomMeal || !k.said("meter-shows", visit.Yes) {
			t.Errorf("%s, meal %q", numbers(res.Values), res.Meal)
		}
		if o := k.store.last(t).Observations[0]; o.Meal != vitals.RandomMeal || o.Origin.InstrumentAt.IsZero() {
			t.Errorf("kept %+v", o)
		}
	})
}

// TestMealOnTheMeter beats what the person said.
func TestMealOnTheMeter(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.prepare(vitals.BloodGlucose)
		r := glucose(104, 0)
		r.Meal = vitals.Fasting
		k.readMeter(reads(r), visit.Confirm)
		if res := k.do(k.v.ConfirmReading(0), visit.Result).Results[0]; res.Meal != vitals.Fasting {
			t.Errorf("meal %q", res.Meal)
		}
	})
}

// TestGlucoseRefused keeps nothing, and staff is asked after three tries.
func TestGlucoseRefused(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.prepare(vitals.BloodGlucose)
		for i := range 3 {
			k.readMeter(reads(glucose(104, 0)), visit.Confirm)
			s := k.do(k.v.RefuseReading(), visit.Trouble)
			if s.Fault.Code != instruments.NoNewResult || len(s.Candidates) > 0 || s.CanRetry != (i < 2) {
				t.Errorf("%v, %d candidates, retry %t", s.Fault, len(s.Candidates), s.CanRetry)
			}
			if s.CanRetry {
				k.do(k.v.Retry(), visit.Prepare)
			}
		}
		k.refused(k.v.Retry())
		k.do(k.v.GiveUp(), visit.Choose)
		k.v.Cancel()
		k.want(visit.Welcome)
		if n := len(k.store.saved()); n > 0 {
			t.Errorf("%d saves", n)
		}
	})
}

func TestSeveralResults(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.prepare(vitals.BloodGlucose)
		several := instruments.NewFault(instruments.SeveralResults, "")
		s := k.readMeter(runs(vitals.BloodGlucose, several, glucose(104, 0), glucose(180, 1)), visit.Confirm)
		if len(s.Candidates) != 2 || s.Fault != nil {
			t.Errorf("%d candidates, %v", len(s.Candidates), s.Fault)
		}
		res := k.do(k.v.ConfirmReading(1), visit.Result).Results[0]
		if numbers(res.Values) != "180" || len(k.store.last(t).Observations) != 1 {
			t.Errorf("%s, %d kept", numbers(res.Values), len(k.store.last(t).Observations))
		}
	})
}

// TestSameResultAgain: a meter that is read a second time in a visit hands out
// its result again, which is no new one.
func TestSameResultAgain(t *testing.T) {
	for name, end := range map[string]error{"one": nil, "several": instruments.NewFault(instruments.SeveralResults, "")} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.person(1970)
				k.prepare(vitals.BloodGlucose)
				k.readMeter(reads(glucose(104, 0)), visit.Confirm)
				k.do(k.v.ConfirmReading(0), visit.Result)
				k.do(k.v.MeasureAnother(), visit.Choose)
				k.prepare(vitals.BloodGlucose)
				s := k.readMeter(runs(vitals.BloodGlucose, end, glucose(104, 0)), visit.Trouble)
				if s.Fault.Code != instruments.NoNewResult {
					t.Errorf("fault %v", s.Fault)
				}
				k.do(k.v.Retry(), visit.Prepare)
				several := instruments.NewFault(instruments.SeveralResults, "")
				s = k.readMeter(runs(vitals.BloodGlucose, several, glucose(104, 0), glucose(98, 9)), visit.Confirm)
				if len(s.Candidates) != 1 || numbers(s.Candidates[0].Values) != "98" {
					t.Errorf("candidates %v", s.Candidates)
				}
				k.do(k.v.ConfirmReading(0), visit.Result)
				if n := len(k.v.State().Results); n != 1 {
					t.Errorf("%d results of one panel", n)
				}
			})
		})
	}
}

func TestMeterFaults(t *testing.T) {
	for _, code := range []instruments.FaultCode{
		instruments.NoNewResult, instruments.ControlTest, instruments.ClockUnset, instruments.DamagedRecord,
		instruments.NotGlucose, instruments.SeveralResults, instruments.Garbled, instruments.Unplugged,
	} {
		t.Run(string(code), func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.person(1970)
				k.prepare(vitals.BloodGlucose)
				want := code
				if code == instruments.SeveralResults { // without any: they were all known
					want = instruments.NoNewResult
				}
				for try := range 3 {
					s := k.readMeter(fails(vitals.BloodGlucose, code), visit.Trouble)
					if s.Fault.Code != want || s.CanRetry != (try < 2) {
						t.Fatalf("try %d: %v, retry %t", try+1, s.Fault, s.CanRetry)
					}
					if s.CanRetry {
						k.do(k.v.Retry(), visit.Prepare)
					}
				}
			})
		})
	}
}

// TestOffScale: LO and HI are acted upon at once, without a repeat.
func TestOffScale(t *testing.T) {
	for _, r := range []*instruments.Reading{offScale(20, vitals.Below), offScale(600, vitals.Above)} {
		bubble(t, func(k *kiosk) {
			k.person(1970)
			k.prepare(vitals.BloodGlucose)
			k.readMeter(reads(r), visit.Confirm)
			s := k.do(k.v.ConfirmReading(0), visit.Urgent)
			if s.Alarm.Phase != visit.AlarmAdvice || s.Alarm.Tier != guideline.Emergency || !s.Help || !s.Saved {
				t.Errorf("%s: %+v, help %t, saved %t", numbers(r.Values), s.Alarm, s.Help, s.Saved)
			}
			if q, _ := k.store.last(t).Observations[0].Values.Get(vitals.Glucose); q.Comparator != r.Values[0].Quantity.Comparator {
				t.Errorf("kept %v", q)
			}
		})
	}
}

// TestGlucoseRepeat goes through the strip and the meter again. Stepping back
// from there keeps the critical value.
func TestGlucoseRepeat(t *testing.T) {
	for _, back := range []bool{false, true} {
		bubble(t, func(k *kiosk) {
			k.person(1970)
			k.prepare(vitals.BloodGlucose)
			k.readMeter(reads(glucose(48, 0)), visit.Confirm)
			k.do(k.v.ConfirmReading(0), visit.Urgent)
			k.do(k.v.Symptoms(false), visit.Urgent)
			k.do(k.v.Repeat(), visit.Prepare)
			want := 1
			if back {
				k.do(k.v.Back(), visit.Urgent)
			} else {
				several := instruments.NewFault(instruments.SeveralResults, "")
				k.readMeter(runs(vitals.BloodGlucose, several, glucose(48, 0), glucose(90, 5)), visit.Confirm)
				k.do(k.v.ConfirmReading(0), visit.Urgent)
				want = 2
			}
			s := k.v.State()
			if s.Alarm.Phase != visit.AlarmAdvice || s.Results[0].Tier != guideline.Emergency {
				t.Errorf("alarm %+v, results %v", s.Alarm, s.Results)
			}
			if n := len(k.store.last(t).Observations); n != want {
				t.Errorf("%d kept, want %d", n, want)
			}
		})
	}
}

// TestConnect: a meter is off while the blood is on its strip, and read once it
// is plugged in.
func TestConnect(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.rack.set(vitals.BloodGlucose, instruments.Silent)
		k.person(1970)
		k.prepare(vitals.BloodGlucose)
		k.do(k.v.Prepared(), visit.Connect)
		k.rack.set(vitals.BloodGlucose, instruments.Unknown)
		k.want(visit.Connect)
		k.rack.then(reads(glucose(104, 0)))
		k.rack.set(vitals.BloodGlucose, instruments.Ready)
		k.want(visit.Measure)
		k.rack.notify()
		k.pass(inflationTime)
		k.want(visit.Confirm)
		if k.rack.started() != 1 {
			t.Errorf("read %d times", k.rack.started())
		}
	})
}

// TestOfferOfTightCuff: one that cannot be shown empty is not "not connected".
func TestOfferOfTightCuff(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.guest()
		k.rack.fail(vitals.BloodPressure, instruments.Silent, instruments.AbortUnconfirmed)
		s := k.want(visit.Choose)
		if len(s.Offers) == 0 || s.Offers[0].Panel != vitals.BloodPressure || s.Offers[0].Status != visit.OfferNeedsStaff {
			t.Errorf("offers %+v", s.Offers)
		}
		k.refused(k.v.ChoosePanel(vitals.BloodPressure))
	})
}

// TestOffers lists what is really there.
func TestOffers(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.guest()
		k.rack.set(vitals.BloodPressure, "")
		k.rack.set(vitals.Oximetry, instruments.InUse)
		k.rack.set(vitals.BloodGlucose, instruments.Silent)
		k.rack.set(vitals.BodyTemperature, "")
		k.rack.set(vitals.BodyWeight, "")
		s := k.want(visit.Choose)
		if len(s.Offers) != 2 || s.Offers[0].Status != visit.OfferBusy || s.Offers[1].Status != visit.OfferAsleep {
			t.Fatalf("offers %+v", s.Offers)
		}
		k.refused(k.v.ChoosePanel(vitals.BloodPressure))
		k.refused(k.v.ChoosePanel(vitals.Oximetry))
		k.rack.plug(vitals.Oximetry) // a second one, which is free
		if s := k.want(visit.Choose); s.Offers[0].Status != visit.OfferReady {
			t.Errorf("offers %+v", s.Offers)
		}
		k.refused(k.v.Done())
		k.prepare(vitals.Oximetry)
		k.rack.then(reads(saturation(98, 60)))
		k.do(k.v.Prepared(), visit.Measure)
		k.pass(inflationTime)
		k.want(visit.Result)
		k.do(k.v.MeasureAnother(), visit.Choose)
		if s := k.v.State(); s.Offers[0].Status != visit.OfferDone {
			t.Errorf("offers %+v", s.Offers)
		}
		k.prepare(vitals.Oximetry) // measured before, and may be again
		k.do(k.v.Back(), visit.Choose)
		k.do(k.v.Done(), visit.Finish)
	})
}

// TestGone: an instrument that left between the choice and the start.
func TestGone(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.guest()
		k.prepare(vitals.Oximetry)
		k.rack.set(vitals.Oximetry, "")
		s := k.do(k.v.Prepared(), visit.Trouble)
		if s.Fault.Code != instruments.NoAnswer || k.rack.started() > 0 {
			t.Errorf("%v after %d starts", s.Fault, k.rack.started())
		}
		k.rack.plug(vitals.Oximetry)
		k.do(k.v.Retry(), visit.Prepare)
		k.rack.then(reads(saturation(98, 60)))
		k.do(k.v.Prepared(), visit.Measure)
	})
}

// TestLive: a sample reaches the screen's gauge and the waveform, the State is
// announced only when something else than a number changes.
func TestLive(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.guest()
		k.prepare(vitals.Oximetry)
		tell := make(chan instruments.Event)
		k.rack.then(func(_ context.Context, _ instruments.Job, emit func(instruments.Event)) error {
			for e := range tell {
				emit(e)
			}
			return nil
		})
		k.do(k.v.Prepared(), visit.Measure)
		if live := k.v.Live(); live.SpO2.Valid() || live.Pulse.Valid() || live.Phase != instruments.Connecting {
			t.Errorf("before the first sample: %+v", live)
		}
		before := k.changes.Load()
		for i := range 60 {
			tell <- &instruments.PlethSample{SpO2: 97, Pulse: instruments.Number(60 + i%2), Pleth: 40, Signal: 6}
		}
		k.pass(0)
		if live := k.v.Live(); live.SpO2 != 97 || live.Signal != 6 || live.FingerOut {
			t.Errorf("live %+v", live)
		}
		if n := k.changes.Load() - before; n > 0 {
			t.Errorf("%d changes of State announced for 60 samples", n)
		}
		for _, e := range []instruments.Event{
			&instruments.PlethSample{SpO2: instruments.Missing, Pulse: instruments.Missing, FingerOut: true},
			instruments.NewFault(instruments.FingerOut, ""), &instruments.Progress{Phase: instruments.Settling, Done: 3, Total: 10},
		} {
			before = k.changes.Load()
			tell <- e
			k.pass(0)
			if n := k.changes.Load() - before; n != 1 {
				t.Errorf("%T announced %d times", e, n)
			}
		}
		live := k.v.State().Live
		if !live.FingerOut || live.PassingFault != instruments.FingerOut || live.Done != 3 || live.Total != 10 || live.SpO2.Valid() {
			t.Errorf("live %+v", live)
		}
		close(tell)
		k.want(visit.Trouble)
	})
}
