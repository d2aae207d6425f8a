package kiosk

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// walk visits every visible object of the window, dialogs included.
func (s *stage) walk(fn func(fyne.CanvasObject)) {
	s.walkFrom(s.window.Content(), fn)
	for _, o := range s.window.Canvas().Overlays().List() {
		s.walkFrom(o, fn)
	}
}

// walkFrom visits every visible object of a part of the window.
func (s *stage) walkFrom(top fyne.CanvasObject, fn func(fyne.CanvasObject)) {
	s.walkSeen(top, func(o fyne.CanvasObject, _ rect) { fn(o) })
}

// walkSeen is walkFrom with the part of the window in which each object can be
// seen.
func (s *stage) walkSeen(top fyne.CanvasObject, fn func(o fyne.CanvasObject, view rect)) {
	var down func(fyne.CanvasObject, rect)
	down = func(o fyne.CanvasObject, view rect) {
		if !o.Visible() {
			return
		}
		fn(o, view)
		switch o := o.(type) {
		case fyne.Widget:
			if scroll, ok := o.(*kit.Scroll); ok {
				view = rectOf(scroll).cut(view)
			}
			for _, c := range test.WidgetRenderer(o).Objects() {
				down(c, view)
			}
		case *fyne.Container:
			for _, c := range o.Objects {
				down(c, view)
			}
		}
	}
	size := s.window.Canvas().Size()
	down(top, rect{0, 0, size.Width, size.Height})
}

// texts returns everything that can be read in the window.
func (s *stage) texts() string {
	var b strings.Builder
	s.walk(func(o fyne.CanvasObject) {
		if t, ok := o.(*canvas.Text); ok {
			fmt.Fprintln(&b, t.Text)
		}
	})
	return b.String()
}

// tap touches the middle of the button with a label, as a finger does.
func (s *stage) tap(key words.Key) {
	s.t.Helper()
	label := s.kiosk.t(key)
	var found fyne.CanvasObject
	s.walk(func(o fyne.CanvasObject) {
		switch b := o.(type) {
		case *kit.Button:
			if b.Label() == label {
				found = b
			}
		case *kit.Tile:
			if b.Title() == label {
				found = b
			}
		}
	})
	if found == nil {
		s.t.Fatalf("no button %q at step %s; the screen says:\n%s", label, s.visit.State().Step, s.texts())
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(found)
	test.TapCanvas(s.window.Canvas(), at.AddXY(found.Size().Width/2, found.Size().Height/2))
	s.settle()
}

func (s *stage) at(want visit.Step) {
	s.t.Helper()
	if got := s.visit.State().Step; got != want {
		s.t.Fatalf("step %s, want %s; the screen says:\n%s", got, want, s.texts())
	}
}

// TestVisitByTouch takes a guest through a blood-pressure visit by nothing but
// taps on what the screens show, in every language and at every size.
func TestVisitByTouch(t *testing.T) {
	for _, tt := range []struct{ lang, size string }{
		{"en", "1280x800"}, {"es", "1080x1920"}, {"fr", "1024x600"}, {"ar", "1280x800"},
	} {
		t.Run(tt.lang+"/"+tt.size, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { visitByTouch(t, tt.lang, sizes[tt.size]) })
		})
	}
}

func visitByTouch(t *testing.T, lang string, size fyne.Size) {
	s := newStage(t, lang, size, kit.Look{})
	defer s.close()
	s.tap(words.WelcomeStart)
	s.tap(words.ChooseBP)
	s.tap(words.SuitAny) // one by one
	s.tap(words.SuitNone)
	s.tap(words.CommonYes) // adult
	s.tap(words.CommonNo)  // pregnant
	s.tap(words.CommonNo)  // arm
	s.tap(words.PrepareReady)
	s.at(visit.Rest)
	s.tap(words.RestSkip)
	s.tap(words.RestSkipHurry)
	for _, r := range []*instruments.Reading{pressures(128, 78, 70), pressures(126, 77, 70), pressures(124, 76, 70)} {
		s.tap(words.RestGo)
		s.at(visit.Measure)
		s.rack.tell(&instruments.Progress{Phase: instruments.Inflating}, &instruments.CuffSample{Pressure: 150}, r)
		s.rack.finish(nil)
		s.settle()
		if s.visit.State().Step == visit.Pause {
			s.after(61 * time.Second)
		}
	}
	s.at(visit.Result)
	if said := s.texts(); !strings.Contains(said, "125/77") {
		t.Errorf("the mean 125/77 is not on the result screen:\n%s", said)
	}
	s.tap(words.ResultGoOn)
	s.tap(words.TakePrint)
	if said := s.texts(); !strings.Contains(flat(said), flat(s.kiosk.t(words.TakePaper))) {
		t.Errorf("nothing says that the paper is out:\n%s", said)
	}
	s.tap(words.TakeDone)
	s.at(visit.Welcome)
	if said := s.texts(); strings.Contains(said, "125/77") {
		t.Errorf("a value stayed on the welcome screen:\n%s", said)
	}
	if len(s.store.saved) != 0 {
		t.Errorf("a guest left %d encounters in the records", len(s.store.saved))
	}
}

// flat drops what the layout adds to a sentence: line breaks and marks.
func flat(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\n' || r == '\u200e' || r == '\u200f' {
			return -1
		}
		return r
	}, s)
}

// guestCuff takes a guest to a running cuff.
func (s *stage) guestCuff() {
	s.t.Helper()
	s.must(s.visit.Begin(), visit.Who)
	s.guestCuffFrom()
}

