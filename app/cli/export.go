package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aidpost/app/site"
	"aidpost/app/strongbox"
	"aidpost/records"
	"aidpost/records/export"
	"aidpost/records/fhir"
	"aidpost/reports"
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

// defaultBase begins the identifier systems of a site that has named no URI of
// its own.
const defaultBase = "urn:aidpost"

// An exportJob is what the flags of export say.
type exportJob struct {
	folder, out, format, base string
	filter                    records.Filter
	nameless                  bool
	box                       strongbox.Box
}

func setupExport(c *command) func(context.Context, []string) error {
	var j exportJob
	data, zone, encrypt := c.dataFlag(), c.zoneFlag(), c.encryptFlags()
	c.flags.StringVar(&j.out, "out", "", "the `file`, - for standard output, or the folder of ndjson")
	c.flags.StringVar(&j.format, "format", "csv", "the `format`: csv, ndjson or hl7")
	c.flags.StringVar(&j.base, "base", defaultBase, "the operator's `URI` for identifier systems in FHIR and HL7")
	c.flags.BoolVar(&j.nameless, "no-names", false, "leave names and birth dates out of the table")
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
		case !slices.Contains([]string{"csv", "ndjson", "hl7"}, j.format):
			return usage("%.40q is no format; it is csv, ndjson or hl7", j.format)
		case j.format != "csv" && j.nameless:
			return usage("--no-names is of the table; resources and messages refer to people")
		}
		where, err := zone()
		if err != nil {
			return err
		}
		j.filter.Patient = records.ID(*patient)
		if j.filter.Since, err = sinceTime(*since, c.Now(), where); err != nil {
			return err
		}
		if j.filter.Until, err = sinceTime(*until, c.Now(), where); err != nil {
			return err
		}
		if j.folder, err = data(); err != nil {
			return fail(ExitFailed, "%w", err)
		}
		if j.box, err = encrypt(ctx); err != nil {
			return err
		}
		switch j.format {
		case "ndjson":
			return c.exportResources(ctx, j)
		case "hl7":
			return c.exportFile(ctx, j, func(w io.Writer) (exporter, error) {
				return export.NewMessages(w, fhir.Operator{Base: j.base, Version: c.Version}, c.Now())
			})
		}
		return c.exportFile(ctx, j, func(w io.Writer) (exporter, error) { return export.NewTable(w, j.nameless) })
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
		return a.Each(ctx, j.filter, j.format, func(e *records.Encounter) error {
			if done++; done%100 == 0 {
				p.show("%d visits ...", done)
			}
			return add(e)
		})
	})
}

// An exporter writes visits into one file.
type exporter interface {
	Add(*records.Encounter) error
	Close() error
}

func (c *command) exportFile(ctx context.Context, j exportJob, begin func(io.Writer) (exporter, error)) error {
	write := func(w io.Writer) error {
		x, err := begin(w)
		if err != nil {
			return err
		}
		add := func(*records.Access) func(*records.Encounter) error { return x.Add }
		return errors.Join(c.each(ctx, j, add), x.Close())
	}
	write = j.box.Around(write)
	if j.out == "-" {
		return write(c.Stdout)
	}
	if err := reports.SaveFile(j.out, write); err != nil {
		return c.savingFailed(ctx, err)
	}
	return nil
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

func (c *command) exportResources(ctx context.Context, j exportJob) error {
	var counts map[string]int64
	err := saveFolder(j.out, func(folder string) error {
		files := &ndjsonFiles{folder: folder, box: j.box}
		err := c.each(ctx, j, func(a *records.Access) func(*records.Encounter) error {
			roll := a.NewRoll()
			first := func(id records.ID) (bool, error) { return roll.First(ctx, id) }
			x := export.NewResources(c.telling(ctx, a, j.base), files.open, first)
			counts = x.Counts() // a map, so what is written counts, too
			return x.Add
		})
		return errors.Join(err, files.close())
	})
	if err != nil {
		return c.savingFailed(ctx, err)
	}
	var said []string
	for name, n := range counts {
		said = append(said, fmt.Sprintf("%d %s", n, name))
	}
	slices.Sort(said)
	_, err = fmt.Fprintf(c.Stdout, "%s: %s\n", j.out, strings.Join(said, ", "))
	return err
}

// telling is the operator of an export, who tells what people said of what they had
// agreed to.
func (c *command) telling(ctx context.Context, a *records.Access, base string) fhir.Operator {
	said := func(e *records.Encounter) ([]records.LaterConsent, error) { return a.SaidOf(ctx, e.ID) }
	return fhir.Operator{Base: base, Version: c.Version, Kind: site.Kind, Said: said}
}

// ndjsonFiles are the files of an export, one for each type of resource.
type ndjsonFiles struct {
	folder string
	box    strongbox.Box
	files  []*os.File
	bufs   []*bufio.Writer
	sealed []io.WriteCloser
}

func (n *ndjsonFiles) open(resourceType string) (io.Writer, error) {
	name := resourceType + ".ndjson"
	if n.box.Closed() {
		name += ".age"
	}
	f, err := os.OpenFile(filepath.Join(n.folder, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	buf := bufio.NewWriter(f)
	sealed, err := n.box.Writer(buf)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	n.files, n.bufs, n.sealed = append(n.files, f), append(n.bufs, buf), append(n.sealed, sealed)
	return sealed, nil
}

func (n *ndjsonFiles) close() error {
	var errs []error
	for i, f := range n.files {
		errs = append(errs, n.sealed[i].Close(), n.bufs[i].Flush(), f.Sync(), f.Close())
	}
	return errors.Join(errs...)
}

// saveFolder has write fill a new folder, which gets its name when it is whole.
func saveFolder(path string, write func(folder string) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("saving %q: it exists", path)
	}
	temp, err := os.MkdirTemp(filepath.Dir(path), ".saving-*")
	if err != nil {
		return fmt.Errorf("saving %q: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temp))
		}
	}()
	if err := write(temp); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("saving %q: %w", path, err)
	}
	return nil
}
