package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/staff"
)

// A Turn is what staff did with the place of somebody in the queue of the day. It
// is never changed: the next one says what is now.
type Turn struct {
	What TurnKind `json:"what"`
	// Reason is that of a hold, and Until when it ends by itself; zero: when
	// somebody says so.
	Reason HoldReason `json:"reason,omitempty"`
	Until  time.Time  `json:"until,omitzero"`
	By     Clinician  `json:"by"`
	At     time.Time  `json:"at"`
}

// A TurnKind is what was done with a place in the queue.
type TurnKind string

// The kinds of turns.
const (
	TurnCalled TurnKind = "called"
	TurnHeld   TurnKind = "held"    // parked, with a reason
	TurnBack   TurnKind = "back"    // in the queue again, after a hold or a no-show
	TurnAbsent TurnKind = "no-show" // was called and did not come
)

// A HoldReason is why somebody is parked. It is coded, never free text.
type HoldReason string

// HoldReasons returns the reasons in the order of a list on screen.
func HoldReasons() []HoldReason {
	return []HoldReason{"interpreter", "ate", "unrested", "upset", "companion", "instrument", "stepped-out", "other"}
}

// longestHold is how long a hold may last that ends by itself: for longer, the
// person comes another day.
const longestHold = 12 * time.Hour

// Turns are those of one visit, in the order they were made.
type Turns []Turn

// Last returns the newest turn; the zero Turn if there was none.
func (t Turns) Last() Turn {
	if len(t) == 0 {
		return Turn{}
	}
	return t[len(t)-1]
}

// Called returns how often the person was called since they were put into the
// queue last, and when for the last time.
func (t Turns) Called() (times int, at time.Time) {
	for _, turn := range t {
		switch turn.What {
		case TurnCalled:
			times, at = times+1, turn.At
		case TurnBack:
			times, at = 0, time.Time{}
		}
	}
	return times, at
}

// hold returns the hold that is on at a time, in a visit with that status.
func (t Turns) hold(s Status, now time.Time) (Turn, bool) {
	last := t.Last()
	on := s == InProgress && last.What == TurnHeld && (last.Until.IsZero() || now.Before(last.Until))
	return last, on
}

// Hold returns the hold that the visit is on at a time, or false.
func (e *Encounter) Hold(now time.Time) (Turn, bool) { return e.Turns.hold(e.Status, now) }

// Hold returns the hold that the visit is on at a time, or false.
func (s Summary) Hold(now time.Time) (Turn, bool) { return s.Turns.hold(s.Status, now) }

// NoShow reports that the person was called and did not come. It is no visit.
func (e *Encounter) NoShow() bool {
	return e.Status == Cancelled && e.Turns.Last().What == TurnAbsent
}

// NoShow reports that the person was called and did not come. It is no visit.
func (s Summary) NoShow() bool { return s.Status == Cancelled && s.Turns.Last().What == TurnAbsent }

// Errors of the queue.
var (
	// ErrNotInQueue: the person does not wait any more, or is not where they would
	// come back from.
	ErrNotInQueue = errors.New("not in the queue")
	// ErrNotCalled: nobody has called the person, so that they cannot have missed it.
	ErrNotCalled = errors.New("nobody has called them")
)

// Call stores that the person of e was called. A hold ends by it.
func (a *Access) Call(ctx context.Context, e *Encounter) error {
	return a.turn(ctx, e, Turn{What: TurnCalled})
}

// Hold parks the person of e for a reason, until a time or, if that is zero, until
// somebody brings them back.
func (a *Access) Hold(ctx context.Context, e *Encounter, why HoldReason, until time.Time) error {
	return a.turn(ctx, e, Turn{What: TurnHeld, Reason: why, Until: until})
}

// Requeue brings the person of e back into the queue, from a hold or after they
// had not come.
func (a *Access) Requeue(ctx context.Context, e *Encounter) error {
	return a.turn(ctx, e, Turn{What: TurnBack})
}

// MarkAbsent ends a visit without a result in which nobody came when called.
// Requeue undoes it.
func (a *Access) MarkAbsent(ctx context.Context, e *Encounter) error {
	return a.turn(ctx, e, Turn{What: TurnAbsent})
}

// turn stores what is done with a place in the queue. A visit that a person is in
// the middle of, alone at a kiosk, has none.
func (a *Access) turn(ctx context.Context, e *Encounter, t Turn) error {
	if err := a.Authorize(ctx, staff.QueuePatient); err != nil {
		return err
	}
	now := a.store.now()
	if err := mayTurn(e, t, now); err != nil {
		return fmt.Errorf("%s: %w", staff.QueuePatient, err)
	}
	t.By, t.At = a.who.Clinician(), now.UTC().Round(0)
	why := string(t.What)
	if t.Reason != "" {
		why += " " + string(t.Reason)
	}
	return a.saveWith(ctx, e, func(out *Encounter) {
		out.Turns = append(out.Turns, t)
		switch t.What {
		case TurnAbsent:
			out.Status, out.Ended = Cancelled, t.At
		case TurnBack:
			out.Status, out.Ended = InProgress, time.Time{}
		}
	}, auditEntry{Action: staff.QueuePatient, Object: e.ID, Reason: why})
}

// mayTurn returns nil if a turn may follow on what was done so far.
func mayTurn(e *Encounter, t Turn, now time.Time) error {
	if t.What == TurnBack {
		if _, held := e.Hold(now); held || e.NoShow() {
			return nil
		}
		return ErrNotInQueue
	}
	alone := e.Operator == (Clinician{}) && len(e.Observations) > 0
	if e.Status != InProgress || alone {
		return ErrNotInQueue
	}
	switch calls, _ := e.Turns.Called(); {
	case t.What == TurnAbsent && len(e.Observations) > 0:
		return ErrNotInQueue // somebody came: the visit is finished, not missed
	case t.What == TurnAbsent && calls == 0:
		return ErrNotCalled
	case t.What == TurnHeld && !t.Until.IsZero() && (!t.Until.After(now) || t.Until.Sub(now) > longestHold):
		return &InvalidError{Field: "turns.until", Why: "not within the next hours"}
	}
	return nil
}

func (c *checker) turns(e *Encounter) {
	c.list("turns", len(e.Turns))
	for i := range e.Turns {
		t := &e.Turns[i]
		held := t.What == TurnHeld
		c.require(slices.Contains([]TurnKind{TurnCalled, TurnHeld, TurnBack, TurnAbsent}, t.What), "turns.what", "unknown")
		c.require(held == (t.Reason != "") && (!held || slices.Contains(HoldReasons(), t.Reason)), "turns.reason", "a hold has one of the reasons, and nothing else has")
		c.require(held || t.Until.IsZero(), "turns.until", "of a hold alone")
		c.clinician("turns.by", &t.By)
		c.moment("turns.at", &t.At, true)
		t.Until = t.Until.UTC().Round(0)
	}
}
