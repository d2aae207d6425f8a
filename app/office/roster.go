package office

import (
	"cmp"
	"context"
	"slices"

	"aidpost/records"
	"aidpost/records/staff"
)

// A Roster is the accounts of staff.
type Roster struct{ model[RosterState] }

// A RosterState is what a screen shows of the accounts.
type RosterState struct {
	Loaded   bool
	Accounts []records.Account // those in use by name, then those that were closed
}

// NewRoster returns the accounts and begins to load them.
func NewRoster(cfg Config) *Roster {
	r := &Roster{newModel[RosterState](cfg)}
	r.Load()
	return r
}

// Load reads the accounts anew.
func (r *Roster) Load() { r.alter(func(context.Context, *records.Access) error { return nil }) }

// Resume is called when the screen was covered and is back.
func (r *Roster) Resume() {
	r.resume()
	r.Load()
}

// alter changes an account and loads all of them anew.
func (r *Roster) alter(change func(context.Context, *records.Access) error) {
	var all []records.Account
	r.do(func(ctx context.Context, a *records.Access) (err error) {
		if err = change(ctx, a); err == nil {
			all, err = a.Staff(ctx)
		}
		return err
	}, func(s *RosterState) {
		slices.SortStableFunc(all, func(a, b records.Account) int {
			return cmp.Or(cmp.Compare(closed(a), closed(b)), cmp.Compare(a.Name, b.Name))
		})
		s.Loaded, s.Accounts = true, all
	})
}

func closed(a records.Account) int {
	if a.Disabled.IsZero() {
		return 0
	}
	return 1
}

// Account returns the account with an ID as it was last loaded.
func (s RosterState) Account(id records.ID) (records.Account, bool) {
	i := slices.IndexFunc(s.Accounts, func(a records.Account) bool { return a.ID == id })
	if i < 0 {
		return records.Account{}, false
	}
	return s.Accounts[i], true
}

// Add makes an account, whose owner has to choose a PIN of their own first.
func (r *Roster) Add(n records.NewAccount) {
	n.Temporary = true
	r.alter(func(ctx context.Context, a *records.Access) error {
		_, err := a.AddStaff(ctx, n)
		return err
	})
}

// SetRole gives an account another role.
func (r *Roster) SetRole(who records.ID, role staff.Role) {
	r.alter(func(ctx context.Context, a *records.Access) error { return a.SetRole(ctx, who, role) })
}

// SetBadge gives an account another badge.
func (r *Roster) SetBadge(who records.ID, badge string) {
	r.alter(func(ctx context.Context, a *records.Access) error { return a.SetBadge(ctx, who, badge) })
}

// GivePIN gives an account a PIN that its owner has to change.
func (r *Roster) GivePIN(who records.ID, pin string) {
	r.alter(func(ctx context.Context, a *records.Access) error { return a.ResetPIN(ctx, who, pin) })
}

// Unlock lets an account be tried again.
func (r *Roster) Unlock(who records.ID) {
	r.alter(func(ctx context.Context, a *records.Access) error { return a.UnlockStaff(ctx, who) })
}

// Close takes all rights from an account.
func (r *Roster) Close(who records.ID) {
	r.alter(func(ctx context.Context, a *records.Access) error { return a.DisableStaff(ctx, who) })
}
