package office_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"aidpost/app/office"
	"aidpost/records"
	"aidpost/records/staff"
)

// hands work at once, as whoever has them.
type hands struct {
	a       *records.Access
	mu      sync.Mutex
	untaken []error // what the screen has to say
	deaf    bool    // no answer comes, as after a cover
}

func (h *hands) Do(work func(context.Context, *records.Access) error, done func(error) bool) {
	err := work(context.Background(), h.a)
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.deaf && !done(err) {
		h.untaken = append(h.untaken, err)
	}
}

const adminPIN, operatorPIN = "604183", "917264"

var opening = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// newStore has an administrator, Amina, and an operator, Bo.
func newStore(t testing.TB) *records.Store {
	t.Helper()
	s, err := records.Open(context.Background(), filepath.Join(t.TempDir(), "aidpost.db"), records.Options{
		Now: func() time.Time { return opening }, Uptime: func() time.Duration { return time.Hour },
		PINCost: staff.Cost{Passes: 1, KiB: 8, Threads: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Console("root", "desk-1").AddStaff(t.Context(), records.NewAccount{
		Name: "Amina", Role: staff.Administrator, Badge: "badge of Amina", PIN: adminPIN,
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := signIn(t, s, "Amina", adminPIN).AddStaff(t.Context(), records.NewAccount{
		Name: "Bo", Role: staff.Operator, Badge: "badge of Bo", PIN: operatorPIN,
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

func signIn(t testing.TB, s *records.Store, name, pin string) *records.Access {
	t.Helper()
	a, err := s.SignIn(context.Background(), "badge of "+name, pin, "desk-1")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestRoster(t *testing.T) {
	s := newStore(t)
	bo := signIn(t, s, "Bo", operatorPIN)
	h := &hands{a: signIn(t, s, "Amina", adminPIN)}
	changes := 0
	r := office.NewRoster(office.Config{Hands: h, Changed: func() { changes++ }})
	got := r.State()
	if !got.Loaded || len(got.Accounts) != 2 || got.Accounts[0].Name != "Amina" || changes == 0 {
		t.Fatalf("%+v, %d changes", got, changes)
	}
	amina, other := got.Accounts[0].ID, got.Accounts[1].ID
	r.Add(records.NewAccount{Name: "Chi", Role: staff.Operator, Badge: "badge of Bo", PIN: "582931"})
	if err := r.Task().Problem; !errors.Is(err, records.ErrTaken) {
		t.Errorf("a badge that is taken: %v", err)
	}
	r.Add(records.NewAccount{Name: "Abebe", Role: staff.Operator, Badge: "badge of Abebe", PIN: "582931"})
	if got = r.State(); len(got.Accounts) != 3 || got.Accounts[0].Name != "Abebe" || !got.Accounts[0].MustChange {
		t.Errorf("%+v", got.Accounts)
	}
	r.SetRole(amina, staff.Operator)
	if err := r.Task().Problem; !errors.Is(err, records.ErrLastAdministrator) {
		t.Errorf("the last administrator: %v", err)
	}
	r.SetRole(other, staff.Supervisor)
	if a, _ := r.State().Account(other); a.Role != staff.Supervisor || r.Task().Problem != nil {
		t.Errorf("%+v, %v", a, r.Task().Problem)
	}
	if err := bo.Authorize(t.Context(), staff.ListRecords); !errors.Is(err, staff.ErrSignedOut) {
		t.Errorf("goes on in the old role: %v", err)
	}
	r.SetBadge(other, "second badge")
	r.GivePIN(other, "806132")
	if _, err := s.SignIn(t.Context(), "second badge", "806132", ""); err != nil {
		t.Error(err)
	}
	r.Close(other)
	got = r.State()
	if last := got.Accounts[len(got.Accounts)-1]; last.ID != other || last.Disabled.IsZero() {
		t.Errorf("%+v", last)
	}
	if len(h.untaken) != 0 {
		t.Errorf("said elsewhere: %v", h.untaken)
	}
}

// TestTaskAfterACover: an answer that never came does not keep a page from going
// on.
func TestTaskAfterACover(t *testing.T) {
	s := newStore(t)
	h := &hands{a: signIn(t, s, "Amina", adminPIN), deaf: true}
	r := office.NewRoster(office.Config{Hands: h})
	h.deaf = false
	r.Load()
	if !r.Task().Busy || r.State().Loaded {
		t.Fatal("two things at once")
	}
	r.Resume()
	if r.Task().Busy || !r.State().Loaded {
		t.Errorf("%+v", r.Task())
	}
	// Whose session is over is not a matter of this page.
	if err := h.a.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.Load()
	if len(h.untaken) != 1 || !errors.Is(h.untaken[0], staff.ErrSignedOut) {
		t.Errorf("said to the screen: %v", h.untaken)
	}
}
