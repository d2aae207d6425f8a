package visit_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/vitals"
)

// telltale is a systolic pressure that occurs nowhere else.
const telltale = 167

// A stand is a way to come to one step, as a person who is to be kept.
type stand struct {
	step visit.Step
	come func(k *kiosk)
	// good reports that there is a reading, which stays in the records, and
	// finished that it was shown as a result.
	good, finished bool
}

// stands lists a way to every step but the welcome.
func stands() []stand {
	first := reads(pressure(telltale, 90, 71))
	return []stand{
		{visit.Who, func(k *kiosk) { k.do(k.v.Begin(), visit.Who) }, false, false},
		{visit.Consent, func(k *kiosk) {
			k.do(k.v.Begin(), visit.Who)
			k.do(k.v.Identify(canary, "Rossi", 1970, 4, 30), visit.Consent)
		}, false, false},
		{visit.Choose, func(k *kiosk) { k.person(1970) }, false, false},
		{visit.Question, func(k *kiosk) {
			k.person(1970)
			k.do(k.v.ChoosePanel(vitals.BloodPressure), visit.Question)
		}, false, false},
		{visit.Unsuitable, func(k *kiosk) {
			k.person(1970)
			k.ask(vitals.BloodPressure, visit.AskArm)
			k.do(k.v.Answer(visit.Yes), visit.Unsuitable)
		}, false, false},
		{visit.Prepare, func(k *kiosk) { k.person(1970); k.prepare(vitals.BloodPressure) }, false, false},
		{visit.Rest, func(k *kiosk) {
			k.person(1970)
			k.prepare(vitals.BloodPressure)
			k.do(k.v.Prepared(), visit.Rest)
		}, false, false},
		{visit.Connect, func(k *kiosk) {
			k.rack.set(vitals.BloodGlucose, instruments.Silent)
			k.person(1970)
			k.prepare(vitals.BloodGlucose)
			k.do(k.v.Prepared(), visit.Connect)
		}, false, false},
		{visit.Ready, func(k *kiosk) { k.person(1970); k.cuffed() }, false, false},
		{visit.Measure, func(k *kiosk) {
			k.person(1970)
			k.cuffed()
			k.rack.then(first)
			k.do(k.v.StartReading(), visit.Measure)
		}, false, false},
		{visit.Stopping, func(k *kiosk) {
			k.person(1970)
			k.cuffed()
			k.inflate(first, visit.Pause)
			k.pass(time.Minute)
			k.rack.then(first)
			k.do(k.v.StartReading(), visit.Measure)
			k.do(k.v.Stop(), visit.Stopping)
		}, true, false},
		{visit.Pause, func(k *kiosk) { k.person(1970); k.cuffed(); k.inflate(first, visit.Pause) }, true, false},
		{visit.Confirm, func(k *kiosk) {
			k.person(1970)
			k.prepare(vitals.BloodGlucose)
			k.readMeter(reads(glucose(telltale, 0)), visit.Confirm)
		}, false, false},
		{visit.Trouble, func(k *kiosk) {
			k.person(1970)
			k.cuffed()
			k.inflate(first, visit.Pause)
			k.pass(time.Minute)
			k.inflate(fails(vitals.BloodPressure, instruments.Moved), visit.Trouble)
		}, true, false},
		{visit.Urgent, func(k *kiosk) {
			k.person(1970)
			k.cuffed()
			k.inflate(reads(pressure(telltale, 121, 71)), visit.Urgent)
		}, true, false},
		{visit.Result, func(k *kiosk) {
			k.person(1970)
			k.cuffed()
			k.inflate(first, visit.Pause)
			k.do(k.v.GiveUp(), visit.Result)
		}, true, true},
		{visit.Finish, func(k *kiosk) {
			k.person(1970)
			k.cuffed()
			k.inflate(first, visit.Pause)
			k.do(k.v.GiveUp(), visit.Result)
			k.do(k.v.Done(), visit.Finish)
		}, true, true},
	}
}

// eachStand runs test at every step.
func eachStand(t *testing.T, test func(t *testing.T, k *kiosk, at stand)) {
	for _, at := range stands() {
		t.Run(string(at.step), func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				at.come(k)
				k.want(at.step)
				test(k.t, k, at)
			})
		})
	}
}

