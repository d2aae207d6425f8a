package desk

import (
	"context"
	"errors"

	"aidpost/assets/words"
	"aidpost/records"
)

// A ReferralGroup is a part of the referrals.
type ReferralGroup int

// The groups. What is overdue is open as well.
const (
	OpenReferrals ReferralGroup = iota
	OverdueReferrals
	ReturnedReferrals
	referralGroups
)

// Referrals are those who were sent to somebody else, until something comes back
// of it.
type Referrals struct {
	Loaded bool
	Rows   []records.Referred // what was due first at the top
	Counts [referralGroups]int
	Show   ReferralGroup
	// Chosen is the code of the one that is open in full; empty: none is.
	Chosen string
	Busy   bool // something is being put on record

	changes uint64 // the count of the records that it was made at
}

// ShownReferrals returns the rows of the group that is shown.
func (d *Desk) ShownReferrals(r Referrals) []records.Referred {
	rows := []records.Referred{}
	for _, row := range r.Rows {
		if d.inGroup(row, r.Show) {
			rows = append(rows, row)
		}
	}
	return rows
}

func (d *Desk) inGroup(r records.Referred, g ReferralGroup) bool {
	switch g {
	case OverdueReferrals:
		return r.Overdue(d.Now())
	case ReturnedReferrals:
		return r.Return != nil
	}
	return r.Return == nil
}

// Of returns the referral that is open in full, or false.
func (r Referrals) Of(code string) (records.Referred, bool) {
	for _, row := range r.Rows {
		if row.Code == code && code != "" {
			return row, true
		}
	}
	return records.Referred{}, false
}

// ShowReferrals shows a group of the referrals.
func (d *Desk) ShowReferrals(g ReferralGroup) {
	d.change(func() { d.state.Referrals.Show, d.state.Referrals.Chosen = g, "" })
}

// ChooseReferral opens one in full, or with no code none.
func (d *Desk) ChooseReferral(code string) {
	d.change(func() { d.state.Referrals.Chosen = code })
}

// loadReferrals asks the records who was sent where.
func (d *Desk) loadReferrals() {
	var rows []records.Referred
	changes := d.cfg.Store.Changes()
	d.Do(func(ctx context.Context, a *records.Access) (err error) {
		rows, err = a.Referrals(ctx)
		return err
	}, func(err error) bool {
		if err == nil {
			d.takeReferrals(rows, changes)
		}
		return false
	})
}

// takeReferrals shows what was read. It is called under the lock.
func (d *Desk) takeReferrals(rows []records.Referred, changes uint64) {
	r := &d.state.Referrals
	r.Loaded, r.Rows, r.Counts, r.changes = true, rows, [referralGroups]int{}, changes
	for _, row := range rows {
		for g := range referralGroups {
			if d.inGroup(row, g) {
				r.Counts[g]++
			}
		}
	}
}

// referralsAreOld reports whether something was saved since the list was made.
// It is called under the lock.
func (d *Desk) referralsAreOld() bool {
	r := d.state.Referrals
	return !r.Loaded || r.changes != d.cfg.Store.Changes()
}

// OpenReferral opens the referral whose code came back. Unknown is called, on any
// goroutine, if it was not written here.
func (d *Desk) OpenReferral(code string, unknown func()) {
	if !d.MayOpen(PageReferrals) {
		unknown()
		return
	}
	d.Do(func(ctx context.Context, a *records.Access) error {
		_, err := a.ReferralByCode(ctx, code)
		switch {
		case errors.Is(err, records.ErrNotFound):
			unknown()
			return nil
		case err != nil:
			return err
		}
		d.Go(Route{Page: PageReferrals})
		d.change(func() { d.state.Referrals.Chosen = code })
		return nil
	}, nil)
}

// CameBack puts on record what came of a referral. It can be taken back.
func (d *Desk) CameBack(r records.Referred, back records.Return) {
	d.change(func() { d.state.Referrals.Busy = true })
	d.Do(func(ctx context.Context, a *records.Access) error {
		e, err := a.Encounter(ctx, r.Encounter)
		if err != nil {
			return err
		}
		return a.CloseReferral(ctx, e, r.Code, back)
	}, func(err error) bool {
		d.state.Referrals.Busy = false
		switch {
		case err == nil:
			d.state.Referrals.Chosen = ""
			d.say(Message{Key: words.ReferralsRecorded, Args: []words.Arg{words.With("name", NameOf(r.Patient))}}, false, reopen(r))
		case errors.Is(err, records.ErrNotOpen), errors.Is(err, records.ErrStale):
			d.say(Message{Key: words.ReferralsTaken}, true, nil)
			return true
		case errors.Is(err, records.ErrOngoing):
			d.say(Message{Key: words.DossierOngoing}, true, nil)
			return true
		}
		return false
	})
}

// reopen returns what takes back that something came of a referral.
func reopen(r records.Referred) func(context.Context, *records.Access) error {
	return func(ctx context.Context, a *records.Access) error {
		e, err := a.Encounter(ctx, r.Encounter)
		if err != nil {
			return err
		}
		return a.ReopenReferral(ctx, e, r.Code)
	}
}
