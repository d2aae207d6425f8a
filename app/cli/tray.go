package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"aidpost/app/site"
	"aidpost/records"
)

func trayVerb() verb {
	return verb{
		name: "tray", args: "[list|give READING --to PATIENT|aside READING] [--reason REASON] [--note TEXT] [--data DIR] [--json]",
		brief: "readings that came without a person",
		about: `
list shows the readings that came while nobody was chosen for them: when each was
measured, which instrument it is of, why it has no person, and which visits were
going on within ten minutes of it. None is given to anybody by itself.

give puts one into the record of a person, judged anew; see: aidpost patients
find. The reason says how it is known that it is theirs: ` + reasonsOf(records.ClaimReasons()) + `.
aside says that one is nobody's: ` + reasonsOf(records.AsideReasons()) + `.
other needs a note. Both stay in the records with who did so, and the day is not
closed with a reading in the tray unless somebody says why.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupTray,
	}
}

func reasonsOf(list []records.CorrectionReason) string {
	var all []string
	for _, r := range list {
		all = append(all, string(r))
	}
	return strings.Join(all, ", ")
}

func setupTray(c *command) func(context.Context, []string) error {
	data, zone, asJSON := c.dataFlag(), c.zoneFlag(), c.jsonFlag()
	to := c.flags.String("to", "", "the `person` whose it is")
	var why records.Correction
	reason := c.flags.String("reason", "", "the `reason`")
	c.flags.StringVar(&why.Note, "note", "", "the reason in a few `words`, kept with the reading")
	return func(ctx context.Context, args []string) error {
		what := "list"
		if len(args) > 0 {
			what = args[0]
		}
		reasons, known := map[string][]records.CorrectionReason{"list": nil, "give": records.ClaimReasons(), "aside": records.AsideReasons()}[what]
		why.Reason = records.CorrectionReason(*reason)
		switch {
		case !known:
			return usage("%.40q is not list, give or aside", what)
		case what == "list" && len(args) > 1, what != "list" && len(args) != 2:
			return usage("tray %s takes other arguments", what)
		case (what == "give") != (*to != ""):
			return usage("name the person with --to for give, and for nothing else")
		case what != "list" && !slices.Contains(reasons, why.Reason):
			return usage("name the reason with --reason: %s", reasonsOf(reasons))
		}
		where, err := zone()
		if err != nil {
			return err
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		return c.withRecords(ctx, folder, func(a *records.Access) error {
			if what == "list" {
				return c.trayList(ctx, a, where, *asJSON)
			}
			return c.traySettle(ctx, a, folder, records.ID(args[1]), records.ID(*to), why)
		})
	}
}

// A trayed is a reading in the tray as JSON has it.
type trayed struct {
	*records.Encounter
	Near []records.Summary `json:"near,omitempty"`
}

func (c *command) trayList(ctx context.Context, a *records.Access, zone *time.Location, asJSON bool) error {
	all, err := a.Tray(ctx, c.Now())
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(t records.Trayed) bool { return !t.Waits() })
	if asJSON {
		out := newLineWriter(c.Stdout)
		for _, t := range all {
			if err := out.write(trayed{t.Encounter, t.Near}); err != nil {
				return err
			}
		}
		return nil
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "READING\tMEASURED\tVALUES\tINSTRUMENT\tWHY\tNEAR")
	for _, t := range all {
		o := t.Reading()
		var values, near []string
		for _, v := range o.Values {
			values = append(values, fmt.Sprintf("%s %s", v.Measure, v.Quantity))
		}
		for _, sum := range t.Near {
			near = append(near, person(sum.Patient))
		}
		instrument := strings.TrimSpace(o.Origin.Driver + " " + o.Origin.Device.Serial)
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, o.Taken.In(zone).Format("2006-01-02 15:04"), strings.Join(values, ", "),
			clean(instrument), t.Orphan.Why, cmp.Or(clean(strings.Join(near, ", ")), "-"))
	}
	return tw.Flush()
}

// traySettle gives a reading to a person, or to nobody if none is named.
func (c *command) traySettle(ctx context.Context, a *records.Access, folder string, reading, to records.ID, why records.Correction) error {
	rules, err := rulesOf(folder)
	if err != nil {
		return err
	}
	var e *records.Encounter
	if to == "" {
		e, err = a.SetAside(ctx, reading, why)
	} else {
		_, e, err = a.Claim(ctx, reading, to, func(e *records.Encounter) func(records.Observation) []records.Judgement {
			return site.Judging(rules, e)
		}, why)
	}
	switch {
	case errors.Is(err, records.ErrNotFound):
		return fail(ExitFailed, "there is no such reading in the tray, or no such person")
	case errors.Is(err, records.ErrNotWaiting):
		return fail(ExitFailed, "%w", records.ErrNotWaiting)
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(c.Stdout, "%s revision %d\n", e.ID, e.Revision)
	return err
}
