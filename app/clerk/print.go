package clerk

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"

	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/reports"
	"aidpost/reports/cups"
)

// ErrPrinted reports that a paper about a visit was printed before, and that
// nobody said why it is printed again.
var ErrPrinted = errors.New("it was printed before")

// A JobError is a print that did not come out.
type JobError struct {
	Job   cups.Job
	Queue cups.Queue
}

func (e *JobError) Error() string {
	why := cmp.Or(e.Job.Reason, e.Queue.Reason, "no reason was given")
	if e.Queue.Status == cups.OutOfPaper || e.Queue.Status == cups.Jam || e.Queue.Status == cups.Offline {
		why = e.Queue.Status.String() + ": " + why
	}
	return fmt.Sprintf("%s was not printed, %s: %s", e.Job.ID, e.Job.Phase, why)
}

// Print prints a report and tells every change until the paper is out. What was
// printed before is marked as a copy; of a visit somebody says why. When ctx
// ends, the job is cancelled. Errors are those of Write and of package cups,
// ErrPrinted, and a *JobError.
func (c *Clerk) Print(ctx context.Context, on cups.Printer, o Order, tell func(cups.Progress)) error {
	as, err := c.copy(ctx, &o)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := c.Write(ctx, &page, o, as); err != nil {
		return err
	}
	err = watched(ctx, on, o.Queue, cups.Page{Title: "Aidpost " + string(o.Kind), Media: o.Paper.String(), PDF: page.Bytes()}, tell)
	if err == nil {
		return nil
	}
	return errors.Join(err, c.failed(context.WithoutCancel(ctx), o, as))
}

// copy counts what was printed of a visit, sets which copy this one is, and
// returns what goes on record.
func (c *Clerk) copy(ctx context.Context, o *Order) (as string, err error) {
	as = "paper"
	if o.Kind.Of() != OneVisit {
		return as, nil
	}
	e, err := c.Access.Encounter(ctx, o.Encounter)
	if err != nil {
		return "", err
	}
	n, err := c.Access.Prints(ctx, e.ID, noted(o.Kind, as), e.Started)
	if err != nil {
		return "", err
	}
	if n < 1 {
		return as, nil
	}
	if o.Again == "" {
		return "", fmt.Errorf("%s: %w", o.Kind, ErrPrinted)
	}
	o.Copy = n + 1
	return fmt.Sprintf("%s, copy %d: %s", as, o.Copy, o.Again), nil
}

// noted is how the record of a paper about a visit begins.
func noted(k Kind, as string) string {
	if k == Visit {
		return as
	}
	return string(k) + " " + as
}

// failed puts on record that what was noted did not come out.
func (c *Clerk) failed(ctx context.Context, o Order, as string) error {
	deed := records.Deed{Action: staff.PrintRecord, Object: o.Encounter, Patient: o.Patient, Outcome: records.Failed, Reason: noted(o.Kind, as)}
	if o.Kind.Of() == OnePerson {
		deed.Object = o.Patient
	}
	return c.Access.Note(ctx, deed)
}

// PrintTest prints a page about nobody, by which somebody sees whether a queue
// prints what reports need, and tells every change until it is out. When ctx
// ends, the job is cancelled. It takes the right to change settings. Errors are
// those of package cups and a *JobError.
func (c *Clerk) PrintTest(ctx context.Context, on cups.Printer, queue string, size reports.Paper, tell func(cups.Progress)) error {
	if err := c.Access.Note(ctx, records.Deed{Action: staff.ChangeSetting, Reason: "test page: " + queue}); err != nil {
		return err
	}
	i := c.staffIssue(Order{Paper: size})
	var page bytes.Buffer
	if err := reports.WriteTestPage(ctx, &page, reports.TestPage{Issue: i, Queue: queue, Scripts: c.Words.Langs()}); err != nil {
		return err
	}
	return watched(ctx, on, queue, cups.Page{Title: "Aidpost test page", Media: size.String(), PDF: page.Bytes()}, tell)
}

// watched prints a page and tells every change until it is out.
func watched(ctx context.Context, on cups.Printer, queue string, page cups.Page, tell func(cups.Progress)) error {
	id, err := on.Print(ctx, queue, page)
	if err != nil {
		return err
	}
	last := cups.Progress{}
	job, err := cups.Watch(ctx, on, id, func(p cups.Progress) {
		last = p
		tell(p)
	})
	if err == nil && job.Phase != cups.Complete && job.Phase != cups.Gone {
		err = &JobError{job, last.Queue}
	}
	return err
}