// guestCuffFrom goes on from there.
func (s *stage) guestCuffFrom() {
	s.t.Helper()
	s.must(s.visit.Guest(), visit.Choose)
	s.must(s.visit.ChoosePanel(vitals.BloodPressure), visit.Question)
	s.answerAll()
	s.must(s.visit.Prepared(), visit.Rest)
	s.must(s.visit.SkipRest(visit.SkipHurry), visit.Ready)
	s.must(s.visit.StartReading(), visit.Measure)
}

// TestStopButtonStopsTheCuff checks that the one button that must never fail
// reaches the instrument.
func TestStopButtonStopsTheCuff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.guestCuff()
		s.rack.tell(&instruments.CuffSample{Pressure: 120})
		s.after(200 * time.Millisecond)
		s.tap(words.MeasureStop)
		s.at(visit.Trouble)
		if f := s.visit.State().Fault; f == nil || f.Code != instruments.Stopped {
			t.Errorf("fault %v, want stopped", f)
		}
	})
}

// TestNothingStaysAfterTheVisit looks for a person on every object of the
// window after the visit has ended by itself.
func TestNothingStaysAfterTheVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.store.known = &records.Patient{ID: records.NewID(), Given: "Zerlina", Family: "Canary", BirthDate: records.Date{Year: 1956, Month: 4, Day: 30}}
		s.must(s.visit.Begin(), visit.Who)
		s.must(s.visit.Card("4711"), visit.Consent)
		if !strings.Contains(s.texts(), "Zerlina") {
			t.Fatal("the test does not see the name where it should be")
		}
		s.after(61 * time.Second)
		if !s.visit.State().IdleWarning || s.kiosk.over.dialog == nil {
			t.Fatal("no warning before the visit ends by itself")
		}
		s.after(31 * time.Second)
		s.at(visit.Welcome)
		if said := s.texts(); strings.Contains(said, "Zerlina") || strings.Contains(said, "Canary") {
			t.Errorf("the person is still there:\n%s", said)
		}
	})
}

// TestLanguageSwitchesOnEveryScreen switches at each step of a visit and looks
// whether the words changed with it.
func TestLanguageSwitchesOnEveryScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		check := func() {
			before := s.texts()
			s.visit.SetLanguage("es")
			s.settle()
			if after := s.texts(); after == before {
				t.Errorf("step %s says the same in Spanish:\n%s", s.visit.State().Step, after)
			}
			s.visit.SetLanguage("en")
			s.settle()
		}
		check()
		s.must(s.visit.Begin(), visit.Who)
		check()
		s.must(s.visit.Identify("Ada", "Byron", 1960, 1, 2), visit.Consent)
		check()
		s.must(s.visit.Agree(false, false), visit.Choose)
		check()
		s.must(s.visit.ChoosePanel(vitals.BloodPressure), visit.Question)
		check()
		s.answerAll()
		check()
		s.must(s.visit.Prepared(), visit.Rest)
		check()
	})
}

// TestEveryFaultHasWordsAndAPicture keeps the catalogue and the drawings in
// step with what instruments can report.
func TestEveryFaultHasWordsAndAPicture(t *testing.T) {
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range instruments.FaultCodes() {
		if faultPicture(code).String() == "" {
			t.Errorf("%s has no picture", code)
		}
		for _, lang := range catalogue.Langs() {
			internal := lang.T(words.FaultTitle(string(instruments.Internal)))
			if said := lang.T(words.FaultTitle(string(code))); code != instruments.Internal && said == internal {
				t.Errorf("%s has no title in %s", code, lang.Tag())
			}
		}
	}
}

// TestSavedIsSaidOnlyAfterTheRecordsSaidSo fails the save and looks what the
// screen claims.
func TestSavedIsSaidOnlyAfterTheRecordsSaidSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.store.fail(records.ErrFull)
		s.must(s.visit.Begin(), visit.Who)
		s.must(s.visit.Identify("Ada", "Byron", 1960, 1, 2), visit.Consent)
		s.must(s.visit.Agree(true, false), visit.Choose)
		s.must(s.visit.ChoosePanel(vitals.Oximetry), visit.Question)
		s.answerAll()
		s.must(s.visit.Prepared(), visit.Measure)
		s.rack.tell(saturation(97, 70))
		s.rack.finish(nil)
		s.must(nil, visit.Result)
		said := flat(s.texts())
		if !strings.Contains(said, flat(s.kiosk.t(words.ErrorDiskFull))) {
			t.Errorf("a full disk is not told:\n%s", s.texts())
		}
		if strings.Contains(said, "\n"+flat(s.kiosk.t(words.StatusSaved))+"\n") {
			t.Error("the screen says saved")
		}
		s.store.fail(nil)
		s.tap(words.ResultSaveAgain)
		if len(s.store.saved) != 1 {
			t.Errorf("%d encounters after another try, want 1", len(s.store.saved))
		}
		if st := s.visit.State(); !st.Saved {
			t.Error("the state does not say saved")
		}
	})
}

// TestUrgentScreenIsCovered leaves a critical value on the screen and looks
// what the next person could see.
func TestUrgentScreenIsCovered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.guestCuff()
		s.rack.tell(pressures(190, 110, 90))
		s.rack.finish(nil)
		s.must(nil, visit.Urgent)
		s.must(s.visit.Symptoms(true), visit.Urgent)
		s.after(59 * time.Second)
		if s.kiosk.over.cover {
			t.Error("covered too early")
		}
		s.after(2 * time.Second)
		if !s.kiosk.over.cover {
			t.Fatal("the urgent screen is still open after a minute")
		}
		s.tap(words.UrgentPrivate)
		if s.kiosk.over.cover || s.visit.State().Private {
			t.Error("a tap does not open the screen again")
		}
		s.at(visit.Urgent)
	})
}
