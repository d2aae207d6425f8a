package records

import (
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/records/staff"
)

func TestBreakGlass(t *testing.T) {
	d := newDesk(t)
	e, other := visit(ada(), now.Add(-time.Hour)), visit(ada(), now.Add(-2*time.Hour))
	save(t, d.Store, e)
	save(t, d.Store, other)
	a := d.signIn(t, staff.Technician)
	if _, err := a.Encounter(t.Context(), e.ID); !errors.Is(err, staff.ErrDenied) {
		t.Fatalf("without: %v", err)
	}
	if err := a.BreakGlass(t.Context(), " "); !errors.Is(err, ErrInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	if err := a.BreakGlass(t.Context(), "collapsed in the waiting room"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := a.Encounter(t.Context(), e.ID); err != nil {
			t.Errorf("with it: %v", err)
		}
	}
	if _, err := a.Void(t.Context(), e.Observations[0].ID, Correction{Reason: "duplicate"}); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("changing something: %v", err)
	}
	if err := a.Each(t.Context(), Filter{}, "all", func(*Encounter) error { return nil }); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("exporting: %v", err)
	}
	for range 14 { // the session stays, the access does not
		d.uptime += time.Minute
		if err := a.Stay(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Patient(t.Context(), other.Patient.ID); err != nil {
		t.Errorf("a minute before the end: %v", err)
	}
	d.uptime += time.Minute
	if _, err := a.Encounter(t.Context(), e.ID); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("after a quarter of an hour: %v", err)
	}

	// Somebody reviews it; others do not.
	if _, err := d.signIn(t, staff.Operator).Emergencies(t.Context(), time.Time{}); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("reviewed by an operator: %v", err)
	}
	all, err := d.signIn(t, staff.Supervisor).Emergencies(t.Context(), now.Add(-time.Hour))
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	got := all[0]
	if got.Reason != "collapsed in the waiting room" || got.Name != "The technician" || got.Who != d.ids[staff.Technician] ||
		len(got.Looked) != 2 || !slices.Contains(got.Looked, e.Patient.ID) || !slices.Contains(got.Looked, other.Patient.ID) {
		t.Errorf("%+v", got)
	}
	if all, err := d.signIn(t, staff.Auditor).Emergencies(t.Context(), now.Add(time.Hour)); err != nil || len(all) != 0 {
		t.Errorf("later: %v, %v", all, err)
	}
}

// Whoever may look anyway has no use for it, and nobody at the kiosk's screen.
func TestBreakGlassIsForTechnicians(t *testing.T) {
	d := newDesk(t)
	for _, role := range staff.Roles() {
		err := d.signIn(t, role).BreakGlass(t.Context(), "because")
		if (err == nil) != (role == staff.Technician) {
			t.Errorf("%s: %v", role, err)
		}
	}
	if err := d.Visitor("kiosk").BreakGlass(t.Context(), "because"); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("a patient: %v", err)
	}
}

func TestTemporaryPIN(t *testing.T) {
	d := newDesk(t)
	admin := d.signIn(t, staff.Administrator)
	made, err := admin.AddStaff(t.Context(), NewAccount{Name: "New", Role: staff.Operator, Badge: "new badge", PIN: "730518", Temporary: true})
	if err != nil || !made.MustChange {
		t.Fatalf("%+v, %v", made, err)
	}
	sign := func(pin string) *Access {
		t.Helper()
		a, err := d.SignIn(t.Context(), "new badge", pin, "kiosk-1")
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := sign("730518")
	if !a.MustChangePIN() {
		t.Error("nobody says that the PIN is to be changed")
	}
	for range 2 { // signing in again changes nothing
		if _, err := a.Search(t.Context(), "ada", 0); !errors.Is(err, ErrMustChangePIN) {
			t.Errorf("before: %v", err)
		}
		a = sign("730518")
	}
	if err := a.ResetPIN(t.Context(), made.ID, "730518"); !errors.Is(err, ErrInvalid) {
		t.Errorf("the same: %v", err)
	}
	if err := a.ResetPIN(t.Context(), d.ids[staff.Administrator], "730519"); err == nil {
		t.Error("somebody else's PIN was changed")
	}
	if err := a.ResetPIN(t.Context(), made.ID, "730519"); err != nil || a.MustChangePIN() {
		t.Fatal(err)
	}
	for _, a := range []*Access{a, sign("730519")} {
		if _, err := a.Search(t.Context(), "ada", 0); err != nil {
			t.Errorf("after: %v", err)
		}
	}
	// A PIN that an administrator gives is to be changed again.
	if err := admin.ResetPIN(t.Context(), made.ID, "816294"); err != nil {
		t.Fatal(err)
	}
	if a := sign("816294"); !a.MustChangePIN() {
		t.Error("after a reset")
	}
}
