package desk

import (
	"context"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/staff"
)

func TestFirstAccount(t *testing.T) {
	s := newStage(t)
	s.must(Setup)
	for _, tc := range []struct {
		first First
		why   Why
	}{
		{First{"", "1234", "604183", "604183"}, NameMissing},
		{First{"Amina", "123", "604183", "604183"}, BadgeShort},
		{First{"Amina", "1234", "123456", "123456"}, PINWeak},
		{First{"Amina", "1234", "12", "12"}, PINWeak},
		{First{"Amina", "1234", "604183", "604184"}, PINDiffers},
	} {
		s.SetUp(tc.first)
		if got := s.must(Setup); got.Refusal.Why != tc.why {
			t.Errorf("%+v: %q, want %q", tc.first, got.Refusal.Why, tc.why)
		}
	}
	s.SignIn("1234", "604183")
	s.must(Setup) // nobody gets in without an account
	s.SetUp(First{" Amina ", "1234", "604183", "604183"})
	got := s.must(Working)
	if got.Who.Name != "Amina" || got.Who.Role != staff.Administrator || got.Route.Page != PageToday {
		t.Errorf("%+v at %+v", got.Who, got.Route)
	}
	if has, err := s.store.HasStaff(t.Context()); err != nil || !has {
		t.Errorf("%v, %v", has, err)
	}
}

func TestSignInAndItsRefusals(t *testing.T) {
	s := working(t)
	s.SignOut()
	s.must(SignIn)
	for _, tc := range []struct {
		badge, pin string
		why        Why
	}{
		{"", "604183", BadgeMissing}, {adminBadge, "", PINMissing}, {adminBadge, "604184", Wrong}, {"nobody's", "604183", Wrong},
	} {
		if got := s.signIn(tc.badge, tc.pin); got.Refusal.Why != tc.why || got.Phase != SignIn {
			t.Errorf("%q %q: %+v", tc.badge, tc.pin, got.Refusal)
		}
	}
	if got := s.signIn("  "+adminBadge, adminPIN); got.Phase != Working {
		t.Fatalf("%+v", got.Refusal)
	}
	s.SignOut()
	// Guessing is slowed down, the screen says until when, and then it is judged
	// again.
	var got State
	for range 40 {
		if got = s.signIn(otherBadge, "000000"); got.Refusal.Why != Wrong {
			break
		}
	}
	if got.Refusal.Why != Wait && got.Refusal.Why != WaitHere || !got.Refusal.Until.After(s.now()) {
		t.Fatalf("after many guesses: %+v", got.Refusal)
	}
	if again := s.signIn(otherBadge, otherPIN); again.Phase == Working {
		t.Error("the right PIN lets somebody in who has to wait")
	}
	s.after(got.Refusal.Until.Sub(s.now()) + time.Hour)
	if again := s.signIn(otherBadge, otherPIN); again.Phase != Working {
		t.Errorf("after the wait: %+v", again.Refusal)
	}
}

// TestChoosingAPIN: whoever signs in with a PIN that somebody else has chosen
// does nothing before it is another one.
func TestChoosingAPIN(t *testing.T) {
	s := working(t)
	s.Do(func(ctx context.Context, a *records.Access) error {
		_, err := a.AddStaff(ctx, records.NewAccount{Name: "Chi", Role: staff.Operator, Badge: "badge of Chi", PIN: "582931", Temporary: true})
		return err
	}, nil)
	s.Wait()
	s.SignOut()
	if got := s.signIn("badge of Chi", "582931"); got.Phase != NewPIN || got.Who.Name != "Chi" {
		t.Fatalf("%q, %+v", got.Phase, got.Who)
	}
	if s.May(staff.ListRecords) || s.MayOpen(PageFind) {
		t.Error("somebody works with a PIN that two people know")
	}
	for _, tc := range []struct {
		pin, again string
		why        Why
	}{{"123456", "123456", PINWeak}, {"77", "77", PINWeak}, {"401957", "401958", PINDiffers}, {"582931", "582931", PINWeak}} {
		s.ChoosePIN(tc.pin, tc.again)
		if got := s.must(NewPIN); got.Refusal.Why != tc.why {
			t.Errorf("%q: %+v, want %q", tc.pin, got.Refusal, tc.why)
		}
	}
	s.after(staff.IdleLimit)
	s.must(Covered)
	if got := s.signIn("", "582931"); got.Phase != NewPIN {
		t.Fatalf("came back to %q", got.Phase)
	}
	s.ChoosePIN("401957", "401957")
	s.must(Working)
	s.Go(Route{Page: PageFind})
	if got := s.State(); got.Route.Page != PageFind {
		t.Errorf("%+v", got.Route)
	}
	s.SignOut()
	if got := s.signIn("badge of Chi", "401957"); got.Phase != Working {
		t.Errorf("with the chosen PIN: %q, %+v", got.Phase, got.Refusal)
	}
}

// TestCoveredScreen: nobody at the screen covers it; the same person finds
// everything as they left it, another nothing of it.
func TestCoveredScreen(t *testing.T) {
	s := working(t)
	s.save(s.visitor("Fatima", time.Hour, 0))
	s.Go(Route{Page: PageRegister})
	s.Edit(func(d *Draft) {
		d.Given, d.Family, d.Day, d.Month, d.Year = "Fatima", "Haddad", "30", "04", "1956"
	})
	s.Wait()
	if len(s.State().Register.Alike) != 1 {
		t.Fatal("nobody is alike")
	}
	s.after(staff.IdleLimit - time.Second)
	s.must(Working)
	s.Used()
	s.after(staff.IdleLimit - time.Second)
	s.must(Working)
	s.after(2 * time.Second)
	got := s.must(Covered)
	if got.Who.Name != "Amina" {
		t.Errorf("covered for %+v", got.Who)
	}
	if got.Today.Rows != nil || got.Find.Rows != nil || got.Register.Alike != nil {
		t.Error("somebody's data stays behind the cover")
	}
	if got = s.signIn("", "000000"); got.Phase != Covered || got.Refusal.Why != Wrong {
		t.Errorf("another PIN: %q, %+v", got.Phase, got.Refusal)
	}
	got = s.signIn("", adminPIN)
	if got.Phase != Working || got.Route.Page != PageRegister || got.Register.Draft.Given != "Fatima" {
		t.Fatalf("came back to %q, %+v, %+v", got.Phase, got.Route, got.Register.Draft)
	}
	if len(got.Register.Alike) != 1 {
		t.Error("who is alike does not come back")
	}
	s.Cover()
	s.must(Covered)
	s.SomebodyElse()
	got = s.signIn(otherBadge, otherPIN)
	if got.Phase != Working || got.Route.Page != PageToday || !got.Register.Draft.empty() {
		t.Fatalf("another person finds %+v, %+v", got.Route, got.Register.Draft)
	}
	s.SignOut()
	if got = s.signIn(adminBadge, adminPIN); got.Register.Draft.Given != "Fatima" {
		t.Errorf("what was typed is lost: %+v", got.Register.Draft)
	}
}

// TestSessionOfTheRecordsDecides: where the records say that a session is over,
// the screen is covered, whatever it thinks itself.
func TestSessionOfTheRecordsDecides(t *testing.T) {
	s := working(t)
	s.mu.Lock()
	s.up += staff.SessionLimit
	s.mu.Unlock()
	s.Used()
	s.must(Covered)
	s = working(t)
	s.mu.Lock()
	s.up += staff.IdleLimit
	s.mu.Unlock()
	s.ShowGroup(Registered)
	s.Go(Route{Page: PageFind})
	s.Search("a")
	s.must(Covered)
}
