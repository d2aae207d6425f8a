// Package alarm makes a call for help heard and seen at the staff's side, by the
// scheme of IEC 60601-1-8:2006: a priority has a sound and a flashing lamp of its
// own. The sound can be paused for two minutes, which ends by itself, or
// acknowledged, which ends it until something new comes; neither hides anything,
// and neither answers a call. The scheme is used and conformity not claimed: how
// loud a computer is nobody knows.
package alarm

import (
	"maps"
	"time"
)

// PauseTime is how long a pause of the sound lasts.
const PauseTime = 2 * time.Minute

// An Alarm says what is to be heard and seen of the conditions there are. The zero
// Alarm has none. It serves one goroutine.
type Alarm struct {
	now    map[string]Priority // the conditions there are
	known  map[string]Priority // those that are acknowledged, as they were then
	paused map[string]Priority // those that a pause is about, as they were then
	until  time.Time           // when the pause ends; zero: there is none
}

// A Status is what is to be heard and seen now.
type Status struct {
	Sound  Priority  // to be heard
	Light  Priority  // to be seen: of the most urgent condition, whatever is heard
	Paused time.Time // when the pause of the sound ends; zero: there is none
	// Known says that all there is was acknowledged.
	Known bool
}

// Set says which conditions there are. A new one that is as urgent as what a pause
// is about, or one that has become more urgent, ends the pause: what is less
// urgent waits for its end.
func (a *Alarm) Set(conditions map[string]Priority) {
	a.now = map[string]Priority{}
	for id, p := range conditions {
		if p != None {
			a.now[id] = p
		}
	}
	for _, list := range []map[string]Priority{a.known, a.paused} {
		maps.DeleteFunc(list, func(id string, _ Priority) bool { return a.now[id] == None })
	}
	if a.until.IsZero() {
		return
	}
	most := None
	for _, p := range a.paused {
		most = max(most, p)
	}
	for id, p := range a.now {
		was, paused := a.paused[id]
		switch {
		case paused && p > was, !paused && p >= most && a.known[id] < p:
			a.Resume()
			return
		}
	}
	if len(a.now) == 0 {
		a.Resume()
	}
}

// Pause silences what is heard for PauseTime. With nothing to be heard there is
// nothing to pause.
func (a *Alarm) Pause(now time.Time) {
	if a.At(now).Sound != None || !a.until.IsZero() {
		a.paused, a.until = maps.Clone(a.now), now.Add(PauseTime)
	}
}

// Resume ends a pause.
func (a *Alarm) Resume() { a.paused, a.until = nil, time.Time{} }

// Acknowledge silences the conditions there are, for as long as none becomes more
// urgent.
func (a *Alarm) Acknowledge() {
	a.known = maps.Clone(a.now)
	a.Resume()
}

// At returns what is to be heard and seen at a time.
func (a *Alarm) At(now time.Time) Status {
	if !a.until.IsZero() && !now.Before(a.until) {
		a.Resume()
	}
	s := Status{Paused: a.until, Known: len(a.now) > 0}
	for id, p := range a.now {
		s.Light = max(s.Light, p)
		if a.known[id] >= p {
			continue
		}
		s.Known = false
		if a.until.IsZero() {
			s.Sound = max(s.Sound, p)
		}
	}
	return s
}
