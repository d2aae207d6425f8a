package kiosk

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// TestArmIsRemembered: whoever comes again finds the arm of last time chosen, in a
// sentence of their language, and changes it with one touch. Nobody else sees it.
func TestArmIsRemembered(t *testing.T) {
	for _, lang := range []string{"en", "ar", "pl"} {
		t.Run(lang, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, lang, sizes["1024x600"], kit.Look{})
				defer s.close()
				person := &records.Patient{ID: "p1", Given: "Amina", BirthDate: records.Date{Year: 1956, Month: 4, Day: 30}}
				remembered := []words.Key{
					words.PrepareBPArmLastLeft, words.PrepareBPArmLastRight, words.PrepareBPArmHigherLeft,
					words.PrepareBPArmHigherRight, words.PrepareBPArmSaidLeft, words.PrepareBPArmSaidRight,
				}
				for _, c := range []struct {
					known  *records.Patient
					arm    records.KnownArm
					says   words.Key
					change words.Key
				}{
					{person, records.KnownArm{Arm: vitals.RightArm}, words.PrepareBPArmLastRight, words.PrepareBPArmLeft},
					{nil, records.KnownArm{Arm: vitals.RightArm}, words.PrepareBPArm, words.PrepareBPArmLeft}, // somebody new
					{person, records.KnownArm{Arm: vitals.LeftArm, Compared: true}, words.PrepareBPArmHigherLeft, words.PrepareBPArmRight},
				} {
					s.store.known, s.store.arm = c.known, c.arm
					s.must(s.visit.Begin(), visit.Who)
					s.must(s.visit.Card("4711"), visit.Consent)
					s.must(s.visit.Agree(true, false), visit.Choose)
					s.must(s.visit.ChoosePanel(vitals.BloodPressure), visit.Question)
					s.answerAll()
					s.must(nil, visit.Prepare)
					for _, key := range remembered {
						if got, want := s.reads(key), key == c.says; got != want {
							t.Errorf("%s: on the screen: %t, want %t", key, got, want)
						}
					}
					if !s.reads(c.says) {
						t.Errorf("%s is not on the screen", c.says)
					}
					before := s.visit.State()
					if chosen := before.Arm.Arm; chosen != vitals.UnknownArm && s.offers(armName(chosen)) {
						t.Error("the arm that is chosen is a choice as well")
					}
					s.tap(c.change)
					after := s.visit.State()
					if armName(after.Arm.Arm) != c.change || after.Step != visit.Prepare || after.Remaining < before.Remaining {
						t.Errorf("after a touch: %+v at %s, %v left", after.Arm, after.Step, after.Remaining)
					}
					if s.reads(c.says) || !s.reads(armSays(after.Arm)) {
						t.Error("the touch changes no word")
					}
					s.after(time.Second)
					s.visit.Cancel()
					s.must(nil, visit.Welcome)
				}
				// Of a guest nothing is kept, and nothing asked.
				s.must(s.visit.JustMeasure(vitals.BloodPressure), visit.Question)
				s.answerAll()
				s.must(nil, visit.Prepare)
				for _, key := range append(remembered, words.PrepareBPArm) {
					if s.reads(key) {
						t.Errorf("a guest reads %s", key)
					}
				}
			})
		})
	}
}

// reads reports whether a message stands on the screen, in whatever direction.
func (s *stage) reads(key words.Key) bool {
	all := kit.Told(s.kiosk.screen.content(), func(fyne.CanvasObject) bool { return false })
	return slices.Contains(all, s.kiosk.t(key))
}

// offers reports whether there is a button with a label.
func (s *stage) offers(key words.Key) (there bool) {
	s.walk(func(o fyne.CanvasObject) {
		b, ok := o.(*kit.Button)
		there = there || ok && b.Label() == s.kiosk.t(key)
	})
	return there
}
