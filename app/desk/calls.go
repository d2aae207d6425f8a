package desk

import (
	"context"
	"errors"

	"aidpost/app/call"
	"aidpost/records"
	"aidpost/records/staff"
)

// hear keeps the list of open calls for help, also while nobody is signed in: a
// call names no person.
func (d *Desk) hear() (stop func()) {
	if d.cfg.Calls == nil {
		return func() {}
	}
	return d.cfg.Calls.Subscribe(func(call.Call) {
		open := d.cfg.Calls.Open()
		d.change(func() { d.state.Calls = open })
	})
}

// Shown says that a call stands on the screen.
func (d *Desk) Shown(id records.ID) { d.cfg.Calls.Delivered(id, "screen") }

// MayAnswer reports whether whoever is signed in may answer calls for help.
func (d *Desk) MayAnswer() bool { return d.May(staff.AnswerHelp) }

// Answer says to the person who called that somebody is on the way.
func (d *Desk) Answer(id records.ID) {
	d.mu.Lock()
	name := d.state.Who.Name
	d.mu.Unlock()
	d.call(func(a *records.Access) error { return d.cfg.Calls.Answer(id, name, a.KeepCall) })
}

// Arrive closes a call: whoever is signed in is with the person.
func (d *Desk) Arrive(id records.ID) {
	d.call(func(a *records.Access) error { return d.cfg.Calls.Arrive(id, a.KeepCall) })
}

// call changes a call. One that is over meanwhile needs nobody any more.
func (d *Desk) call(how func(*records.Access) error) {
	if d.cfg.Calls == nil || !d.MayAnswer() {
		return
	}
	d.Do(func(_ context.Context, a *records.Access) error { return how(a) },
		func(err error) bool { return errors.Is(err, call.ErrNotOpen) })
}
