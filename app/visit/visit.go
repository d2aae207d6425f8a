// Package visit is the way of one person through the kiosk: a plain state
// machine with no widget in it. A screen shows what State returns and calls
// the method that fits what was touched; a script on the command line does the
// same.
//
// A pump runs only between a call of StartReading and the return of the
// driver, and one call starts at most one inflation. Whatever ends a visit
// (Cancel, an idle screen, Close) stops the instrument first and then wipes
// everything that the visit knew.
package visit

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"aidpost/app/call"
	"aidpost/app/tray"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/intended"
	"aidpost/records/phone"
	"aidpost/records/quality"
	"aidpost/records/quality/rest"
	"aidpost/records/vitals"
)

// ErrNotNow reports a method that does not fit the step the visit is in. It is
// harmless: a second tap on a button of a screen that has just gone.
var ErrNotNow = errors.New("not possible at this step of the visit")

// Instruments is what a visit needs of the rack.
type Instruments interface {
	Attached() []instruments.Attached
	Measure(ctx context.Context, id string, job instruments.Job, emit func(instruments.Event)) error
	Notify(fn func()) (stop func())
}

// Store is what a visit needs of the records.
type Store interface {
	Save(ctx context.Context, e *records.Encounter) error
	Recognise(ctx context.Context, q records.Search) (records.Recognised, error)
	RecogniseByPIN(ctx context.Context, q records.Search, pin string) (records.Recognised, error)
	RecogniseWithoutPIN(ctx context.Context, q records.Search) (records.Recognised, error)
	ChoosePIN(ctx context.Context, patient records.ID, pin string, since time.Time) error
	Say(ctx context.Context, patient records.ID, said records.LaterConsent) (records.Withheld, error)
	KnownArm(ctx context.Context, patient records.ID, since time.Time) (records.KnownArm, error)
	SavedBefore(ctx context.Context, o records.Observation) (at time.Time, saved bool, err error)
	History(ctx context.Context, patient records.ID, panel vitals.Panel, limit int) ([]records.Observation, error)
}

// Config is what a kiosk hands to its visits.
type Config struct {
	Instruments Instruments
	Store       Store
	Rules       *guideline.Rules
	Place       records.Place
	Zone        *time.Location // of the kiosk; nil means UTC
	Phones      phone.Plan     // of the country that the kiosk stands in
	Language    string         // BCP 47, of the welcome screen
	// Consent is the version of the consent text shown.
	Consent string
	// Idle is how long nobody touches the screen before something happens; zero
	// means UsualIdle.
	Idle Idle
	// Contact is the least time of a finger in the oximeter; zero: what the rules
	// say of a person alone.
	Contact time.Duration
	Log     *slog.Logger
	// GuestsOnly asks nobody who they are: there are no records to know them by.
	GuestsOnly bool
	// Admit asks quality control whether an instrument may be used. Nil: the site
	// asks nothing of its instruments.
	Admit Admit
	// Rest says when a pulse is that of a person at rest. The zero rule: a rest is
	// timed, whatever instruments there are.
	Rest rest.Rule
	// Grades rates how well a value was measured. Nil: nobody does.
	Grades *quality.Grades
	// Fit says what instruments are meant for. Nil: for everybody.
	Fit Fit
	// Cuff says for which arms the cuff on an instrument is made; the zero range is
	// not known, and nobody is asked. Nil: of none.
	Cuff func(from instruments.Attached) intended.Range
	// Hygiene knows what has to be cleaned. Nil: nothing has.
	Hygiene Hygiene
	// CallWhenSilent are the panels of which staff are called when their instrument
	// falls silent while it measures.
	CallWhenSilent []vitals.Panel
	// Tray is where readings go that are not the person's. Nil: nowhere.
	Tray *tray.Tray
	// Calls takes the calls for help. Nil: they are kept by the visit alone.
	Calls *call.Board
	// Changed is called after every change of State, without a lock and on any
	// goroutine. It must not block.
	Changed func()
	// Sample is given each live sample of an oximeter, on the driver's
	// goroutine; the sample is valid only until it returns. May be nil.
	Sample func(*instruments.PlethSample)
}

