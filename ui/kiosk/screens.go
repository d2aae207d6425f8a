package kiosk

import (
	"fmt"

	"aidpost/app/visit"
	"aidpost/assets/words"
)

// key names what must be built anew when it changes.
func (k *Kiosk) key(s visit.State) string {
	key := string(s.Step) + "|" + s.Language + "|" + string(s.Panel) + "|" + string(s.Question) + string(s.Lie) + "|" + string(s.Alarm.Phase)
	if s.Step == visit.Welcome {
		key += "|" + k.notice()
	}
	switch s.Step {
	case visit.Welcome, visit.Choose:
		for _, o := range s.Offers {
			key += "|" + string(o.Panel) + string(o.Status)
		}
	case visit.Consent:
		key += fmt.Sprint("|", s.Back)
	case visit.Prepare:
		key += fmt.Sprint("|", s.Arm)
	case visit.Rest, visit.Ready:
		if s.Question == visit.AskCuff {
			key += fmt.Sprint("|", s.Cuff)
		}
	case visit.Trouble:
		if s.Fault != nil {
			key += "|" + string(s.Fault.Code)
		}
	case visit.OwnPlug:
		key += "|" + string(s.Own.Trouble)
	case visit.Urgent:
		if s.Total > 0 {
			key += "|waiting"
		}
		if s.Alarm.Phase == visit.AlarmAdvice {
			key += "|" + k.helpStands(s)
		}
	case visit.Result:
		if n := len(s.Results); n > 0 && len(s.Results[n-1].History) > 0 {
			key += "|history"
		}
		if s.SaveError != nil {
			key += "|" + string(saveProblem(s.SaveError))
		}
	}
	return key
}

// screenFor makes the screen of a step.
func (k *Kiosk) screenFor(s visit.State) screen {
	switch s.Step {
	case visit.Who:
		return newWho(k, s)
	case visit.PIN:
		return newPIN(k, s)
	case visit.Consent:
		return newConsent(k, s)
	case visit.Choose:
		return newChoose(k, s)
	case visit.Question:
		return newQuestion(k, s)
	case visit.Unsuitable:
		return newUnsuitable(k, s)
	case visit.Prepare:
		return newPrepare(k, s)
	case visit.Rest:
		return newRest(k, s)
	case visit.Connect:
		return newConnect(k)
	case visit.Ready:
		return newReady(k, s)
	case visit.OwnKind:
		return newOwnKind(k)
	case visit.OwnPlug:
		return newOwnPlug(k, s)
	case visit.OwnRead:
		return newOwnReading(k, s)
	case visit.OwnClock:
		return newOwnClock(k, s)
	case visit.OwnBegan:
		return newOwnBegan(k, s)
	case visit.OwnDone:
		return newOwnDone(k, s)
	case visit.Measure, visit.Stopping:
		if s.Own.Kind != "" {
			return newOwnReading(k, s)
		}
		return newMeasure(k, s)
	case visit.Pause:
		return newPause(k, s)
	case visit.Confirm:
		return newConfirm(k, s)
	case visit.Trouble:
		return newTrouble(k, s)
	case visit.Urgent:
		return newUrgent(k, s)
	case visit.Result:
		return newResult(k, s)
	case visit.Finish:
		return newFinish(k, s)
	}
	return newWelcome(k, s)
}

// do runs a command of the visit. A command that came too late (a second tap
// on a screen that is going) changes nothing, so its error needs no words.
func (k *Kiosk) do(command func() error) func() {
	return func() { _ = command() }
}

// t returns a message in the language of the visit.
func (k *Kiosk) t(key words.Key, args ...words.Arg) string { return k.lang.T(key, args...) }
