package visit

import (
	"slices"
	"time"

	"aidpost/app/call"
	"aidpost/instruments"
)

// liveQuiet is how long nothing may come from an instrument that shows live what it
// measures, before that is said to whoever waits for it: within five seconds. The
// slowest instruments speak every other second.
const liveQuiet = 4 * time.Second

// A Silence watches over an instrument that measures, and tells when nothing has come
// from it for a while. It begins with the first thing that comes. Its methods are
// called with the lock of whoever owns it, and tell without.
type Silence struct {
	tell  func(*Silence)
	timer *time.Timer
}

// NewSilence returns the watch over one measurement with an instrument, or nil for one
// that shows nothing live and may be silent for long. A nil Silence tells nothing.
func NewSilence(m instruments.Model, tell func(*Silence)) *Silence {
	if !m.Abilities.Live {
		return nil
	}
	return &Silence{tell: tell}
}

// Heard notes that something has come.
func (s *Silence) Heard() {
	switch {
	case s == nil:
	case s.timer == nil:
		s.timer = time.AfterFunc(liveQuiet, func() { s.tell(s) })
	default:
		s.timer.Reset(liveQuiet)
	}
}

// End ends the watch.
func (s *Silence) End() {
	if s != nil && s.timer != nil {
		s.timer.Stop()
	}
}

// Fall notes that the instrument is silent: what it showed last is not true any more.
func (l *Live) Fall() {
	l.Silent = true
	l.Pressure, l.SpO2, l.Pulse, l.Signal = instruments.Missing, instruments.Missing, instruments.Missing, instruments.Missing
}

// fellSilent shows that nothing comes any more, and calls the staff where the place
// wants that.
func (v *Visit) fellSilent(s *Silence) {
	v.mu.Lock()
	if v.m.silence != s || v.stop == nil {
		v.mu.Unlock()
		return
	}
	v.m.live.Fall()
	v.answer("instrument-silent", string(v.m.panel))
	if slices.Contains(v.cfg.CallWhenSilent, v.m.panel) {
		v.callStaff(call.NoData)
	}
	v.mu.Unlock()
	v.cfg.Changed()
}