// stillHere is how long after a call whoever made it is taken to be at a kiosk
// that was started again.
const stillHere = 15 * time.Minute

// A Visit takes one person after the other through the kiosk. Its methods may
// be called from any goroutine and return at once.
type Visit struct {
	cfg    Config
	ctx    context.Context
	close  context.CancelFunc
	work   sync.WaitGroup
	unhook func()
	hangUp func() // stops listening to the calls

	mu sync.Mutex
	// turn changes with every step, so that late timers and answers of an
	// older step find that they are not meant any more.
	turn  int
	alarm *time.Timer
	step  Step
	until time.Time // when the step's countdown ends
	total time.Duration

	language string
	idle     idle
	calls    *call.Board
	call     records.ID   // of the person's call for help, if there was one
	called   []records.ID // all that the person made
	slow     bool         // touches take the person long
	p        person
	m        measurement
	own      *ownDevice         // that the person has brought; nil: none
	stop     context.CancelFunc // ends the running measurement
	saved    chan int           // takes the revision when the last save has ended
	recent   recent
}

// person is everything a visit knows of who stands before it. It is wiped as a
// whole.
type person struct {
	encounter *records.Encounter
	guest     bool
	// found reports that the person was known before this visit, and shown that
	// what was kept of them since then may be told.
	found bool
	shown bool
	since time.Time
	// told is the person as they told of themselves. Of somebody who has not shown
	// that they are the one on record no more than that leaves the visit.
	told *records.Patient
	// keep is the consent to put the visit into the records; a guest leaves
	// nothing there.
	keep      bool
	whoError  WhoError
	searching bool
	search    records.Search // what the person has said of themselves
	pinWait   time.Duration  // until another PIN is judged
	pin       PINState
	back      TakenBack
	arm       records.KnownArm // by earlier visits
	armAsked  bool             // the records were asked
	subject   guideline.Subject
	symptoms  bool
	asked     map[QuestionID]bool
	results   []PanelResult
	saving    int
	saveError error
	// own are visits of what the person's own instrument has kept, still to be saved,
	// and unkept what is shown of it and not kept with this visit.
	own      []*records.Encounter
	unkept   []records.Observation
	keepsOwn bool // it was wished that what the own instrument has kept is kept here
}

