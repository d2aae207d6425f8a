package cli

import (
	"context"
	"io"
	"strings"

	"aidpost/assets/words"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/reports"
)

// qcChart writes the control chart of one solution on one instrument.
func (c *command) qcChart(ctx context.Context, a *records.Access, j *qcJob) error {
	if err := c.mayWrite(j.out, j.force); err != nil {
		return err
	}
	log, err := a.Quality(ctx)
	if err != nil {
		return err
	}
	lot, ok := log.Solution(j.control)
	if !ok {
		return fail(ExitFailed, "there is no lot %.40q of control solution", j.control)
	}
	all, err := words.Load()
	if err != nil {
		return err
	}
	language := j.lang
	if language == "" {
		language = systemLanguage(c.Getenv)
	}
	name := j.instrument.Model
	if d, ok := catalogue.Find(name); ok {
		name = strings.TrimSpace(d.Model().Maker + " " + d.Model().Name)
	}
	if err := a.Note(ctx, records.Deed{Action: staff.ReadQuality, Reason: "chart of " + j.instrument.String()}); err != nil {
		return err
	}
	err = c.deliver(j.out, j.force, func(w io.Writer) error {
		return reports.ControlChart(ctx, w, reports.Control{
			Issue:    reports.Issue{Lang: all.Lang(language), Site: j.profile.Letterhead(), Kiosk: j.profile.Kiosk, Zone: j.zone, Printed: c.Now()},
			Solution: reports.Solution{Instrument: j.instrument, Name: name, Lot: lot, Runs: log.RunsOf(j.instrument, "")},
		})
	})
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	return nil
}
