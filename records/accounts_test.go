package records

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/staff"
)

// A desk is a store with accounts and a machine whose clocks the test moves.
type desk struct {
	*Store
	path   string
	clock  time.Time
	uptime time.Duration
	pins   map[staff.Role]string
	ids    map[staff.Role]ID
}

func badgeOf(r staff.Role) string { return "badge of the " + string(r) }

func (d *desk) options() Options {
	return Options{
		Now: func() time.Time { return d.clock }, Uptime: func() time.Duration { return d.uptime },
		PINCost: staff.Cost{Passes: 1, KiB: 8, Threads: 1},
	}
}

// newDesk has an account of each role.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{
		path: filepath.Join(t.TempDir(), "aidpost.db"), clock: now, uptime: time.Hour,
		pins: map[staff.Role]string{}, ids: map[staff.Role]ID{},
	}
	d.Store = openAt(t, d.path, d.options())
	a := d.Console("root", "kiosk-1")
	roles := staff.Roles()
	slices.SortFunc(roles, func(x, y staff.Role) int { return strings.Compare(string(x), string(y)) }) // administrator first
	for i, role := range roles {
		d.pins[role] = fmt.Sprintf("29174%d", i)
		made, err := a.AddStaff(t.Context(), NewAccount{Name: "The " + string(role), Role: role, Badge: badgeOf(role), PIN: d.pins[role]})
		if err != nil {
			t.Fatal(err)
		}
		d.ids[role] = made.ID
		if role == staff.Administrator {
			a = d.signIn(t, role)
		}
	}
	return d
}

// restart starts the machine again.
func (d *desk) restart(t *testing.T) {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d.uptime = 0
	d.Store = openAt(t, d.path, d.options())
}

