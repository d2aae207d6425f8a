package records

import (
	"context"
	"fmt"
	"time"

	"aidpost/records/staff"
)

// maxTicket is far more than come in a day.
const maxTicket = 99_999

// Enqueue is Save for the visit of somebody who waits from now on: it gives them the
// next number of the day, by which they are called where others hear it. Numbers begin
// at 1 every day, and none is given twice in a day, whatever becomes of the visit.
func (a *Access) Enqueue(ctx context.Context, e *Encounter) error {
	if err := a.Authorize(ctx, staff.SaveRecord); err != nil {
		return err
	}
	return a.store.saveBy(a.As(ctx), e, func(t *tx, ready *Encounter) error {
		if ready.Ticket > 0 {
			return nil
		}
		_, err := t.row("SELECT last FROM ticket WHERE day = ?", []any{ready.localDay()}, &ready.Ticket)
		ready.Ticket++
		return err
	})
}

// putTicket notes that a number was given. Visits that are found in a damaged file or
// come on a stick are counted, too, so that none is given again.
func (t *tx) putTicket(e *Encounter) error {
	if e.Ticket == 0 {
		return nil
	}
	return t.do("INSERT INTO ticket (day, last) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET last = max(last, excluded.last)",
		e.localDay(), e.Ticket)
}

// localDay is the day on which e began where it was, counted from 1970-01-01.
func (e *Encounter) localDay() int64 {
	zone, err := time.LoadLocation(e.Zone)
	if err != nil {
		zone = time.UTC
	}
	y, m, d := e.Started.In(zone).Date()
	return dayOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

func (c *checker) ticket(e *Encounter) {
	c.require(e.Ticket >= 0 && e.Ticket <= maxTicket, "ticket", fmt.Sprintf("not from 0 to %d", maxTicket))
}
