package visit_test

import (
	"slices"
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// critical measures a pressure that asks for the symptoms.
func (k *kiosk) critical() visit.State {
	k.t.Helper()
	k.person(1960)
	k.cuffed()
	s := k.inflate(reads(pressure(186, 104, 80)), visit.Urgent)
	if s.Alarm.Phase != visit.AlarmSymptoms || s.Total != 30*time.Second || len(k.store.saved()) > 0 {
		k.t.Errorf("alarm %+v for %v, %d saves", s.Alarm, s.Total, len(k.store.saved()))
	}
	return s
}

func (k *kiosk) said(question, answer string) bool {
	return slices.ContainsFunc(k.store.last(k.t).Answers, func(a records.Answer) bool {
		return a.Question == question && a.Answer == answer
	})
}

func TestCriticalWithSymptoms(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.critical()
		s := k.do(k.v.Symptoms(true), visit.Urgent)
		if s.Alarm.Phase != visit.AlarmAdvice || s.Alarm.Tier != guideline.Emergency || !s.Help {
			t.Errorf("alarm %+v, help %t", s.Alarm, s.Help)
		}
		if !s.Saved || !k.said("symptoms-now", visit.Yes) {
			t.Errorf("saved %t, answers %v", s.Saved, k.store.last(t).Answers)
		}
		k.refused(k.v.Symptoms(false))
		k.refused(k.v.Repeat())
		s = k.do(k.v.Understood(), visit.Result)
		if s.Results[0].Tier != guideline.Emergency || k.rack.started() != 1 {
			t.Errorf("tier %d after %d inflations", s.Results[0].Tier, k.rack.started())
		}
	})
}

// TestCriticalWithoutAnswer: silence counts as an emergency and calls staff.
func TestCriticalWithoutAnswer(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.critical()
		k.pass(29 * time.Second)
		if s := k.want(visit.Urgent); s.Alarm.Phase != visit.AlarmSymptoms || s.Remaining != time.Second {
			t.Errorf("alarm %+v, %v left", s.Alarm, s.Remaining)
		}
		k.pass(time.Second)
		s := k.want(visit.Urgent)
		if s.Alarm.Phase != visit.AlarmAdvice || !s.Alarm.NoAnswer || s.Alarm.Tier != guideline.Emergency || !s.Help {
			t.Errorf("alarm %+v, help %t", s.Alarm, s.Help)
		}
		if !k.said("symptoms-now", "no-answer") {
			t.Errorf("answers %v", k.store.last(t).Answers)
		}
		k.pass(time.Hour)
		k.want(visit.Urgent) // a critical value does not leave the screen by itself
	})
}

// TestCriticalNotRepeated: five minutes without a repeat are silence, too.
func TestCriticalNotRepeated(t *testing.T) {
	for name, critical := range map[string]func(*kiosk){
		"pressure": func(k *kiosk) { k.critical() },
		"oximetry": func(k *kiosk) {
			k.person(1960)
			k.prepare(vitals.Oximetry)
			k.rack.then(reads(saturation(80, 60)))
			k.do(k.v.Prepared(), visit.Measure)
			k.pass(inflationTime)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				critical(k)
				k.do(k.v.Symptoms(false), visit.Urgent)
				k.pass(5*time.Minute - time.Second)
				if s := k.want(visit.Urgent); s.Alarm.Phase != visit.AlarmRepeat || s.Help {
					t.Errorf("alarm %+v, help %t", s.Alarm, s.Help)
				}
				k.pass(time.Second)
				s := k.want(visit.Urgent)
				if s.Alarm.Phase != visit.AlarmAdvice || s.Alarm.Tier != guideline.Emergency || !s.Help || !k.said("repeat", "no-answer") {
					t.Errorf("alarm %+v, help %t, answers %v", s.Alarm, s.Help, k.store.last(t).Answers)
				}
			})
		})
	}
}

