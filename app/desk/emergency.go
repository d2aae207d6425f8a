package desk

import (
	"context"
	"errors"
	"strings"

	"aidpost/assets/words"
	"aidpost/records"
)

// BreakGlass lets whoever is signed in look at people's data for a while without
// the right for it, and opens the search. The records put the reason on record
// first, and mark every look.
func (d *Desk) BreakGlass(reason string) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return
	}
	d.Do(func(ctx context.Context, a *records.Access) error { return a.BreakGlass(ctx, reason) }, func(err error) bool {
		switch {
		case err == nil:
			d.state.Emergency = d.cfg.Now().Add(records.EmergencyTime)
			d.routes = append(d.routes, d.state.Route)
			d.open(Route{Page: PageFind})
		case errors.Is(err, records.ErrInvalid):
			d.say(Message{Key: words.EmergencyReasonWrong}, true, nil)
			return true
		}
		return false
	})
}

// endEmergency leaves what was open by emergency access alone once that is over.
func (d *Desk) endEmergency() {
	d.mu.Lock()
	over := !d.state.Emergency.IsZero() && !d.inEmergency()
	d.mu.Unlock()
	if !over {
		return
	}
	d.change(d.forgetEmergency)
	if page := d.State().Route.Page; page != PageNone && !d.MayOpen(page) {
		d.Home()
	}
}

// inEmergency is called under the lock.
func (d *Desk) inEmergency() bool { return d.cfg.Now().Before(d.state.Emergency) }

// forgetEmergency takes out of sight what was seen by emergency access alone. It
// is called under the lock.
func (d *Desk) forgetEmergency() {
	if d.state.Emergency.IsZero() {
		return
	}
	d.state.Emergency = State{}.Emergency
	d.state.Find, d.state.Today = Find{}, Today{}
}
