package desk

import "time"

// Patients is the patients' side where it shares a screen with the desk.
type Patients interface {
	// Measuring reports whether an instrument works on somebody, who has to reach
	// the button that stops it.
	Measuring() bool
	// Leave ends the visit as an untouched screen does: what was measured stays in
	// the records, and nothing of it on the screen.
	Leave()
}

// doorLimit is how long a shared screen that asks for a badge waits for a touch
// before the patients get it back.
const doorLimit = 30 * time.Second

// TakeScreen asks for the shared screen, so that somebody can sign in. The visit
// that is going on is only covered until somebody has; during a measurement
// nothing covers it.
func (d *Desk) TakeScreen() {
	if d.cfg.Patients == nil || d.cfg.Patients.Measuring() {
		return
	}
	d.change(func() { d.state.Away, d.used = false, d.cfg.Now() })
}

// GiveScreen gives a shared screen back to the patients. Whoever works is
// covered first; who is about to be let in, is let in.
func (d *Desk) GiveScreen() {
	if d.cfg.Patients == nil {
		return
	}
	d.change(func() {
		d.cover()
		d.state.Away = !d.state.Busy
	})
}

// cleared ends the visit, now that somebody of staff has the shared screen.
func (d *Desk) cleared() {
	if d.cfg.Patients != nil {
		d.cfg.Patients.Leave()
	}
}

// leaveDoor gives a shared screen back at which nobody signs in.
func (d *Desk) leaveDoor(now time.Time) {
	d.mu.Lock()
	door := !d.state.Away && d.hands == nil
	left := door && now.Sub(d.used) >= doorLimit
	d.mu.Unlock()
	if left {
		d.GiveScreen()
	}
}
