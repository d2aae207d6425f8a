// Package takeaway prints and saves what a person takes along from a visit.
package takeaway

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"aidpost/app/clerk"
	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/staff"
	"aidpost/reports"
	"aidpost/reports/cups"
	"aidpost/ui/kiosk"
)

// Counter is where paper and files come out of the kiosk. It is safe for use
// by several goroutines.
type Counter struct {
	Profile func() site.Profile // as it counts now
	Rules   *guideline.Rules
	Zone    *time.Location
	Spooler cups.Printer
	Queue   string // of the printer; empty: the default one
	Folder  string // where saved summaries go
	Demo    bool   // the instruments are simulated
	Log     *slog.Logger
	// Note puts on record what leaves the kiosk, before it does. What cannot be
	// put on record stays.
	Note func(context.Context, records.Deed) error
	// Seal makes of a paper what may lie in a file, see [records.Access.SealSummary].
	Seal func(ctx context.Context, encounter records.ID, paper []byte) ([]byte, error)
	// Signer returns what signs the numbers on paper; nil prints them unsigned.
	Signer func(context.Context) (clerk.Signer, error)
}

var _ kiosk.Paper = (*Counter)(nil)

// statuses are the printer's states in the words of the screen.
var statuses = map[cups.Status]kiosk.PrintStatus{
	cups.Ready: kiosk.PrinterReady, cups.Printing: kiosk.PrinterReady, cups.OutOfPaper: kiosk.PrintOutOfPaper,
	cups.Jam: kiosk.PrintStopped, cups.Stopped: kiosk.PrintStopped, cups.Offline: kiosk.PrintOffline,
	cups.NoPrinter: kiosk.PrinterNone, cups.NotInstalled: kiosk.PrinterNone, cups.Failed: kiosk.PrinterNone,
}

// Printer says how the printer stands.
func (c *Counter) Printer(ctx context.Context) kiosk.PrintStatus {
	queue, _ := c.where()
	return statuses[cups.Find(ctx, c.Spooler, queue).Status]
}

// Print prints a summary and tells every change until the paper is out.
func (c *Counter) Print(ctx context.Context, s kiosk.Summary, tell func(kiosk.PrintStatus)) {
	final, err := c.print(ctx, s, tell)
	if err != nil && ctx.Err() == nil {
		c.Log.Error("printing a summary", "encounter", s.Encounter.ID, "error", err)
	}
	tell(final)
}

func (c *Counter) print(ctx context.Context, s kiosk.Summary, tell func(kiosk.PrintStatus)) (kiosk.PrintStatus, error) {
	var page bytes.Buffer
	_, paper := c.where()
	if err := c.write(ctx, &page, s, paper, "paper"); err != nil {
		return kiosk.PrintFailed, err
	}
	queue, _ := c.where()
	id, err := c.Spooler.Print(ctx, queue, cups.Page{
		Title: "Aidpost " + short(s.Encounter.ID), Media: paper.String(), PDF: page.Bytes(),
	})
	if errors.Is(err, cups.ErrNotInstalled) {
		return kiosk.PrinterNone, nil
	}
	if err != nil {
		return kiosk.PrintFailed, err
	}
	job, err := cups.Watch(ctx, c.Spooler, id, func(p cups.Progress) { tell(progress(p)) })
	switch {
	case err != nil:
		return kiosk.PrintFailed, err
	case job.Phase == cups.Complete || job.Phase == cups.Gone:
		return kiosk.PrintDone, nil
	case job.Phase == cups.Cancelled:
		return kiosk.PrintCancelled, nil
	}
	return kiosk.PrintFailed, fmt.Errorf("the job ended as %s: %s", job.Phase, job.Reason)
}

// progress says what the person should know of a job under way.
func progress(p cups.Progress) kiosk.PrintStatus {
	switch p.Queue.Status {
	case cups.OutOfPaper, cups.Jam, cups.Stopped, cups.Offline:
		return statuses[p.Queue.Status]
	}
	if p.Job.Phase == cups.Waiting && p.Queue.Waiting > 1 {
		return kiosk.PrintWaiting
	}
	return kiosk.PrintingNow
}

