package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/staff"
)

// The actions of signing in.
const (
	auditSignIn  staff.Action = "staff.sign-in"
	auditSignOut staff.Action = "staff.sign-out"
)

// A LockedError reports that no attempt is judged now. It matches ErrSignIn.
type LockedError struct {
	Wait    time.Duration // at least; zero if only a supervisor can unlock
	Station bool          // it is the kiosk that waits, not the account
}

func (e *LockedError) Error() string {
	switch {
	case e.Station:
		return fmt.Sprintf("too many failed attempts here: wait %v", e.Wait.Round(time.Second))
	case e.Wait == 0:
		return "the account is locked: a supervisor can unlock it"
	}
	return fmt.Sprintf("too many failed attempts: wait %v", e.Wait.Round(time.Second))
}

func (e *LockedError) Unwrap() error { return ErrSignIn }

// ErrBadgeForPIN: what was typed as a PIN is somebody's badge. It matches ErrSignIn.
var ErrBadgeForPIN = fmt.Errorf("%w: a badge in place of a PIN", ErrSignIn)

// An attempt is one try to sign in while it is being judged.
type attempt struct {
	account *accountRow // nil for a badge that nobody has
	before  staff.Lock  // of the account, as it was before this attempt
	locked  *LockedError
}

// SignIn returns the records in the hands of the member of staff with that
// badge and that PIN. The attempt is counted as failed on disk before the PIN is
// looked at, so that pulling the plug undoes nothing, and it takes as long for a
// badge that nobody has. Errors match ErrSignIn unless the disk failed.
func (s *Store) SignIn(ctx context.Context, badge, pin, station string) (*Access, error) {
	nobody := &Access{store: s, who: Actor{Station: station}}
	var try attempt
	err := s.record(nobody.As(ctx), func(t *tx) (err error) {
		try, err = t.count(badge)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	verifier := staff.NoVerifier(s.pinCost)
	entry := auditEntry{Action: auditSignIn, Outcome: Failed}
	if try.account != nil {
		verifier, entry.Object = try.account.Verifier, ID(try.account.id.String())
	}
	fits, err := verifier.Fits(pin)
	if err != nil {
		return nil, fmt.Errorf("sign in: account %s: %w: %w", entry.Object, ErrCorrupt, err)
	}
	switch {
	case try.locked != nil:
		entry.Outcome, entry.Reason = Refused, "locked"
		return nil, errors.Join(try.locked, nobody.note(ctx, entry))
	case try.account == nil || !fits:
		return nil, s.failed(nobody.As(ctx), try, pin, entry)
	}
	a := &Access{store: s, session: staff.NewSession(s.uptime()), who: Actor{
		ID: entry.Object, Name: try.account.Name, Role: try.account.Role, Station: station,
	}}
	a.mustChange.Store(try.account.MustChange)
	a.rev.Store(try.account.rev)
	entry.Outcome = Done
	err = s.record(a.As(ctx), func(t *tx) error {
		return errors.Join(t.forgive(try.account.row), t.came(entry.Object), t.audit(entry))
	})
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	return a, nil
}

// failed puts a failed attempt on record. A scanner that typed a badge where the PIN
// belongs was no guess: it counts for the kiosk, so that nobody tries out badges, and
// not for the account.
func (s *Store) failed(ctx context.Context, try attempt, pin string, entry auditEntry) error {
	cause := ErrSignIn
	err := s.record(ctx, func(t *tx) error {
		token, err := t.badgeToken(pin)
		if err != nil {
			return err
		}
		owner, err := t.accountOf(token)
		if err != nil || owner == nil {
			return errors.Join(err, t.audit(entry))
		}
		cause, entry.Reason = ErrBadgeForPIN, "a badge in place of a PIN"
		all, err := t.accounts()
		if err != nil {
			return err
		}
		for _, now := range all {
			if try.account != nil && now.row == try.account.row && now.lock == try.account.lock { // no other attempt came between
				err = t.putLock(now.row, try.before)
			}
		}
		return errors.Join(err, t.audit(entry))
	})
	return errors.Join(cause, err)
}

// Stay keeps a session going while somebody works at the screen without asking
// the records for anything, such as typing. It matches staff.ErrSignedOut if the
// session has ended.
func (a *Access) Stay() error {
	if a.session == nil {
		return nil
	}
	return a.session.Use(a.store.uptime())
}

// count puts an attempt down as failed and returns whose it is. One that is not
// judged costs nobody anything more.
func (t *tx) count(badge string) (attempt, error) {
	var try attempt
	now := t.store.uptime()
	here, err := t.station()
	if err != nil {
		return try, err
	}
	token, err := t.badgeToken(badge)
	if err != nil {
		return try, err
	}
	if try.account, err = t.accountOf(token); err != nil {
		return try, err
	}
	if left := here.Left(now); left > 0 {
		try.locked = &LockedError{Wait: left, Station: true}
		return try, nil
	}
	if a := try.account; a != nil {
		hard, err := t.hard(a)
		switch {
		case err != nil:
			return try, err
		case hard:
			try.locked = &LockedError{}
			return try, nil
		case a.lock.Left(now) > 0:
			try.locked = &LockedError{Wait: a.lock.Left(now)}
			return try, nil
		}
		try.before, a.lock = a.lock, a.lock.Fail(now)
		if err := t.putLock(a.row, a.lock); err != nil {
			return try, err
		}
	}
	return try, t.putStation(here.Fail(now))
}

// hard reports whether an account waits for somebody to unlock it. Where there
// is nobody else who could, it goes on with the longest wait after each failure.
func (t *tx) hard(a *accountRow) (bool, error) {
	if !a.lock.Hard() {
		return false, nil
	}
	all, err := t.accounts()
	return slices.ContainsFunc(all, func(o accountRow) bool {
		return o.row != a.row && o.Disabled.IsZero() && !o.lock.Hard() && staff.Allow(o.Role, staff.UnlockStaff) == nil
	}), err
}

// accountOf returns the account with a badge, or nil.
func (t *tx) accountOf(token []byte) (*accountRow, error) {
	stmt, err := t.prepared(t.ctx, accountColumns+"WHERE badge = ?")
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(t.ctx, token)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, rows.Err()
	}
	var a accountRow
	return &a, a.scan(t.store.seal, rows)
}

// forgive takes back what was counted for an attempt that turned out right.
func (t *tx) forgive(account int64) error {
	here, err := t.station()
	if err != nil {
		return err
	}
	return errors.Join(t.putStation(here.Forgive(t.store.uptime())), t.putLock(account, staff.Lock{}))
}

func (t *tx) station() (staff.Station, error) {
	var debt, since int64
	_, err := t.row("SELECT debt, since FROM station", nil, &debt, &since)
	return staff.Station{Debt: time.Duration(debt) * time.Millisecond, Since: time.Duration(since) * time.Millisecond}, err
}

func (t *tx) putStation(s staff.Station) error {
	return t.do("INSERT OR REPLACE INTO station (id, debt, since) VALUES (1, ?, ?)", roundUp(s.Debt), s.Since.Milliseconds())
}

// SignOut ends the session of a member of staff.
func (a *Access) SignOut(ctx context.Context) error {
	if a.session == nil {
		return nil
	}
	a.session.End()
	return a.note(ctx, auditEntry{Action: auditSignOut, Object: a.who.ID})
}

// came notes when an account was signed in with last.
func (t *tx) came(who ID) error {
	all, err := t.accounts() // as it is now, not as it was when the attempt was counted
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(row accountRow) bool { return ID(row.id.String()) == who })
	if i < 0 || !all[i].Disabled.IsZero() {
		return ErrSignIn
	}
	all[i].LastIn = t.store.now().UTC().Round(0)
	return t.putAccount(&all[i])
}

// present returns nil if the actor is still who they were: signed in, with an
// account that nobody closed or changed meanwhile. A console has no say once there are
// accounts.
func (a *Access) present(ctx context.Context) error {
	if a.who.Role == staff.Console {
		has, err := a.store.HasStaff(ctx)
		if err == nil && has {
			err = ErrNeedsSignIn
		}
		return err
	}
	if a.session == nil {
		return nil
	}
	if err := a.session.Use(a.store.uptime()); err != nil {
		return err
	}
	a.self.RLock()
	defer a.self.RUnlock()
	same := false
	err := a.store.read(ctx, func(r *reader) error {
		return r.QueryRowContext(r.ctx, "SELECT EXISTS (SELECT 1 FROM staff WHERE uuid = ? AND rev = ? AND badge IS NOT NULL)",
			a.who.ID.bytes(), a.rev.Load()).Scan(&same)
	})
	if err != nil {
		return fmt.Errorf("account %s: %w", a.who.ID, err)
	}
	if !same {
		a.session.End()
		return staff.ErrSignedOut
	}
	return nil
}
