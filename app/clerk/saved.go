package clerk

import (
	"context"
	"errors"

	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/reports/cups"
)

// PrintSaved prints a summary that somebody saved at the kiosk, as it was saved, and
// tells every change until it is out. Errors are those of records.Access.OpenSummary
// and of Print.
func (c *Clerk) PrintSaved(ctx context.Context, on cups.Printer, sealed []byte, tell func(cups.Progress)) error {
	paper, err := c.Access.OpenSummary(ctx, sealed)
	if err != nil {
		return err
	}
	if on == nil {
		return cups.ErrNoPrinter
	}
	queue, size := c.Profile.PrinterFor(string(Visit))
	err = watched(ctx, on, queue, cups.Page{Title: "Aidpost summary", Media: size.String(), PDF: paper}, tell)
	if err == nil {
		return nil
	}
	of, _ := records.SummaryOf(sealed) // it was opened, so it is one
	failed := records.Deed{Action: staff.PrintRecord, Object: of, Outcome: records.Failed, Reason: "saved summary"}
	return errors.Join(err, c.Access.Note(context.WithoutCancel(ctx), failed))
}
