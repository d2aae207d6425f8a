package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"aidpost/records/staff"
)

// AddStaff makes an account. The first one is an administrator's.
func (a *Access) AddStaff(ctx context.Context, n NewAccount) (made Account, err error) {
	if err := a.Authorize(ctx, staff.ManageStaff); err != nil {
		return Account{}, err
	}
	if err := n.check(); err != nil {
		return Account{}, fmt.Errorf("add account: %w", err)
	}
	verifier := staff.NewVerifier(n.PIN, a.store.pinCost)
	err = a.store.record(a.As(ctx), func(t *tx) error {
		all, err := t.accounts()
		if err != nil {
			return err
		}
		if len(all) == 0 && n.Role != staff.Administrator {
			return &InvalidError{Field: "role", Why: "the first account is an administrator's"}
		}
		token, err := t.badgeToken(n.Badge)
		if err != nil {
			return err
		}
		for _, other := range all {
			if other.Disabled.IsZero() && foldName(other.Name) == foldName(n.Name) || slices.Equal(other.Badge, token) {
				return ErrTaken
			}
		}
		row := accountRow{id: uuid.New(), rev: 1, sealedAccount: sealedAccount{
			Name: n.Name, Role: n.Role, Verifier: verifier, Created: t.store.now().UTC().Round(0), Badge: token, MustChange: n.Temporary,
		}}
		made = row.account()
		return errors.Join(t.putAccount(&row), t.audit(auditEntry{Action: "staff.add", Object: made.ID, Reason: string(n.Role)}))
	})
	if err != nil {
		return Account{}, fmt.Errorf("add account: %w", err)
	}
	return made, nil
}

// changeStaff changes one account, after the right for it was asked. A change
// that counts the row's revision up ends the sessions of its owner, but not the
// one that makes it.
func (a *Access) changeStaff(ctx context.Context, who ID, deed auditEntry, change func(t *tx, all []accountRow, row *accountRow) error) error {
	if who == a.who.ID {
		a.self.Lock()
		defer a.self.Unlock()
	}
	var rev int64
	err := a.store.record(a.As(ctx), func(t *tx) error {
		all, err := t.accounts()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(row accountRow) bool { return ID(row.id.String()) == who })
		if i < 0 {
			return ErrNotFound
		}
		if err := change(t, all, &all[i]); err != nil {
			return err
		}
		rev = all[i].rev
		deed.Object = who
		return t.audit(deed)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", deed.Action, err)
	}
	if who == a.who.ID {
		a.rev.Store(rev)
	}
	return nil
}

// lastAdministrator reports whether nobody else could manage accounts.
func lastAdministrator(all []accountRow, row *accountRow) bool {
	return row.Role == staff.Administrator && !slices.ContainsFunc(all, func(o accountRow) bool {
		return o.row != row.row && o.Role == staff.Administrator && o.Disabled.IsZero()
	})
}

// DisableStaff takes all rights from an account, at once. Its badge may be
// given to somebody else.
func (a *Access) DisableStaff(ctx context.Context, who ID) error {
	if err := a.Authorize(ctx, staff.ManageStaff); err != nil {
		return err
	}
	return a.changeStaff(ctx, who, auditEntry{Action: "staff.disable"}, func(t *tx, all []accountRow, row *accountRow) error {
		switch {
		case !row.Disabled.IsZero():
			return nil
		case lastAdministrator(all, row):
			return ErrLastAdministrator
		}
		row.Disabled, row.Badge = t.store.now().UTC().Round(0), nil
		row.rev++
		return t.putAccount(row)
	})
}