// TestCancel: from every step the instrument is stopped first, and then nothing
// is left of the person.
func TestCancel(t *testing.T) {
	eachStand(t, func(t *testing.T, k *kiosk, at stand) {
		running := k.rack.busy()
		k.v.Cancel()
		if running {
			k.want(visit.Stopping)
			if !k.rack.busy() {
				t.Error("stopped at once")
			}
			k.v.Cancel() // once more, in a hurry
			k.pass(deflationTime)
		}
		k.want(visit.Welcome)
		if k.rack.busy() {
			t.Error("the instrument still runs")
		}
		checkWiped(t, k.v)
		checkCancelled(t, k, at)
		k.pass(time.Hour) // late timers
		if s := k.want(visit.Welcome); s.IdleWarning {
			t.Error("warns at the welcome screen")
		}
	})
}

// checkCancelled: what was measured is in the records, finished if it was shown as a
// result, and what nobody confirmed is not.
func checkCancelled(t *testing.T, k *kiosk, at stand) {
	t.Helper()
	if !at.good {
		if n := len(k.store.saved()); n > 0 {
			t.Errorf("%d saves", n)
		}
		return
	}
	e := k.store.last(t)
	status := records.Cancelled
	if at.finished {
		status = records.Finished
	}
	if e.Status != status || e.Ended.IsZero() || len(e.Observations) != 1 || !e.Observations[0].Result() {
		t.Errorf("kept as %s, ended %v, %d observations", e.Status, e.Ended, len(e.Observations))
	}
}

// TestClose waits for the instrument and leaves nothing behind.
func TestClose(t *testing.T) {
	eachStand(t, func(t *testing.T, k *kiosk, at stand) {
		began := time.Now()
		running := k.rack.busy()
		k.close()
		if k.rack.busy() {
			t.Error("the instrument still runs")
		}
		if took := time.Since(began); running != (took >= deflationTime) {
			t.Errorf("took %v with an instrument running: %t", took, running)
		}
		k.want(visit.Welcome)
		checkWiped(t, k.v)
		k.rack.mu.Lock()
		defer k.rack.mu.Unlock()
		if len(k.rack.listeners) > 0 {
			t.Error("still listens to the rack")
		}
	})
}

// TestIdle: after a minute a warning, after a minute and a half the end, but
// never while the visit itself waits, nor before it goes on by itself.
func TestIdle(t *testing.T) {
	patient := []visit.Step{visit.Prepare, visit.Rest, visit.Measure, visit.Stopping, visit.Pause, visit.Urgent}
	eachStand(t, func(t *testing.T, k *kiosk, at stand) {
		if slices.Contains(patient, at.step) {
			for range 100 {
				k.pass(time.Second)
				s := k.v.State()
				if s.Step != at.step {
					break
				}
				if s.IdleWarning {
					t.Fatal("warned")
				}
			}
			return
		}
		k.v.Touch()
		k.pass(time.Minute - time.Millisecond)
		if k.want(at.step).IdleWarning {
			t.Error("warned too early")
		}
		k.pass(time.Millisecond)
		if s := k.want(at.step); !s.IdleWarning || s.IdleLeft != 30*time.Second {
			t.Errorf("warned %t, %v left", s.IdleWarning, s.IdleLeft)
		}
		k.pass(29 * time.Second)
		before := k.changes.Load()
		k.v.Touch() // somebody is there
		if s := k.want(at.step); s.IdleWarning || k.changes.Load() == before {
			t.Error("the warning stays")
		}
		k.pass(61 * time.Second)
		if !k.want(at.step).IdleWarning {
			t.Error("no second warning")
		}
		k.pass(29 * time.Second)
		k.want(visit.Welcome)
		checkWiped(t, k.v)
		if at.good {
			e := k.store.last(t)
			if (e.Status == records.Finished) != at.finished || e.Ended.IsZero() {
				t.Errorf("kept as %s", e.Status)
			}
		}
	})
}

