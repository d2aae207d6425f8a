package visit

import (
	"time"

	"aidpost/records"
)

// An Idle is how long nothing touches the screen before something happens. A
// person may ask for more time again and again.
type Idle struct {
	Ask time.Duration // before it asks whether somebody is still there
	End time.Duration // from then until the visit ends
	// Cover is when an urgent screen is covered; it stays open, and the call for
	// staff with it.
	Cover time.Duration
}

// UsualIdle is that of a place that has not said another.
func UsualIdle() Idle {
	return Idle{Ask: 60 * time.Second, End: 30 * time.Second, Cover: 60 * time.Second}
}

// SetIdle has other times count from the next touch on.
func (v *Visit) SetIdle(i Idle) {
	v.mu.Lock()
	v.cfg.Idle = i
	v.mu.Unlock()
}

const (
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
	case Welcome, Rest, Measure, Stopping, Pause, Urgent, OwnRead:
		return true
	}
	return false
}

// touch notes that somebody is there.
func (v *Visit) touch() {
	v.idle.stop()
	if v.step == Welcome && v.language != v.cfg.Language && v.ctx.Err() == nil {
		// A language that somebody looked at and left is not the next one's.
		v.wait(v.cfg.Idle.Ask, func() { v.language = v.cfg.Language })
		return
	}
	if v.step == Urgent && v.ctx.Err() == nil {
		// A critical value waits for as long as it takes, but not in view of
		// whoever comes next.
		v.wait(v.cfg.Idle.Cover, func() { v.idle.private = true })
	}
	if v.step.patient() || v.ctx.Err() != nil {
		return
	}
	v.wait(v.patience(v.cfg.Idle.Ask), func() {
		v.idle.warned = true
		v.idle.ends = time.Now().Add(v.patience(v.cfg.Idle.End))
		v.wait(v.patience(v.cfg.Idle.End), func() {
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
