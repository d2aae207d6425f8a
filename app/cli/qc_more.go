package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// qcSample puts the result of a blind sample on record and tells nothing of it.
func (c *command) qcSample(ctx context.Context, a *records.Access, j *qcJob) error {
	run, err := j.run()
	if err != nil {
		return err
	}
	if err := a.RunSample(ctx, j.planOf(j.instrument.Model), run); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Stdout, "kept for whoever coordinates quality")
	return err
}

// qcSamples lists the results of blind samples beside what they should be. For
// whoever may measure one both are left out.
func (c *command) qcSamples(ctx context.Context, a *records.Access, j *qcJob) error {
	log, err := a.Quality(ctx)
	if err != nil {
		return err
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "INSTRUMENT\tSAMPLE\tMEASURED\tRESULT\tEXPECTED\tOFF BY")
	var lines []quality.Instrument
	for _, s := range log.Samples {
		if j.instrument.Model != "" && s.Instrument != j.instrument {
			continue
		}
		lot, _ := log.Sample(s.Control)
		if lot.Kind == quality.Linearity && !slices.Contains(lines, s.Instrument) {
			lines = append(lines, s.Instrument)
		}
		result, expected, off := "-", "-", "-"
		if s.Value.Unit != "" {
			result = s.Value.String()
		}
		if lot.Target.Known() {
			expected = lot.Target.Mean.String()
			if lot.Target.Mean.Unit == s.Value.Unit {
				off = fmt.Sprintf("%+g", s.Value.Value.Sub(lot.Target.Mean.Value).Float())
			}
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", clean(s.Instrument.String()), clean(s.Control), s.At.In(j.zone).Format("2006-01-02 15:04"), result, expected, off)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, i := range lines {
		line, err := log.Linearity(i)
		if err != nil {
			fmt.Fprintf(c.Stdout, "%s: %v\n", clean(i.String()), err)
			continue
		}
		fmt.Fprintf(c.Stdout, "%s: slope %.3f, intercept %.2f, farthest off the line %.2f, of %d results\n", clean(i.String()), line.Slope, line.Intercept, line.Farthest, line.N)
	}
	return nil
}

// examined is the account and the panel that flags name.
func (j *qcJob) examined(ctx context.Context, a *records.Access) (account records.ID, panel vitals.Panel, err error) {
	panel = vitals.Panel(j.panel)
	if !slices.Contains(vitals.Panels(), panel) {
		return "", "", usage("there is no panel %.40q", j.panel)
	}
	all, err := a.Staff(ctx)
	if err != nil {
		return "", "", err
	}
	account, err = accountNamed(all, j.account)
	return account, panel, err
}

func (c *command) qcObserve(ctx context.Context, a *records.Access, j *qcJob) error {
	who, panel, err := j.examined(ctx, a)
	if err != nil {
		return err
	}
	return a.Observe(ctx, quality.Observed{Account: string(who), Panel: panel, Passed: !j.failed, Comment: j.why})
}

func (c *command) qcCertify(ctx context.Context, a *records.Access, j *qcJob) error {
	until, err := j.endOf(j.until)
	if err != nil {
		return err
	}
	who, panel, err := j.examined(ctx, a)
	if err != nil {
		return err
	}
	return a.Certify(ctx, j.planFor(panel), quality.Certificate{Account: string(who), Panel: panel, Until: until})
}

// nextControl says when the next control run is due, and with what.
func nextControl(d quality.Due, zone *time.Location) string {
	when := "-"
	switch {
	case d.Lock != "":
		when = "now"
	case !d.At.IsZero():
		when = d.At.In(zone).Format("2006-01-02 15:04")
	}
	if d.Lock == "" && d.Left >= 0 {
		by := fmt.Sprintf("after %d more", d.Left)
		if when != "-" {
			by = when + " or " + by
		}
		when = by
	}
	if when != "-" && d.Next.Number != "" {
		when += " with " + clean(d.Next.Number)
	}
	return when
}

// driftDays is how far back drift is looked for.
const driftDays = 90

// qcDrift lists how far the results of people have moved, instrument by
// instrument.
func (c *command) qcDrift(ctx context.Context, a *records.Access, j *qcJob) (err error) {
	since := c.Now().AddDate(0, 0, -driftDays)
	if j.since != "" {
		if since, err = time.ParseInLocation(time.DateOnly, j.since, j.zone); err != nil {
			return usage("%.40q is no date like 2026-03-31", j.since)
		}
	}
	log, err := a.Quality(ctx)
	if err != nil {
		return err
	}
	results, err := a.Results(ctx, records.Filter{Since: since})
	if err != nil {
		return err
	}
	var channels []records.Channel
	for ch := range results {
		if j.instrument.Model == "" || ch.Instrument == j.instrument {
			channels = append(channels, ch)
		}
	}
	slices.SortFunc(channels, func(x, y records.Channel) int {
		return cmp.Or(cmp.Compare(x.Instrument.String(), y.Instrument.String()), cmp.Compare(x.Measure, y.Measure))
	})
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "INSTRUMENT\tMEASURE\tRESULTS\tUSUAL\tNOW\tVERDICT")
	for _, ch := range channels {
		d := log.DriftOf(ch.Instrument, results[ch])
		usual, now, verdict := "-", "-", "too few results"
		if d.Known {
			usual, now, verdict = fmt.Sprintf("%.1f", d.Base), fmt.Sprintf("%.1f", d.Mean), "steady"
		}
		if !d.Moved.IsZero() {
			verdict = fmt.Sprintf("moved by %+.1f since %s", d.Shift(), d.Moved.In(j.zone).Format(time.DateOnly))
		}
		fmt.Fprintf(tw, "%s\t%s\t%d\t%s\t%s\t%s\n", clean(ch.Instrument.String()), ch.Measure, d.N, usual, now, verdict)
	}
	return tw.Flush()
}
