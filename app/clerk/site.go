package clerk

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"aidpost/app/site"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/passport"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/reports"
)

// siteIssue is what reports of the site have in common. Reading what they show is on
// record; that they were printed is, too.
func (c *Clerk) siteIssue(ctx context.Context, o Order, as string) reports.Issue {
	i := c.issue(o, "")
	if as == paper {
		i.Leaves = c.leaves(ctx, o, as, records.Deed{Action: o.Kind.Needs()}, o.Since)
	}
	return i
}

// days writes the register of a time.
func (c *Clerk) days(ctx context.Context, w io.Writer, o Order, as string) error {
	return c.register(ctx, w, o, as, nil)
}

// closing writes the page of the day that was closed last in a time.
func (c *Clerk) closing(ctx context.Context, w io.Writer, o Order, as string) error {
	all, err := c.Access.Shifts(ctx)
	if err != nil {
		return err
	}
	for _, day := range slices.Backward(all.Closings) {
		if !day.At.Before(o.Since) && day.At.Before(o.Until) {
			o.Since, o.Until = day.Since, day.At
			return c.register(ctx, w, o, as, &day)
		}
	}
	return ErrNoClosing
}

func (c *Clerk) register(ctx context.Context, w io.Writer, o Order, as string, closing *records.Closing) error {
	list := reports.DayList{Issue: c.siteIssue(ctx, o, as), Since: o.Since, Until: o.Until, MadeUp: site.MadeUp, Closing: closing}
	list.Each = c.Access.Register(records.Filter{Since: o.Since, Until: o.Until}, "day list "+as).Each
	if c.Chain != nil {
		var err error
		if list.Chain, err = c.Chain(ctx); err != nil {
			return err
		}
	}
	return reports.WriteDayList(ctx, w, list)
}

// usual is how far back a list of instruments looks if nobody says.
const usual = 30 * 24 * time.Hour

// instruments writes what is there, and how it is.
func (c *Clerk) instruments(ctx context.Context, w io.Writer, o Order, as string) error {
	if o.Until.IsZero() {
		o.Until = c.Now()
	}
	if o.Since.IsZero() {
		o.Since = o.Until.Add(-usual)
	}
	log, err := c.Access.Quality(ctx)
	if err != nil {
		return err
	}
	all, err := c.inventory(ctx, o, log)
	if err != nil {
		return err
	}
	return reports.WriteInventory(ctx, w, reports.Inventory{Issue: c.siteIssue(ctx, o, as), Since: o.Since, Until: o.Until, Instruments: all})
}

// inventory returns every instrument that measured in a time or that quality
// control knows.
func (c *Clerk) inventory(ctx context.Context, o Order, log *quality.Log) ([]reports.Instrument, error) {
	used, err := c.Access.Usage(ctx, records.Filter{Since: o.Since, Until: o.Until})
	if err != nil {
		return nil, err
	}
	var all []reports.Instrument
	for _, u := range used {
		all = append(all, reports.Instrument{
			ID: u.Instrument, Name: strings.TrimSpace(u.Device.Maker + " " + u.Device.Model), Firmware: u.Device.Firmware,
			Readings: u.Readings, Last: u.Last, Drift: time.Duration(u.Drift) * time.Second, DriftKnown: u.DriftKnown,
		})
	}
	for _, id := range log.Instruments() {
		if !slices.ContainsFunc(all, func(i reports.Instrument) bool { return i.ID == id }) {
			all = append(all, reports.Instrument{ID: id, Name: c.called(id.Model)})
		}
	}
	now := c.Now()
	for i := range all {
		id := all[i].ID
		all[i].Controls = log.RunsOf(id, "")
		asSeen(&all[i], log)
		if cal, ok := log.Calibrated(id); ok {
			all[i].Due = cal.Due
		}
		if d, ok := catalogue.Find(id.Model); ok {
			all[i].Panel = d.Model().Panel
			plan, _ := c.Profile.Plan(all[i].Panel)
			all[i].Locks = log.Locks(plan, id, now)
			all[i].Left = log.Left(id, now)
		}
	}
	return all, nil
}

// asSeen fills in where an instrument is kept, and what it told of itself when it was
// attached last as far as its readings do not tell.
func asSeen(i *reports.Instrument, log *quality.Log) {
	if e, ok := log.Enrolled(i.ID); ok && !e.Retired {
		i.Place = e.Place
	}
	seen, _ := log.SightingOf(i.ID)
	i.Cable, i.Firmware = seen.Cable, cmp.Or(seen.Firmware, i.Firmware)
	if seen.Clock && !(i.DriftKnown && i.Last.After(seen.At)) {
		i.Drift, i.DriftKnown = time.Duration(seen.Drift)*time.Second, true
	}
}

