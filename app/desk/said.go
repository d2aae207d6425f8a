package desk

import (
	"context"
	"errors"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
)

// A Message is a text of the catalogue and what goes into it. The zero Message
// says nothing.
type Message struct {
	Key  words.Key
	Args []words.Arg
}

// A Said is a message that stands for a while.
type Said struct {
	Message
	Bad   bool      // something went wrong
	Undo  bool      // it can be taken back
	Until time.Time // it goes by then
}

// How long messages stand: one that can be taken back must be reached in time.
const (
	saidStands = 6 * time.Second
	undoStands = 12 * time.Second
	badStands  = 20 * time.Second
)

// trouble says what went wrong. It is called under the lock.
func (d *Desk) trouble(err error) {
	if errors.Is(err, staff.ErrSignedOut) {
		d.cover()
		return
	}
	err = records.DiskFailure(err)
	if errors.Is(err, records.ErrCorrupt) {
		d.state.Health.Damaged = true
	}
	d.cfg.Log.Error("at the staff's desk", "error", err)
	d.say(Message{Key: problem(err, words.ProblemRecords)}, true, nil)
}

// problem finds the words for an error, or gives other ones back.
func problem(err error, other words.Key) words.Key {
	for _, known := range []struct {
		err error
		key words.Key
	}{
		{staff.ErrDenied, words.ProblemDenied},
		{records.ErrFull, words.ProblemFull},
		{records.ErrReadOnly, words.ProblemReadOnly},
		{records.ErrDisk, words.ProblemDisk},
		{records.ErrStale, words.ProblemStale},
	} {
		if errors.Is(err, known.err) {
			return known.key
		}
	}
	return other
}

// say shows a short message, with what takes it back if that can be done. It is
// called under the lock.
func (d *Desk) say(m Message, bad bool, undo func(context.Context, *records.Access) error) {
	stands := saidStands
	switch {
	case undo != nil:
		stands = undoStands
	case bad:
		stands = badStands
	}
	if d.state.Route.Page == PageMeasure {
		undo = nil // as in open
	}
	d.undo = undo
	d.state.Said = Said{Message: m, Bad: bad, Undo: undo != nil, Until: d.cfg.Now().Add(stands)}
}

// Say shows a short message; undo, which may be nil, takes back what it tells
// of.
func (d *Desk) Say(m Message, undo func(context.Context, *records.Access) error) {
	d.change(func() { d.say(m, false, undo) })
}

// Undo takes back what the short message tells of.
func (d *Desk) Undo() {
	d.mu.Lock()
	undo := d.undo
	d.undo = nil
	d.mu.Unlock()
	if undo == nil {
		return
	}
	d.change(func() { d.state.Said = Said{} })
	d.Do(undo, nil)
}

// Dismiss takes the short message away.
func (d *Desk) Dismiss() {
	d.change(func() { d.state.Said, d.undo = Said{}, nil })
}
