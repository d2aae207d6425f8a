package desk

import (
	"context"
	"errors"
	"slices"

	"aidpost/app/alarm"
	"aidpost/app/call"
	"aidpost/records"
	"aidpost/records/staff"
)

// A Bell makes an alarm heard, such as an alarm.Bell.
type Bell interface {
	// Ring has it play a priority from now on, as loud as it can or as usual.
	Ring(p alarm.Priority, loud bool)
	// Try plays one burst at a volume, unless an alarm rings.
	Try(volume int)
	// Mute reports that nothing can be heard on this computer.
	Mute() bool
}

// An Alarm is what is heard and seen of the open calls.
type Alarm struct {
	alarm.Status
	Mute bool // nothing can be heard on this computer
}

// PriorityOf is how soon somebody has to do something about a call: at once if it
// is urgent or nobody has answered for long, and no more once somebody is coming.
func PriorityOf(c call.Call) alarm.Priority {
	switch {
	case !c.IsOpen(), !c.Answered.IsZero():
		return alarm.None
	case c.Why.Urgent(), c.Level >= 3:
		return alarm.High
	}
	return alarm.Medium
}

// hear keeps the list of open calls for help, also while nobody is signed in: a
// call names no person.
func (d *Desk) hear() (stop func()) {
	if d.cfg.Calls == nil {
		return func() {}
	}
	return d.cfg.Calls.Subscribe(func(call.Call) {
		open := d.cfg.Calls.Open()
		d.change(func() {
			d.state.Calls = open
			conditions := map[string]alarm.Priority{}
			for _, c := range open {
				conditions[string(c.ID)] = PriorityOf(c)
			}
			d.alarm.Set(conditions)
			d.ring()
		})
	})
}

// ring brings what is heard up to date. It is called under the lock.
func (d *Desk) ring() {
	d.state.Alarm.Status = d.alarm.At(d.cfg.Now())
	if d.cfg.Bell == nil {
		d.state.Alarm.Mute = d.cfg.Calls != nil
		return
	}
	late := slices.ContainsFunc(d.state.Calls, func(c call.Call) bool { return c.Level > 1 && PriorityOf(c) != alarm.None })
	d.state.Alarm.Mute = d.cfg.Bell.Mute()
	d.cfg.Bell.Ring(d.state.Alarm.Sound, late)
}

// TryAlarm lets somebody hear an alarm at a volume, from 20 to 100.
func (d *Desk) TryAlarm(volume int) {
	if d.cfg.Bell != nil && d.May(staff.ChangeSetting) {
		d.cfg.Bell.Try(volume)
	}
}

// tickAlarm ends a pause that is over.
func (d *Desk) tickAlarm() {
	d.mu.Lock()
	was := d.state.Alarm
	d.ring()
	changed := was != d.state.Alarm
	d.mu.Unlock()
	if changed {
		d.change(func() {})
	}
}

// PauseAlarm silences the alarm for two minutes. Anybody at the window may do
// that; what is seen stays.
func (d *Desk) PauseAlarm() {
	d.change(func() { d.alarm.Pause(d.cfg.Now()); d.ring() })
	d.see()
}

// ResumeAlarm lets the alarm be heard again.
func (d *Desk) ResumeAlarm() { d.change(func() { d.alarm.Resume(); d.ring() }) }

// AcknowledgeAlarm silences the alarm until something new comes, or what there is
// becomes more urgent. It answers no call.
func (d *Desk) AcknowledgeAlarm() {
	if !d.MayAnswer() {
		return
	}
	d.change(func() { d.alarm.Acknowledge(); d.ring() })
	d.see()
}

// see says that the open calls were noticed, by whoever is signed in.
func (d *Desk) see() {
	d.mu.Lock()
	open, hands := d.state.Calls, d.hands
	d.mu.Unlock()
	var keep call.Keep
	if hands != nil && d.MayAnswer() {
		keep = hands.KeepCall
	}
	for _, c := range open {
		_ = d.cfg.Calls.See(c.ID, keep) // one that is over meanwhile needs nobody any more
	}
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
