package visit_test

import (
	"slices"
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/records"
	"aidpost/records/vitals"
)

// TestFewTouches: a guest comes from the start screen to the cuff with three, and is
// asked all that others are asked one by one.
func TestFewTouches(t *testing.T) {
	bubble(t, func(k *kiosk) {
		s := k.do(k.v.JustMeasure(vitals.BloodPressure), visit.Question)
		if s.Question != visit.AskFit || !s.Guest {
			t.Fatalf("asked %q, guest %t", s.Question, s.Guest)
		}
		s = k.do(k.v.Answer(visit.No), visit.Prepare)
		said := map[string]string{}
		for _, a := range s.Encounter.Answers {
			said[a.Question] = a.Answer
		}
		for q, want := range map[visit.QuestionID]string{
			visit.AskSymptoms: visit.No, visit.AskAdult: visit.Yes, visit.AskPregnant: visit.No, visit.AskArm: visit.No,
		} {
			if said[string(q)] != want {
				t.Errorf("of %q is kept %q, want %q", q, said[string(q)], want)
			}
		}
		agreed := slices.ContainsFunc(s.Encounter.Consents, func(c records.Consent) bool {
			return c.Purpose == records.ConsentMeasure && c.Given && c.Version == "2"
		})
		kept := slices.ContainsFunc(s.Encounter.Consents, func(c records.Consent) bool { return c.Purpose != records.ConsentMeasure && c.Given })
		if !agreed || kept {
			t.Errorf("consents %+v", s.Encounter.Consents)
		}
		k.pass(s.Remaining)
		k.want(visit.Rest)
		k.pass(5 * time.Minute)
		k.want(visit.Ready)
		k.rack.then(reads(pressure(118, 76, 72)))
		k.do(k.v.StartReading(), visit.Measure)
	})
}

// TestNotOnOffer: a panel that has gone since it was touched leaves the choice.
func TestNotOnOffer(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.rack.set(vitals.BloodPressure, "")
		k.do(k.v.JustMeasure(vitals.BloodPressure), visit.Choose)
		k.refused(k.v.JustMeasure(""))
	})
}

// TestUnsettled: the rest that began by itself is taken back as often as wanted, and
// counts from its new beginning.
func TestUnsettled(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.guest()
		k.prepare(vitals.BloodPressure)
		for range 3 {
			k.pass(k.want(visit.Prepare).Remaining)
			k.want(visit.Rest)
			k.pass(time.Minute)
			k.do(k.v.Unsettled(), visit.Prepare)
		}
		k.do(k.v.Prepared(), visit.Rest)
		k.pass(5*time.Minute - time.Second)
		k.want(visit.Rest)
		k.pass(time.Second)
		k.want(visit.Ready)
	})
}

// TestUnhurriedSettling: whom touches take long has longer for the cuff, too.
func TestUnhurriedSettling(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.guest()
		k.v.Unhurried()
		k.prepare(vitals.BloodPressure)
		if left := k.want(visit.Prepare).Remaining; left < 2*time.Minute {
			t.Errorf("%v to put the cuff on", left)
		}
	})
}

// TestGuestBecomesKnown: who began as a guest can still say who they are.
func TestGuestBecomesKnown(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.do(k.v.JustMeasure(""), visit.Choose)
		s := k.do(k.v.Back(), visit.Who)
		if s.Guest || len(s.Encounter.Consents) > 0 {
			t.Errorf("guest %t, consents %v", s.Guest, s.Encounter.Consents)
		}
	})
}
