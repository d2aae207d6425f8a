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

// A Note puts a deed on record, such as records.Access.Note.
type Note func(context.Context, records.Deed) error

// Config is what a board needs.
type Config struct {
	// Waits are the times after a call at which it goes one level up as long as
	// nobody has answered, in order. Empty: DefaultWaits.
	Waits []time.Duration
	// Note keeps the history of the calls, nil for none. A call is never held up
	// by it.
	Note Note
	Log  *slog.Logger
}

// A Board keeps the calls of one kiosk. Its methods may be called from any
// goroutine. Close ends it.
type Board struct {
	cfg    Config
	events chan event
	done   chan struct{}

	mu     sync.Mutex
	closed bool
	calls  []*entry // those that are open, the oldest first
	ears   map[int]func(Call)
	next   int
}

type entry struct {
	Call
	timer *time.Timer
}

// event is what the board tells and puts on record, in order.
type event struct {
	call Call
	deed records.Deed
	note Note
}

// New returns a board without a call.
func New(cfg Config) *Board {
	if len(cfg.Waits) == 0 {
		cfg.Waits = DefaultWaits()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	d := &Board{cfg: cfg, events: make(chan event, 64), done: make(chan struct{}), ears: map[int]func(Call){}}
	go d.work()
	return d
}

// Close stops escalating and returns when everything is told and on record.
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
	close(d.events)
	d.mu.Unlock()
	<-d.done
}

func (d *Board) work() {
	defer close(d.done)
	for e := range d.events {
		d.mu.Lock()
		ears := make([]func(Call), 0, len(d.ears))
		for _, ear := range d.ears {
			ears = append(ears, ear)
		}
		d.mu.Unlock()
		for _, ear := range ears {
			ear(e.call)
		}
		if e.note == nil {
			continue
		}
		if err := e.note(context.Background(), e.deed); err != nil {
			d.cfg.Log.Error("a call for help is not on record", "error", err)
		}
	}
}

// tell queues an event; the lock is held.
func (d *Board) tell(c Call, action staff.Action, reason string, note Note) {
	if !d.closed {
		d.events <- event{c, records.Deed{Action: action, Object: c.ID, Reason: reason}, note}
	}
}

// Subscribe has ear called with every call that is new or has changed, in order,
// on a goroutine of the board's own. It must not block for long.
func (d *Board) Subscribe(ear func(Call)) (stop func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.next
	d.next++
	d.ears[n] = ear
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.ears, n)
	}
}

// Raise opens a call, or makes the open one with this ID as urgent as why is,
// and returns its ID. A call that becomes urgent is called again from the first
// level, whoever has answered.
func (d *Board) Raise(open records.ID, why Why) records.ID {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.find(open)
	switch {
	case e == nil:
		e = &entry{Call: Call{ID: records.NewID(), Why: why, Opened: time.Now()}}
		d.calls = append(d.calls, e)
	case !why.Urgent() || e.Why.Urgent():
		return e.ID // it is that already
	default:
		e.stop()
		e.Why, e.Answered, e.By = why, time.Time{}, ""
	}
	e.Level, e.Last = 1, false
	d.cfg.Log.Warn("help called", "call", e.ID, "why", string(why))
	d.tell(e.Call, staff.CallHelp, "called: "+string(why), d.cfg.Note)
	d.arm(e, 0, 0)
	return e.ID
}

// arm has the call go one level up when the wait with index i is over; passed is
// what has passed of it.
func (d *Board) arm(e *entry, i int, passed time.Duration) {
	if i >= len(d.cfg.Waits) || d.closed {
		return
	}
	wait := d.cfg.Waits[i]
	e.timer = time.AfterFunc(wait-passed, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.find(e.ID) != e || !e.Answered.IsZero() || e.Level != i+1 || d.closed {
			return
		}
		e.Level, e.Last = i+2, i+1 == len(d.cfg.Waits)
		d.cfg.Log.Warn("nobody has answered a call for help", "call", e.ID, "level", e.Level)
		d.tell(e.Call, staff.CallHelp, fmt.Sprintf("unanswered after %v: level %d", wait, e.Level), d.cfg.Note)
		d.arm(e, i+1, wait)
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

// Answer says that a member of staff is on the way. note puts it on record in
// their name; nil takes the board's own.
func (d *Board) Answer(id records.ID, by string, note Note) error {
	return d.change(id, staff.AnswerHelp, "answered", note, func(e *entry) {
		e.Answered, e.By = time.Now(), by
	})
}

// Arrive closes a call: a member of staff is with the person.
func (d *Board) Arrive(id records.ID, note Note) error {
	return d.change(id, staff.AnswerHelp, "arrived", note, func(e *entry) { e.Closed = time.Now() })
}

// Withdraw closes a call that the person has taken back.
func (d *Board) Withdraw(id records.ID) error {
	return d.change(id, staff.CallHelp, "taken back", nil, func(e *entry) { e.Closed = time.Now() })
}

func (d *Board) change(id records.ID, action staff.Action, reason string, note Note, how func(*entry)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.find(id)
	if e == nil {
		return ErrNotOpen
	}
	e.stop()
	how(e)
	if !e.Closed.IsZero() {
		d.calls = slices.DeleteFunc(d.calls, func(x *entry) bool { return x == e })
	}
	if note == nil {
		note = d.cfg.Note
	}
	d.tell(e.Call, action, reason, note)
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
