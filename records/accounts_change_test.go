package records

import (
	"errors"
	"testing"

	"aidpost/records/staff"
)

// accountOf returns an account as the list has it.
func (d *desk) accountOf(t *testing.T, r staff.Role) Account {
	t.Helper()
	all, err := d.signIn(t, staff.Supervisor).Staff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if a.ID == d.ids[r] {
			return a
		}
	}
	t.Fatalf("no account of the %s", r)
	return Account{}
}

func TestSetRole(t *testing.T) {
	d := newDesk(t)
	admin, operator := d.signIn(t, staff.Administrator), d.signIn(t, staff.Operator)
	if err := operator.SetRole(t.Context(), d.ids[staff.Operator], staff.Administrator); !errors.Is(err, staff.ErrDenied) {
		t.Fatalf("an operator makes themselves an administrator: %v", err)
	}
	for why, err := range map[string]error{
		"a role of nobody": admin.SetRole(t.Context(), d.ids[staff.Operator], staff.Console),
		"nobody's account": admin.SetRole(t.Context(), NewID(), staff.Operator),
		"the last":         admin.SetRole(t.Context(), d.ids[staff.Administrator], staff.Operator),
	} {
		if err == nil {
			t.Errorf("%s: no error", why)
		}
	}
	if err := admin.SetRole(t.Context(), d.ids[staff.Operator], staff.Supervisor); err != nil {
		t.Fatal(err)
	}
	// The session that the old role was in is over, and the next has the new one.
	if err := operator.Authorize(t.Context(), staff.ListRecords); !errors.Is(err, staff.ErrSignedOut) {
		t.Errorf("the old session: %v", err)
	}
	if got := d.signIn(t, staff.Operator).Who().Role; got != staff.Supervisor {
		t.Errorf("signs in as %s", got)
	}
	// With another administrator, one may stop being it, and is out at once.
	if err := admin.SetRole(t.Context(), d.ids[staff.Operator], staff.Administrator); err != nil {
		t.Fatal(err)
	}
	if err := admin.SetRole(t.Context(), d.ids[staff.Administrator], staff.Technician); err != nil {
		t.Fatal(err)
	}
	if err := admin.Authorize(t.Context(), staff.ManageStaff); !errors.Is(err, staff.ErrSignedOut) {
		t.Errorf("goes on as an administrator: %v", err)
	}
	found := false
	err := d.signIn(t, staff.Operator).Audit(t.Context(), AuditFilter{About: d.ids[staff.Operator]}, func(e AuditEntry) error {
		found = found || e.Action == "staff.role" && e.Reason == "supervisor" && e.Who == d.ids[staff.Administrator]
		return nil
	})
	if err != nil || !found {
		t.Errorf("nothing of it is on record: %v", err)
	}
}

func TestSetBadge(t *testing.T) {
	d := newDesk(t)
	admin, operator := d.signIn(t, staff.Administrator), d.signIn(t, staff.Operator)
	if err := operator.SetBadge(t.Context(), d.ids[staff.Operator], "another badge"); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("by an operator: %v", err)
	}
	if err := admin.SetBadge(t.Context(), d.ids[staff.Operator], " 1 "); !errors.Is(err, ErrInvalid) {
		t.Errorf("too short: %v", err)
	}
	if err := admin.SetBadge(t.Context(), d.ids[staff.Operator], badgeOf(staff.Supervisor)); !errors.Is(err, ErrTaken) {
		t.Errorf("somebody else's: %v", err)
	}
	if err := admin.SetBadge(t.Context(), d.ids[staff.Operator], "another badge"); err != nil {
		t.Fatal(err)
	}
	if err := operator.Authorize(t.Context(), staff.ListRecords); !errors.Is(err, staff.ErrSignedOut) {
		t.Errorf("the session of the old badge: %v", err)
	}
	if _, err := d.SignIn(t.Context(), badgeOf(staff.Operator), d.pins[staff.Operator], ""); !errors.Is(err, ErrSignIn) {
		t.Errorf("the lost badge opens: %v", err)
	}
	if _, err := d.SignIn(t.Context(), "another badge", d.pins[staff.Operator], ""); err != nil {
		t.Errorf("the new badge: %v", err)
	}
	// One's own badge and PIN end no session of one's own.
	if err := admin.SetBadge(t.Context(), d.ids[staff.Administrator], "mine"); err != nil {
		t.Fatal(err)
	}
	if err := admin.ResetPIN(t.Context(), d.ids[staff.Administrator], "806132"); err != nil {
		t.Fatalf("after the badge: %v", err)
	}
	if err := admin.Authorize(t.Context(), staff.ManageStaff); err != nil {
		t.Errorf("after the PIN: %v", err)
	}
}

// TestForcedPINEndsTheSession: whoever has found out somebody's PIN is out as
// soon as it is another one.
func TestForcedPINEndsTheSession(t *testing.T) {
	d := newDesk(t)
	operator := d.signIn(t, staff.Operator)
	if err := d.signIn(t, staff.Administrator).ResetPIN(t.Context(), d.ids[staff.Operator], "806132"); err != nil {
		t.Fatal(err)
	}
	if err := operator.Authorize(t.Context(), staff.ListRecords); !errors.Is(err, staff.ErrSignedOut) {
		t.Errorf("with the old PIN: %v", err)
	}
}

func TestLastIn(t *testing.T) {
	d := newDesk(t)
	if got := d.accountOf(t, staff.Auditor).LastIn; !got.IsZero() {
		t.Errorf("never signed in, at %v", got)
	}
	d.signIn(t, staff.Auditor)
	at := d.clock
	d.clock = at.Add(90e9)
	d.try(t, badgeOf(staff.Auditor)) // a failure is none
	if got := d.accountOf(t, staff.Auditor).LastIn; !got.Equal(at) {
		t.Errorf("signed in at %v, want %v", got, at)
	}
}
