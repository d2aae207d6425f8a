package cli

import (
	"cmp"
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"aidpost/app/site"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/quality"
)

// listEnrolled lists the instruments of a site, attached or not.
func (c *command) listEnrolled(ctx context.Context, folder string, zone *time.Location, asJSON bool) error {
	profile, err := site.LoadProfile(folder)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	profile = profile.In(zone)
	plan := func(id quality.Instrument) quality.Plan {
		driver, ok := catalogue.Find(id.Model)
		if !ok {
			return quality.Plan{}
		}
		plan, _ := profile.Plan(driver.Model().Panel)
		return plan
	}
	return c.withRecords(ctx, folder, func(a *records.Access) error {
		log, err := a.Quality(ctx)
		if err != nil {
			return err
		}
		all := log.Inventory(plan, c.Now())
		if asJSON {
			return writeList(c.Stdout, all)
		}
		return c.printEnrolled(all, zone)
	})
}

func (c *command) printEnrolled(all []quality.Entry, zone *time.Location) error {
	const minute = "2006-01-02 15:04"
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "INSTRUMENT\tPLACE\tCABLE\tFIRMWARE\tCLOCK\tSEEN\tLAST CONTROL\tLOCKED OUT")
	for _, e := range all {
		seen, control, locked := "-", "-", "no"
		if !e.Seen.At.IsZero() {
			seen = e.Seen.At.In(zone).Format(minute)
		}
		if !e.Control.At.IsZero() {
			control = e.Control.At.In(zone).Format(minute)
			if e.Verdict.Rejected() {
				control += " out of control"
			}
		}
		if len(e.Locks) > 0 {
			locked = fmt.Sprint(e.Locks)
		}
		clock := clockOf(instruments.Identity{HasClock: e.Seen.Clock, Drift: time.Duration(e.Seen.Drift) * time.Second})
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", clean(e.ID.String()), cmp.Or(clean(e.Enrolment.Place), "-"),
			cmp.Or(clean(e.Seen.Cable), "-"), cmp.Or(clean(e.Seen.Firmware), "-"), clock, seen, control, locked)
	}
	return tw.Flush()
}
