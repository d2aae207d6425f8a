package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"aidpost/records"
)

func patientsVerb() verb {
	return verb{
		name: "patients", args: "find TEXT|duplicates ID|merge ID SURVIVOR|unmerge ID [--why TEXT] [--limit N] [--key-file FILE] [--data DIR] [--json]",
		brief: "find people, and merge two records of one person",
		about: `
find looks for people by parts of their names, a birth date like 1956-04-30 or
its year, or a card or phone number as a whole. duplicates shows who may be the
same person as the one with that ID.

merge makes the first record count as the second: the history of both is one,
and whoever looks for either finds the second. Neither is changed, and unmerge
takes it back. --why is put on record; leave names and results out of it. A
kiosk may be running meanwhile.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupPatients,
	}
}

// A patientsJob is what the flags of patients say.
type patientsJob struct {
	why    string
	limit  int
	asJSON bool
	args   []string
}

func setupPatients(c *command) func(context.Context, []string) error {
	var j patientsJob
	c.emergencyFlag()
	data := c.dataFlag()
	c.flags.StringVar(&j.why, "why", "", "the `reason`, for the record")
	c.flags.IntVar(&j.limit, "limit", 0, "at most `N` people; 0 means 50")
	c.flags.BoolVar(&j.asJSON, "json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			return usage("say what to do: find, duplicates, merge or unmerge")
		}
		what := args[0]
		j.args = args[1:]
		known, ok := map[string]struct {
			args int
			do   func(context.Context, *records.Access, patientsJob) error
		}{
			"find": {-1, c.patientsFind}, "duplicates": {1, c.patientsDuplicates},
			"merge": {2, c.patientsMerge}, "unmerge": {1, c.patientsUnmerge},
		}[what]
		switch {
		case !ok:
			return usage("%.40q is not find, duplicates, merge or unmerge", what)
		case known.args >= 0 && len(j.args) != known.args, len(j.args) == 0:
			return usage("patients %s takes other arguments", what)
		case j.limit < 0:
			return usage("a limit is not below zero")
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		return c.withRecords(ctx, folder, func(a *records.Access) error { return c.patientError(known.do(ctx, a, j)) })
	}
}

// patientError says what was wrong about a person in other words than those of
// the store.
func (c *command) patientError(err error) error {
	var invalid *records.InvalidError
	switch {
	case errors.As(err, &invalid):
		return fail(ExitFailed, "the %s %s", invalid.Field, invalid.Why)
	case errors.Is(err, records.ErrNotFound):
		return fail(ExitFailed, "there is no such person, or no such merge")
	}
	return err
}

func (c *command) patientsFind(ctx context.Context, a *records.Access, j patientsJob) error {
	found, err := a.Search(ctx, strings.Join(j.args, " "), j.limit)
	if err != nil {
		return err
	}
	if j.asJSON {
		return writeList(c.Stdout, found)
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "PERSON\tNAME\tBORN\tNUMBERS")
	for _, p := range found {
		c.patientLine(tw, p, "")
	}
	return tw.Flush()
}

func (c *command) patientLine(tw *tabwriter.Writer, p *records.Patient, more string) {
	var numbers []string
	for _, id := range p.Identifiers {
		numbers = append(numbers, clean(id.System+" "+id.Value))
	}
	fmt.Fprintf(tw, "%s\t%s\t%s\t%s%s\n", p.ID, person(p), cmp.Or(p.BirthDate.String(), "-"), cmp.Or(strings.Join(numbers, ", "), "-"), more)
}

func (c *command) patientsDuplicates(ctx context.Context, a *records.Access, j patientsJob) error {
	p, err := a.Patient(ctx, records.ID(j.args[0]))
	if err != nil {
		return err
	}
	found, err := a.Duplicates(ctx, p)
	if err != nil {
		return err
	}
	if j.asJSON {
		return writeList(c.Stdout, found)
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "PERSON\tNAME\tBORN\tNUMBERS\tWHY")
	for _, d := range found {
		c.patientLine(tw, d.Patient, "\t"+string(d.Why))
	}
	return tw.Flush()
}

func (c *command) patientsMerge(ctx context.Context, a *records.Access, j patientsJob) error {
	if err := a.Merge(ctx, records.ID(j.args[0]), records.ID(j.args[1]), j.why); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Stdout, "%s counts as %s; to take it back: aidpost patients unmerge %s\n", j.args[0], j.args[1], j.args[0])
	return err
}

func (c *command) patientsUnmerge(ctx context.Context, a *records.Access, j patientsJob) error {
	if err := a.Unmerge(ctx, records.ID(j.args[0]), j.why); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Stdout, "%s is a person of its own again\n", j.args[0])
	return err
}
