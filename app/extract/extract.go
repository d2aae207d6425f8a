// Package extract writes records into files for other programs: a table, a batch of
// messages, or a folder of resources. What it writes has its name only when all of it
// is on the disk; what failed or was cancelled leaves nothing behind.
package extract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"aidpost/app/site"
	"aidpost/app/strongbox"
	"aidpost/records"
	"aidpost/records/export"
	"aidpost/records/fhir"
	"aidpost/reports"
)

// A Format is how records are written.
type Format string

// The formats.
const (
	Table     Format = "csv"    // a row for each measured value
	Resources Format = "ndjson" // FHIR R4, a file for each type in a new folder
	Messages  Format = "hl7"    // HL7 version 2.5.1, a message for each visit
)

// Formats returns all of them, in order.
func Formats() []Format { return []Format{Table, Resources, Messages} }

// DefaultBase begins the identifier systems of a site that has named no URI of
// its own.
const DefaultBase = "urn:aidpost"

// tellEvery is after how many visits a job tells how far it is.
const tellEvery = 100

// A Job is what is written, and how.
type Job struct {
	Format   Format
	Filter   records.Filter
	Nameless bool   // of a table: names and birth dates are left out
	Base     string // URI of the operator, for FHIR and HL7; empty: DefaultBase
	Version  string // of this program
	Now      time.Time
	Box      strongbox.Box
	// Tell hears from time to time how many visits were written; nil: nobody does.
	Tell func(visits int)
}

// Written is what came of a job.
type Written struct {
	Visits int
	// Resources counts those of each type in a folder.
	Resources map[string]int64
}

// A Source has use read the records of somebody who must be allowed to, and which is
// put on record.
type Source func(use func(*records.Access) error) error

// Save writes to path, which must not exist: a file, or a folder of resources.
func (j Job) Save(ctx context.Context, from Source, path string) (w Written, err error) {
	if j.Format == Resources {
		err = reports.SaveFolder(path, func(folder string) error {
			w, err = j.resources(ctx, from, folder)
			return err
		})
		return w, err
	}
	err = reports.SaveFile(path, func(to io.Writer) error {
		w, err = j.To(ctx, from, to)
		return err
	})
	return w, err
}

// To writes what is one file. Resources are not.
func (j Job) To(ctx context.Context, from Source, to io.Writer) (w Written, err error) {
	err = j.Box.Around(func(to io.Writer) error {
		x, err := j.begin(to)
		if err != nil {
			return err
		}
		err = from(func(a *records.Access) error { return j.each(ctx, a, &w, x.Add) })
		return errors.Join(err, x.Close())
	})(to)
	return w, err
}

// A writer writes visits into one file.
type writer interface {
	Add(*records.Encounter) error
	Close() error
}

func (j Job) operator() fhir.Operator {
	return fhir.Operator{Base: cmp.Or(j.Base, DefaultBase), Version: j.Version}
}

// Operator is who writes resources of what a reads: it tells what people said of what
// they had agreed to, too.
func (j Job) Operator(ctx context.Context, a *records.Access) fhir.Operator {
	op := j.operator()
	op.Kind = site.Kind
	op.Said = func(e *records.Encounter) ([]records.LaterConsent, error) { return a.SaidOf(ctx, e.ID) }
	return op
}

func (j Job) begin(to io.Writer) (writer, error) {
	switch j.Format {
	case Table:
		return export.NewTable(to, j.Nameless)
	case Messages:
		return export.NewMessages(to, j.operator(), j.Now)
	}
	return nil, fmt.Errorf("%q is not a format of one file", j.Format)
}

// each hands every visit to add and tells how far it is.
func (j Job) each(ctx context.Context, a *records.Access, w *Written, add func(*records.Encounter) error) error {
	return a.Each(ctx, j.Filter, string(j.Format), func(e *records.Encounter) error {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if w.Visits++; j.Tell != nil && w.Visits%tellEvery == 0 {
			j.Tell(w.Visits)
		}
		return add(e)
	})
}

func (j Job) resources(ctx context.Context, from Source, folder string) (w Written, err error) {
	files := &folderFiles{folder: folder, box: j.Box}
	err = from(func(a *records.Access) error {
		roll := a.NewRoll()
		x := export.NewResources(j.Operator(ctx, a), files.open, func(id records.ID) (bool, error) { return roll.First(ctx, id) })
		w.Resources = x.Counts() // a map, so what is written counts, too
		return j.each(ctx, a, &w, x.Add)
	})
	return w, errors.Join(err, files.close())
}
