package clinic

import (
	"context"
	"testing"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

const techBadge, techPIN = "BADGE-6001", "736192"

// withTechnician has an account of a technician, and people who came.
func (s *stage) withTechnician() {
	s.desk.Do(func(ctx context.Context, a *records.Access) error {
		_, err := a.AddStaff(ctx, records.NewAccount{Name: "Tia Moreau", Role: staff.Technician, Badge: techBadge, PIN: techPIN})
		return err
	}, nil)
	s.settle()
}

func tourEmergency(s *stage, shoot func(*stage, string)) {
	s.withTechnician()
	s.as(techBadge, techPIN)
	s.turnTo(desk.PageAdmin)
	shoot(s, "73-administration-technician")
	s.turnTo(desk.PageEmergency)
	shoot(s, "74-emergency-ask")
	s.desk.BreakGlass("Collapsed in the waiting room, no nurse here")
	s.settle()
	s.desk.Search("al-Rashid")
	s.settle()
	shoot(s, "75-emergency-find")
	s.as(adminBadge, adminPIN)
	s.turnTo(desk.PageEmergency)
	shoot(s, "76-emergency-review")
	s.turnTo(desk.PageAdmin)
	shoot(s, "77-administration")
}

// TestEmergencyPage: who asks gives a reason, is marked as long as it holds, and
// stands in the list of whoever reviews.
func TestEmergencyPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.aDay()
	s.withTechnician()
	s.as(techBadge, techPIN)
	s.turnTo(desk.PageEmergency)
	s.push(words.EmergencyAsk)
	s.sees(words.EmergencyReasonMissing)
	s.clinic.page.(*breakGlass).reason.SetText("Collapsed in the waiting room")
	s.push(words.EmergencyAsk)
	if _, ok := s.clinic.page.(*find); !ok || !s.reads("Emergency access until 08:27") {
		t.Fatalf("the page is %T", s.clinic.page)
	}
	for _, o := range s.clinic.frame.notices.Objects { // as tall as its one line needs
		if h := o.Size().Height; h < 40 || h > 80 {
			t.Errorf("the line over the page is %v high", h)
		}
	}
	s.desk.Search("C-10042")
	s.settle()
	found := s.desk.State().Find.Rows
	if len(found) != 1 {
		t.Fatalf("%d people found", len(found))
	}
	s.desk.Do(func(ctx context.Context, a *records.Access) error {
		_, err := a.Patient(ctx, found[0].ID)
		return err
	}, nil)
	s.settle()
	s.as(adminBadge, adminPIN)
	s.turnTo(desk.PageEmergency)
	p := s.clinic.page.(*emergencyPage)
	if len(p.rows) != 1 || p.rows[0].Name != "Tia Moreau" || len(p.rows[0].Looked) != 1 {
		t.Fatalf("%+v", p.rows)
	}
	p.open(p.rows[0])
	if s.reads("Emergency access until") {
		t.Error("somebody else's emergency goes on")
	}
}

func TestNobodyAskedForEmergencyAccess(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageEmergency)
	s.sees(words.EmergencyNone)
}