// SetRole gives an account another role. Whoever is signed in with it has to sign
// in again.
func (a *Access) SetRole(ctx context.Context, who ID, role staff.Role) error {
	if err := a.Authorize(ctx, staff.ManageStaff); err != nil {
		return err
	}
	if !role.Staff() {
		return fmt.Errorf("staff.role: %w", &InvalidError{Field: "role", Why: "unknown"})
	}
	deed := auditEntry{Action: "staff.role", Reason: string(role)}
	err := a.changeStaff(ctx, who, deed, func(t *tx, all []accountRow, row *accountRow) error {
		switch {
		case !row.Disabled.IsZero():
			return ErrNotFound
		case row.Role == role:
			return nil
		case lastAdministrator(all, row):
			return ErrLastAdministrator
		}
		row.Role = role
		row.rev++
		return t.putAccount(row)
	})
	if err == nil && who == a.who.ID && role != a.who.Role {
		a.session.End() // what they may do is another thing now
	}
	return err
}

// SetBadge gives an account another badge, such as in the place of a lost one,
// which opens nothing any more. Whoever is signed in with it has to sign in
// again, unless it is their own doing.
func (a *Access) SetBadge(ctx context.Context, who ID, badge string) error {
	if err := a.Authorize(ctx, staff.ManageStaff); err != nil {
		return err
	}
	if err := checkBadge(&badge); err != nil {
		return fmt.Errorf("staff.badge: %w", err)
	}
	return a.changeStaff(ctx, who, auditEntry{Action: "staff.badge"}, func(t *tx, all []accountRow, row *accountRow) error {
		if !row.Disabled.IsZero() {
			return ErrNotFound
		}
		token, err := t.badgeToken(badge)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(o accountRow) bool { return o.row != row.row && slices.Equal(o.Badge, token) }) {
			return ErrTaken
		}
		row.Badge = token
		row.rev++
		return t.putAccount(row)
	})
}

// ResetPIN gives an account another PIN and unlocks it. Everybody may change
// their own; one that somebody else was given is to be changed by them before
// anything else.
func (a *Access) ResetPIN(ctx context.Context, who ID, pin string) error {
	right, own := staff.ManageStaff, who == a.who.ID && who != ""
	if own {
		right = staff.ChangePIN
	}
	if err := a.Authorize(ctx, right); err != nil {
		return err
	}
	if err := staff.CheckPIN(pin); err != nil {
		return fmt.Errorf("change a PIN: %w", err)
	}
	verifier := staff.NewVerifier(pin, a.store.pinCost)
	err := a.changeStaff(ctx, who, auditEntry{Action: staff.ChangePIN}, func(t *tx, _ []accountRow, row *accountRow) error {
		if same, err := row.Verifier.Fits(pin); own && same && err == nil {
			return &InvalidError{Field: "pin", Why: "the one there was"}
		}
		row.Verifier, row.MustChange = verifier, !own
		row.rev++
		return errors.Join(t.putAccount(row), t.putLock(row.row, staff.Lock{}))
	})
	if err == nil && own {
		a.mustChange.Store(false)
	}
	return err
}

// MustChangePIN reports whether the PIN has to be changed before anything else:
// by ResetPIN with the actor's own ID.
func (a *Access) MustChangePIN() bool { return a.mustChange.Load() }

// UnlockStaff lets an account be tried again that too many failures have locked.
func (a *Access) UnlockStaff(ctx context.Context, who ID) error {
	if err := a.Authorize(ctx, staff.UnlockStaff); err != nil {
		return err
	}
	return a.changeStaff(ctx, who, auditEntry{Action: staff.UnlockStaff}, func(t *tx, _ []accountRow, row *accountRow) error {
		return t.putLock(row.row, staff.Lock{})
	})
}

func (t *tx) putLock(row int64, l staff.Lock) error {
	return t.do("UPDATE staff SET failed = ?, wait = ?, since = ? WHERE id = ?",
		l.Failed, roundUp(l.Wait), l.Since.Milliseconds(), row)
}

// roundUp returns the milliseconds of a wait, which is never stored shorter.
func roundUp(d time.Duration) int64 { return (d + time.Millisecond - 1).Milliseconds() }
