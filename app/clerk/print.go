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

// ErrPrinted reports that a paper was printed before, of the same visit or with the
// same content, and that nobody said why it is printed again.
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
// printed before is marked as a copy, and somebody says why. When ctx
// ends, the job is cancelled. Errors are those of Write and of package cups,
// ErrPrinted, and a *JobError.
func (c *Clerk) Print(ctx context.Context, on cups.Printer, o Order, tell func(cups.Progress)) error {
	if err := c.mayPrint(ctx, o); err != nil {
		return err
	}
	var page bytes.Buffer
	var deed records.Deed
	o.noted = &deed
	if err := c.Write(ctx, &page, o, paper); err != nil {
		return err
	}
	err := watched(ctx, on, o.Queue, cups.Page{Title: "Aidpost " + string(o.Kind), Media: o.Paper.String(), PDF: page.Bytes()}, tell)
	if err == nil {
		return nil
	}
	deed.Outcome = records.Failed // what was noted did not come out
	return errors.Join(err, c.Access.Note(context.WithoutCancel(ctx), deed))
}

// mayPrint refuses the paper of a visit that was printed before, if nobody says why
// it is printed again, before anything else comes of the order.
func (c *Clerk) mayPrint(ctx context.Context, o Order) error {
	if o.Kind.Of() != OneVisit || o.Again != "" {
		return nil
	}
	e, err := c.Access.Encounter(ctx, o.Encounter)
	if err != nil {
		return err
	}
	n, err := c.Access.Prints(ctx, o.Kind.Needs(), e.ID, noted(o.Kind, paper), e.Started)
	if err == nil && n > 0 {
		err = fmt.Errorf("%s: %w", o.Kind, ErrPrinted)
	}
	return err
}

// noted is how the record of a paper begins.
func noted(k Kind, as string) string {
	if k == Visit {
		return as
	}
	return string(k) + " " + as
}

// PrintTest prints a page about nobody, by which somebody sees whether a queue
// prints what reports need, and tells every change until it is out. When ctx
// ends, the job is cancelled. It takes the right to change settings. Errors are
// those of package cups and a *JobError.
func (c *Clerk) PrintTest(ctx context.Context, on cups.Printer, queue string, size reports.Paper, tell func(cups.Progress)) error {
	if err := c.Access.Note(ctx, records.Deed{Action: staff.ChangeSetting, Reason: "test page: " + queue}); err != nil {
		return err
	}
	i := c.issue(Order{Paper: size}, "")
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
