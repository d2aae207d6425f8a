// Package bedside is the measuring of one person by a member of staff, without
// its widgets: which instrument, which arm, what was measured, what counts, and
// who was told of what is critical. A screen shows its State and calls the method
// that fits what was pressed.
//
// It stands on the same ground as the visit at a kiosk (the rack, the protocol,
// the rules and the observation that the records keep), but leaves the decisions
// to whoever measures: readings may be set aside with a reason, values may come
// by hand, and several instruments are used in any order. What is not left to
// anybody: nothing is measured before it is sure of whom, a pump runs only between
// Start and the return of the driver, a critical result is repeated or a reason
// given, and the visit does not finish before somebody has read it back.
package bedside

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"aidpost/app/tray"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// ErrNotNow reports a method that does not fit the phase: a second press of a
// button that has just gone.
var ErrNotNow = errors.New("not possible now")

// Hands do work with the records as whoever is signed in, beside the screen, and
// then done, unless the session is over by then. An error that done does not take
// is said to whoever is at the screen.
type Hands interface {
	Do(work func(ctx context.Context, a *records.Access) error, done func(err error) (taken bool))
}

// Config is what the measuring needs.
type Config struct {
	Instruments visit.Instruments
	Hands       Hands
	Rules       *guideline.Rules
	Grades      *quality.Grades
	// Plan is what the site asks of the instruments of a panel; nil: nothing.
	Plan func(vitals.Panel) (quality.Plan, bool)
	// Fit says what instruments are meant for. Nil: for everybody.
	Fit visit.Fit
	// Cuff says for which arms the cuff on an instrument is made; the zero range is
	// not known. Nil: of none.
	Cuff func(from instruments.Attached) intended.Range
	// Arm is the one that earlier visits of this person have found to measure; unknown:
	// none has.
	Arm vitals.Arm
	// Hygiene knows what has to be cleaned. Nil: nothing has.
	Hygiene Hygiene
	// Tray is where readings go that are not the person's. Nil: nowhere.
	Tray  *tray.Tray
	Place records.Place
	Zone  *time.Location // nil means UTC
	Who   records.Clinician
	Log   *slog.Logger
	Now   func() time.Time // nil means time.Now
	// Changed is called after every change of State, without a lock and on any
	// goroutine. It must not block.
	Changed func()
	// Sample is given each live sample of an oximeter; nil: nobody looks.
	Sample func(*instruments.PlethSample)
}

// A Bedside is the measuring of one person. Its methods may be called from any
// goroutine and return at once.
type Bedside struct {
	cfg    Config
	ctx    context.Context
	close  context.CancelFunc
	work   sync.WaitGroup
	unhook func()

	mu    sync.Mutex
	turn  int // changes with every phase, so that late timers find that they are not meant
	alarm *time.Timer
	phase Phase
	until time.Time
	total time.Duration

	encounter *records.Encounter
	first     bool // nothing was measured of this person before
	subject   guideline.Subject
	who       identifying
	m         measuring
	clean     cleaning // of the phase Clean
	stop      context.CancelFunc
	saving    time.Time // since when a save is under way; zero: none is
	unsaved   bool
	saveError error
	joined    bool // somebody else has changed the visit meanwhile
	elsewhere bool // a result turned out to be another visit's
	tellError error
	over      bool // the visit is to be finished with the next save
}

// measuring is what is known of the panel at hand.
type measuring struct {
	panel      vitals.Panel
	byHand     bool
	arm        vitals.Arm
	meal       vitals.Meal
	rested     bool
	notes      []string
	attempts   []attempt
	candidates []instruments.Reading
	strays     tray.Strays // that are not this person's
	from       instruments.Attached
	live       visit.Live
	silence    *visit.Silence
	fault      *instruments.Fault
	inflated   bool
	repeat     string // why a critical result was not repeated
	own        bool   // the instrument is the person's own
	otherMeter bool   // it is another one than they have brought before
	cuff       cuff
	standing   quality.Standing
	locks      []quality.Lock // why quality control refused the last attempt
}

type attempt struct {
	reading *instruments.Reading // nil: it failed
	from    instruments.Attached
	arm     vitals.Arm
	aside   string // why it is set aside
	fault   *instruments.Fault
}

// New returns the measuring of a visit: one that the person waits in, or a new
// one, which is saved with its first result. First says that nothing was measured
// of them before.
func New(cfg Config, e *records.Encounter, who guideline.Subject, first bool) *Bedside {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Changed == nil {
		cfg.Changed = func() {}
	}
	b := &Bedside{cfg: cfg, phase: Choose, encounter: cloneOf(e), first: first, subject: who}
	b.encounter.Operator = cfg.Who
	b.ctx, b.close = context.WithCancel(context.Background())
	b.unhook = cfg.Instruments.Notify(cfg.Changed)
	if unidentified(b.encounter) {
		b.phase = Identify
		b.lookAlike()
	}
	return b
}

// Visit returns a new visit of a person, for New.
func Visit(p *records.Patient, place records.Place, zone *time.Location, now time.Time) *records.Encounter {
	return &records.Encounter{
		ID: records.NewID(), Patient: p, Status: records.InProgress, Started: now.UTC().Round(0),
		Zone: zone.String(), Language: p.Language, Place: place,
	}
}

// Close stops a running instrument and waits until it is safe. What was accepted
// is saved already or still being saved; a series that nobody accepted is gone,
// so a screen asks before it.
func (b *Bedside) Close() {
	b.unhook()
	b.mu.Lock()
	b.close()
	if b.stop != nil {
		b.stop()
	}
	if b.alarm != nil {
		b.alarm.Stop()
	}
	b.mu.Unlock()
	b.work.Wait()
	b.mu.Lock()
	b.begin(measuring{})
	b.mu.Unlock()
	b.work.Wait()
}

// command runs fn in one of the phases, and tells of the change.
func (b *Bedside) command(fn func() error, phases ...Phase) error {
	b.mu.Lock()
	err := ErrNotNow
	if slices.Contains(phases, b.phase) {
		err = fn()
	}
	b.mu.Unlock()
	b.cfg.Changed()
	return err
}

// enter goes to a phase. It is called under the lock.
func (b *Bedside) enter(p Phase) {
	b.turn++
	if b.alarm != nil {
		b.alarm.Stop()
		b.alarm = nil
	}
	b.until, b.total = time.Time{}, 0
	b.phase = p
}

// countdown calls then, under the lock, when d has passed in the same phase.
func (b *Bedside) countdown(d time.Duration, then func()) {
	turn := b.turn
	b.until, b.total = b.cfg.Now().Add(d), d
	b.alarm = time.AfterFunc(d, func() {
		b.mu.Lock()
		meant := b.turn == turn
		if meant {
			then()
		}
		b.mu.Unlock()
		if meant {
			b.cfg.Changed()
		}
	})
}

// answer notes a coded fact about the visit.
func (b *Bedside) answer(question, said string) {
	b.encounter.Answers = append(b.encounter.Answers, records.Answer{Question: question, Answer: said, At: b.cfg.Now().UTC()})
}

func cloneOf(e *records.Encounter) *records.Encounter {
	c := *e
	if e.Patient != nil {
		p := *e.Patient
		c.Patient = &p
	}
	c.Consents, c.Answers = slices.Clone(e.Consents), slices.Clone(e.Answers)
	c.Observations = slices.Clone(e.Observations)
	c.Remarks, c.Tellings, c.Referrals = slices.Clone(e.Remarks), slices.Clone(e.Tellings), slices.Clone(e.Referrals)
	return &c
}
