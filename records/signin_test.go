package records

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/staff"
)

func TestSignIn(t *testing.T) {
	d := newDesk(t)
	for _, role := range staff.Roles() {
		a := d.signIn(t, role)
		if a.Who() != (Actor{ID: d.ids[role], Name: "The " + string(role), Role: role, Station: "kiosk-1"}) {
			t.Errorf("%s is %+v", role, a.Who())
		}
		// What each role may do is the policy's word, nothing else.
		for _, action := range staff.Actions() {
			if got, want := a.Authorize(t.Context(), action), staff.Allow(role, action); (got == nil) != (want == nil) {
				t.Errorf("%s by %s: %v, policy %v", action, role, got, want)
			}
		}
	}
	for badge, pin := range map[string]string{
		badgeOf(staff.Operator): d.pins[staff.Supervisor], "": d.pins[staff.Operator], "another badge": d.pins[staff.Operator],
	} {
		if a, err := d.SignIn(t.Context(), badge, pin, ""); a != nil || !errors.Is(err, ErrSignIn) || lockedFor(err) > 0 {
			t.Errorf("%q with another PIN: %v, %v", badge, a, err)
		}
	}
	if _, err := d.SignIn(t.Context(), badgeOf(staff.Operator), "", ""); !errors.Is(err, ErrSignIn) {
		t.Errorf("a badge alone: %v", err)
	}
}

func TestSessionEnds(t *testing.T) {
	d := newDesk(t)
	a := d.signIn(t, staff.Supervisor)
	d.uptime += staff.IdleLimit - time.Second
	if err := a.Authorize(t.Context(), staff.ListRecords); err != nil {
		t.Errorf("before the limit: %v", err)
	}
	d.uptime += staff.IdleLimit
	if err := a.Authorize(t.Context(), staff.ListRecords); !errors.Is(err, staff.ErrSignedOut) {
		t.Errorf("idle: %v", err)
	}
	d.uptime -= staff.IdleLimit
	if err := a.Authorize(t.Context(), staff.ListRecords); !errors.Is(err, staff.ErrSignedOut) {
		t.Errorf("ended once: %v", err)
	}
	b := d.signIn(t, staff.Operator)
	if err := d.signIn(t, staff.Administrator).DisableStaff(t.Context(), d.ids[staff.Operator]); err != nil {
		t.Fatal(err)
	}
	if err := b.Authorize(t.Context(), staff.ListRecords); !errors.Is(err, staff.ErrSignedOut) {
		t.Errorf("disabled meanwhile: %v", err)
	}
	c := d.signIn(t, staff.Auditor)
	if err := c.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Audit(t.Context(), AuditFilter{}, nil); !errors.Is(err, staff.ErrSignedOut) {
		t.Errorf("signed out: %v", err)
	}
}

func TestLockout(t *testing.T) {
	d := newDesk(t)
	badge := badgeOf(staff.Operator)
	for i := range 5 {
		if err := d.try(t, badge); lockedFor(err) > 0 {
			t.Fatalf("attempt %d: %v", i+1, err)
		}
	}
	locked := func(want time.Duration) {
		t.Helper()
		_, err := d.SignIn(t.Context(), badge, d.pins[staff.Operator], "")
		if got := lockedFor(err); got != want {
			t.Errorf("locked for %v, want %v (%v)", got, want, err)
		}
	}
	locked(time.Minute) // the right PIN as well
	d.clock = d.clock.Add(100 * time.Hour)
	locked(time.Minute) // the clock that anybody can set does not count
	d.uptime += 20 * time.Second
	locked(40 * time.Second)
	d.restart(t)
	locked(time.Minute) // nor does a restart
	d.uptime += time.Minute
	if _, err := d.SignIn(t.Context(), badge, d.pins[staff.Operator], ""); err != nil {
		t.Fatalf("after the wait: %v", err)
	}
	for range 4 {
		if err := d.try(t, badge); lockedFor(err) > 0 {
			t.Fatalf("a right attempt forgives those before: %v", err)
		}
	}
}

