package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// A Group is a part of those who came today.
type Group int

// The groups. Everybody who came is registered; each is in one of the others as
// well.
const (
	Registered Group = iota
	Attention        // a value that somebody has to act on today
	Waiting          // nothing measured yet
	Held             // parked, with a reason
	Measured
	Absent // was called and did not come
	groups
)

// Today is who came today.
type Today struct {
	Loaded bool
	Rows   []Visitor // attention first, then those who wait, longest first
	Counts [groups]int
	Show   Group
	Tray   int // readings that came without a person, of whatever day

	changes uint64 // the count of the records that it was made at
	day     time.Time
	ends    time.Time // when the first hold ends, or recheck is due, by itself; zero: none
}

// A Visitor is somebody who came today.
type Visitor struct {
	Visit   records.ID
	Patient *records.Patient // nil for a guest
	Came    time.Time
	Group   Group
	Over    bool // the visit is finished
	Panels  []vitals.Panel
	Tier    guideline.Tier
	Turns   records.Turns // in the queue
	Ticket  string        // number in it, as it is called; empty: none was given
	Recheck time.Time     // when their blood sugar is due again; zero: it is not
	untold  int
}

// RecheckDue reports whether the person needs attention for nothing but a blood sugar that
// is to be measured again now.
func (v Visitor) RecheckDue(now time.Time) bool {
	return v.untold == 0 && !v.Recheck.IsZero() && !v.Recheck.After(now)
}

// Shown returns the rows of the group that is shown.
func (t Today) Shown() []Visitor {
	if t.Show == Registered {
		return t.Rows
	}
	return slices.DeleteFunc(slices.Clone(t.Rows), func(v Visitor) bool { return v.Group != t.Show })
}

// ShowGroup shows one group of those who came today.
func (d *Desk) ShowGroup(g Group) { d.change(func() { d.state.Today.Show = g }) }

// startOfDay is when today began at the kiosk.
func (d *Desk) startOfDay() time.Time {
	y, m, day := d.Now().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, d.cfg.Zone)
}

// todayIsOld reports whether something was saved since the list was made, a hold
// has ended by itself, or another day has begun. It is called under the lock.
func (d *Desk) todayIsOld() bool {
	t := d.state.Today
	ended := !t.ends.IsZero() && !d.cfg.Now().Before(t.ends)
	return !t.Loaded || ended || t.changes != d.cfg.Store.Changes() || !t.day.Equal(d.startOfDay())
}

// loadToday asks the records who came today.
func (d *Desk) loadToday() {
	if !d.May(staff.ListRecords) {
		return
	}
	d.mu.Lock()
	d.ages.today++
	age, day := d.ages.today, d.startOfDay()
	d.mu.Unlock()
	found, now := Today{Loaded: true, day: day, changes: d.cfg.Store.Changes()}, d.cfg.Now()
	d.Do(func(ctx context.Context, a *records.Access) (err error) {
		if found.Tray, err = d.cfg.Store.CountTray(ctx); err != nil {
			return err
		}
		return a.Encounters(ctx, records.Filter{Since: day}, func(sum records.Summary) error {
			if sum.Status.Visit() || sum.NoShow() {
				found.add(sum, now)
			}
			return nil
		})
	}, func(err error) bool {
		if err == nil && age == d.ages.today {
			found.arrange()
			found.Show = d.state.Today.Show
			d.state.Today = found
		}
		return false
	})
}

