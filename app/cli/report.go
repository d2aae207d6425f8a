package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/reports"
)

func reportVerb() verb {
	return verb{
		name: "report", args: "ENCOUNTER --out FILE.pdf|- [--lang xx] [--paper a4|letter] [--force] [--data DIR]",
		brief: "write the summary of a visit as PDF",
		about: `
Writes the summary of a visit, as the kiosk prints it. The language is that of
the visit unless --lang says otherwise. A file that exists is not replaced
without --force.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupReport,
	}
}

// A reportJob is what the flags of report say.
type reportJob struct {
	id                records.ID
	out, lang, folder string
	guideline         string
	paper             reports.Paper
	force             bool
}

func setupReport(c *command) func(context.Context, []string) error {
	var j reportJob
	c.flags.StringVar(&j.out, "out", "", "the `file`, or - for standard output")
	c.flags.StringVar(&j.lang, "lang", "", "the `language`, if not that of the visit")
	c.flags.StringVar(&j.guideline, "bp-guideline", "", "the guideline whose scale is drawn, by its `id`: aha-2025 or esc-2024")
	c.flags.BoolVar(&j.force, "force", false, "replace a file that exists")
	size := c.flags.String("paper", "a4", "the `paper`: a4 or letter")
	data := c.dataFlag()
	return func(ctx context.Context, args []string) error {
		id, err := one(args, "an encounter; see: aidpost encounters")
		if err != nil {
			return err
		}
		j.id = records.ID(id)
		if j.out == "" {
			return usage("name the file with --out")
		}
		switch *size {
		case "a4":
			j.paper = reports.A4
		case "letter":
			j.paper = reports.Letter
		default:
			return usage("%.40q is no paper; it is a4 or letter", *size)
		}
		if j.folder, err = data(); err != nil {
			return fail(ExitFailed, "%w", err)
		}
		return c.reportVisit(ctx, j)
	}
}

func (c *command) reportVisit(ctx context.Context, j reportJob) error {
	if err := c.mayWrite(j.out, j.force); err != nil {
		return err
	}
	p := c.progress()
	defer p.clear()
	p.show("Reading the records ...")
	d, err := c.gather(ctx, j)
	if err != nil {
		return err
	}
	p.show("Drawing the pages ...")
	var page bytes.Buffer
	if err := reports.Summary(ctx, &page, d); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fail(ExitFailed, "%w", err)
	}
	p.show("Writing %s ...", j.out)
	if err := c.deliver(j, page.Bytes()); err != nil {
		return fail(ExitFailed, "%w", err)
	}
	return nil
}

// mayWrite makes sure that a file is not replaced by mistake.
func (c *command) mayWrite(out string, force bool) error {
	if _, err := os.Lstat(out); err == nil && !force && out != "-" {
		return fail(ExitFailed, "%s exists; --force replaces it", out)
	}
	return nil
}

// gather reads everything that the summary shows.
func (c *command) gather(ctx context.Context, j reportJob) (reports.Data, error) {
	profile, err := site.LoadProfile(j.folder)
	if err != nil {
		return reports.Data{}, fail(ExitFailed, "%w", err)
	}
	rules, err := site.Rules(profile.Choice(j.guideline))
	if err != nil {
		return reports.Data{}, usage("%v", err)
	}
	all, err := words.Load()
	if err != nil {
		return reports.Data{}, err
	}
	var d reports.Data
	err = c.withRecords(ctx, j.folder, func(a *records.Access) error {
		e, err := a.Encounter(ctx, j.id)
		if errors.Is(err, records.ErrNotFound) {
			return fail(ExitFailed, "there is no encounter %.40q", j.id)
		}
		if err != nil {
			return err
		}
		d = reports.Data{
			Encounter: *e, Rules: rules, Who: site.SubjectOf(e), Tier: site.TierOf(e), Site: profile.Letterhead(),
			Printed: c.Now(), Copy: firstCopy, Paper: j.paper, Demo: site.Simulated(e), Lang: all.Lang(e.Language),
		}
		if d.History, err = earlier(ctx, a, e); err != nil {
			return err
		}
		return a.Note(ctx, summaryOf(e, "file"))
	})
	if j.lang != "" {
		d.Lang = all.Lang(j.lang)
	}
	return d, err
}

// earlier returns what the trend shows of the time before an encounter.
func earlier(ctx context.Context, a *records.Access, e *records.Encounter) (history []records.Observation, err error) {
	if e.Patient == nil {
		return nil, nil
	}
	for _, panel := range site.PanelsOf(e) {
		results, err := a.History(ctx, e.Patient.ID, panel, historyLimit)
		if err != nil {
			return nil, err
		}
		for _, o := range results {
			if o.Taken.Before(e.Started) {
				history = append(history, o)
			}
		}
	}
	return history, nil
}

// summaryOf is what goes on record of a summary that leaves the kiosk.
func summaryOf(e *records.Encounter, as string) records.Deed {
	d := records.Deed{Action: staff.PrintRecord, Object: e.ID, Reason: as}
	if e.Patient != nil {
		d.Patient = e.Patient.ID
	}
	return d
}

// A summary drawn from the records is not marked as a copy: nobody knows
// whether there was a first.
const firstCopy = 1

// historyLimit is how many earlier results the trend shows, as in a visit.
const historyLimit = 30

// deliver writes the finished pages.
func (c *command) deliver(j reportJob, page []byte) error {
	if j.out == "-" {
		_, err := c.Stdout.Write(page)
		return err
	}
	if j.force {
		if err := os.Remove(j.out); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return reports.SaveFile(j.out, func(w io.Writer) error {
		_, err := w.Write(page)
		return err
	})
}
