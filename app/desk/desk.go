package desk

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"aidpost/app/alarm"
	"aidpost/app/call"
	"aidpost/app/clerk"
	"aidpost/app/timing"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/reports/cups"
)

// Config is what a desk needs.
type Config struct {
	Store *records.Store
	Place records.Place
	Zone  *time.Location // of the kiosk; nil means UTC
	// User is who the operating system says is at the machine, for the record
	// of the first account.
	User string
	// Consent is the version of the consent text shown.
	Consent string
	// Pause is how long nobody types before a search is made; each one is put on
	// record. Zero: none.
	Pause time.Duration
	// Health looks at what the records stand on. Nil: nobody does.
	Health func(context.Context) Health
	// Papers gives what writes reports, in somebody's hands, and Printer is where
	// they come out. Nil: there are none.
	Papers  func(context.Context, *records.Access) (*clerk.Clerk, error)
	Printer cups.Printer
	// Folders are those into which papers may be saved, the usual one first. Nil:
	// none are.
	Folders func() []string
	// Calls are the calls for help of the kiosk on this computer; nil: there is
	// none.
	Calls *call.Board
	Bell  Bell // makes them heard; nil: nothing does
	// Counter has the instruments; nil: there are none to show.
	Counter Counter
	// Quality names an instrument as quality control knows it, with what the site
	// asks of its kind, or false if nothing. Nil: nothing is asked.
	Quality func(instruments.Attached) (quality.Instrument, quality.Plan, bool)
	// Labels say what instruments are meant for. Nil: nothing is said.
	Labels *intended.Labels
	// Hygiene knows what has to be cleaned. Nil: nothing has.
	Hygiene Hygiene
	// Live has the attached instrument with an ID measure a control, of which
	// nothing goes into a visit. Nil: what it shows is typed.
	Live func(ctx context.Context, id string, job instruments.Job, emit func(instruments.Event)) error
	// Patients is the side that has the screen while nobody of staff needs it. Nil:
	// the desk has a screen of its own.
	Patients Patients
	// Times takes how long things take. Nil: nobody does.
	Times *timing.Desk
	// Now is the clock of the screen; nil means time.Now.
	Now func() time.Time
	Log *slog.Logger
	// Changed is called after every change of State, without a lock and on any
	// goroutine. It must not block.
	Changed func()
}

// A Desk is one staff screen. Its methods may be called from any goroutine.
type Desk struct {
	cfg    Config
	ctx    context.Context
	end    context.CancelFunc
	unplug func() // ends the news of the counter; may be nil
	hangUp func() // ends those of the calls
	work   sync.WaitGroup

	mu     sync.Mutex
	closed bool
	state  State
	hands  *records.Access // of whoever is signed in; nil unless Working or NewPIN
	badge  string          // of whoever the screen is covered for
	used   time.Time       // when somebody last touched anything
	looked time.Time       // when health was last looked at
	ages   ages
	undo   func(context.Context, *records.Access) error
	routes []Route              // to go back to
	lang   string               // of papers
	stop   context.CancelFunc   // of the print that is under way
	left   []clerk.Order        // of a batch that did not come to its end
	drawn  Letter               // as the letter was last shown
	drafts map[records.ID]Draft // of those who are not signed in now
	log    *quality.Log         // as it was when the instruments were last opened
	halt   context.CancelFunc   // of a control that is being measured; may be nil
	// results are those of people by what measured them, to look for drift.
	results map[records.Channel][]quality.Result
	alarm   alarm.Alarm
	search  *time.Timer
	alike   *time.Timer
	timed   Page // the page that is timed
}

// ages tell late answers from those that are still wanted.
type ages struct{ session, today, find, alike, papers, print int }

// A Phase is what the whole screen is about.
type Phase string

// The phases.
const (
	Starting Phase = ""        // the records are being asked whether there are accounts
	Setup    Phase = "setup"   // nobody has an account
	SignIn   Phase = "sign-in" // nobody is signed in
	Covered  Phase = "covered" // somebody was, and left the screen
	NewPIN   Phase = "new-pin" // somebody is, with a PIN that another has chosen
	Working  Phase = "working" // somebody is
)

// A State is everything a screen shows. It is a copy; slices in it are never
// changed.
type State struct {
	Phase Phase
	Busy  bool // a sign-in or the making of an account is under way
	Away  bool // the patients have the screen
	Who   records.Actor
	// Refusal says why the last sign-in failed.
	Refusal Refusal
	// Covers is when the screen covers itself if nobody touches anything.
	Covers time.Time

	// Emergency is until when whoever is signed in may look at people's data
	// without the right for it; zero: they may not.
	Emergency time.Time

	Route Route
	Depth int // pages to go back to
	// Said is the short message about what was last done or went wrong.
	Said   Said
	Health Health
	// Calls are the open calls for help, the oldest first.
	Calls []call.Call
	Alarm Alarm

	Today       Today
	Turns       int // that were made in the queue, to tell that there was another
	Find        Find
	Register    Register
	Papers      Papers
	Referrals   Referrals
	TestPrint   TestPrint
	Instruments Instruments
	Quality     Quality
	Form        Form
}