// add puts a visit on the list as it stands at a time.
func (t *Today) add(sum records.Summary, now time.Time) {
	v := Visitor{
		Visit: sum.ID, Patient: sum.Patient, Came: sum.Started, Over: sum.Status == records.Finished,
		Panels: sum.Panels, Tier: guideline.Tier(sum.Tier), Group: Measured, Turns: sum.Turns, Ticket: sum.Place.Ticket(sum.Ticket),
		Recheck: sum.Recheck, untold: sum.Untold,
	}
	if v.Recheck.After(now) {
		t.until(v.Recheck)
	}
	hold, held := sum.Hold(now)
	switch {
	case sum.NoShow():
		v.Group = Absent
	case sum.Untold > 0:
		v.Group = Attention // until somebody was told and has read it back
	case v.RecheckDue(now):
		v.Group = Attention // until it is measured again
	case held:
		v.Group = Held
		if !hold.Until.IsZero() {
			t.until(hold.Until)
		}
	case sum.Observations == 0:
		v.Group = Waiting
	}
	t.Rows = append(t.Rows, v)
}

// until has the list made anew at an instant.
func (t *Today) until(at time.Time) {
	if t.ends.IsZero() || at.Before(t.ends) {
		t.ends = at
	}
}

// rechecked takes away what is due in one visit of a person and was measured in another
// one since.
func (t *Today) rechecked() {
	for i := range t.Rows {
		v := &t.Rows[i]
		since := v.Recheck.Add(-records.RecheckAfter)
		if v.Recheck.IsZero() || v.Patient == nil || !slices.ContainsFunc(t.Rows, func(o Visitor) bool {
			return o.Visit != v.Visit && o.Patient != nil && o.Patient.ID == v.Patient.ID && o.Came.After(since) && slices.Contains(o.Panels, vitals.BloodGlucose)
		}) {
			continue
		}
		if v.Recheck = (time.Time{}); v.Group == Attention && v.untold == 0 {
			v.Group = Measured
		}
	}
}

// arrange counts the groups and puts first who needs somebody first: what is
// most urgent, then who waits longest, then who is parked, then who was measured
// last and who did not come.
func (t *Today) arrange() {
	t.rechecked()
	slices.SortStableFunc(t.Rows, func(a, b Visitor) int {
		if by := cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(b.Tier, a.Tier)); by != 0 && (a.Group != b.Group || a.Group == Attention) {
			return by
		}
		if a.Group >= Measured {
			return b.Came.Compare(a.Came)
		}
		return a.Came.Compare(b.Came)
	})
	for _, v := range t.Rows {
		t.Counts[Registered]++
		t.Counts[v.Group]++
	}
}

// CheckIn puts somebody who is known already on today's list, unless they are
// there and still wait.
func (d *Desk) CheckIn(p *records.Patient) {
	d.mu.Lock()
	waits := slices.ContainsFunc(d.state.Today.Rows, func(v Visitor) bool {
		return v.Patient != nil && v.Patient.ID == p.ID && (v.Group == Waiting || v.Group == Held)
	})
	d.mu.Unlock()
	if waits {
		d.Say(Message{Key: words.TodayWaitsAlready, Args: []words.Arg{words.With("name", NameOf(p))}}, nil)
		return
	}
	e := d.newVisit(p)
	d.Do(func(ctx context.Context, a *records.Access) error { return d.enqueue(ctx, a, e) }, func(err error) bool {
		if err == nil {
			d.say(Message{Key: words.TodayCheckedIn, Args: calledBy(e)}, false, takeOff(e))
		}
		return false
	})
}

// newVisit returns a visit that begins now.
func (d *Desk) newVisit(p *records.Patient) *records.Encounter {
	return &records.Encounter{
		ID: records.NewID(), Patient: p, Status: records.InProgress, Started: d.cfg.Now().UTC(),
		Zone: d.cfg.Zone.String(), Language: p.Language, Place: d.cfg.Place,
	}
}

// takeOff returns what takes a visit off the list again in which nothing was
// measured yet.
func takeOff(e *records.Encounter) func(context.Context, *records.Access) error {
	return func(ctx context.Context, a *records.Access) error {
		again, err := a.Encounter(ctx, e.ID)
		if err != nil {
			return err
		}
		if len(again.Observations) > 0 {
			return nil // somebody has measured meanwhile: it stays
		}
		again.Status = records.Cancelled
		return a.Save(ctx, again)
	}
}
