package cli

import (
	"context"
	"errors"
	"io"

	"aidpost/app/clerk"
	"aidpost/app/script"
	"aidpost/app/site"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/quality/rest"
	"aidpost/reports"
)

func visitVerb() verb {
	return verb{
		name: "visit",
		args: "--script FILE|- [--simulate | --port PATH[=MODEL]...] [--data DIR] [--lang xx] [--json]",

		brief: "take a person through a whole visit without a window",
		about: `
Follows a script through a visit, from the welcome to the end: the instruments
measure, the result is judged, and what the person agrees to keep is saved.
What is not in the script is answered as a healthy adult would, without a name
and without keeping anything. What a person would see is printed, or with
--json what happens, one object a line.

A script has one command a line; a word with spaces stands in double quotes,
and a # begins a remark:

` + script.Help() + `
For example:

  who Maria Lopez 1956-04-30
  consent keep
  skip-rest hurry
  one-reading
  measure blood-pressure
  expect readings 1
  print summary.pdf`,
		exits: []int{ExitFailed, ExitNoInstrument, ExitFault, ExitUnexpected, ExitInterrupted},
		setup: setupVisit,
	}
}

// A visitJob is what the flags of visit say.
type visitJob struct {
	site   site.Config
	script script.Script
	asJSON bool
}

func setupVisit(c *command) func(context.Context, []string) error {
	var j visitJob
	file := c.flags.String("script", "", "the `file` of the script, or - for standard input")
	config := c.siteFlags()
	twins := c.twinFlags()
	c.flags.BoolVar(&j.asJSON, "json", false, "write JSON")
	return func(ctx context.Context, args []string) (err error) {
		if err := none(args); err != nil {
			return err
		}
		if *file == "" {
			return usage("name the script with --script")
		}
		if j.site, err = config(); err != nil {
			return err
		}
		if j.site.Twins, err = twins(); err != nil {
			return err
		}
		if j.script, err = c.parseScript(*file); err != nil {
			return err
		}
		return c.visit(ctx, j)
	}
}

func (c *command) parseScript(file string) (script.Script, error) {
	in, err := c.open(file)
	if err != nil {
		return nil, fail(ExitFailed, "%w", err)
	}
	defer in.Close()
	parsed, err := script.Parse(in)
	var syntax *script.SyntaxError
	if errors.As(err, &syntax) {
		return nil, usage("%s: %v", file, err)
	}
	if err != nil {
		return nil, fail(ExitFailed, "%w", err)
	}
	return parsed, nil
}

// visit opens the site, runs the script and closes the site again.
func (c *command) visit(ctx context.Context, j visitJob) (err error) {
	profile, err := site.LoadProfile(j.site.Data)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	profile = profile.In(j.site.Zone)
	profile.Fill(&j.site)
	labels, err := intended.Load()
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	grades, err := quality.LoadGrades()
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	steady, err := rest.Load()
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	s, err := site.Open(ctx, j.site, c.log)
	if err != nil {
		return storeFailure(j.site.Data, err)
	}
	defer func() {
		if closing := s.Close(); closing != nil && err == nil {
			err = storeFailure(j.site.Data, closing)
		}
	}()
	var live io.Writer
	if c.Terminal {
		live = c.Stderr
	}
	printer := script.NewText(c.Stdout, live, s.Words, profile.Emergency)
	if j.asJSON {
		printer = script.NewJSON(c.Stdout)
	}
	err = script.Run(ctx, j.script, script.Job{
		Visit: visit.Config{
			Instruments: s.Rack, Store: s.Store.Visitor(profile.Kiosk), Rules: s.Rules, Place: j.site.Place, Zone: s.Zone,
			Language: s.Words.Lang(j.site.Language).Tag(), Consent: site.ConsentVersion, Log: c.log,
			Admit: profile.Admit(s.Store.Visitor(profile.Kiosk)),
			Rest:  steady, Grades: grades, Fit: profile.Fit(labels, j.site.Simulate), Cuff: profile.Cuff(labels, j.site.Simulate), Hygiene: profile.Hygiene(j.site.Data),
		},
		Printer: printer,
		Summary: func(ctx context.Context, file string, state visit.State) error {
			return c.printVisit(ctx, file, state, s, profile)
		},
	})
	return c.visitFailure(ctx, j, err)
}

// printVisit writes the summary of a visit that is under way.
func (c *command) printVisit(ctx context.Context, file string, state visit.State, s *site.Site, p site.Profile) error {
	d := reports.Data{
		Encounter: *state.Encounter, Rules: s.Rules, Who: site.SubjectOf(state.Encounter), Tier: site.TierOf(state.Encounter),
		Lang: s.Words.Lang(state.Language), Site: p.Letterhead(), Printed: c.Now().In(s.Zone),
		Demo: site.Simulated(state.Encounter),
	}
	for _, r := range state.Results {
		d.History = append(d.History, r.History...)
		d.Who, d.Tier = r.Subject, max(d.Tier, r.Tier)
	}
	if err := s.Store.Visitor(p.Kiosk).Note(ctx, clerk.Printed(state.Encounter, "file")); err != nil {
		return c.explained(ctx, file, err)
	}
	if err := reports.SaveFile(file, func(w io.Writer) error { return reports.Summary(ctx, w, d) }); err != nil {
		return fail(ExitFailed, "%w", err)
	}
	return nil
}

// visitFailure gives the end of a visit its exit code.
func (c *command) visitFailure(ctx context.Context, j visitJob, err error) error {
	var (
		fault      *instruments.Fault
		unexpected *script.UnexpectedError
		known      *failure
	)
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.As(err, &unexpected):
		return fail(ExitUnexpected, "%w", err)
	case errors.Is(err, script.ErrNoInstrument):
		return fail(ExitNoInstrument, "%w", err)
	case errors.As(err, &fault):
		return fail(ExitFault, "%s", explain(fault))
	case ctx.Err() != nil:
		return err
	}
	return storeFailure(j.site.Data, err)
}