// The attempt is on disk before the PIN is looked at: a program that dies while
// it compares has still counted it.
func TestAttemptIsCountedFirst(t *testing.T) {
	d := newDesk(t)
	for range 5 {
		err := d.record(t.Context(), func(t *tx) error {
			_, err := t.count(badgeOf(staff.Operator))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	d.restart(t)
	if err := d.try(t, badgeOf(staff.Operator)); lockedFor(err) != time.Minute {
		t.Errorf("after five attempts that nobody saw the end of: %v", err)
	}
}

func TestHardLock(t *testing.T) {
	d := newDesk(t)
	badge := badgeOf(staff.Operator)
	for range 15 {
		d.uptime += time.Hour
		if err := d.try(t, badge); lockedFor(err) > 0 {
			t.Fatalf("after an hour: %v", err)
		}
	}
	d.uptime += 1000 * time.Hour
	_, err := d.SignIn(t.Context(), badge, d.pins[staff.Operator], "")
	if l, ok := errors.AsType[*LockedError](err); !ok || l.Wait != 0 {
		t.Fatalf("after 15 failures: %v", err)
	}
	if err := d.signIn(t, staff.Supervisor).UnlockStaff(t.Context(), d.ids[staff.Operator]); err != nil {
		t.Fatal(err)
	}
	d.signIn(t, staff.Operator)
	// Whoever is the only one who could unlock waits, but is not shut out.
	admin := d.signIn(t, staff.Administrator)
	if err := admin.DisableStaff(t.Context(), d.ids[staff.Supervisor]); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		d.uptime += time.Hour
		d.try(t, badgeOf(staff.Administrator))
	}
	if err := d.try(t, badgeOf(staff.Administrator)); lockedFor(err) != time.Hour {
		t.Errorf("the only administrator: %v", err)
	}
	d.uptime += time.Hour
	d.signIn(t, staff.Administrator)
}

func TestStationIsLocked(t *testing.T) {
	d := newDesk(t)
	for i := range 30 {
		if err := d.try(t, fmt.Sprint("somebody's badge ", i)); lockedFor(err) > 0 {
			t.Fatalf("attempt %d: %v", i+1, err)
		}
	}
	d.clock = d.clock.Add(5 * time.Hour)
	d.restart(t)
	_, err := d.SignIn(t.Context(), badgeOf(staff.Operator), d.pins[staff.Operator], "")
	if l, ok := errors.AsType[*LockedError](err); !ok || !l.Station || l.Wait != 2*time.Minute {
		t.Fatalf("after 30 failures: %v", err)
	}
	d.uptime += 2 * time.Minute
	for range 40 { // right attempts are not held against it
		d.signIn(t, staff.Operator)
	}
}

// In a random life of a desk, nobody gets in without the PIN and the badge, and
// no wrong attempt is judged while the account is locked.
func TestNobodyGetsInByChance(t *testing.T) {
	d := newDesk(t)
	r := rand.New(rand.NewPCG(5, 6))
	wrong := map[staff.Role]int{}
	for range 400 {
		role := staff.Roles()[r.IntN(3)]
		right := r.IntN(6) == 0
		pin := d.pins[role]
		if !right {
			pin = "604183"
		}
		a, err := d.SignIn(t.Context(), badgeOf(role), pin, "")
		switch locked := lockedFor(err) > 0; {
		case a != nil && !right:
			t.Fatalf("%s is in with a wrong PIN", role)
		case a != nil && wrong[role] >= 15 && role == staff.Operator:
			t.Fatalf("%s is in after %d failures", role, wrong[role])
		case a != nil:
			wrong[role] = 0
		case right && !locked:
			t.Fatalf("%s is refused with the right PIN: %v", role, err)
		case !locked:
			wrong[role]++
		}
		if wrong[role] < 5 && lockedFor(err) > 0 && !strings.Contains(err.Error(), "here") {
			t.Fatalf("%s is locked after %d failures: %v", role, wrong[role], err)
		}
		d.uptime += time.Duration(r.Int64N(int64(10 * time.Minute)))
		d.clock = d.clock.Add(time.Duration(r.Int64N(int64(100*time.Hour))) - 50*time.Hour)
	}
}

func TestSignInIsOnRecord(t *testing.T) {
	d := newDesk(t)
	from := len(auditOf(t, d.Store))
	d.try(t, "unknown badge")
	d.try(t, badgeOf(staff.Auditor))
	a := d.signIn(t, staff.Operator)
	_ = a.ResetPIN(t.Context(), d.ids[staff.Auditor], "604183")
	if err := a.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range auditOf(t, d.Store)[from:] {
		who := ""
		for role, id := range d.ids {
			if e.Who == id {
				who = string(role)
			}
		}
		got = append(got, fmt.Sprintf("%s %s %s %v", e.Action, e.Outcome, who, e.Object == d.ids[staff.Auditor]))
	}
	want := []string{
		"staff.sign-in failed  false", "staff.sign-in failed  true", "staff.sign-in  operator false",
		"staff.manage refused operator false", "staff.sign-out  operator false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// A badge that nobody has takes as long as a wrong PIN: the same work is done.
func BenchmarkSignIn(b *testing.B) {
	s := openTemp(b, Options{Uptime: func() time.Duration { return 0 }})
	a := s.Console("", "")
	if _, err := a.AddStaff(b.Context(), NewAccount{Name: "Ada", Role: staff.Administrator, Badge: "known", PIN: "291740"}); err != nil {
		b.Fatal(err)
	}
	for _, badge := range []string{"known", "unknown"} {
		b.Run(badge, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.SignIn(b.Context(), badge, "604183", ""); !errors.Is(err, ErrSignIn) {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestBadgeInPlaceOfAPIN: a badge of digits that a scanner typed into the field for
// PINs is nobody's wrong PIN, however often; it counts for the kiosk alone, and a wrong
// PIN that is no badge counts as before.
func TestBadgeInPlaceOfAPIN(t *testing.T) {
	d := newDesk(t)
	const badge = "48151623"
	admin := d.signIn(t, staff.Administrator)
	if _, err := admin.AddStaff(t.Context(), NewAccount{Name: "Digits", Role: staff.Operator, Badge: badge, PIN: "905173"}); err != nil {
		t.Fatal(err)
	}
	failures := func() (n int) {
		t.Helper()
		err := d.record(t.Context(), func(x *tx) error {
			rows, err := x.accounts()
			for _, row := range rows {
				if row.Role == staff.Operator && row.Name != "Digits" {
					n = row.lock.Failed
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for range 8 {
		if _, err := d.SignIn(t.Context(), badgeOf(staff.Operator), badge, "kiosk-1"); !errors.Is(err, ErrBadgeForPIN) || !errors.Is(err, ErrSignIn) {
			t.Fatalf("a badge as the PIN: %v", err)
		}
	}
	if _, err := d.SignIn(t.Context(), "badge of nobody", badge, "kiosk-1"); !errors.Is(err, ErrBadgeForPIN) {
		t.Errorf("it tells whether the other badge is known: %v", err)
	}
	if n := failures(); n != 0 {
		t.Errorf("%d failures of the account", n)
	}
	d.try(t, badgeOf(staff.Operator))
	if n := failures(); n != 1 {
		t.Errorf("after a wrong PIN %d failures", n)
	}
	refused := false
	for range 40 { // nobody tries out badges without end
		_, err := d.SignIn(t.Context(), badgeOf(staff.Operator), badge, "kiosk-1")
		refused = refused || lockedFor(err) > 0
	}
	if !refused {
		t.Error("the kiosk judges badges without end")
	}
}
