package desk

import "aidpost/app/timing"

// takeTime tells how long the page that was open has been, and what became of what
// was begun on it. It is called under the lock after every change.
func (d *Desk) takeTime() {
	page := PageNone
	if d.state.Phase == Working {
		page = d.state.Route.Page
	}
	d.cfg.Times.Turn(string(page), d.lang)
	if page == d.timed {
		return
	}
	switch d.timed {
	case PageRegister: // a draft that is gone back to later says nothing of how long it took
		if d.state.Register.Draft.empty() {
			d.cfg.Times.Drop(timing.Register)
		} else {
			d.cfg.Times.Leave(timing.Register)
		}
	case PageFind:
		if page == PagePatient {
			d.cfg.Times.Done(timing.Return)
		} else {
			d.cfg.Times.Drop(timing.Return)
		}
	}
	if d.timed = page; page == PageRegister && d.state.Register.Draft.empty() {
		d.cfg.Times.Begin(timing.Register)
	}
}
