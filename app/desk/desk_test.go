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
	if homeOf(staff.Auditor) != PageAudit || homeOf(staff.Technician) != PageInstruments {
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
