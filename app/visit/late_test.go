package visit_test

import (
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/records"
	"aidpost/records/vitals"
)

// TestTimersThatComeLate: a touch at the very moment of a timer wins or loses,
// but the timer of a step that is gone does nothing.
func TestTimersThatComeLate(t *testing.T) {
	for range 200 {
		bubble(t, func(k *kiosk) {
			k.guest()
			k.cuffed()
			k.inflate(reads(pressure(120, 75, 60)), visit.Pause)
			time.Sleep(time.Minute) // no Wait: the pause's timer runs beside
			_ = k.v.GiveUp()
			k.want(visit.Result)
			time.Sleep(time.Minute)
			k.v.Touch()
			if k.want(visit.Result).IdleWarning {
				t.Error("warned somebody who is there")
			}
		})
	}
}

// TestAnswersThatComeLate: what the records say of the person before is not
// told to the next.
func TestAnswersThatComeLate(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.store.known = &records.Patient{ID: "p1", Given: canary, BirthDate: records.Date{Year: 1960, Month: 5, Day: 6}}
		k.store.history = []records.Observation{{ID: "of the person before"}}
		k.person(1960)
		k.store.mu.Lock()
		k.store.delay, k.store.saveErr = 3*time.Second, records.ErrFull
		k.store.mu.Unlock()
		k.prepare(vitals.Oximetry)
		k.pass(4 * time.Second)
		k.rack.then(reads(saturation(98, 60)))
		k.do(k.v.Prepared(), visit.Measure)
		k.pass(inflationTime)
		k.do(k.v.MeasureAnother(), visit.Choose)
		k.prepare(vitals.BloodPressure) // asks for a history once more
		k.v.Cancel()
		k.do(k.v.Begin(), visit.Who)
		k.do(k.v.Guest(), visit.Choose)
		k.prepare(vitals.BloodPressure)
		k.pass(10 * time.Second)
		if s := k.want(visit.Prepare); s.SaveError != nil {
			t.Errorf("the next person is told: %v", s.SaveError)
		}
		k.do(k.v.Prepared(), visit.Rest)
		k.pass(5 * time.Minute)
		k.inflate(reads(pressure(120, 75, 60)), visit.Pause)
		if res := k.do(k.v.GiveUp(), visit.Result).Results[0]; len(res.History) > 0 {
			t.Error("the next person is shown another's history")
		}
	})
}
