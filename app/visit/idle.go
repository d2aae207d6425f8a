package visit

import (
	"time"

	"aidpost/records"
)

// A screen that nobody touches asks whether somebody is still there, and then
// ends the visit. A person may ask for more time again and again.
const (
	idleWarnAfter = 60 * time.Second
	idleGrace     = 30 * time.Second
	// privateAfter is when an urgent screen that nobody touches is covered; it
	// stays open, and the call for staff with it.
	privateAfter = 60 * time.Second
	// unhurried is how many times longer an untouched screen waits for somebody
	// for whom every touch takes long.
	unhurried = 3
)

// Unhurried gives the person three times as long before a screen that nobody
// touches asks, until the visit ends.
func (v *Visit) Unhurried() {
	v.mu.Lock()
	v.slow = true
	v.touch()
	v.mu.Unlock()
}

// patience is how long a screen waits for the person.
func (v *Visit) patience(d time.Duration) time.Duration {
	if v.slow {
		return unhurried * d
	}
	return d
}

// idle watches for a person who has left. It is guarded by the visit's mutex.
type idle struct {
	timer  *time.Timer
	stamp  int
	warned bool
	ends   time.Time
	// private is set while an urgent screen is covered.
	private bool
}

func (i *idle) stop() {
	i.stamp++
	i.warned, i.private = false, false
	if i.timer != nil {
		i.timer.Stop()
		i.timer = nil
	}
}

// patient reports whether the visit waits at this step for as long as it
// takes: an instrument is at work, a countdown runs, or a critical value is on
// the screen.
func (s Step) patient() bool {
	switch s {
	case Welcome, Rest, Measure, Stopping, Pause, Urgent:
		return true
	}
	return false
}

// touch notes that somebody is there.
func (v *Visit) touch() {
	v.idle.stop()
	if v.step == Welcome && v.language != v.cfg.Language && v.ctx.Err() == nil {
		// A language that somebody looked at and left is not the next one's.
		v.wait(idleWarnAfter, func() { v.language = v.cfg.Language })
		return
	}
	if v.step == Urgent && v.ctx.Err() == nil {
		// A critical value waits for as long as it takes, but not in view of
		// whoever comes next.
		v.wait(privateAfter, func() { v.idle.private = true })
	}
	if v.step.patient() || v.ctx.Err() != nil {
		return
	}
	v.wait(v.patience(idleWarnAfter), func() {
		v.idle.warned = true
		v.idle.ends = time.Now().Add(v.patience(idleGrace))
		v.wait(v.patience(idleGrace), func() {
			v.answer("idle", "ended")
			v.end(records.Cancelled)
		})
	})
}

func (v *Visit) wait(d time.Duration, then func()) {
	stamp := v.idle.stamp
	v.idle.timer = time.AfterFunc(d, func() {
		v.mu.Lock()
		if v.idle.stamp != stamp {
			v.mu.Unlock()
			return
		}
		then()
		v.mu.Unlock()
		v.cfg.Changed()
	})
}

// Touch tells that the person touched the screen or a key.
func (v *Visit) Touch() {
	v.mu.Lock()
	warned := v.idle.warned || v.idle.private
	v.touch()
	v.mu.Unlock()
	if warned {
		v.cfg.Changed()
	}
}
