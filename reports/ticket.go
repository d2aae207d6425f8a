package reports

import (
	"context"
	"io"
	"time"

	"aidpost/assets/words"
	"aidpost/reports/paper"
)

// A Ticket is the number by which somebody who waits is called. It names nobody: it is
// lost, and left lying about.
type Ticket struct {
	Issue
	Number string
	Came   time.Time
}

// ticketFigures are read from an arm's length by whoever has left their glasses at home.
const ticketFigures = 64.0

// WriteTicket writes the number. Errors are those of ctx and of w, ErrNoLanguage and
// paper.ErrDrawing.
func WriteTicket(ctx context.Context, w io.Writer, t Ticket) error {
	return produce(ctx, w, "number in the queue", func() (layout, error) { return composeTicket(t) })
}

func composeTicket(t Ticket) (layout, error) {
	d, err := newDesk(t.Issue)
	if err != nil {
		return layout{}, err
	}
	name := d.Lang.T(words.TicketTitle)
	f := newFlow(d, d.again(d.Site.Name, name))
	f.place([]block{d.letterhead(name, ""), d.drawnNumber(t.Number),
		d.lines(body, bodyLead, d.Lang.T(words.TicketText)), d.lines(caption, captionLead, d.when(t.Came))})
	return layout{desk: d, title: name, pages: f.end("", name)}, nil
}

func (d *desk) drawnNumber(figures string) block {
	style := paper.Style{Face: paper.Bold, Size: ticketFigures, Ink: ink}
	style.Size = d.fitting(figures, style, d.width)
	sh := d.sheet()
	sh.Text(0, ticketFigures*0.8, paper.Start, style, figures)
	return block{sheet: sh, height: ticketFigures * 0.9, gap: step}
}