// TestIdleStamp: every command counts as a touch.
func TestIdleStamp(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.guest()
		for range 5 {
			k.pass(50 * time.Second)
			k.prepare(vitals.Oximetry)
			k.pass(50 * time.Second)
			k.do(k.v.Back(), visit.Choose)
			k.pass(50 * time.Second)
			k.v.SetLanguage("fr")
			k.pass(50 * time.Second)
			k.v.CallHelp()
			if k.want(visit.Choose).IdleWarning {
				t.Fatal("warned")
			}
		}
	})
}

// TestLanguageAndHelpAnywhere: both work at every step and leave it alone.
func TestLanguageAndHelpAnywhere(t *testing.T) {
	eachStand(t, func(t *testing.T, k *kiosk, at stand) {
		before := k.changes.Load()
		k.v.SetLanguage("ar")
		s := k.want(at.step)
		if s.Language != "ar" || s.Encounter.Language != "ar" || k.changes.Load() == before {
			t.Errorf("language %q, of the encounter %q", s.Language, s.Encounter.Language)
		}
		k.v.CallHelp()
		if s := k.want(at.step); !s.Help || s.Total > 0 && s.Remaining == 0 {
			t.Errorf("help %t, %v left of %v", s.Help, s.Remaining, s.Total)
		}
		k.v.HelpArrived()
		s = k.want(at.step)
		said := s.Encounter.Answers
		if s.Help || len(said) < 2 || said[len(said)-2].Answer != "called" || said[len(said)-1].Answer != "closed" {
			t.Errorf("help %t, answers %v", s.Help, said)
		}
		k.v.HelpArrived() // twice is once
		if again := k.want(at.step).Encounter.Answers; len(again) != len(said) {
			t.Errorf("answers %v", again)
		}
		k.v.Cancel()
		k.pass(deflationTime)
		if s := k.want(visit.Welcome); s.Language != "en" || s.Help {
			t.Errorf("the next person finds %q, help %t", s.Language, s.Help)
		}
	})
	bubble(t, func(k *kiosk) {
		k.v.SetLanguage("es")
		k.v.CallHelp()
		if s := k.want(visit.Welcome); s.Language != "es" || !s.Help || s.Encounter != nil {
			t.Errorf("at the welcome screen: %q, help %t", s.Language, s.Help)
		}
		if s := k.do(k.v.Begin(), visit.Who); s.Encounter.Language != "es" {
			t.Errorf("the encounter is in %q", s.Encounter.Language)
		}
	})
}

// TestStateIsACopy: what a screen does with a State changes nothing.
func TestStateIsACopy(t *testing.T) {
	eachStand(t, func(t *testing.T, k *kiosk, at stand) {
		s := k.v.State()
		s.Encounter.Language = "xx"
		if s.Encounter.Patient != nil {
			s.Encounter.Patient.Given = "xx"
		}
		for i := range s.Results {
			s.Results[i].Panel = "xx"
		}
		for i := range s.Candidates {
			s.Candidates[i].Panel = "xx"
		}
		for i := range s.Encounter.Answers {
			s.Encounter.Answers[i].Answer = "xx"
		}
		if again := fmt.Sprintf("%+v", dump(reflect.ValueOf(k.v.State()))); strings.Contains(again, "xx") {
			t.Errorf("State is shared: %s", again)
		}
	})
}

// TestIdleIsExtendedTenTimes: the question stands for 20 seconds at least, may be
// answered ten times and more, and then an end without an answer leaves nothing.
func TestIdleIsExtendedTenTimes(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		for i := range 11 {
			k.pass(visit.UsualIdle().Ask)
			s := k.want(visit.Choose)
			if !s.IdleWarning || s.IdleLeft < 20*time.Second {
				t.Fatalf("time %d: asked %t, %s are left", i+1, s.IdleWarning, s.IdleLeft)
			}
			k.pass(s.IdleLeft - time.Second)
			k.v.Touch()
			if k.want(visit.Choose).IdleWarning {
				t.Fatalf("time %d: the question stays", i+1)
			}
		}
		k.pass(visit.UsualIdle().Ask + visit.UsualIdle().End)
		k.want(visit.Welcome)
		checkWiped(t, k.v)
	})
}
