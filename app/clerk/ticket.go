package clerk

import (
	"bytes"
	"context"

	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/reports"
	"aidpost/reports/cups"
)

// ticketKind is the name of a number in the queue in the site's settings. It is no Kind:
// nobody orders one from a list.
const ticketKind = "ticket"

// PrintsTickets reports whether the site has said on what numbers in the queue are
// printed: then everybody gets theirs.
func (c *Clerk) PrintsTickets() bool {
	_, said := c.Profile.Printers[ticketKind]
	return said
}

// PrintTicket prints the number by which the person of e is called, in their language.
// When ctx ends, the job is cancelled. Errors are those of package cups and a *JobError.
func (c *Clerk) PrintTicket(ctx context.Context, on cups.Printer, e *records.Encounter) error {
	deed := Printed(e, "number in the queue")
	deed.Action = staff.QueuePatient
	if err := c.Access.Note(ctx, deed); err != nil {
		return err
	}
	queue, size := c.Profile.PrinterFor(ticketKind)
	i := c.issue(Order{Kind: Visit, Paper: size}, e.Language)
	i.Thresholds = "" // nothing was measured
	var page bytes.Buffer
	if err := reports.WriteTicket(ctx, &page, reports.Ticket{Issue: i, Number: e.Place.Ticket(e.Ticket), Came: e.Started}); err != nil {
		return err
	}
	return watched(ctx, on, queue, cups.Page{Title: "Aidpost number", Media: size.String(), PDF: page.Bytes()}, func(cups.Progress) {})
}
