package kiosk

import (
	"testing"
	"testing/synctest"

	"aidpost/app/visit"
	"aidpost/ui/kit"
)

// toFinish brings a guest to the last screen with one result.
func (s *stage) toFinish() *finish {
	s.t.Helper()
	s.must(s.visit.Begin(), visit.Who)
	s.must(s.visit.Guest(), visit.Choose)
	s.measured(saturation(98, 70))
	s.must(s.visit.Done(), visit.Finish)
	f, ok := s.kiosk.screen.(*finish)
	if !ok {
		s.t.Fatalf("the screen is %T", s.kiosk.screen)
	}
	return f
}

// A guest may take the numbers along as a code, too; it goes with the visit,
// however that ends, and with the way back.
func TestCodeGoesWithTheVisit(t *testing.T) {
	for name, end := range map[string]func(*stage, *finish){
		"left":      func(s *stage, _ *finish) { s.must(s.visit.Leave(), visit.Welcome) },
		"cancelled": func(s *stage, _ *finish) { s.visit.Cancel() },
		"idle":      func(s *stage, _ *finish) { s.after(2 * 60e9) },
		"back":      func(_ *stage, f *finish) { f.put(f.choices) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, "en", sizes["1280x800"], kit.Look{})
				defer s.close()
				f := s.toFinish()
				f.showCode()
				s.settle()
				code := f.shown
				if code == nil || code.IsClear() {
					t.Fatal("no code is shown")
				}
				end(s, f)
				s.settle()
				if !code.IsClear() {
					t.Error("the code is still there")
				}
			})
		})
	}
}

// A code that comes when its screen has gone is not shown to the next person.
func TestLateCodeIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		f := s.toFinish()
		f.showCode()
		s.must(s.visit.Leave(), visit.Welcome)
		s.settle()
		if f.shown != nil {
			t.Error("a code came after its visit")
		}
	})
}
