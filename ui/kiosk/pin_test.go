package kiosk

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

const rightPIN = "483920"

// known puts somebody into the records whose results a PIN keeps from others.
func (s *stage) known() {
	s.store.known = &records.Patient{ID: "p1", Given: "Amina", Family: "Haddad", BirthDate: records.Date{Year: 1956, Month: 4, Day: 30}, Created: time.Now()}
	s.store.pin = rightPIN
}

// Somebody with a wrong PIN sees no name and no result; with the right one they
// are welcomed, and their PIN is asked for on the screen itself.
func TestWrongPINShowsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.known()
		s.must(s.visit.Begin(), visit.Who)
		s.must(s.visit.Card("1234"), visit.PIN)
		for _, typed := range []string{"", "550281"} {
			p := s.kiosk.screen.(*pin)
			for _, r := range typed {
				p.entry.TypedRune(r)
			}
			s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
			s.settle()
			s.at(visit.PIN)
			if said := s.texts(); strings.Contains(said, "Amina") || !strings.Contains(flat(said), flat(s.kiosk.t(words.PINWrong))) {
				t.Errorf("after %q the screen says\n%s", typed, said)
			}
			if p.entry.Text() != "" {
				t.Error("the wrong PIN is still in the field")
			}
		}
		for _, r := range rightPIN {
			s.kiosk.screen.(*pin).entry.TypedRune(r)
		}
		s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		s.settle()
		s.at(visit.Consent)
		if said := s.texts(); !strings.Contains(said, "Amina") {
			t.Errorf("with the right PIN the screen says\n%s", said)
		}
	})
}

// A PIN is chosen by typing it twice; one that is easily guessed is not taken, nor
// are two that differ, and whoever has one is not asked again.
func TestPINIsChosenAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.known()
		s.store.pin = ""
		s.must(s.visit.Begin(), visit.Who)
		s.must(s.visit.Card("1234"), visit.Consent)
		s.must(s.visit.Agree(true, false), visit.Choose)
		s.measured(saturation(98, 70))
		s.must(s.visit.Done(), visit.Finish)
		s.after(time.Second)
		f := s.kiosk.screen.(*finish)
		types := func(pin string) {
			t.Helper()
			for _, r := range pin {
				s.window.Canvas().Focused().TypedRune(r)
			}
			s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
			s.settle()
		}
		s.tap(words.PINChoose)
		types("123456")
		if !strings.Contains(flat(s.texts()), flat(s.kiosk.t(words.PINWeak))) {
			t.Error("nothing says that the PIN is weak")
		}
		types(rightPIN)
		types("719364")
		if !strings.Contains(flat(s.texts()), flat(s.kiosk.t(words.PINDiffers))) || s.store.pin != "" {
			t.Errorf("two that differ: kept %q", s.store.pin)
		}
		types(rightPIN)
		types(rightPIN)
		s.after(time.Second)
		if s.store.pin != rightPIN || !strings.Contains(flat(s.texts()), flat(s.kiosk.t(words.PINChosen))) {
			t.Errorf("the PIN kept is %q; the screen says\n%s", s.store.pin, s.texts())
		}
		if f.pin.Visible() {
			t.Error("a PIN can be chosen again")
		}
	})
}
