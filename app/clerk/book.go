package clerk

import (
	"cmp"
	"context"
	"io"
	"slices"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/reports"
)

// What goes into a book for days without power, unless the order says more.
const (
	bookReach  = 91 * 24 * time.Hour // how far back it looks for people
	usualForms = 20
)

// book writes who is due, the last values of everybody who came lately, and forms
// to write on. The codes of the forms are on record before anything is drawn, and
// those of a preview are none.
func (c *Clerk) book(ctx context.Context, w io.Writer, o Order, as string) error {
	i := c.issue(o, "")
	b := reports.Book{Issue: i, Codes: []string{""}}
	people, err := c.lately(ctx, as)
	if err != nil {
		return err
	}
	for _, p := range people {
		d := reports.Due{Who: p.who, Why: p.why(i.Lang, c.Now()), Last: p.last()}
		if d.Why != "" {
			b.Due = append(b.Due, d)
		} else {
			b.Others = append(b.Others, d)
		}
	}
	if as != Preview {
		batch, err := c.Access.MakeForms(ctx, cmp.Or(o.Forms, usualForms), i.Lang.Tag())
		if err != nil {
			return err
		}
		b.Codes = batch.Codes
	}
	return reports.WriteBook(ctx, w, b)
}

// lately are those who came within the reach of a book: the most urgent first, and
// then who came last.
func (c *Clerk) lately(ctx context.Context, as string) ([]*seen, error) {
	until := c.Now().Add(time.Minute)
	known := map[records.ID]*seen{}
	err := c.Access.Register(records.Filter{Since: until.Add(-bookReach), Until: until}, "book "+as).Each(ctx, func(e *records.Encounter) error {
		if e.Patient == nil || e.Status == records.Cancelled {
			return nil
		}
		p := known[e.Patient.ID]
		if p == nil {
			p = &seen{results: map[string]records.Observation{}}
			known[e.Patient.ID] = p
		}
		p.take(e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	all := make([]*seen, 0, len(known))
	for _, p := range known {
		all = append(all, p)
	}
	now := c.Now()
	slices.SortFunc(all, func(a, b *seen) int {
		return cmp.Or(cmp.Compare(a.reason(now), b.reason(now)), b.came.Compare(a.came), cmp.Compare(a.who.ID, b.who.ID))
	})
	return all, nil
}

// seen is what is known of somebody who came lately.
type seen struct {
	who      *records.Patient
	came     time.Time
	results  map[string]records.Observation // the last of each panel
	untold   bool
	referred bool
	until    records.Date // by when a referral should be seen
	waits    bool
}

// take adds a visit, which is later than those before.
func (p *seen) take(e *records.Encounter) {
	p.who, p.came = e.Patient, e.Started
	p.untold = p.untold || len(e.Untold()) > 0
	p.waits = e.Status == records.InProgress && len(e.Observations) == 0
	for _, r := range e.Referrals {
		if r.Return == nil {
			p.referred, p.until = true, r.Until
		}
	}
	for _, o := range Results(e) {
		p.results[string(o.Panel)] = o
	}
}

// last are the last results, in the order of panels.
func (p *seen) last() []records.Observation {
	var all []records.Observation
	for _, o := range p.results {
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b records.Observation) int { return cmp.Compare(a.Panel, b.Panel) })
	return all
}

// The reasons for which somebody is due, the most urgent first.
const (
	dueCritical = iota
	dueReferred
	dueWaiting
	dueOutside
	notDue
)

// stillWaits is for how long somebody who came and was not measured is still there.
const stillWaits = 18 * time.Hour

func (p *seen) reason(now time.Time) int {
	outside := false
	for _, o := range p.results {
		outside = outside || slices.ContainsFunc(o.Judged, func(j records.Judgement) bool { return j.Tier >= int(guideline.CheckAgain) })
	}
	switch {
	case p.untold:
		return dueCritical
	case p.referred:
		return dueReferred
	case p.waits && now.Sub(p.came) < stillWaits:
		return dueWaiting
	case outside:
		return dueOutside
	}
	return notDue
}

// why says it in words; nothing for somebody who is not due.
func (p *seen) why(lang words.Lang, now time.Time) string {
	switch p.reason(now) {
	case dueCritical:
		return lang.T(words.BookCritical)
	case dueReferred:
		if p.until.IsZero() {
			return lang.T(words.BookReferred)
		}
		return lang.T(words.BookReferredUntil, words.With("date", lang.Date(p.until.Time())))
	case dueWaiting:
		return lang.T(words.BookWaits)
	case dueOutside:
		return lang.T(words.BookOutside)
	}
	return ""
}