func (d *desk) signIn(t *testing.T, r staff.Role) *Access {
	t.Helper()
	a, err := d.SignIn(t.Context(), badgeOf(r), d.pins[r], "kiosk-1")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// try signs in with a wrong PIN.
func (d *desk) try(t *testing.T, badge string) error {
	t.Helper()
	a, err := d.SignIn(t.Context(), badge, "604183", "kiosk-1")
	if a != nil || !errors.Is(err, ErrSignIn) {
		t.Fatalf("a wrong PIN: %v, %v", a, err)
	}
	return err
}

func lockedFor(err error) time.Duration {
	if l, ok := errors.AsType[*LockedError](err); ok {
		return max(l.Wait, 1)
	}
	return 0
}

func TestFirstRun(t *testing.T) {
	s := openTemp(t, (&desk{clock: now}).options())
	if has, err := s.HasStaff(t.Context()); has || err != nil {
		t.Fatalf("a new kiosk has staff: %v, %v", has, err)
	}
	if _, err := s.SignIn(t.Context(), "", "", ""); !errors.Is(err, ErrSignIn) {
		t.Errorf("without a badge and a PIN: %v", err)
	}
	a := s.Console("root", "")
	for why, n := range map[string]NewAccount{
		"not an administrator": {Name: "Ada", Role: staff.Operator, Badge: "1234", PIN: "291740"},
		"no account's role":    {Name: "Ada", Role: staff.Console, Badge: "1234", PIN: "291740"},
		"no role":              {Name: "Ada", Badge: "1234", PIN: "291740"},
		"no name":              {Name: " \u200e", Role: staff.Administrator, Badge: "1234", PIN: "291740"},
		"weak PIN":             {Name: "Ada", Role: staff.Administrator, Badge: "1234", PIN: "123456"},
		"short badge":          {Name: "Ada", Role: staff.Administrator, Badge: "1 2 3", PIN: "291740"},
	} {
		if _, err := a.AddStaff(t.Context(), n); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := a.AddStaff(t.Context(), NewAccount{Name: "Ada", Role: staff.Administrator, Badge: "AB-1234", PIN: "291740"}); err != nil {
		t.Fatal(err)
	}
	// From now on nobody acts without signing in.
	if _, err := a.AddStaff(t.Context(), NewAccount{Name: "Eve", Role: staff.Administrator, Badge: "9999", PIN: "291740"}); !errors.Is(err, ErrNeedsSignIn) {
		t.Errorf("a second account from the console: %v", err)
	}
	if _, err := a.Encounter(t.Context(), NewID()); !errors.Is(err, ErrNeedsSignIn) {
		t.Errorf("a look from the console: %v", err)
	}
	if _, err := s.SignIn(t.Context(), "ab-1234 ", "291740", ""); err != nil {
		t.Errorf("the first administrator: %v", err)
	}
}

func TestSignIn(t *testing.T) {
	d := newDesk(t)
	for _, role := range staff.Roles() {
		a := d.signIn(t, role)
		if a.Who() != (Actor{ID: d.ids[role], Role: role, Station: "kiosk-1"}) {
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

func TestAccountsAreManaged(t *testing.T) {
	d := newDesk(t)
	admin := d.signIn(t, staff.Administrator)
	for why, n := range map[string]NewAccount{
		"name":  {Name: "the  OPERATOR", Role: staff.Operator, Badge: "5555", PIN: "604183"},
		"badge": {Name: "Ada", Role: staff.Operator, Badge: strings.ToUpper(badgeOf(staff.Auditor)), PIN: "604183"},
	} {
		if _, err := admin.AddStaff(t.Context(), n); !errors.Is(err, ErrTaken) {
			t.Errorf("a %s that somebody has: %v", why, err)
		}
	}
	for _, role := range []staff.Role{staff.Operator, staff.Supervisor, staff.Technician, staff.Auditor} {
		a := d.signIn(t, role)
		_, err := a.AddStaff(t.Context(), NewAccount{Name: "Eve", Role: staff.Administrator, Badge: "9999", PIN: "604183"})
		if !errors.Is(err, staff.ErrDenied) {
			t.Errorf("%s makes an account: %v", role, err)
		}
		if err := a.ResetPIN(t.Context(), d.ids[staff.Administrator], "604183"); !errors.Is(err, staff.ErrDenied) {
			t.Errorf("%s changes the PIN of another: %v", role, err)
		}
		d.pins[role] = "83920174"
		if err := a.ResetPIN(t.Context(), d.ids[role], d.pins[role]); err != nil {
			t.Errorf("%s changes their own PIN: %v", role, err)
		}
		d.signIn(t, role)
	}
	if err := admin.ResetPIN(t.Context(), d.ids[staff.Operator], "111111"); !errors.Is(err, staff.ErrWeakPIN) {
		t.Errorf("a weak PIN: %v", err)
	}
	if err := admin.DisableStaff(t.Context(), d.ids[staff.Administrator]); !errors.Is(err, ErrLastAdministrator) {
		t.Errorf("the last administrator: %v", err)
	}
	if err := admin.DisableStaff(t.Context(), NewID()); !errors.Is(err, ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	for range 2 {
		if err := admin.DisableStaff(t.Context(), d.ids[staff.Operator]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.SignIn(t.Context(), badgeOf(staff.Operator), d.pins[staff.Operator], ""); !errors.Is(err, ErrSignIn) {
		t.Errorf("a disabled account: %v", err)
	}
	made, err := admin.AddStaff(t.Context(), NewAccount{Name: "The operator", Role: staff.Operator, Badge: badgeOf(staff.Operator), PIN: "604183"})
	if err != nil {
		t.Fatalf("name and badge of a disabled account: %v", err)
	}
	all, err := d.signIn(t, staff.Supervisor).Staff(t.Context())
	if err != nil || len(all) != 6 || all[5] != made {
		t.Errorf("accounts %+v, %v", all, err)
	}
	disabled := slices.IndexFunc(all, func(a Account) bool { return !a.Disabled.IsZero() })
	if disabled < 0 || all[disabled].ID != d.ids[staff.Operator] {
		t.Errorf("accounts %+v", all)
	}
	if _, err := d.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

// Whoever can write to the file cannot make a role or a badge of it.
func TestAccountsCannotBeForged(t *testing.T) {
	d := newDesk(t)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	file := readFile(t, d.path)
	for _, badge := range []string{badgeOf(staff.Operator), "83920174", d.pins[staff.Operator]} {
		if bytes.Contains(file, []byte(badge)) {
			t.Errorf("%q is in the file", badge)
		}
	}
	for name, script := range map[string]string{
		// Somebody who has seen the administrator's PIN puts their own badge there.
		"another's badge":   "CREATE TABLE x AS SELECT badge FROM staff WHERE id = 3; UPDATE staff SET badge = NULL WHERE id = 3; UPDATE staff SET badge = (SELECT badge FROM x) WHERE id = 1; DROP TABLE x",
		"another's content": "UPDATE staff SET sealed = (SELECT sealed FROM staff WHERE id = 1), salt = (SELECT salt FROM staff WHERE id = 1) WHERE id = 3",
		"no content":        "UPDATE staff SET sealed = zeroblob(200) WHERE id = 3",
	} {
		path := put(t, file)
		alter(t, path, script)
		s := openAt(t, path, d.options())
		if _, err := s.SignIn(t.Context(), badgeOf(staff.Operator), d.pins[staff.Administrator], ""); err == nil {
			t.Errorf("%s: signed in", name)
		}
	}
}

// Accounts outlive the keys they were sealed with: those of a file that was not
// sealed at first, and a key that was replaced.
func TestAccountsOutliveKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	opt := (&desk{clock: now}).options()
	s := openPlain(t, path, opt)
	fresh := NewAccount{Name: "Ada", Role: staff.Administrator, Badge: "1234", PIN: "291740"}
	if _, err := s.Console("", "").AddStaff(t.Context(), fresh); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, opt) // sealed now
	for range 2 {
		if _, err := s.SignIn(t.Context(), fresh.Badge, fresh.PIN, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.RotateKey(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
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
