package desk

import (
	"context"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/staff"
)

// withTechnician has Tia, a technician, signed in.
func withTechnician(t *testing.T) *stage {
	t.Helper()
	s := working(t)
	s.Do(func(ctx context.Context, a *records.Access) error {
		_, err := a.AddStaff(ctx, records.NewAccount{Name: "Tia", Role: staff.Technician, Badge: "badge of Tia", PIN: "582931"})
		return err
	}, nil)
	s.save(s.visitor("Fatima", time.Hour, 0))
	s.Wait()
	s.SignOut()
	s.signIn("badge of Tia", "582931")
	s.must(Working)
	return s
}

// TestBreakGlass: a technician sees people for a quarter of an hour, may change
// nothing, and is led away when it is over.
func TestBreakGlass(t *testing.T) {
	s := withTechnician(t)
	if s.MayOpen(PageFind) || !s.MayOpen(PageEmergency) {
		t.Fatal("a technician may look without a reason, or not ask")
	}
	s.BreakGlass("  ")
	if got := s.must(Working); !got.Emergency.IsZero() {
		t.Fatal("without a reason")
	}
	s.BreakGlass("collapsed in the waiting room")
	got := s.must(Working)
	if got.Emergency.IsZero() || got.Route.Page != PageFind || !s.MayOpen(PagePatient) {
		t.Fatalf("%+v, says %+v", got.Route, got.Said)
	}
	if s.MayOpen(PageRegister) || s.MayOpen(PageMeasure) || s.May(staff.MarkPatient) {
		t.Error("may change something")
	}
	s.Search("Fatima")
	if got = s.must(Working); len(got.Find.Rows) != 1 {
		t.Fatalf("finds %d people, says %+v", len(got.Find.Rows), got.Said)
	}
	for range 15 {
		s.Used()
		s.after(time.Minute)
	}
	if got = s.must(Working); got.Route.Page != PageInstruments || !got.Emergency.IsZero() || len(got.Find.Rows) != 0 {
		t.Errorf("afterwards at %q with %d people in sight", got.Route.Page, len(got.Find.Rows))
	}
}

// TestBreakGlassEndsWithTheSession.
func TestBreakGlassEndsWithTheSession(t *testing.T) {
	s := withTechnician(t)
	s.BreakGlass("collapsed in the waiting room")
	s.must(Working)
	s.Cover()
	s.signIn("", "582931")
	if got := s.must(Working); !got.Emergency.IsZero() || s.MayOpen(PageFind) {
		t.Errorf("goes on after a cover: %v", got.Emergency)
	}
}