// TestCriticalRepeated: without symptoms it is repeated after a minute, and
// the worse of the two counts.
func TestCriticalRepeated(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.critical()
		s := k.do(k.v.Symptoms(false), visit.Urgent)
		if s.Alarm.Phase != visit.AlarmRepeat || s.Total != time.Minute {
			t.Errorf("alarm %+v in %v", s.Alarm, s.Total)
		}
		k.refused(k.v.Repeat())
		k.refused(k.v.Understood())
		k.pass(time.Minute)
		if s := k.want(visit.Urgent); s.Total != 0 || s.Alarm.Phase != visit.AlarmRepeat {
			t.Errorf("alarm %+v in %v", s.Alarm, s.Total)
		}
		if k.rack.started() != 1 {
			t.Error("the pump started by itself")
		}
		k.rack.then(reads(pressure(142, 88, 76)))
		k.do(k.v.Repeat(), visit.Measure)
		k.pass(inflationTime)
		s = k.want(visit.Urgent)
		if s.Alarm.Phase != visit.AlarmAdvice || s.Alarm.Tier != guideline.ContactToday || s.Help {
			t.Errorf("alarm %+v, help %t", s.Alarm, s.Help)
		}
		s = k.do(k.v.Understood(), visit.Result)
		if res := s.Results[0]; res.Tier != guideline.ContactToday || numbers(res.Values) != "164/96/78" {
			t.Errorf("%s, tier %d", numbers(res.Values), res.Tier)
		}
		if n := len(k.store.last(t).Observations); n != 3 {
			t.Errorf("%d observations, want both readings and their mean", n)
		}
	})
}

func TestCriticalRepeatFails(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.critical()
		k.do(k.v.Symptoms(false), visit.Urgent)
		k.pass(time.Minute)
		k.rack.then(fails(vitals.BloodPressure, instruments.Moved))
		k.do(k.v.Repeat(), visit.Measure)
		k.pass(inflationTime)
		k.want(visit.Trouble)
		k.retryCuff()
		k.inflate(fails(vitals.BloodPressure, instruments.Moved), visit.Trouble)
		s := k.do(k.v.GiveUp(), visit.Urgent)
		if s.Alarm.Phase != visit.AlarmAdvice || numbers(s.Results[0].Values) != "186/104/80" {
			t.Errorf("alarm %+v, %s", s.Alarm, numbers(s.Results[0].Values))
		}
	})
}

// TestCriticalOnTheLastInflation is not repeated: five are the limit.
func TestCriticalOnTheLastInflation(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1960)
		k.cuffed()
		for range 4 {
			k.inflate(fails(vitals.BloodPressure, instruments.Moved), visit.Trouble)
			k.retryCuff()
		}
		k.inflate(reads(pressure(186, 104, 80)), visit.Urgent)
		s := k.do(k.v.Symptoms(false), visit.Urgent)
		if s.Alarm.Phase != visit.AlarmAdvice {
			t.Errorf("alarm %+v after five inflations", s.Alarm)
		}
		k.refused(k.v.Repeat())
	})
}

func TestCriticalSkipped(t *testing.T) {
	for name, skip := range map[string]func(*visit.Visit) error{
		"skip": (*visit.Visit).SkipRepeat, "unwell": (*visit.Visit).FeelUnwell,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.critical()
				k.refused(skip(k.v))
				k.do(k.v.Symptoms(false), visit.Urgent)
				k.pass(10 * time.Second)
				s := k.do(skip(k.v), visit.Urgent)
				tier := guideline.ContactToday
				if name == "unwell" {
					tier = guideline.Emergency
				}
				if s.Alarm.Phase != visit.AlarmAdvice || s.Alarm.Tier != tier || s.Help != (name == "unwell") {
					t.Errorf("alarm %+v, help %t", s.Alarm, s.Help)
				}
				k.pass(2 * time.Minute) // the minute's timer does nothing any more
				if s := k.want(visit.Urgent); s.Alarm.Phase != visit.AlarmAdvice {
					t.Errorf("a late timer made it %+v", s.Alarm)
				}
				k.do(k.v.Understood(), visit.Result)
			})
		})
	}
}

