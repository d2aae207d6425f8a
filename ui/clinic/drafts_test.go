package clinic

import (
	"testing"

	"aidpost/app/desk"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// TestReadBackKeepsWhatWasTyped: whoever leaves the form to get help finds it as
// it was, whichever way it was left, and nobody else does.
func TestReadBackKeepsWhatWasTyped(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	who := fatima()
	s.history(who, 1)
	page := s.opened(who)
	row := page.dossier.State().Untold[0]
	form := newTelling(s.clinic, who, row.Observation)
	form.to.SetText("Dr Cole")
	form.said[vitals.SpO2].SetText("8")
	form.role.choose("doctor")
	again := func(when, name, number, role string) {
		t.Helper()
		f := newTelling(s.clinic, who, row.Observation)
		if f.to.Text() != name || f.said[vitals.SpO2].Text() != number || f.role.chosen != role {
			t.Errorf("%s: %q, %q, %q", when, f.to.Text(), f.said[vitals.SpO2].Text(), f.role.chosen)
		}
	}
	again("closed", "Dr Cole", "8", "doctor")
	s.desk.Home()
	s.settle()
	again("on another page", "Dr Cole", "8", "doctor")
	s.desk.Cover()
	s.settle()
	s.desk.SignIn("", adminPIN)
	s.settle()
	again("covered", "Dr Cole", "8", "doctor")
	s.as(staffBadge, staffPIN)
	again("somebody else", "", "", "")
}

// TestLetterComesBack: what was typed into a letter is on it when its page is
// opened again.
func TestLetterComesBack(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	who := fatima()
	s.history(who, 1)
	s.clinic.drafted("letter|" + string(who.ID))["to"] = "District Hospital"
	for range 2 {
		s.desk.Go(desk.Route{Page: desk.PagePersonPapers, Patient: who.ID})
		s.settle()
		s.desk.ChoosePaper("referral")
		s.settle()
		if l := s.desk.State().Papers.Letter; l.To != "District Hospital" || l.Days != 0 {
			t.Errorf("%+v", l)
		}
		s.desk.Home()
		s.settle()
	}
}