// Save writes the summary into the folder, sealed, and returns the file's name.
// Staff open it again.
func (c *Counter) Save(ctx context.Context, s kiosk.Summary) (string, error) {
	name := site.SummaryName(s.Encounter.ID, time.Now().In(c.Zone))
	err := os.MkdirAll(c.Folder, 0o700)
	if err == nil {
		err = reports.SaveFile(filepath.Join(c.Folder, name), func(w io.Writer) error { return c.writeSealed(ctx, w, s) })
	}
	if err != nil {
		c.Log.Error("saving a summary", "encounter", s.Encounter.ID, "error", err)
		return "", err
	}
	return name, nil
}

func (c *Counter) writeSealed(ctx context.Context, w io.Writer, s kiosk.Summary) error {
	var page bytes.Buffer
	if err := c.write(ctx, &page, s, reports.A4, "file"); err != nil {
		return err
	}
	sealed, err := c.Seal(ctx, s.Encounter.ID, page.Bytes())
	if err == nil {
		_, err = w.Write(sealed)
	}
	return err
}

// note puts on record that a summary leaves the kiosk.
func (c *Counter) note(ctx context.Context, s kiosk.Summary, as string) error {
	d := records.Deed{Action: staff.PrintRecord, Object: s.Encounter.ID, Reason: as}
	if s.Encounter.Patient != nil {
		d.Patient = s.Encounter.Patient.ID
	}
	return c.Note(ctx, d)
}

// where says which printer summaries go to, and what paper is in it.
func (c *Counter) where() (queue string, paper reports.Paper) {
	queue, paper = c.Profile().PrinterFor(string(clerk.Visit))
	return cmp.Or(c.Queue, queue), paper
}

// write writes a summary and puts on record, before it does, that it leaves.
func (c *Counter) write(ctx context.Context, w io.Writer, s kiosk.Summary, paper reports.Paper, as string) error {
	return reports.Summary(ctx, w, reports.Data{
		Leaves: func(code string) (int, error) {
			n := max(1, s.Copy)
			return n, c.note(ctx, s, clerk.Noted(as, code, n, ""))
		},
		Checked: c.check(ctx, s), Encounter: *s.Encounter, History: s.History, Rules: c.Rules, Who: s.Who, Tier: s.Tier, Lang: s.Lang,
		Site:    c.Profile().Letterhead(),
		Printed: time.Now().In(c.Zone), Copy: s.Copy, Demo: c.Demo, Paper: paper, Forgotten: s.Forgotten,
	})
}

// Code puts the numbers, signed, into a code for a phone to scan.
func (c *Counter) Code(ctx context.Context, s kiosk.Summary) (kiosk.Code, error) {
	checked, err := c.sign(ctx, s)
	if err == nil && checked == nil {
		return kiosk.Code{}, kiosk.ErrMadeUp
	}
	if err == nil {
		err = c.note(ctx, s, "code")
	}
	var dark [][]bool
	if err == nil {
		dark, err = checked.Squares()
	}
	if err != nil {
		if ctx.Err() == nil {
			c.Log.Error("making a code", "encounter", s.Encounter.ID, "error", err)
		}
		return kiosk.Code{}, err
	}
	return kiosk.Code{Dark: dark, Left: checked.Left, Named: clerk.Named(s.Encounter) != nil}, nil
}

// errUnsigned reports a site that signs nothing.
var errUnsigned = errors.New("there is no key to sign with")

// sign signs the numbers; nil if simulated instruments made them up.
func (c *Counter) sign(ctx context.Context, s kiosk.Summary) (*reports.Check, error) {
	if c.Demo {
		return nil, nil
	}
	if c.Signer == nil {
		return nil, errUnsigned
	}
	signer, err := c.Signer(ctx)
	if err != nil {
		return nil, err
	}
	return signer.Check(clerk.Named(s.Encounter), clerk.Results(s.Encounter), time.Now(), c.Zone)
}

// check signs the numbers on a paper. Without a signature there is still a paper.
func (c *Counter) check(ctx context.Context, s kiosk.Summary) *reports.Check {
	checked, err := c.sign(ctx, s)
	if err != nil && !errors.Is(err, errUnsigned) && ctx.Err() == nil {
		c.Log.Error("signing a summary", "encounter", s.Encounter.ID, "error", err)
	}
	return checked
}

// short is the part of an ID that people read out.
func short(id records.ID) string { return string(id[:min(8, len(id))]) }