// TestSymptomsBeforeMeasuring: advice comes first, then the person may measure,
// and any result is an emergency.
func TestSymptomsBeforeMeasuring(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.ask(vitals.BloodPressure, visit.AskSymptoms)
		s := k.do(k.v.Answer(visit.Yes), visit.Urgent)
		if s.Alarm.Phase != visit.AlarmAdvice || s.Alarm.Tier != guideline.Emergency || !s.Help {
			t.Errorf("alarm %+v, help %t", s.Alarm, s.Help)
		}
		k.pass(5 * time.Minute)
		s = k.do(k.v.Understood(), visit.Question)
		if s.Question != visit.AskPregnant || s.Alarm.Phase != "" {
			t.Errorf("asks %s, alarm %+v", s.Question, s.Alarm)
		}
		k.do(k.v.Answer(visit.No), visit.Question)
		k.do(k.v.Answer(visit.No), visit.Prepare)
		k.do(k.v.Prepared(), visit.Rest)
		k.pass(5 * time.Minute)
		runSeries(k, "118/74 118/74 118/74")
		s = k.want(visit.Urgent)
		if s.Alarm.Tier != guideline.Emergency || s.Results[0].Tier != guideline.Emergency {
			t.Errorf("alarm %+v, tier %d", s.Alarm, s.Results[0].Tier)
		}
	})
}

// TestCriticalWithKnownSymptoms asks nothing twice.
func TestCriticalWithKnownSymptoms(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.ask(vitals.Oximetry, visit.AskSymptoms)
		k.do(k.v.Answer(visit.Yes), visit.Urgent)
		k.do(k.v.Understood(), visit.Question)
		k.do(k.v.Answer(visit.No), visit.Prepare)
		k.rack.then(reads(saturation(88, 120)))
		k.do(k.v.Prepared(), visit.Measure)
		k.pass(inflationTime)
		if s := k.want(visit.Urgent); s.Alarm.Phase != visit.AlarmAdvice || s.Alarm.Tier != guideline.Emergency {
			t.Errorf("alarm %+v", s.Alarm)
		}
	})
}

// TestOximetryRepeat repeats a low saturation at once, on another finger.
func TestOximetryRepeat(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.prepare(vitals.Oximetry)
		k.rack.then(reads(saturation(89, 80)), reads(saturation(97, 80)))
		k.do(k.v.Prepared(), visit.Measure)
		k.pass(inflationTime)
		k.want(visit.Urgent)
		if s := k.do(k.v.Symptoms(false), visit.Urgent); s.Total != 0 {
			t.Errorf("waits %v", s.Total)
		}
		k.do(k.v.Repeat(), visit.Measure)
		k.pass(inflationTime)
		s := k.want(visit.Urgent)
		if s.Alarm.Phase != visit.AlarmAdvice || s.Results[0].Tier != guideline.Emergency || numbers(s.Results[0].Values) != "97/80" {
			t.Errorf("alarm %+v, %s", s.Alarm, numbers(s.Results[0].Values))
		}
		e := k.store.last(t)
		if e.Observations[0].Excluded != visit.ExcludedRepeated || !e.Observations[1].Result() {
			t.Errorf("kept as %q and %q", e.Observations[0].Excluded, e.Observations[1].Excluded)
		}
	})
}

// TestPulsesDiffer notes that the cuff and the oximeter disagree.
func TestPulsesDiffer(t *testing.T) {
	for pulse, want := range map[int]bool{70: false, 80: false, 81: true, 60: false, 59: true} {
		bubble(t, func(k *kiosk) {
			k.guest()
			k.cuffed()
			runSeries(k, "118/74 118/74 118/74")
			k.do(k.v.MeasureAnother(), visit.Choose)
			k.prepare(vitals.Oximetry)
			k.rack.then(reads(saturation(97, pulse)))
			k.do(k.v.Prepared(), visit.Measure)
			k.pass(inflationTime)
			res := k.want(visit.Result).Results[1]
			if got := slices.Contains(res.Notes, visit.NotePulseMismatch); got != want {
				t.Errorf("70 and %d: noted %t", pulse, got)
			}
		})
	}
}
