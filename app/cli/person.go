package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"aidpost/app/clerk"
	"aidpost/app/extract"
	"aidpost/app/strongbox"
	"aidpost/records"
	"aidpost/records/export"
	"aidpost/reports"
)

func personVerb() verb {
	return verb{
		name: "person", args: "PATIENT --out FOLDER [--base URI] [--encrypt|--encrypt-to KEY] [--data DIR]",
		brief: "write everything about one person",
		about: `
Writes everything that is kept of one person into a new folder: bundle.json with
the FHIR R4 resources of all visits, and each visit's summary as PDF. The ids of
people are in what aidpost encounters --json writes. Encrypted, each file is opened
with: age --decrypt.`,
		exits: []int{ExitFailed, ExitInterrupted},
		setup: func(c *command) func(context.Context, []string) error {
			j := exportJob{format: "person"}
			data, encrypt := c.dataFlag(), c.encryptFlags()
			c.flags.StringVar(&j.out, "out", "", "the new `folder`")
			c.flags.StringVar(&j.Base, "base", extract.DefaultBase, "the operator's `URI` for identifier systems in FHIR")
			return func(ctx context.Context, args []string) error {
				id, err := one(args, "a patient; see: aidpost encounters --json")
				if err != nil {
					return err
				}
				if j.out == "" {
					return usage("name the folder with --out")
				}
				if j.folder, err = data(); err != nil {
					return fail(ExitFailed, "%w", err)
				}
				if j.Box, err = encrypt(ctx); err != nil {
					return err
				}
				j.Filter.Patient = records.ID(id)
				return c.exportPerson(ctx, j)
			}
		},
	}
}

// A bundle is a FHIR Bundle of the type collection.
type bundle struct {
	ResourceType string        `json:"resourceType"`
	Type         string        `json:"type"`
	Timestamp    time.Time     `json:"timestamp"`
	Entry        []bundleEntry `json:"entry"`
}

type bundleEntry struct {
	FullURL  string          `json:"fullUrl"`
	Resource json.RawMessage `json:"resource"`
}

func (c *command) exportPerson(ctx context.Context, j exportJob) error {
	visits := 0
	err := reports.SaveFolder(j.out, func(folder string) error {
		all := bundle{ResourceType: "Bundle", Type: "collection", Timestamp: c.Now().UTC().Truncate(time.Second)}
		var ids []records.ID
		var started []time.Time
		err := c.each(ctx, j, func(a *records.Access) func(*records.Encounter) error {
			roll := a.NewRoll()
			x := export.NewResources(j.Operator(ctx, a),
				func(string) (io.Writer, error) { return entries{&all}, nil },
				func(id records.ID) (bool, error) { return roll.First(ctx, id) })
			return func(e *records.Encounter) error {
				ids, started = append(ids, e.ID), append(started, e.Started)
				return x.Add(e)
			}
		})
		if err != nil {
			return err
		}
		if visits = len(ids); visits == 0 {
			return fail(ExitFailed, "nothing is kept of a patient %.40q", j.Filter.Patient)
		}
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			return err
		}
		err = c.personFile(j, folder, "bundle.json", func(w io.Writer) error {
			_, err := w.Write(append(text, '\n'))
			return err
		})
		if err != nil {
			return err
		}
		for i, id := range ids {
			if err := c.personPDF(ctx, j, folder, id, started[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return c.savingFailed(ctx, err)
	}
	_, err = fmt.Fprintf(c.Stdout, "%s: %s\n", j.out, counted(int64(visits), "visit", "visits"))
	return err
}

// entries takes the lines of an export as entries of a bundle.
type entries struct{ to *bundle }

func (x entries) Write(line []byte) (int, error) {
	var named struct{ ID string }
	if err := json.Unmarshal(line, &named); err != nil {
		return 0, err
	}
	x.to.Entry = append(x.to.Entry, bundleEntry{FullURL: "urn:uuid:" + named.ID, Resource: slices.Clone(line)})
	return len(line), nil
}

// personFile writes one file of the folder, under another name if it is encrypted.
func (c *command) personFile(j exportJob, folder, name string, write func(io.Writer) error) error {
	if j.Box.Closed() {
		name += strongbox.Suffix
	}
	return reports.SaveFile(filepath.Join(folder, name), j.Box.Around(write))
}

func (c *command) personPDF(ctx context.Context, all exportJob, folder string, id records.ID, started time.Time) error {
	j := reportJob{Order: clerk.Order{Kind: clerk.Visit, Encounter: id}, folder: all.folder, zone: time.UTC}
	return c.withStore(ctx, all.folder, c.looking(), func(store *records.Store, a *records.Access) error {
		writer, err := c.clerk(ctx, store, a, j)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%s-%s.pdf", started.UTC().Format("2006-01-02-1504"), id)
		return c.personFile(all, folder, name, func(w io.Writer) error { return writer.Write(ctx, w, j.Order, "file") })
	})
}
