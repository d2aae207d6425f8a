package records

import (
	"bytes"
	"errors"
	"fmt"
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
