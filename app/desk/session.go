package desk

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
)

// A Refusal says why somebody is not let in. The zero Refusal refuses nothing.
type Refusal struct {
	Why Why
	// Until is when another attempt is judged; zero if only a supervisor can
	// help.
	Until time.Time
}

// A Why is a reason of a Refusal.
type Why string

// The reasons. Those about a field stand beside it.
const (
	BadgeMissing Why = "badge-missing"
	PINMissing   Why = "pin-missing"
	Wrong        Why = "wrong"      // the badge or the PIN; nobody learns which
	Wait         Why = "wait"       // too many attempts with this badge
	WaitHere     Why = "wait-here"  // too many attempts at this kiosk
	LockedOut    Why = "locked-out" // until a supervisor unlocks the account
	NameMissing  Why = "name-missing"
	BadgeShort   Why = "badge-short"
	BadgeForPIN  Why = "badge-for-pin" // somebody's badge was typed as the PIN
	PINWeak      Why = "pin-weak"
	PINDiffers   Why = "pin-differs"
	Trouble      Why = "trouble" // with the records
)

// LeastBadge is how many letters a badge has at least.
const LeastBadge = 4

// SignIn asks the records to let somebody in. On a covered screen an empty badge
// is that of the person it is covered for.
func (d *Desk) SignIn(badge, pin string) {
	badge = strings.TrimSpace(badge)
	d.mu.Lock()
	if d.state.Phase == Covered && badge == "" {
		badge = d.badge
	}
	ready := !d.state.Busy && (d.state.Phase == SignIn || d.state.Phase == Covered)
	waits := d.state.Refusal.Why == WaitHere && d.cfg.Now().Before(d.state.Refusal.Until)
	d.mu.Unlock()
	switch {
	case !ready || waits:
		return
	case badge == "":
		d.refuse(Refusal{Why: BadgeMissing})
		return
	case pin == "":
		d.refuse(Refusal{Why: PINMissing})
		return
	}
	d.change(func() { d.state.Busy, d.state.Refusal = true, Refusal{} })
	d.beside(func(ctx context.Context) {
		a, err := d.cfg.Store.SignIn(ctx, badge, pin, d.cfg.Place.Kiosk)
		d.change(func() {
			d.state.Busy = false
			if err != nil {
				d.state.Refusal = d.refusalOf(err)
				return
			}
			d.letIn(a, badge)
		})
		if err == nil {
			d.cleared()
			d.reopen()
		}
	})
}

// reopen brings back what a cover has taken out of sight.
func (d *Desk) reopen() {
	d.loadToday()
	s := d.State()
	switch s.Route.Page {
	case PageQuality:
		d.loadQuality()
	case PageReferrals:
		d.loadReferrals()
	}
	if s.Find.Text != "" {
		d.Search(s.Find.Text)
	}
	if !s.Register.Draft.empty() {
		d.lookAlike()
	}
}

func (d *Desk) refuse(r Refusal) { d.change(func() { d.state.Refusal = r }) }

// refusalOf puts an error of signing in into a reason.
func (d *Desk) refusalOf(err error) Refusal {
	var locked *records.LockedError
	switch {
	case errors.As(err, &locked) && locked.Station:
		return Refusal{WaitHere, d.cfg.Now().Add(locked.Wait)}
	case errors.As(err, &locked) && locked.Wait > 0:
		return Refusal{Wait, d.cfg.Now().Add(locked.Wait)}
	case errors.As(err, &locked):
		return Refusal{Why: LockedOut}
	case errors.Is(err, records.ErrBadgeForPIN):
		return Refusal{Why: BadgeForPIN}
	case errors.Is(err, records.ErrSignIn):
		return Refusal{Why: Wrong}
	}
	d.cfg.Log.Error("signing in", "error", err)
	return Refusal{Why: Trouble}
}

// letIn gives the screen to somebody. Whoever the screen was covered for finds
// everything as it was; anybody else begins anew. It is called under the lock.
func (d *Desk) letIn(a *records.Access, badge string) {
	who := a.Who()
	if d.state.Phase != Covered || d.state.Who.ID != who.ID {
		d.putAside()
		d.state.Register = Register{Draft: d.drafts[who.ID]}
		delete(d.drafts, who.ID)
		d.state.Route, d.state.Depth = Route{Page: homeOf(who.Role)}, 0
		d.routes = nil
	}
	d.hands, d.badge, d.used = a, badge, d.cfg.Now()
	d.state.Phase, d.state.Who = Working, who
	if a.MustChangePIN() {
		d.state.Phase = NewPIN
	}
	d.ages.session++
	d.judge()
}

// ChangePIN gives whoever works another PIN and goes back to the page before.
func (d *Desk) ChangePIN(pin, again string) {
	d.newPIN(Working, pin, again, func() {
		d.say(Message{Key: words.AccountsPINChanged}, false, nil)
		d.goBack()
	})
}

// ChoosePIN gives whoever is signed in a PIN that nobody else has chosen, and
// lets them work.
func (d *Desk) ChoosePIN(pin, again string) {
	d.newPIN(NewPIN, pin, again, func() { d.state.Phase = Working })
}

