package records

import (
	"context"
	"fmt"
	"strings"
	"time"

	"aidpost/records/staff"
)

// maxTicket is far more than come in a day.
const maxTicket = 99_999

// Enqueue is Save for the visit of somebody who waits from now on: it gives them the
// next number of the day, by which they are called where others hear it. Numbers begin
// at 1 every day, and none is given twice in a day, whatever becomes of the visit. On a
// day on which a backup was restored or new records were begun they go on far above those
// that were given before, of which these records may not know.
func (a *Access) Enqueue(ctx context.Context, e *Encounter) error {
	if err := a.Authorize(ctx, staff.SaveRecord); err != nil {
		return err
	}
	return a.store.saveBy(a.As(ctx), e, func(t *tx, ready *Encounter) error {
		if ready.Ticket > 0 {
			return nil
		}
		if _, err := t.row("SELECT last FROM ticket WHERE day = ?", []any{ready.localDay()}, &ready.Ticket); err != nil {
			return err
		}
		gap, err := t.ticketGap(ready)
		ready.Ticket = max(ready.Ticket, gap) + 1
		return err
	})
}

// ticketsPerMinute is more than a kiosk can give, from midnight on or between two
// restores.
const ticketsPerMinute = 10

// ticketGap is above every number that may have been given on the day of e, where e is,
// before the records were restored or begun anew that day; 0 if they were not.
func (t *tx) ticketGap(e *Encounter) (int, error) {
	var minute int64
	if _, err := t.row("SELECT -coalesce(min(day), 0) FROM ticket WHERE day < 0", nil, &minute); err != nil {
		return 0, err
	}
	broken := time.Unix(minute*60, 0)
	if at, err := time.Parse(setAsideTime, strings.TrimPrefix(newestAside(t.store.path), t.store.path+setAsideEnd)); err == nil && at.After(broken) {
		broken = at
	}
	if e.localDayOf(broken) != e.localDay() {
		return 0, nil
	}
	clock := broken.In(e.location())
	return ticketsPerMinute * (clock.Hour()*60 + clock.Minute() + 1), nil
}

// breakTickets notes that numbers may have been given until now that these records do
// not know of. The minute takes the place of a day, below 0, where no day is.
func (t *tx) breakTickets(now time.Time) error {
	return t.do("INSERT OR IGNORE INTO ticket (day, last) VALUES (?, 1)", -now.Unix()/60)
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
func (e *Encounter) localDay() int64 { return e.localDayOf(e.Started) }

// localDayOf is the day of another time there.
func (e *Encounter) localDayOf(at time.Time) int64 {
	y, m, d := at.In(e.location()).Date()
	return dayOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// location is the zone in which e was, UTC where it is not known.
func (e *Encounter) location() *time.Location {
	if zone, err := time.LoadLocation(e.Zone); err == nil {
		return zone
	}
	return time.UTC
}

func (c *checker) ticket(e *Encounter) {
	c.require(e.Ticket >= 0 && e.Ticket <= maxTicket, "ticket", fmt.Sprintf("not from 0 to %d", maxTicket))
}