// New returns a desk that asks the records whether there are accounts. Close
// ends it.
func New(cfg Config) *Desk {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	d := &Desk{cfg: cfg, drafts: map[records.ID]Draft{}}
	d.state.Away = cfg.Patients != nil
	d.ctx, d.end = context.WithCancel(context.Background())
	d.beside(func(ctx context.Context) {
		has, err := cfg.Store.HasStaff(ctx)
		d.change(func() {
			d.state.Phase = SignIn
			if err == nil && !has {
				d.state.Phase = Setup
			}
			if err != nil {
				d.trouble(err)
			}
		})
	})
	d.hangUp = d.hear()
	if cfg.Counter != nil {
		d.unplug = cfg.Counter.Notify(func() { d.change(func() { d.countInstruments(); d.listChecked() }) })
	}
	d.look()
	return d
}

// Close signs out whoever is signed in and waits for what is under way.
func (d *Desk) Close() {
	if d.unplug != nil {
		d.unplug()
	}
	d.hangUp()
	if d.cfg.Bell != nil {
		d.cfg.Bell.Ring(alarm.None, false)
	}
	d.SignOut()
	d.mu.Lock()
	d.closed = true
	for _, t := range []*time.Timer{d.search, d.alike} {
		if t != nil {
			t.Stop()
		}
	}
	d.mu.Unlock()
	d.work.Wait()
	d.end()
}

// Wait returns when nothing is under way any more.
func (d *Desk) Wait() { d.work.Wait() }

// State returns what to show now.
func (d *Desk) State() State {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.state
	s.Covers = d.used.Add(staff.IdleLimit)
	return s
}

// Zone returns the zone of the kiosk.
func (d *Desk) Zone() *time.Location { return d.cfg.Zone }

// Now returns the time by the desk's clock, in its zone.
func (d *Desk) Now() time.Time { return d.cfg.Now().In(d.cfg.Zone) }

// change changes the state under the lock and tells whoever shows it.
func (d *Desk) change(fn func()) {
	d.mu.Lock()
	fn()
	d.takeTime()
	d.mu.Unlock()
	if d.cfg.Changed != nil {
		d.cfg.Changed()
	}
}

// beside runs what may take a while.
func (d *Desk) beside(fn func(ctx context.Context)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.work.Go(func() { fn(d.ctx) })
	}
}

// later runs fn once nobody has typed for a while, in place of what still waits
// on that timer.
func (d *Desk) later(t **time.Timer, fn func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if *t != nil {
		(*t).Stop()
	}
	if d.closed {
		return
	}
	if d.cfg.Pause > 0 {
		*t = time.AfterFunc(d.cfg.Pause, fn)
		return
	}
	d.mu.Unlock()
	fn()
	d.mu.Lock()
}

// Do runs work with the records of whoever is signed in, beside the screen, and
// then done under the desk's lock. An error of work that done does not take is
// said in the words of the catalogue. What comes back after the session is over
// is dropped.
func (d *Desk) Do(work func(ctx context.Context, a *records.Access) error, done func(err error) (taken bool)) {
	d.mu.Lock()
	a, age := d.hands, d.ages.session
	d.mu.Unlock()
	if a == nil {
		return
	}
	d.beside(func(ctx context.Context) {
		err := work(ctx, a)
		d.change(func() {
			if age != d.ages.session {
				return
			}
			if taken := done != nil && done(err); err != nil && !taken {
				d.trouble(err)
			}
		})
		if err == nil {
			d.refresh() // something may have been saved
		}
	})
}

// refresh brings the list that is open up to date if it is not.
func (d *Desk) refresh() {
	d.mu.Lock()
	page := d.state.Route.Page
	if d.state.Phase != Working {
		page = PageNone
	}
	today, referrals := page == PageToday && d.todayIsOld(), page == PageReferrals && d.referralsAreOld()
	d.mu.Unlock()
	if today {
		d.loadToday()
	}
	if referrals {
		d.loadReferrals()
	}
}

// Tick is called about once a second: it covers a screen that nobody uses, lets
// messages go, and brings lists up to date.
func (d *Desk) Tick() {
	now := d.cfg.Now()
	d.mu.Lock()
	idle := (d.state.Phase == Working || d.state.Phase == NewPIN) && now.Sub(d.used) >= staff.IdleLimit
	gone := d.state.Said.Key != "" && !now.Before(d.state.Said.Until)
	d.mu.Unlock()
	if idle {
		d.Cover()
	}
	if gone {
		d.Dismiss()
	}
	d.endEmergency()
	d.leaveDoor(now)
	d.tickAlarm()
	d.refresh()
	if now.Sub(d.looked) >= healthEvery {
		d.look()
	}
}
