package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"aidpost/app/clerk"
	"aidpost/reports/cups"
)

// print prints one report or many, one after the other.
func (c *command) print(ctx context.Context, writer *clerk.Clerk, j reportJob, orders []clerk.Order, p *progress) error {
	if orders == nil {
		orders = []clerk.Order{j.Order}
	}
	if len(orders) == 0 {
		return fail(ExitFailed, "nobody came in that time")
	}
	printer := c.Printer
	if printer == nil {
		printer = cups.New(nil)
	}
	queue, paper := writer.Profile.PrinterFor(string(j.Kind))
	for i := range orders {
		orders[i].Queue = cmp.Or(orders[i].Queue, queue)
		if !j.sized {
			orders[i].Paper = paper
		}
	}
	done, err := writer.PrintAll(ctx, printer, orders, func(done int, now cups.Progress) {
		p.show("%d of %d: %s", done+1, len(orders), clean(printing(now)))
	})
	p.clear()
	if len(orders) > 1 || err == nil {
		fmt.Fprintf(c.Stdout, "printed %d of %d\n", done, len(orders))
	}
	return c.printFailed(ctx, orders[min(done, len(orders)-1)], err)
}

// printing says in a few words how a job is.
func printing(now cups.Progress) string {
	switch now.Queue.Status {
	case cups.OutOfPaper, cups.Jam, cups.Offline, cups.Stopped:
		return fmt.Sprintf("%s: %s (%s)", now.Queue.Name, now.Queue.Status, cmp.Or(now.Queue.Reason, "no reason given"))
	}
	return fmt.Sprintf("%s: %s ...", now.Queue.Name, now.Job.Phase)
}

// printFailed says what was wrong in the words of the terminal.
func (c *command) printFailed(ctx context.Context, o clerk.Order, err error) error {
	job, unprinted := errors.AsType[*clerk.JobError](err)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, clerk.ErrPrinted):
		if o.Encounter == "" {
			return fail(ExitFailed, "this paper (%s) was printed before: say with --again why it is needed", o.Kind)
		}
		return fail(ExitFailed, "the paper of visit %s was printed before: say with --again why it is needed", o.Encounter)
	case errors.Is(err, cups.ErrNotInstalled), errors.Is(err, cups.ErrNoPrinter), errors.Is(err, cups.ErrRefused):
		return fail(ExitFailed, "%w", err)
	case unprinted:
		return fail(ExitFailed, "%w", job)
	}
	return c.reportFailed(ctx, o, err)
}