// New returns a visit at its welcome screen. Close ends it.
func New(cfg Config) *Visit {
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Idle == (Idle{}) {
		cfg.Idle = UsualIdle()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Changed == nil {
		cfg.Changed = func() {}
	}
	v := &Visit{cfg: cfg, step: Welcome, language: cfg.Language, recent: newRecent()}
	v.ctx, v.close = context.WithCancel(context.Background())
	v.calls = cfg.Calls
	if v.calls == nil {
		v.calls = call.New(call.Config{Log: cfg.Log})
	}
	// Whoever called before the program was killed still waits there.
	if c, ok := v.calls.Here(); ok && time.Since(c.Opened) < stillHere {
		v.call, v.called = c.ID, []records.ID{c.ID}
	}
	v.hangUp = v.calls.Subscribe(func(call.Call) { v.cfg.Changed() })
	v.unhook = cfg.Instruments.Notify(v.instrumentsChanged)
	return v
}

// Close stops what runs, waits until the instrument is safe and what was
// measured is saved, and wipes.
func (v *Visit) Close() {
	v.unhook()
	v.mu.Lock()
	v.close()
	if v.stop != nil {
		v.stop()
	}
	v.idle.stop()
	v.mu.Unlock()
	v.work.Wait()
	v.mu.Lock()
	v.end(records.Cancelled)
	v.mu.Unlock()
	v.work.Wait()
	v.hangUp()
	if v.cfg.Calls == nil {
		v.calls.Close()
	}
}

// command runs fn if the visit is at one of the steps, and tells of the change.
func (v *Visit) command(fn func() error, steps ...Step) error {
	v.mu.Lock()
	err := ErrNotNow
	for _, s := range steps {
		if s == v.step {
			v.touch()
			err = fn()
			break
		}
	}
	v.mu.Unlock()
	v.cfg.Changed()
	return err
}

// enter goes to a step.
func (v *Visit) enter(s Step) {
	v.turn++
	if v.alarm != nil {
		v.alarm.Stop()
		v.alarm = nil
	}
	v.until, v.total = time.Time{}, 0
	v.endWatch()
	v.step = s
	v.touch()
}

// countdown has then called, with the lock held, when d has passed and the
// visit is still at the same step.
func (v *Visit) countdown(d time.Duration, then func()) {
	v.until, v.total = time.Now().Add(d), d
	v.after(d, then)
}

// after is countdown without telling of it.
func (v *Visit) after(d time.Duration, then func()) {
	turn := v.turn
	v.alarm = time.AfterFunc(d, func() {
		v.mu.Lock()
		if v.turn != turn {
			v.mu.Unlock()
			return
		}
		then()
		v.mu.Unlock()
		v.cfg.Changed()
	})
}

// background runs fn without the lock; then runs with it if the visit is still
// in the same turn.
func (v *Visit) background(fn func(ctx context.Context), then func()) {
	turn := v.turn
	v.work.Go(func() {
		fn(v.ctx)
		v.mu.Lock()
		if v.turn == turn {
			then()
		}
		v.mu.Unlock()
		v.cfg.Changed()
	})
}

// wipe forgets the person and goes back to the welcome screen.
func (v *Visit) wipe() {
	v.endWatch()
	v.p = person{}
	v.beginPanel(measurement{})
	v.own = nil
	v.leaveCalls(false)
	v.slow = false
	v.saved = nil
	v.language = v.cfg.Language
	v.enter(Welcome)
	v.idle.stop()
}

func (v *Visit) instrumentsChanged() {
	v.mu.Lock()
	v.meterArrived()
	v.ownArrived()
	v.mu.Unlock()
	v.cfg.Changed()
}

// SetLanguage changes the language at any step.
func (v *Visit) SetLanguage(tag string) {
	v.mu.Lock()
	v.language = tag
	if v.p.encounter != nil {
		v.p.encounter.Language = tag
	}
	v.touch()
	v.mu.Unlock()
	v.cfg.Changed()
}

// Begin starts a visit.
func (v *Visit) Begin() error {
	return v.command(func() error {
		v.begin()
		return nil
	}, Welcome)
}

func (v *Visit) begin() {
	v.p = person{asked: map[QuestionID]bool{}, encounter: &records.Encounter{
		ID: records.NewID(), Status: records.InProgress, Started: time.Now().UTC(),
		Zone: v.cfg.Zone.String(), Language: v.language, Place: v.cfg.Place,
	}}
	if v.cfg.GuestsOnly {
		v.beGuest()
		return
	}
	v.enter(Who)
}

// answer notes what the person said, in the encounter.
func (v *Visit) answer(question, said string) {
	if e := v.p.encounter; e != nil {
		e.Answers = append(e.Answers, records.Answer{Question: question, Answer: said, At: time.Now().UTC()})
	}
}

// Cancel ends the visit from any step: a running instrument is stopped first,
// and only then does the welcome screen come back.
func (v *Visit) Cancel() {
	v.mu.Lock()
	switch {
	case v.step == Welcome:
	case v.stop != nil:
		v.m.leave = true
		v.enter(Stopping)
		v.stop()
	default:
		v.end(records.Cancelled)
	}
	v.mu.Unlock()
	v.cfg.Changed()
}

// end closes the encounter and wipes. What was measured and shown stays in the
// records; an unfinished series is closed with the readings there are.
func (v *Visit) end(status records.Status) {
	if len(v.p.results) > 0 {
		// What was shown to the person is a result, however the visit ended.
		status = records.Finished
	}
	v.closeSeries()
	kept := false
	if e := v.p.encounter; e != nil && len(e.Observations) > 0 {
		e.Ended = time.Now().UTC()
		e.Status = status
		kept = v.p.keep
		v.save()
	}
	v.leaveCalls(kept)
	v.wipe()
}
