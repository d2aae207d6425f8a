package call

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"aidpost/records"
	"aidpost/records/staff"
)

// ErrNotOpen reports an answer to a call that is over or never was.
var ErrNotOpen = errors.New("no such call is open")

// Keep stores how a call stands and puts what was done to it on record, such as
// records.Access.KeepCall.
type Keep func(context.Context, Call, records.Deed) error

// Config is what a board needs.
type Config struct {
	// Waits are the times after a call at which it goes one level up as long as
	// nobody has answered, in order. Empty: DefaultWaits.
	Waits []time.Duration
	// Open are the calls that stood open when an earlier program ended. Their
	// time has run on since.
	Open []Call
	// Keep keeps the calls and their history, nil for not at all. A call is never
	// held up by it.
	Keep Keep
	// Demo marks the calls of a demonstration.
	Demo bool
	Log  *slog.Logger
}

// A Board keeps the calls of one kiosk. Its methods may be called from any
// goroutine. Close ends it.
type Board struct {
	cfg  Config
	kept *post[event]

	mu     sync.Mutex
	closed bool
	calls  []*entry // those that are open, the oldest first
	over   []*entry // those that are not, in visits that go on
	ears   []*post[Call]
	former []*post[Call] // of those who listen no more
}

type entry struct {
	Call
	// since is Call.Since by a clock that nobody sets.
	since time.Time
	timer *time.Timer
}

// event is what the board keeps, in order.
type event struct {
	call Call
	deed records.Deed
	keep Keep
}

// New returns a board with the calls that stand open already.
func New(cfg Config) *Board {
	if len(cfg.Waits) == 0 {
		cfg.Waits = DefaultWaits()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	d := &Board{cfg: cfg}
	d.kept = newPost(d.keep)
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	for _, c := range cfg.Open {
		// A clock that was set back meanwhile takes no time away from a call.
		e := &entry{Call: c, since: now.Add(-max(now.Sub(c.Since), 0))}
		d.calls = append(d.calls, e)
		d.cfg.Log.Warn("a call for help stands open from before", "call", c.ID, "why", string(c.Why))
		if e.Answered.IsZero() {
			d.arm(e)
		}
	}
	return d
}

// Close stops escalating and returns when everything is told and kept.
func (d *Board) Close() {
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return
	}
	d.closed = true
	for _, e := range d.calls {
		e.stop()
	}
	ears := append(slices.Clone(d.ears), d.former...)
	d.mu.Unlock()
	for _, ear := range ears {
		ear.end(false)
		<-ear.done
	}
	d.kept.end(false)
	<-d.kept.done
}

func (d *Board) keep(e event) {
	if d.cfg.Keep == nil {
		return
	}
	err := e.keep(context.Background(), e.call, e.deed)
	if errors.Is(err, staff.ErrDenied) || errors.Is(err, staff.ErrSignedOut) {
		// Whoever answered has no rights any more: the call is answered all the
		// same, and the kiosk puts it on record.
		e.deed.Action = staff.CallHelp
		err = d.cfg.Keep(context.Background(), e.call, e.deed)
	}
	if err != nil {
		d.cfg.Log.Error("a call for help is not on record", "call", e.call.ID, "error", err)
	}
}

// tell tells whoever listens, and keeps the call; the lock is held. keep is nil
// for the kiosk's own.
func (d *Board) tell(e *entry, action staff.Action, reason string, keep Keep) {
	if d.closed {
		return
	}
	for _, ear := range d.ears {
		ear.put(e.Call)
	}
	if keep == nil {
		keep = d.cfg.Keep
	}
	d.kept.put(event{e.Call, records.Deed{Action: action, Object: e.ID, Reason: reason}, keep})
}

// Subscribe has ear called with every open call, and then with every call that is
// new or has changed, in order, on a goroutine of its own.
func (d *Board) Subscribe(ear func(Call)) (stop func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := newPost(ear)
	d.ears = append(d.ears, p)
	for _, e := range d.calls {
		p.put(e.Call)
	}
	if d.closed {
		p.end(false)
	}
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if i := slices.Index(d.ears, p); i >= 0 {
			d.ears, d.former = slices.Delete(d.ears, i, i+1), append(d.former, p)
			p.end(true)
		}
	}
}

// Raise opens a call, or makes the open one with this ID as urgent as why is,
// and returns its ID. A call that becomes urgent is called again from the first
// level, whoever has answered.
func (d *Board) Raise(open records.ID, why Why) records.ID { return d.RaiseIn("", open, why) }

// RaiseIn is Raise in a visit that tells servers of it, under the name of the
// person; "": there is none.
func (d *Board) RaiseIn(visit, open records.ID, why Why) records.ID {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	e := d.find(open)
	switch {
	case e == nil:
		e = &entry{Call: Call{ID: records.NewID(), Why: why, Opened: now.UTC().Round(0), Visit: visit, Demo: d.cfg.Demo}}
		d.calls = append(d.calls, e)
	case !why.Urgent() || e.Why.Urgent():
		return e.ID // it is that already
	default:
		e.stop()
		e.Why, e.Answered, e.Seen, e.Delivered, e.By = why, time.Time{}, time.Time{}, time.Time{}, ""
	}
	e.since, e.Since = now, now.UTC().Round(0)
	e.Level, e.Last = 1, false
	d.cfg.Log.Warn("help called", "call", e.ID, "why", string(why))
	d.tell(e, staff.CallHelp, "called: "+string(why), nil)
	d.arm(e)
	return e.ID
}

