package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"aidpost/app/extract"
	"aidpost/records"
)

func exportVerb() verb {
	return verb{
		name: "export", args: "--out FILE.csv|-|FOLDER [--format csv|ndjson|hl7] [--since D] [--until D] [--patient ID] [--no-names] [--encrypt|--encrypt-to KEY] [--data DIR]",
		brief: "write records for other programs",
		about: `
Writes the records as a table, a row for each measured value (csv), as FHIR R4
resources, a file for each type in a new folder (ndjson), or as HL7 version 2.5.1
results, a message for each visit in one batch file (hl7). The export is put
on record. A kiosk may be running meanwhile. --since and --until take a time
like 24h or a date like 2026-03-01. --no-names leaves names and birth dates out
of the table; the ids of people stay, so it is not anonymous. An encrypted file
is opened with age, by its passphrase or the recipient's key.`,
		exits: []int{ExitFailed, ExitInterrupted},
		setup: setupExport,
	}
}

// An exportJob is what the flags of export say.
type exportJob struct {
	folder, out, format string
	extract.Job
}

func setupExport(c *command) func(context.Context, []string) error {
	var j exportJob
	data, zone, encrypt := c.dataFlag(), c.zoneFlag(), c.encryptFlags()
	c.flags.StringVar(&j.out, "out", "", "the `file`, - for standard output, or the folder of ndjson")
	c.flags.StringVar(&j.format, "format", "csv", "the `format`: csv, ndjson or hl7")
	c.flags.StringVar(&j.Base, "base", extract.DefaultBase, "the operator's `URI` for identifier systems in FHIR and HL7")
	c.flags.BoolVar(&j.Nameless, "no-names", false, "leave names and birth dates out of the table")
	since := c.flags.String("since", "", "only visits since this `time`")
	until := c.flags.String("until", "", "only visits before this `time`")
	patient := c.flags.String("patient", "", "only visits of the patient with this `id`")
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		switch {
		case j.out == "":
			return usage("name the file or folder with --out")
		case !slices.Contains(extract.Formats(), extract.Format(j.format)):
			return usage("%.40q is no format; it is csv, ndjson or hl7", j.format)
		case extract.Format(j.format) != extract.Table && j.Nameless:
			return usage("--no-names is of the table; resources and messages refer to people")
		}
		where, err := zone()
		if err != nil {
			return err
		}
		j.Filter.Patient = records.ID(*patient)
		if j.Filter.Since, err = sinceTime(*since, c.Now(), where); err != nil {
			return err
		}
		if j.Filter.Until, err = sinceTime(*until, c.Now(), where); err != nil {
			return err
		}
		if j.folder, err = data(); err != nil {
			return fail(ExitFailed, "%w", err)
		}
		if j.Box, err = encrypt(ctx); err != nil {
			return err
		}
		j.Format, j.Version, j.Now = extract.Format(j.format), c.Version, c.Now()
		return c.export(ctx, j)
	}
}

// each hands every visit of the job to what is made of the records and shows how far
// it is.
func (c *command) each(ctx context.Context, j exportJob, begin func(*records.Access) func(*records.Encounter) error) error {
	p := c.progress()
	defer p.clear()
	done := 0
	return c.withRecords(ctx, j.folder, func(a *records.Access) error {
		add := begin(a)
		return a.Each(ctx, j.Filter, j.format, func(e *records.Encounter) error {
			if done++; done%100 == 0 {
				p.show("%d visits ...", done)
			}
			return add(e)
		})
	})
}

// export writes what the job says and shows how far it is.
func (c *command) export(ctx context.Context, j exportJob) error {
	p := c.progress()
	defer p.clear()
	j.Tell = func(visits int) { p.show("%d visits ...", visits) }
	from := func(use func(*records.Access) error) error {
		defer p.clear()
		return c.withRecords(ctx, j.folder, use)
	}
	if j.out == "-" && j.Format != extract.Resources {
		_, err := j.To(ctx, from, c.Stdout)
		return err
	}
	w, err := j.Save(ctx, from, j.out)
	if err != nil {
		return c.savingFailed(ctx, err)
	}
	return c.sayResources(j.out, w.Resources)
}

// sayResources says what is in a folder of resources; of one file there is nothing
// to say.
func (c *command) sayResources(folder string, counts map[string]int64) error {
	if counts == nil {
		return nil
	}
	var said []string
	for name, n := range counts {
		said = append(said, fmt.Sprintf("%d %s", n, name))
	}
	slices.Sort(said)
	_, err := fmt.Fprintf(c.Stdout, "%s: %s\n", folder, strings.Join(said, ", "))
	return err
}

// savingFailed passes on what a verb has already explained.
func (c *command) savingFailed(ctx context.Context, err error) error {
	var known *failure
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &known):
		return known
	}
	return fail(ExitFailed, "%w", err)
}
