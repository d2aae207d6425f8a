package desk

import (
	"testing"
	"time"

	"aidpost/records"
)

// side is a patients' side.
type side struct {
	measuring bool
	left      int // times that a visit was ended
}

func (p *side) Measuring() bool { return p.measuring }
func (p *side) Leave()          { p.left++ }

// sharing is a desk with accounts that shares its screen, which the patients
// have.
func sharing(t *testing.T) (*stage, *side) {
	t.Helper()
	s := working(t)
	s.SignOut()
	s.Close()
	patients := &side{}
	cfg := s.cfg
	cfg.Patients = patients
	s.Desk = New(cfg)
	if !s.must(SignIn).Away {
		t.Fatal("staff have the screen from the start")
	}
	return s, patients
}

// TestSharedScreen takes the one screen, signs in and gives it back in every
// way there is.
func TestSharedScreen(t *testing.T) {
	ways := map[string]struct {
		leave func(*stage)
		phase Phase
	}{
		"given back": {(*stage).giveBack, Covered},
		"covered":    {func(s *stage) { s.Cover() }, Covered},
		"signed out": {func(s *stage) { s.SignOut() }, SignIn},
		"left alone": {func(s *stage) { s.after(2 * time.Minute) }, Covered},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			s, patients := sharing(t)
			s.TakeScreen()
			if got := s.must(SignIn); got.Away || patients.left != 0 {
				t.Fatalf("away %v, %d visits ended before anybody was let in", got.Away, patients.left)
			}
			s.signIn(adminBadge, "000000")
			if s.State().Away || patients.left != 0 {
				t.Fatal("a wrong PIN ended the visit")
			}
			s.signIn(adminBadge, adminPIN)
			if got := s.must(Working); got.Away || patients.left != 1 {
				t.Fatalf("away %v, %d visits ended, want 1", got.Away, patients.left)
			}
			way.leave(s)
			if got := s.must(way.phase); !got.Away {
				t.Error("staff still have the screen")
			}
		})
	}
}

func (s *stage) giveBack() { s.GiveScreen() }

// TestSharedScreenComesBack finds what was left at another sign-in, and nothing
// of it as somebody else.
func TestSharedScreenComesBack(t *testing.T) {
	s, _ := sharing(t)
	s.TakeScreen()
	s.signIn(adminBadge, adminPIN)
	s.Go(Route{Page: PageFind})
	s.GiveScreen()
	s.TakeScreen()
	if got := s.must(Covered); got.Away {
		t.Fatal("nobody can sign in")
	}
	s.SomebodyElse()
	if got := s.must(SignIn); got.Away {
		t.Fatal("somebody else has to find the way again")
	}
	s.GiveScreen()
	s.TakeScreen()
	s.signIn(adminBadge, adminPIN)
	if got := s.must(Working); got.Route.Page != PageToday {
		t.Errorf("page %q after signing out, want the first one", got.Route.Page)
	}
	s.Go(Route{Page: PageFind})
	s.GiveScreen()
	s.TakeScreen()
	s.signIn("", adminPIN)
	if got := s.must(Working); got.Route.Page != PageFind {
		t.Errorf("page %q, want what was left", got.Route.Page)
	}
}

// TestDoorIsLeft gives the screen back if nobody signs in, but not while
// somebody types.
func TestDoorIsLeft(t *testing.T) {
	s, patients := sharing(t)
	s.TakeScreen()
	s.after(doorLimit - time.Second)
	s.Used()
	s.after(doorLimit - time.Second)
	if s.State().Away {
		t.Fatal("the screen went away from somebody who types")
	}
	s.after(time.Second)
	if got := s.State(); !got.Away || patients.left != 0 {
		t.Errorf("away %v, %d visits ended", got.Away, patients.left)
	}
}

// TestNobodyCoversAMeasurement leaves the screen to a person who must be able to
// stop the instrument.
func TestNobodyCoversAMeasurement(t *testing.T) {
	s, patients := sharing(t)
	patients.measuring = true
	s.TakeScreen()
	if !s.State().Away {
		t.Error("the button that stops the instrument is covered")
	}
}

// TestOwnScreen has a desk with a screen of its own never give it away.
func TestOwnScreen(t *testing.T) {
	s := working(t)
	s.TakeScreen()
	s.GiveScreen()
	if got := s.must(Working); got.Away || got.Who == (records.Actor{}) {
		t.Errorf("%+v", got)
	}
	s.Cover()
	s.after(time.Hour)
	if s.must(Covered).Away {
		t.Error("there are no patients here")
	}
}
