package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"aidpost/app/hygiene"
	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/quality"
)

func cleanVerb() verb {
	return verb{
		name: "clean", args: "[INSTRUMENT] [--skip REASON] [--data DIR] [--json]",
		brief: "say that an instrument was cleaned, or list what waits for it",
		about: `
Where a site has its instruments cleaned between two people, in its site.json,

  "cleaning": [{"instrument": "onetouch-ultra2", "with": "Super Sani-Cloth",
                "wetSeconds": 120}]

the next person waits until somebody has said that it was done: here, or on the
staff's window. With an INSTRUMENT, which is MODEL/SERIAL, it is put on record
who cleaned it and when. --skip lets it be used without; the reason is one of
emergency, no-disinfectant, cleaned-elsewhere. Without one, what waits is listed.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupClean,
	}
}

func setupClean(c *command) func(context.Context, []string) error {
	data, zone, asJSON := c.dataFlag(), c.zoneFlag(), c.jsonFlag()
	skip := c.flags.String("skip", "", "the `reason` why it is used without")
	return func(ctx context.Context, args []string) error {
		if *skip != "" && !slices.Contains(hygiene.Reasons(), *skip) {
			return usage("%.40q is not %s", *skip, strings.Join(hygiene.Reasons(), ", "))
		}
		where, err := zone()
		if err != nil {
			return err
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		profile, err := site.LoadProfile(folder)
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		book := profile.Hygiene(folder)
		if len(args) == 0 && *skip == "" {
			return c.listUnclean(book, where, *asJSON)
		}
		which, err := one(args, "the instrument, like onetouch-ultra2/VDH74F2CY")
		if err != nil {
			return err
		}
		i, err := parseInstrument(which)
		if err != nil {
			return err
		}
		if _, asked := book.Rule(i); !asked {
			return fail(ExitFailed, "nothing is said in %s of how %s is cleaned", site.ProfileName, i)
		}
		return c.withRecords(ctx, folder, func(a *records.Access) error { return book.Record(ctx, a, i, *skip) })
	}
}

// An unclean instrument waits to be cleaned.
type unclean struct {
	Instrument quality.Instrument `json:"instrument"`
	Since      time.Time          `json:"since,omitzero"`
	With       string             `json:"with"`
	WetSeconds int                `json:"wetSeconds"`
}

func (c *command) listUnclean(book *hygiene.Book, where *time.Location, asJSON bool) error {
	waiting, err := book.Waiting()
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	list := make([]unclean, 0, len(waiting))
	for _, i := range waiting {
		soil, _, err := book.Soiled(i)
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		rule, _ := book.Rule(i)
		list = append(list, unclean{i, soil.Since, rule.With, rule.WetSeconds})
	}
	if asJSON {
		return writeList(c.Stdout, list)
	}
	if len(list) == 0 {
		fmt.Fprintln(c.Stderr, "aidpost: nothing waits to be cleaned")
		return nil
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "INSTRUMENT\tUSED\tWIPE WITH\tWET FOR")
	for _, u := range list {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%d s\n", u.Instrument, u.Since.In(where).Format("2006-01-02 15:04"), u.With, u.WetSeconds)
	}
	return tw.Flush()
}
