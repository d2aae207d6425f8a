package clinic

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

func tourStaff(s *stage, shoot func(*stage, string)) {
	for range 20 { // somebody is locked out
		_, _ = s.store.SignIn(s.t.Context(), "BADGE-4410", "111222", "desk-2")
		s.mu.Lock()
		s.up += 2 * 60 * 60 * 1e9
		s.mu.Unlock()
	}
	s.as(adminBadge, adminPIN)
	s.turnTo(desk.PageStaff)
	shoot(s, "62-staff")
	p := s.clinic.page.(*staffPage)
	p.choose(1)
	s.settle()
	shoot(s, "63-staff-locked")
	p.open(newAccountForm(p))
	s.settle()
	p.form.name.SetText("Dina Farouk")
	p.form.badge.SetText("12")
	p.form.pin.SetText("123456")
	p.form.check()
	s.settle()
	shoot(s, "64-staff-add")
	s.turnTo(desk.PagePIN)
	shoot(s, "65-my-pin")
}

// option presses the option with a label.
func (s *stage) option(label string) {
	s.t.Helper()
	var found *kit.Option
	s.walk(func(o fyne.CanvasObject) {
		if option, ok := o.(*kit.Option); ok && option.Label() == label {
			found = option
		}
	})
	if found == nil {
		s.t.Fatalf("there is no option %q", label)
	}
	test.Tap(found)
	s.settle()
}

// TestStaffPage: an account is made by form and scanner, what is wrong stands in
// the form, and the owner of a new account has to choose a PIN.
func TestStaffPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageStaff)
	p := s.clinic.page.(*staffPage)
	if len(p.rows) != 2 {
		t.Fatalf("%d accounts", len(p.rows))
	}
	s.push(words.AccountsAdd)
	s.push(words.DossierSave)
	s.sees(words.AccountsNameMissing)
	s.sees(words.SetupBadgeShort)
	s.sees(words.AccountsRoleMissing)
	p.form.name.SetText("Dina Farouk")
	s.scan("BADGE-3077") // of Bo
	if p.form.badge.Text() != "BADGE-3077" {
		t.Fatalf("the badge field has %q", p.form.badge.Text())
	}
	s.option("Supervisor")
	p.form.pin.SetText("582931")
	p.form.again.SetText("582931")
	s.push(words.DossierSave)
	s.sees(words.AccountsTaken)
	p.form.badge.SetText("BADGE-5120")
	s.push(words.DossierSave)
	if p.form != nil || len(p.rows) != 3 {
		t.Fatalf("%d accounts, the form says %q", len(p.rows), p.form.said.Text())
	}
	p.choose(2)
	s.settle()
	s.sees(words.AccountsMustChange)
	s.push(words.AccountsRole)
	s.option("Auditor")
	s.push(words.DossierSave)
	if p.rows[2].Role != staff.Auditor {
		t.Errorf("%+v", p.rows[2])
	}
	s.push(words.AccountsClose)
	s.pushLast(words.AccountsClose)
	if p.rows[2].Disabled.IsZero() {
		t.Errorf("%+v", p.rows[2])
	}
	// The last administrator stays, and is told why.
	p.choose(0)
	s.settle()
	s.push(words.AccountsClose)
	s.pushLast(words.AccountsClose)
	s.sees(words.AccountsLast)
}

// pushLast presses the button with a message in the dialog over the page.
func (s *stage) pushLast(key words.Key) {
	s.t.Helper()
	var found *kit.Button
	for _, o := range s.window.Canvas().Overlays().List() {
		seen(o, func(o fyne.CanvasObject) {
			if b, ok := o.(*kit.Button); ok && b.Label() == s.clinic.t(key) {
				found = b
			}
		})
	}
	if found == nil {
		s.t.Fatalf("the dialog has no button %q", s.clinic.t(key))
	}
	test.Tap(found)
	s.settle()
}

// TestStaffPageOfASupervisor: who may only look and unlock is offered no more.
func TestStaffPageOfASupervisor(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageStaff)
	p := s.clinic.page.(*staffPage)
	p.roster.SetRole(p.rows[1].ID, staff.Supervisor)
	s.settle()
	s.as(staffBadge, staffPIN)
	s.turnTo(desk.PageStaff)
	p = s.clinic.page.(*staffPage)
	p.choose(0)
	s.settle()
	s.walk(func(o fyne.CanvasObject) {
		if b, ok := o.(*kit.Button); ok && b.Label() != "" {
			t.Errorf("a supervisor is offered %q", b.Label())
		}
	})
}

// TestMyPIN: the new PIN opens, the old one does not, and two that differ are
// refused beside the field.
func TestMyPIN(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.desk.Go(desk.Route{Page: desk.PageAdmin})
	s.turnTo(desk.PagePIN)
	p := s.clinic.page.(*myPIN)
	p.pin.SetText("806132")
	p.again.SetText("806133")
	p.again.OnSubmitted("")
	s.settle()
	s.sees(words.SetupPINDiffers)
	p.again.SetText("806132")
	p.again.OnSubmitted("")
	s.settle()
	if got := s.desk.State(); got.Route.Page != desk.PageAdmin || got.Said.Key != words.AccountsPINChanged {
		t.Fatalf("%+v, says %+v, refuses %+v", got.Route, got.Said, got.Refusal)
	}
	s.desk.Cover()
	s.settle()
	s.desk.SignIn("", adminPIN)
	s.settle()
	if got := s.desk.State(); got.Phase != desk.Covered {
		t.Error("the old PIN opens")
	}
	s.desk.SignIn("", "806132")
	s.settle()
	if got := s.desk.State(); got.Phase != desk.Working {
		t.Errorf("the new PIN does not: %+v", got.Refusal)
	}
}
