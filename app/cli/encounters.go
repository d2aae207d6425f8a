package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"aidpost/records"
)

func encountersVerb() verb {
	return verb{
		name: "encounters", args: "[--since D] [--limit N] [--data DIR] [--json]",
		brief: "list the visits in the records",
		about: `
Lists the visits in the records, the newest first. A kiosk may be running
meanwhile; nothing is changed. Only visits of people who agreed to keep their
results are there. --since takes a time like 24h or a date like 2026-03-01.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupEncounters,
	}
}

func setupEncounters(c *command) func(context.Context, []string) error {
	c.emergencyFlag()
	data, zone := c.dataFlag(), c.zoneFlag()
	since := c.flags.String("since", "", "only visits since this `time`, like 24h or 2026-03-01")
	limit := c.flags.Int("limit", 0, "at most `N` visits; 0 means all")
	asJSON := c.jsonFlag()
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		if *limit < 0 {
			return usage("a limit is not below zero")
		}
		where, err := zone()
		if err != nil {
			return err
		}
		from, err := sinceTime(*since, c.Now(), where)
		if err != nil {
			return err
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		return c.encounters(ctx, folder, records.Filter{Since: from, Limit: *limit}, *asJSON)
	}
}

// sinceTime reads a length of time before now, or a date in the zone.
func sinceTime(s string, now time.Time, zone *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	day, err := time.ParseInLocation(time.DateOnly, s, zone)
	if err != nil {
		return time.Time{}, usage("%.40q is no time like 24h or 2026-03-01", s)
	}
	return day, nil
}

func (c *command) encounters(ctx context.Context, folder string, f records.Filter, asJSON bool) error {
	var list []records.Summary
	p := c.progress()
	err := c.withRecords(ctx, folder, func(a *records.Access) error {
		return a.Encounters(ctx, f, func(summary records.Summary) error {
			if list = append(list, summary); len(list)%100 == 0 {
				p.show("%d visits ...", len(list))
			}
			return nil
		})
	})
	p.clear()
	if err != nil {
		return err
	}
	if asJSON {
		return writeList(c.Stdout, list)
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "ENCOUNTER\tSTARTED\tSTATUS\tPERSON\tMEASURED")
	for _, s := range list {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", s.ID, localTime(s.Started, s.Zone), c.standing(s), person(s.Patient), panelList(s))
	}
	return tw.Flush()
}

// standing is how a visit stands, with what its status alone does not tell.
func (c *command) standing(s records.Summary) string {
	hold, held := s.Hold(c.Now())
	switch {
	case held:
		return "on hold: " + string(hold.Reason)
	case s.NoShow():
		return "no-show"
	}
	return string(s.Status)
}

// localTime writes an instant as it was in the zone it happened in.
func localTime(t time.Time, zone string) string {
	if where, err := time.LoadLocation(zone); err == nil {
		t = t.In(where)
	}
	return t.Format("2006-01-02 15:04 -07:00")
}

func person(p *records.Patient) string {
	if p == nil {
		return "guest"
	}
	name := strings.TrimSpace(p.Given + " " + p.Family)
	if name == "" && len(p.Identifiers) > 0 {
		name = p.Identifiers[0].System + " " + p.Identifiers[0].Value
	}
	return cmp.Or(clean(name), "-")
}

// clean keeps what somebody typed as a name from steering the terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}

func panelList(s records.Summary) string {
	var names []string
	for _, p := range s.Panels {
		names = append(names, panelName(p))
	}
	return cmp.Or(strings.Join(names, ", "), "-")
}