// arm has the call go one level up when the wait for that is over, counted from
// when it was called.
func (d *Board) arm(e *entry) {
	level := e.Level
	if level > len(d.cfg.Waits) || d.closed {
		return
	}
	wait := d.cfg.Waits[level-1]
	e.timer = time.AfterFunc(wait-time.Since(e.since), func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.find(e.ID) != e || !e.Answered.IsZero() || e.Level != level || d.closed {
			return
		}
		e.Level, e.Last = level+1, level == len(d.cfg.Waits)
		d.cfg.Log.Warn("nobody has answered a call for help", "call", e.ID, "level", e.Level)
		d.tell(e, staff.CallHelp, fmt.Sprintf("unanswered after %v: level %d", wait, e.Level), nil)
		d.arm(e)
	})
}

func (e *entry) stop() {
	if e.timer != nil {
		e.timer.Stop()
	}
}

func (d *Board) find(id records.ID) *entry {
	i := slices.IndexFunc(d.calls, func(e *entry) bool { return e.ID == id })
	if i < 0 {
		return nil
	}
	return d.calls[i]
}

// Delivered says that something, named in a word, has told the staff of a call.
// Only the first time counts.
func (d *Board) Delivered(id records.ID, by string) {
	_ = d.change(id, staff.CallHelp, "delivered: "+by, nil, func(e *entry) bool {
		return first(&e.Delivered)
	})
}

// See says that a member of staff has noticed a call, though nobody is coming
// yet. keep keeps it in their name; nil is for somebody who has not signed in.
func (d *Board) See(id records.ID, keep Keep) error {
	return d.change(id, byWhom(keep), "seen", keep, func(e *entry) bool { return first(&e.Seen) })
}

// Answer says that a member of staff is on the way. keep keeps it in their name;
// nil takes the board's own.
func (d *Board) Answer(id records.ID, by string, keep Keep) error {
	return d.change(id, byWhom(keep), "answered", keep, func(e *entry) bool {
		e.stop()
		first(&e.Seen)
		e.Answered, e.By = time.Now().UTC().Round(0), by
		return true
	})
}

// Arrive closes a call: a member of staff is with the person.
func (d *Board) Arrive(id records.ID, keep Keep) error {
	return d.change(id, byWhom(keep), "arrived", keep, func(e *entry) bool {
		first(&e.Seen)
		return first(&e.Closed)
	})
}

// Withdraw closes a call that the person has taken back.
func (d *Board) Withdraw(id records.ID) error {
	return d.change(id, staff.CallHelp, "taken back", nil, func(e *entry) bool { return first(&e.Closed) })
}

// Leave says that the visit of whoever called is over, and whether servers are
// told of the call by that visit. A call that is over is kept so, too.
func (d *Board) Leave(id records.ID, told bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.find(id)
	if i := slices.IndexFunc(d.over, func(e *entry) bool { return e.ID == id }); i >= 0 {
		e = d.over[i]
		d.over = slices.Delete(d.over, i, i+1)
	}
	if e == nil {
		return
	}
	e.Gone = true
	if !told {
		e.Visit = ""
	}
	d.tell(e, staff.CallHelp, "the visit is over", nil)
}

// byWhom is what a member of staff does, or the kiosk for somebody unknown.
func byWhom(keep Keep) staff.Action {
	if keep == nil {
		return staff.CallHelp
	}
	return staff.AnswerHelp
}

// first sets a time that is not set yet.
func first(at *time.Time) bool {
	if !at.IsZero() {
		return false
	}
	*at = time.Now().UTC().Round(0)
	return true
}

// change changes an open call, if how says that there is anything to.
func (d *Board) change(id records.ID, action staff.Action, reason string, keep Keep, how func(*entry) bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.find(id)
	if e == nil {
		return ErrNotOpen
	}
	if !how(e) {
		return nil
	}
	if !e.Closed.IsZero() {
		e.stop()
		d.calls = slices.DeleteFunc(d.calls, func(x *entry) bool { return x == e })
		if e.Visit != "" && !e.Gone {
			d.over = append(d.over, e)
		}
	}
	d.tell(e, action, reason, keep)
	return nil
}

// Call returns an open call.
func (d *Board) Call(id records.ID) (Call, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if e := d.find(id); e != nil {
		return e.Call, true
	}
	return Call{}, false
}

// Open lists the calls that wait, the oldest first.
func (d *Board) Open() []Call {
	d.mu.Lock()
	defer d.mu.Unlock()
	open := make([]Call, len(d.calls))
	for i, e := range d.calls {
		open[i] = e.Call
	}
	return open
}

// Here returns the call of whoever is still at the kiosk, as far as is known: the
// newest of a visit that has not ended.
func (d *Board) Here() (Call, bool) {
	for _, c := range slices.Backward(d.Open()) {
		if !c.Gone {
			return c, true
		}
	}
	return Call{}, false
}