// newPIN gives whoever is signed in another PIN in a phase, and then calls done
// under the lock.
func (d *Desk) newPIN(phase Phase, pin, again string, done func()) {
	why := Why("")
	switch {
	case staff.CheckPIN(pin) != nil:
		why = PINWeak
	case pin != again:
		why = PINDiffers
	}
	if why != "" {
		d.refuse(Refusal{Why: why})
		return
	}
	d.mu.Lock()
	ready, who := d.state.Phase == phase && !d.state.Busy, d.state.Who.ID
	d.mu.Unlock()
	if !ready {
		return
	}
	d.change(func() { d.state.Busy, d.state.Refusal = true, Refusal{} })
	d.Do(func(ctx context.Context, a *records.Access) error { return a.ResetPIN(ctx, who, pin) }, func(err error) bool {
		d.state.Busy = false
		switch {
		case err == nil:
			done()
		case errors.Is(err, staff.ErrWeakPIN), errors.Is(err, records.ErrInvalid): // or the one there was
			d.state.Refusal = Refusal{Why: PINWeak}
		case errors.Is(err, staff.ErrSignedOut):
			return false
		default:
			d.cfg.Log.Error("choosing a PIN", "error", err)
			d.state.Refusal = Refusal{Why: Trouble}
		}
		return true
	})
}

// putAside keeps what somebody has typed until they are back. It is called
// under the lock.
func (d *Desk) putAside() {
	if d.state.Who.ID != "" && !d.state.Register.Draft.empty() {
		d.drafts[d.state.Who.ID] = d.state.Register.Draft
	}
	d.state.Register, d.state.Find, d.state.Today = Register{}, Find{}, Today{}
	d.stopPrint()
	d.state.Papers, d.state.Quality, d.left = Papers{}, Quality{}, nil
	d.state.Referrals, d.state.TestPrint = Referrals{}, TestPrint{}
}

// Used tells that somebody has touched or typed something.
func (d *Desk) Used() {
	d.mu.Lock()
	a := d.hands
	d.used = d.cfg.Now()
	d.mu.Unlock()
	if a == nil {
		return
	}
	if err := a.Stay(); err != nil {
		d.change(d.cover)
	}
}

// Cover hides everything until the same person comes back, with all that was
// typed, or somebody else signs in.
func (d *Desk) Cover() { d.change(d.cover) }

// cover is Cover under the lock.
func (d *Desk) cover() {
	if d.hands == nil {
		return
	}
	d.leave()
	d.stopPrint()
	d.state.Phase, d.state.Busy = Covered, false
	d.state.Away = d.cfg.Patients != nil
	d.state.Today, d.state.Find.Rows = Today{}, nil // nothing of anybody stays in sight
	d.state.Referrals.Rows, d.state.Referrals.Loaded = nil, false
	d.state.Register.Alike = nil
}

// SignOut ends the session for good. A shared screen goes back to the patients.
func (d *Desk) SignOut() {
	d.change(func() {
		d.signOut()
		d.state.Away = d.cfg.Patients != nil
	})
}

// CoveredFor reports whether a badge is that of the person a screen is covered for.
func (d *Desk) CoveredFor(badge string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state.Phase == Covered && d.badge == strings.TrimSpace(badge)
}

// SomebodyElse leaves a covered screen to another person. What was typed waits
// for the one before.
func (d *Desk) SomebodyElse() { d.change(d.signOut) }

// signOut is called under the lock.
func (d *Desk) signOut() {
	if d.hands == nil && d.state.Phase != Covered {
		return
	}
	d.leave()
	d.state.Busy = false
	d.putAside()
	d.state.Phase, d.state.Who, d.badge = SignIn, records.Actor{}, ""
	d.state.Route, d.state.Depth, d.routes = Route{}, 0, nil
}

// leave ends the session of the records. It is called under the lock.
func (d *Desk) leave() {
	d.ages.session++
	d.forgetEmergency()
	d.state.Said, d.undo, d.state.Refusal = Said{}, nil, Refusal{}
	d.stopControl()
	a := d.hands
	d.hands = nil
	if a == nil || d.closed {
		return
	}
	d.work.Go(func() {
		if err := a.SignOut(d.ctx); err != nil {
			d.cfg.Log.Error("signing out", "error", err)
		}
	})
}

// A First is the first account of a computer, as typed.
type First struct{ Name, Badge, PIN, Again string }

// SetUp makes the first account, an administrator's, and signs its owner in.
func (d *Desk) SetUp(f First) {
	f.Name, f.Badge = strings.TrimSpace(f.Name), strings.TrimSpace(f.Badge)
	why := f.check()
	if why != "" {
		d.refuse(Refusal{Why: why})
		return
	}
	busy := false
	d.change(func() {
		busy = d.state.Busy || d.state.Phase != Setup
		if !busy {
			d.state.Busy, d.state.Refusal = true, Refusal{}
		}
	})
	if busy {
		return
	}
	d.beside(func(ctx context.Context) {
		console := d.cfg.Store.Console(d.cfg.User, d.cfg.Place.Kiosk)
		_, err := console.AddStaff(ctx, records.NewAccount{Name: f.Name, Role: staff.Administrator, Badge: f.Badge, PIN: f.PIN})
		d.change(func() {
			d.state.Busy = false
			switch {
			case err == nil, errors.Is(err, records.ErrNeedsSignIn): // somebody was faster, at the command line
				d.state.Phase = SignIn
			case errors.Is(err, staff.ErrWeakPIN):
				d.state.Refusal = Refusal{Why: PINWeak}
			default:
				d.cfg.Log.Error("making the first account", "error", err)
				d.state.Refusal = Refusal{Why: Trouble}
			}
		})
		if err == nil {
			d.SignIn(f.Badge, f.PIN)
		}
	})
}

func (f First) check() Why {
	switch {
	case f.Name == "":
		return NameMissing
	case utf8.RuneCountInString(f.Badge) < LeastBadge:
		return BadgeShort
	case staff.CheckPIN(f.PIN) != nil:
		return PINWeak
	case f.PIN != f.Again:
		return PINDiffers
	}
	return ""
}
