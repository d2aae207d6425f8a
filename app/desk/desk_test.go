package desk

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// opening is when most tests begin, at a kiosk two hours east of Greenwich.
var (
	opening = time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC)
	zone    = time.FixedZone("here", 2*60*60)
)

// A stage is a desk on records in a file, with clocks that the test moves.
type stage struct {
	*Desk
	t     *testing.T
	store *records.Store

	mu    sync.Mutex
	clock time.Time
	up    time.Duration
}

func (s *stage) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

func (s *stage) uptime() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up
}

// after lets time pass.
func (s *stage) after(d time.Duration) {
	s.mu.Lock()
	s.clock, s.up = s.clock.Add(d), s.up+d
	s.mu.Unlock()
	s.Tick()
	s.Wait()
}

// newStage is a desk whose records have no account yet.
func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, clock: opening, up: time.Hour}
	var err error
	s.store, err = records.Open(t.Context(), filepath.Join(t.TempDir(), "aidpost.db"), records.Options{
		Now: s.now, Uptime: s.uptime, PINCost: staff.Cost{Passes: 1, KiB: 8, Threads: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Desk = New(Config{
		Store: s.store, Place: records.Place{Organization: "Corner Pharmacy", Kiosk: "desk-1"}, Zone: zone,
		User: "root", Consent: "1", Now: s.now,
	})
	t.Cleanup(func() {
		s.Close()
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	})
	s.Wait()
	return s
}

const (
	adminBadge, adminPIN = "badge of Amina", "604183"
	otherBadge, otherPIN = "badge of Bo", "917264"
)

// working is a stage with an administrator, Amina, who is signed in, and an
// operator, Bo.
func working(t *testing.T) *stage {
	t.Helper()
	s := newStage(t)
	s.SetUp(First{Name: "Amina", Badge: adminBadge, PIN: adminPIN, Again: adminPIN})
	s.Wait()
	s.must(Working)
	s.Do(func(ctx context.Context, a *records.Access) error {
		_, err := a.AddStaff(ctx, records.NewAccount{Name: "Bo", Role: staff.Operator, Badge: otherBadge, PIN: otherPIN})
		return err
	}, nil)
	s.Wait()
	return s
}

func (s *stage) must(p Phase) State {
	s.t.Helper()
	s.Wait()
	got := s.State()
	if got.Phase != p {
		s.t.Fatalf("phase %q, want %q (refusal %+v, said %+v)", got.Phase, p, got.Refusal, got.Said)
	}
	return got
}

func (s *stage) signIn(badge, pin string) State {
	s.SignIn(badge, pin)
	s.Wait()
	return s.State()
}

// save puts a visit into the records as the kiosk would.
func (s *stage) save(e *records.Encounter) {
	s.t.Helper()
	if err := s.store.Save(context.Background(), e); err != nil {
		s.t.Fatal(err)
	}
}

// visitor is somebody who came some time ago; with a tier they were measured.
func (s *stage) visitor(name string, ago time.Duration, tier int) *records.Encounter {
	e := &records.Encounter{
		ID: records.NewID(), Patient: &records.Patient{ID: records.NewID(), Given: name, Family: "Haddad", BirthDate: records.Date{Year: 1956, Month: 4, Day: 30}},
		Status: records.InProgress, Started: s.now().Add(-ago), Zone: "UTC", Language: "en",
	}
	if tier >= 0 {
		pulse := vitals.Of(70, vitals.PerMinute)
		spo2 := vitals.Of(97, vitals.Percent)
		e.Observations = []records.Observation{{
			ID: records.NewID(), Panel: vitals.Oximetry, Taken: e.Started, State: records.Confirmed,
			Values: vitals.Values{{Measure: vitals.SpO2, Quantity: spo2}, {Measure: vitals.Pulse, Quantity: pulse}},
			Judged: []records.Judgement{{Subject: "spo2", Severity: "usual", Tier: tier, Guideline: "g", Edition: "1", Source: "s"}},
			Origin: records.Origin{Device: records.Device{Maker: "m", Model: "m"}, Driver: "d", DriverVersion: "1"},
		}}
	}
	return e
}

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

func TestLateAnswersAreDropped(t *testing.T) {
	s := working(t)
	enter, leave := make(chan struct{}), make(chan struct{})
	s.Do(func(context.Context, *records.Access) error { close(enter); <-leave; return errors.New("late") },
		func(error) bool { t.Error("an answer to somebody who is gone"); return true })
	<-enter
	s.Cover()
	close(leave)
	if got := s.must(Covered); got.Said.Key != "" {
		t.Errorf("says %q", got.Said.Key)
	}
}

func TestTroubleInWords(t *testing.T) {
	s := working(t)
	for _, tc := range []struct {
		err  error
		want words.Key
	}{
		{fmt.Errorf("x: %w", records.ErrFull), words.ProblemFull},
		{fmt.Errorf("x: %w", records.ErrStale), words.ProblemStale},
		{&staff.DeniedError{Role: staff.Operator, Action: staff.ErasePatient}, words.ProblemDenied},
		{errors.New("x"), words.ProblemRecords},
		{fmt.Errorf("x: %w", records.ErrCorrupt), words.ProblemRecords},
	} {
		s.Do(func(context.Context, *records.Access) error { return tc.err }, nil)
		got := s.must(Working)
		if got.Said.Key != tc.want || !got.Said.Bad {
			t.Errorf("%v: says %+v, want %s", tc.err, got.Said, tc.want)
		}
		if damaged := errors.Is(tc.err, records.ErrCorrupt); got.Health.Damaged != damaged {
			t.Errorf("%v: damaged is %v", tc.err, got.Health.Damaged)
		}
	}
	s.after(badStands + time.Second)
	if got := s.State(); got.Said.Key != "" {
		t.Errorf("still says %q", got.Said.Key)
	}
}

func TestRoutes(t *testing.T) {
	s := working(t)
	s.Go(Route{Page: PageFind})
	s.Go(Route{Page: PageRegister})
	s.Go(Route{Page: PageRegister})
	if got := s.State(); got.Route.Page != PageRegister || got.Depth != 2 {
		t.Errorf("%+v, %d", got.Route, got.Depth)
	}
	s.Back()
	s.Back()
	s.Back()
	if got := s.State(); got.Route.Page != PageToday || got.Depth != 0 {
		t.Errorf("%+v, %d", got.Route, got.Depth)
	}
	for range 2 * mostRoutes {
		s.Go(Route{Page: PageFind})
		s.Go(Route{Page: PageToday})
	}
	if got := s.State(); got.Depth != mostRoutes {
		t.Errorf("%d pages to go back to", got.Depth)
	}
	s.SignOut()
	s.Go(Route{Page: PageFind})
	if got := s.State(); got.Route.Page != PageNone {
		t.Errorf("a page is open and nobody is signed in: %+v", got.Route)
	}
}

// TestPagesOfRoles: nobody comes to a page that is not theirs.
func TestPagesOfRoles(t *testing.T) {
	for _, role := range staff.Roles() {
		home := homeOf(role)
		if home == PageNone {
			continue
		}
		if right, ok := home.Right(); !ok || staff.Allow(role, right) != nil {
			t.Errorf("%s begins at %q", role, home)
		}
	}
	if homeOf(staff.Auditor) != PageNone || homeOf(staff.Technician) != PageNone {
		t.Error("somebody who may see nobody's data begins with a list of people")
	}
}

func TestHealthIsLookedAt(t *testing.T) {
	s := working(t)
	found := Health{Free: 1 << 20}
	s.cfg.Health = func(context.Context) Health { return found }
	s.after(healthEvery)
	if got := s.State().Health; got != found {
		t.Errorf("%+v", got)
	}
	found = Health{}
	s.after(healthEvery)
	if got := s.State().Health; got != found {
		t.Errorf("%+v stays", got)
	}
}
