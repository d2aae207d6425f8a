package desk

import (
	"context"
	"errors"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
)

// Call puts on record that somebody who waits was called.
func (d *Desk) Call(visit records.ID) {
	d.turn(visit, words.QueueSaidCalled, (*records.Access).Call, nil)
}

// Hold parks somebody for a reason, for a while or, with zero, until somebody
// brings them back. It can be taken back.
func (d *Desk) Hold(visit records.ID, why records.HoldReason, lasts time.Duration) {
	var until time.Time
	if lasts > 0 {
		until = d.cfg.Now().Add(lasts).UTC()
	}
	d.turn(visit, words.QueueSaidHeld, func(a *records.Access, ctx context.Context, e *records.Encounter) error {
		return a.Hold(ctx, e, why, until)
	}, (*records.Access).Requeue)
}

// Requeue brings somebody back into the queue, from a hold or after they had not
// come.
func (d *Desk) Requeue(visit records.ID) {
	d.turn(visit, words.QueueSaidBack, (*records.Access).Requeue, nil)
}

// MarkAbsent ends the visit of somebody who was called and did not come. It can be
// taken back.
func (d *Desk) MarkAbsent(visit records.ID) {
	d.turn(visit, words.QueueSaidAbsent, (*records.Access).MarkAbsent, (*records.Access).Requeue)
}

// A turnFunc does something with the place of a visit in the queue.
type turnFunc func(*records.Access, context.Context, *records.Encounter) error

// turn does something with a place in the queue, says so, and offers to undo it
// unless undo is nil.
func (d *Desk) turn(visit records.ID, said words.Key, do, undo turnFunc) {
	var e *records.Encounter
	with := func(turn turnFunc) func(context.Context, *records.Access) error {
		return func(ctx context.Context, a *records.Access) (err error) {
			if e, err = a.Encounter(ctx, visit); err == nil {
				err = turn(a, ctx, e)
			}
			if err == nil {
				d.change(func() { d.state.Turns++ })
			}
			return err
		}
	}
	var back func(context.Context, *records.Access) error
	if undo != nil {
		back = with(undo)
	}
	d.Do(with(do), func(err error) bool {
		switch {
		case errors.Is(err, records.ErrNotInQueue), errors.Is(err, records.ErrStale):
			d.say(Message{Key: words.QueueGone}, true, nil)
			return true
		case err == nil:
			if said == words.QueueSaidCalled && e.Ticket > 0 {
				said = words.QueueSaidNumber // it is called out, not the name
			}
			d.say(Message{Key: said, Args: calledBy(e)}, false, back)
		}
		return false
	})
}

// calledBy is what a message says of somebody in the queue: name and number.
func calledBy(e *records.Encounter) []words.Arg {
	return []words.Arg{words.With("name", NameOf(e.Patient)), words.With("n", e.Place.Ticket(e.Ticket))}
}

// enqueue puts a new visit into the queue. Where the site has said on what the numbers
// are printed, that of the visit is printed at once.
func (d *Desk) enqueue(ctx context.Context, a *records.Access, e *records.Encounter) error {
	if err := a.Enqueue(ctx, e); err != nil || d.cfg.Papers == nil || d.cfg.Printer == nil {
		return err
	}
	c, err := d.cfg.Papers(ctx, a)
	if err == nil && c.PrintsTickets() {
		d.PrintTicket(e.ID)
	}
	if err != nil { // the visit is saved: a number can be called without paper
		d.cfg.Log.Error("printing a number", "error", err)
	}
	return nil
}

// PrintTicket prints the number of a visit in the queue.
func (d *Desk) PrintTicket(visit records.ID) {
	if d.cfg.Papers == nil || d.cfg.Printer == nil {
		return
	}
	d.Do(func(ctx context.Context, a *records.Access) error {
		e, err := a.Encounter(ctx, visit)
		if err != nil {
			return err
		}
		c, err := d.cfg.Papers(ctx, a)
		if err != nil {
			return err
		}
		return c.PrintTicket(ctx, d.cfg.Printer, e)
	}, func(err error) bool {
		m, bad := endWords(err, false)
		if bad { // what came out is seen at the printer
			d.say(m, true, nil)
		}
		return m.Key != ""
	})
}
