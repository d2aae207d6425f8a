package clinic

import (
	"context"
	"testing"
	"time"

	"aidpost/app/clerk"
	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

func tourShift(s *stage, shoot func(*stage, string)) {
	s.act(func(ctx context.Context, a *records.Access) error {
		_, err := a.HandOver(ctx, "The printer of room 2 takes letter paper only. Strips AB7741 end on Friday.")
		return err
	})
	s.turnTo(desk.PageShift)
	s.push(words.ShiftClose)
	shoot(s, "75-shift")
	s.clinic.page.(*shiftPage).askSigner()
	shoot(s, "75-shift-sign")
	s.clinic.closeDialog()
	s.as(adminBadge, adminPIN)
	s.clinic.closeDialog()
}

// given types reasons into the fields of what is left open.
func (p *shiftPage) given(reason string) {
	for _, e := range p.reasons {
		e.SetText(reason)
	}
}

// TestShiftPage: a note is there for the next shift, who is told of it and of
// critical results when they sign in; the day is closed by a supervisor, with a
// reason for what is left, and printed.
func TestShiftPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.aDay() // one of them has a critical result
	s.turnTo(desk.PageShift)
	p := s.clinic.page.(*shiftPage)
	s.push(words.ShiftNoteSave)
	s.sees(words.ShiftNoteMissing)
	s.typed("The cuff of room 2 leaks")
	s.push(words.ShiftNoteSave)
	if p.note.Text() != "" || !s.reads("The cuff of room 2 leaks") {
		t.Error("the note is not there")
	}
	p.note.SetText("half a note")
	s.push(words.ShiftClose)
	s.sees(words.ShiftReasonMissing)
	if all := s.shifts(); len(all.Closings) != 0 || len(all.Handovers) != 1 {
		t.Fatalf("%+v", all)
	}

	// The next shift.
	s.as(staffBadge, staffPIN)
	if s.desk.State().Phase == desk.NewPIN {
		s.desk.ChoosePIN("530917", "530917")
		s.settle()
	}
	s.sees(words.ShiftGreet)
	if !s.reads("The cuff of room 2 leaks") || !s.reads("1 critical result that nobody was told of") {
		t.Error("the greeting does not tell all")
	}
	s.push(words.ShiftTaken)
	if s.clinic.dialog != nil {
		t.Error("the greeting stays")
	}
	taken := false
	for _, e := range s.onRecord() {
		taken = taken || e.Action == "shift.taken" && e.Object == s.shifts().Handovers[0].ID && e.Name == "Bo Lindqvist"
	}
	if !taken {
		t.Error("nobody has taken over, by the record")
	}
	s.turnTo(desk.PageShift)
	s.signsFor(t)

	// The supervisor closes the day.
	s.as(adminBadge, adminPIN)
	if s.reads("The cuff of room 2 leaks") {
		t.Error("somebody is told of their own note")
	}
	s.clinic.closeDialog()
	s.turnTo(desk.PageShift)
	p = s.clinic.page.(*shiftPage)
	p.given("nobody answers at the clinic")
	s.push(words.ShiftClose)
	closed, ok := s.shifts().Last()
	if !ok || closed.Signer != closed.By || len(closed.Left()) == 0 || closed.By.Name != "Amina Haddad" {
		t.Fatalf("%+v, %v", closed, p.day.Task())
	}
	for _, k := range closed.Left() {
		if k.Reason != "nobody answers at the clinic" {
			t.Errorf("%+v", k)
		}
	}
	if !s.reads("Last closed by Amina Haddad") {
		t.Error("the page does not say that the day is closed")
	}
	s.push(words.ShiftPrint)
	if got := s.desk.State().Papers; got.Kind != clerk.Closing || len(got.Pages) == 0 {
		t.Errorf("%s, %d pages", got.Kind, len(got.Pages))
	}
}

// signsFor has an operator close the day, whom a supervisor signs for with their own
// badge and PIN.
func (s *stage) signsFor(t *testing.T) {
	t.Helper()
	p := s.clinic.page.(*shiftPage)
	p.given("the supervisor knows")
	s.push(words.ShiftClose)
	s.sees(words.ShiftSign)
	sign := func(badge, pin string) {
		s.scan(badge)
		p.signing.pin.SetText(pin)
		p.signing.sign()
		s.settle()
	}
	sign(adminBadge, "000000")
	if p.signing == nil || p.signing.said.Text() != s.clinic.t(words.ShiftSignWrong) || len(s.shifts().Closings) != 0 {
		t.Fatal("signed with a wrong PIN")
	}
	sign(staffBadge, staffPIN)
	if p.signing == nil || p.signing.said.Text() != s.clinic.t(words.ShiftSignMay) || len(s.shifts().Closings) != 0 {
		t.Fatal("an operator has signed for an operator")
	}
	sign(adminBadge, adminPIN)
	if closed, ok := s.shifts().Last(); !ok || closed.By.Name != "Bo Lindqvist" || closed.Signer.Name != "Amina Haddad" || p.signing != nil {
		t.Fatalf("%+v, %v", closed, p.day.Task())
	}
	s.after(time.Minute) // the next day begins later
}

// TestNothingLeft: whoever signs in where nothing was left is told nothing.
func TestNothingLeft(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.came(person("Fatima", "al-Rashid", records.Date{}, ""), time.Minute, 0)
	s.as(adminBadge, adminPIN)
	if s.clinic.dialog != nil {
		t.Error("somebody is told of nothing")
	}
}

// shifts is what is on record of shifts.
func (s *stage) shifts() (all records.Shifts) {
	s.t.Helper()
	s.act(func(ctx context.Context, a *records.Access) (err error) {
		all, err = a.Shifts(ctx)
		return err
	})
	return all
}

// onRecord is the audit trail.
func (s *stage) onRecord() (all []records.AuditEntry) {
	s.t.Helper()
	s.act(func(ctx context.Context, a *records.Access) error {
		return a.Audit(ctx, records.AuditFilter{}, func(e records.AuditEntry) error {
			all = append(all, e)
			return nil
		})
	})
	return all
}