// called is what people call a model.
func (c *Clerk) called(model string) string {
	if d, ok := catalogue.Find(model); ok {
		return strings.TrimSpace(d.Model().Maker + " " + d.Model().Name)
	}
	return model
}

// planOf is what the site asks of a model.
func (c *Clerk) planOf(model string) quality.Plan {
	d, ok := catalogue.Find(model)
	if !ok {
		return quality.Plan{}
	}
	plan, _ := c.Profile.Plan(d.Model().Panel)
	return plan
}

// quality writes what an inspection asks for.
func (c *Clerk) quality(ctx context.Context, w io.Writer, o Order, as string) error {
	log, err := c.Access.Quality(ctx)
	if err != nil {
		return err
	}
	if err := c.Access.Note(ctx, records.Deed{Action: staff.ReadQuality, Reason: "report " + as}); err != nil {
		return err
	}
	all, err := c.inventory(ctx, o, log)
	if err != nil {
		return err
	}
	q := reports.QualityReport{
		Issue: c.siteIssue(ctx, o, as), Since: o.Since, Until: o.Until, Instruments: all, Log: log, Called: c.called, Staff: map[string]string{},
		Plan: c.planOf,
	}
	if accounts, err := c.Access.Staff(ctx); err == nil { // whoever may not see the list sees ids
		for _, a := range accounts {
			q.Staff[string(a.ID)] = a.Name
		}
	}
	return reports.WriteQuality(ctx, w, q)
}

// activity writes counts and costs.
func (c *Clerk) activity(ctx context.Context, w io.Writer, o Order, as string) error {
	i := c.siteIssue(ctx, o, as)
	a := reports.Activity{
		Issue: i, Since: o.Since, Until: o.Until, Tally: reports.NewTally(i.Zone), Prices: c.Profile.Costs, Controls: map[vitals.Panel]int{},
	}
	if err := c.Access.Figures(ctx, records.Filter{Since: o.Since, Until: o.Until}, "activity "+as, a.Tally.Add); err != nil {
		return err
	}
	var err error
	if a.Times, err = c.times(o, i.Lang); err != nil {
		return err
	}
	log, err := c.Access.Quality(ctx)
	if err != nil {
		return err
	}
	for _, run := range log.Runs {
		if d, ok := catalogue.Find(run.Instrument.Model); ok && !run.At.Before(o.Since) && run.At.Before(o.Until) {
			a.Controls[d.Model().Panel]++
		}
	}
	return reports.WriteActivity(ctx, w, a)
}

// audit writes an extract of the audit trail.
func (c *Clerk) audit(ctx context.Context, w io.Writer, o Order, as string) error {
	f := records.AuditFilter{Since: o.Since, Until: o.Until, About: o.About, Who: o.Who}
	x, err := c.Access.Extract(ctx, f, as)
	if err != nil {
		return err
	}
	paper := reports.AuditExtract{
		Issue: c.siteIssue(ctx, o, as), Since: o.Since, Until: o.Until, First: x.First, Last: x.Last, Verified: x.Verified, Each: x.Each,
	}
	if o.Who != "" {
		paper.By = cmp.Or(x.Name(o.Who), string(o.Who))
	}
	if o.About != "" {
		if paper.Of, err = c.subject(ctx, x, o.About); err != nil {
			return err
		}
	}
	return reports.WriteAuditExtract(ctx, w, paper)
}

// subject names whom or what an extract is about: an account, a person, for those
// who may look up people, or else a record by its id.
func (c *Clerk) subject(ctx context.Context, x *records.Extract, id records.ID) (string, error) {
	if name := x.Name(id); name != "" {
		return name, nil
	}
	if staff.Allow(c.Access.Who().Role, staff.SearchPatients) != nil {
		return string(id), nil
	}
	p, err := c.Access.Patient(ctx, id)
	switch {
	case errors.Is(err, records.ErrNotFound): // a visit, or somebody who was erased
		return string(id), nil
	case err != nil:
		return "", err
	}
	return cmp.Or(strings.TrimSpace(p.Given+" "+p.Family), string(id)), nil
}

// WritePassport writes the card of a passport that was just given out.
func (c *Clerk) WritePassport(ctx context.Context, w io.Writer, text string, p passport.Passport) error {
	return reports.WritePassport(ctx, w, reports.PassportCard{Issue: c.issue(Order{}, ""), Passport: p, Text: text})
}
