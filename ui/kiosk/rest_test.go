package kiosk

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records/quality/rest"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// TestRestShowsThePulse: whatever the pulse does, the rest says so, and how it ended.
func TestRestShowsThePulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.rack.live(true)
		s.must(s.visit.Begin(), visit.Who)
		s.must(s.visit.Guest(), visit.Choose)
		s.must(s.visit.ChoosePanel(vitals.BloodPressure), visit.Question)
		s.answerAll()
		s.must(s.visit.Prepared(), visit.Rest)
		says := func(key words.Key) {
			t.Helper()
			if spoken := sentences(s.kiosk.told(s.kiosk.stateNow(), true)...); !strings.Contains(spoken, s.kiosk.t(key)) {
				t.Errorf("the screen says %q, want %q", spoken, s.kiosk.t(key))
			}
		}
		s.rest(2, 0)
		says(words.RestFinger)
		s.rest(10, 88)
		says(words.RestWatching)
		s.after(5 * time.Second)
		says(words.RestSilent)
		for second := range 62 {
			s.rest(1, 88-second/5)
		}
		says(words.RestFalling)
		s.rest(70, 74)
		s.must(nil, visit.Ready)
		says(words.RestSteady)
	})
}

// Each verdict has words and a picture, and all but a steady pulse their own.
func TestEveryVerdictIsSaid(t *testing.T) {
	seen := map[words.Key]rest.Verdict{}
	for _, v := range rest.Verdicts() {
		picture, key := restSays(v)
		if other, twice := seen[key]; twice && v != rest.Steady {
			t.Errorf("%s says the same as %s", v, other)
		}
		seen[key] = v
		if picture == (assets.Picture{}) {
			t.Errorf("%s has no picture", v)
		}
	}
}

// tourRest rests once more, with an oximeter that tells the pulse meanwhile.
func tourRest(s *stage, shoot func(*stage, string)) {
	s.visit.Cancel()
	s.rack.live(true)
	defer s.rack.live(false)
	s.must(s.visit.Begin(), visit.Who)
	s.must(s.visit.Card("4711"), visit.Consent)
	s.must(s.visit.Agree(true, false), visit.Choose)
	s.must(s.visit.ChoosePanel(vitals.BloodPressure), visit.Question)
	s.answerAll()
	s.must(s.visit.Prepared(), visit.Rest)
	s.rest(3, 0)
	shoot(s, "11-rest-finger")
	s.rest(20, 88)
	shoot(s, "11-rest-watching")
	s.after(6 * time.Second)
	shoot(s, "11-rest-silent")
	for second := range 62 {
		s.rest(1, 88-second/5)
	}
	shoot(s, "11-rest-falling")
	s.rest(70, 72)
	s.must(nil, visit.Ready)
	shoot(s, "11-rest-steady")
	s.must(s.visit.StartReading(), visit.Measure)
	s.rack.tell(&instruments.Progress{Phase: instruments.Inflating}, &instruments.CuffSample{Pressure: 142})
	s.after(5 * time.Second)
	shoot(s, "14-measure-bp-silent")
	s.rack.finish(instruments.NewFault(instruments.NoAnswer, ""))
	s.must(nil, visit.Trouble)
	s.must(s.visit.GiveUp(), visit.Choose)
	s.must(s.visit.ChoosePanel(vitals.Oximetry), visit.Prepare)
	s.must(s.visit.Prepared(), visit.Measure)
	for i := range 200 {
		s.rack.tell(beat(i))
	}
	s.after(5 * time.Second)
	shoot(s, "22-measure-spo2-silent")
	s.rack.finish(instruments.NewFault(instruments.NoAnswer, ""))
	s.must(nil, visit.Trouble)
	s.must(s.visit.GiveUp(), visit.Choose)
	s.must(s.visit.ChoosePanel(vitals.BloodPressure), visit.Question)
	s.answerAll()
	s.rack.live(false)
	s.must(s.visit.Prepared(), visit.Rest)
}
