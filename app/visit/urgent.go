package visit

import (
	"time"

	"aidpost/app/call"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// An AlarmPhase is a stage of the flow for critical values.
type AlarmPhase string

// The phases: ask for symptoms, measure once more, say what to do.
const (
	AlarmSymptoms AlarmPhase = "symptoms"
	AlarmRepeat   AlarmPhase = "repeat"
	AlarmAdvice   AlarmPhase = "advice"
)

// An Alarm is the state of the flow for critical values.
type Alarm struct {
	Phase AlarmPhase
	Tier  guideline.Tier
	// NoAnswer is set when the person did not answer the symptom question.
	NoAnswer bool
	// beforeMeasuring is set when symptoms were told before any reading.
	beforeMeasuring bool
	repeating       bool
}

const (
	emergencyNow = guideline.Emergency
	// symptomWait is how long the symptom question waits for an answer before
	// silence counts as an emergency.
	symptomWait = 30 * time.Second
	// repeatWait is the rest before a critical pressure is repeated, and repeatBy
	// how long any critical value may wait for that, as it is asked of operators of
	// meters. Then silence counts as an emergency, too.
	repeatWait = time.Minute
	repeatBy   = 5 * time.Minute
)

// raise begins the flow for a critical reading.
func (v *Visit) raise(tier guideline.Tier) {
	v.m.alarm.Tier = tier
	v.cfg.Log.Warn("critical reading", "kiosk", v.cfg.Place.Kiosk, "panel", v.m.panel)
	if v.p.symptoms {
		v.conclude()
		return
	}
	v.m.alarm.Phase = AlarmSymptoms
	v.askSymptoms()
}

// askSymptoms waits for an answer to the symptom question.
func (v *Visit) askSymptoms() {
	v.enter(Urgent)
	v.countdown(v.patience(symptomWait), func() { v.silent("symptoms-now") })
}

// silent goes on without the answer to a question about a critical value.
func (v *Visit) silent(question string) {
	v.m.alarm.NoAnswer = true
	v.answer(question, "no-answer")
	v.callStaff(call.Silence)
	v.conclude()
}

// MoreTime begins the wait for an answer to the symptom question anew, as often
// as the person asks: who can ask is not silent.
func (v *Visit) MoreTime() error {
	return v.command(func() error {
		if v.m.alarm.Phase != AlarmSymptoms {
			return ErrNotNow
		}
		v.answer("symptoms-now", "more-time")
		v.askSymptoms()
		return nil
	}, Urgent)
}

// Symptoms answers the symptom question after a critical reading.
func (v *Visit) Symptoms(any bool) error {
	return v.command(func() error {
		if v.m.alarm.Phase != AlarmSymptoms {
			return ErrNotNow
		}
		if any {
			v.answer("symptoms-now", Yes)
			v.p.symptoms, v.p.subject.Unwell = true, true
			v.conclude()
			return nil
		}
		v.answer("symptoms-now", No)
		if v.m.panel == vitals.BloodPressure && !v.canRetry() {
			v.conclude() // the arm was squeezed often enough
			return nil
		}
		v.m.alarm.Phase = AlarmRepeat
		v.enter(Urgent)
		if v.m.panel != vitals.BloodPressure {
			v.after(v.patience(repeatBy), func() { v.silent("repeat") })
			return nil
		}
		v.countdown(repeatWait, func() {
			v.enter(Urgent) // the button is there now
			v.after(v.patience(repeatBy-repeatWait), func() { v.silent("repeat") })
		})
		return nil
	}, Urgent)
}

// Repeat measures once more to confirm a critical reading. A pressure must
// rest for a minute first.
func (v *Visit) Repeat() error {
	return v.command(func() error {
		if v.m.alarm.Phase != AlarmRepeat || !v.until.IsZero() {
			return ErrNotNow
		}
		v.m.alarm.repeating = true
		if v.m.panel == vitals.BloodGlucose {
			v.enter(Prepare)
			return nil
		}
		v.start()
		return nil
	}, Urgent)
}

// SkipRepeat goes on to the advice with the reading there is.
func (v *Visit) SkipRepeat() error {
	return v.command(func() error {
		if v.m.alarm.Phase != AlarmRepeat {
			return ErrNotNow
		}
		v.answer("repeat", "skipped")
		v.conclude()
		return nil
	}, Urgent)
}

// advise says what to do now.
func (v *Visit) advise(tier guideline.Tier) {
	v.m.alarm.Phase, v.m.alarm.Tier = AlarmAdvice, tier
	v.m.alarm.beforeMeasuring = v.goodReadings() == 0
	if tier >= guideline.Emergency {
		v.callStaff(call.Emergency)
	}
	v.enter(Urgent)
}

// Understood leaves the advice.
func (v *Visit) Understood() error {
	return v.command(func() error {
		if v.m.alarm.Phase != AlarmAdvice {
			return ErrNotNow
		}
		v.answer("advice", "understood")
		if v.own != nil {
			v.m.alarm = Alarm{}
			v.nextOwn()
			return nil
		}
		if v.m.alarm.beforeMeasuring {
			v.m.alarm = Alarm{}
			v.nextQuestion()
			return nil
		}
		v.enter(Result)
		return nil
	}, Urgent)
}

// FeelUnwell takes back the answer that there were no symptoms, while a
// critical reading waits to be repeated.
func (v *Visit) FeelUnwell() error {
	return v.command(func() error {
		if v.m.alarm.Phase != AlarmRepeat {
			return ErrNotNow
		}
		v.answer("symptoms-now", Yes)
		v.p.symptoms, v.p.subject.Unwell = true, true
		v.conclude()
		return nil
	}, Urgent)
}
