package clinic

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/records"
	"aidpost/ui/kit"
)

// asking is the page for measuring somebody, on which it is not yet sure who is here.
func (s *stage) asking(page *personPage) *measuring {
	s.t.Helper()
	page.begin()
	s.settle()
	m, ok := s.clinic.page.(*measuring)
	if !ok || m.bedside.State().Phase != bedside.Identify {
		s.t.Fatalf("the page is %T", s.clinic.page)
	}
	return m
}

// Return leads on: the button has the focus, and a second press is not needed.
func TestIdentityByKeyboard(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p := fatima()
	s.came(p, time.Minute, -1)
	m := s.asking(s.opened(p))
	s.pause()
	s.press(fyne.KeyReturn)
	if got := m.bedside.State(); got.Phase != bedside.Choose || got.Visit.Identity.By.Name != "Amina Haddad" {
		t.Errorf("in phase %s, made sure by %+v", got.Phase, got.Visit.Identity.By)
	}
}

// A card that was scanned to find somebody is one of the two things, and so is one
// that is scanned when it is asked; a card of anybody else is neither.
func TestIdentityByCard(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p := fatima()
	s.came(p, time.Minute, -1)
	m := s.asking(s.opened(p))
	s.scan("C-99999")
	if got := m.bedside.State().Identity; got.Card || !got.OtherCard {
		t.Errorf("another card: %+v", got)
	}
	s.scan(p.Identifiers[0].Value)
	if got := m.bedside.State().Identity; !got.Card || got.OtherCard || got.Asked[1] != records.TraitBirth {
		t.Errorf("their card: %+v", got)
	}
	s.turnTo(desk.PageToday)
	s.scan(p.Identifiers[0].Value)
	s.pause()
	s.press(fyne.KeyReturn)
	page, ok := s.clinic.page.(*personPage)
	if !ok {
		t.Fatalf("the card leads to %T", s.clinic.page)
	}
	if got := s.asking(page).bedside.State().Identity; !got.Card {
		t.Errorf("found by their card: %+v", got)
	}
	s.turnTo(desk.PageToday)
	for range cardStands / time.Minute { // somebody works: the screen does not cover itself
		s.desk.Used()
		s.after(time.Minute)
	}
	if got := s.asking(s.opened(p)).bedside.State().Identity; got.Card {
		t.Error("a card that was shown long ago still counts")
	}
}

// Somebody who is alike stands beside the person, with the way to them.
func TestIdentityShowsBoth(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p, twin := fatima(), fatima()
	twin.ID, twin.Identifiers = records.NewID(), nil
	s.came(p, time.Minute, -1)
	s.came(twin, 2*time.Minute, -1)
	m := s.asking(s.opened(p))
	if got := m.bedside.State().Identity.Alike; len(got) != 1 || got[0].Patient.ID != twin.ID {
		t.Fatalf("alike are %v", got)
	}
	s.pause()
	s.pressButton("Open this one")
	if got := s.desk.State().Route; got.Page != desk.PagePatient || got.Patient != twin.ID {
		t.Errorf("it leads to %+v", got)
	}
}

// tourIdentity shows the step in its forms.
func tourIdentity(s *stage, p *records.Patient, shoot func(*stage, string)) {
	m := s.asking(s.opened(p))
	shoot(s, "36-identity")
	must(s.t, m.bedside.ShowCard(p.Identifiers[0].Value))
	s.settle()
	shoot(s, "36-identity-card")
	m.askInstead()
	shoot(s, "37-identity-instead")
	s.clinic.closeDialog()
	twin := *p
	twin.ID, twin.Identifiers, twin.BirthDate.Day = records.NewID(), nil, p.BirthDate.Day-1
	e := s.came(&twin, time.Hour, -1)
	s.desk.Back()
	s.settle()
	s.asking(s.opened(p))
	shoot(s, "37-identity-alike")
	e.Status = records.Cancelled
	must(s.t, s.store.Save(s.t.Context(), e))
	_, err := s.store.Erase(s.t.Context(), twin.ID, "the tour goes on")
	must(s.t, err)
	s.desk.Back()
	s.settle()
}
