package kiosk

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

func (s *stage) says(key words.Key, args ...words.Arg) bool {
	return strings.Contains(flat(s.texts()), flat(s.kiosk.t(key, args...)))
}

// TestHelpIsTrue follows a call that nobody answers, and one that somebody does:
// the screen never says that anybody is coming who has not said so.
func TestHelpIsTrue(t *testing.T) {
	number := words.With("number", "112")
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.tap(words.BarHelp)
		if !s.says(words.UrgentStaffCalled) || s.says(words.UrgentStaffComing) {
			t.Errorf("after the call the screen says:\n%s", s.texts())
		}
		s.after(121 * time.Second)
		if !s.says(words.UrgentNoAnswer, number) {
			t.Errorf("nobody has answered, and the screen says:\n%s", s.texts())
		}
		id := s.visit.State().Call.ID
		if err := s.calls.Answer(id, "Ada", nil); err != nil {
			t.Fatal(err)
		}
		s.settle()
		if !s.says(words.UrgentStaffComing) || !s.says(words.StatusStaffComing) {
			t.Errorf("somebody answered, and the screen says:\n%s", s.texts())
		}
		s.tap(words.HelpWithdraw)
		if s.visit.State().Help || len(s.calls.Open()) != 0 {
			t.Error("the call is still open")
		}
	})
}

// TestEmergencyCallsStaff: advice that cannot wait calls staff by itself, says
// how the call stands, and the call outlives the visit until somebody has come.
func TestEmergencyCallsStaff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.guestCuff()
		s.rack.tell(pressures(190, 110, 90))
		s.rack.finish(nil)
		s.must(nil, visit.Urgent)
		s.must(s.visit.Symptoms(true), visit.Urgent)
		if !s.says(words.UrgentStaffCalled) || !s.says(words.UrgentTier4, words.With("number", "112")) {
			t.Errorf("the advice is:\n%s", s.texts())
		}
		id := s.visit.State().Call.ID
		s.after(121 * time.Second)
		s.tap(words.UrgentPrivate)
		if !s.says(words.UrgentNoAnswer, words.With("number", "112")) {
			t.Errorf("nobody answered, and the advice is:\n%s", s.texts())
		}
		s.visit.Cancel()
		s.settle()
		s.at(visit.Welcome)
		if open := s.calls.Open(); len(open) != 1 || open[0].ID != id {
			t.Errorf("open calls after the visit: %+v", open)
		}
		if s.says(words.StatusStaffComing) || !s.says(words.BarHelp) {
			t.Error("the next person sees the call of the one before")
		}
	})
}

// TestNobodyIsPromisedWhereNobodyIs: without staff only the number is named.
func TestNobodyIsPromisedWhereNobodyIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.kiosk.cfg.Site.Unstaffed = true
		s.tap(words.BarHelp)
		if !s.says(words.UrgentStaffAbsent, words.With("number", "112")) || s.says(words.UrgentStaffCalled) {
			t.Errorf("without staff the screen says:\n%s", s.texts())
		}
	})
}
