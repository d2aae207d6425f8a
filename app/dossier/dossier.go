// Package dossier is what the records hold of one person, as staff look at it:
// who it is, everything that was measured, what is critical and was told to
// nobody, and what may be done about it. It has no widgets: a screen shows its
// State and calls its methods.
package dossier

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"aidpost/app/bedside"
	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// Config is what a dossier needs.
type Config struct {
	Patient records.ID
	Hands   bedside.Hands
	Rules   *guideline.Rules
	Now     func() time.Time // nil means time.Now
	// Changed is called after every change of State, without a lock and on any
	// goroutine. It must not block.
	Changed func()
}

// A Dossier is one person's. Its methods may be called from any goroutine and
// return at once.
type Dossier struct {
	cfg Config

	mu    sync.Mutex
	state State
}

// A State is everything a screen may show. It is a copy; what it points to is
// never changed.
type State struct {
	Loaded  bool
	Gone    bool // there is no such person
	Patient *records.Patient
	PIN     bool // the person has chosen one for the kiosk
	// Consents are what the person said later of what they had agreed to.
	Consents []records.LaterConsent
	Visits   []*records.Encounter // newest first
	Rows     []Row                // of the filter, newest first
	Filter   Filter
	Untold   []Row // critical, and nobody was told
	Alike    []records.Duplicate
	// Found is who was found by For, to move a result to.
	Found []*records.Patient
	For   string
	Busy  bool
	// Problem is why the last change was not made.
	Problem error
	// Done counts the changes that were made, so that a dialog knows when its own
	// was.
	Done int
}

// A Row is one observation in the table.
type Row struct {
	Visit *records.Encounter
	records.Observation
}

// A Filter says which rows are shown. The zero Filter shows all results.
type Filter struct {
	Measure vitals.Measure // none: whatever was measured
	Since   time.Time      // zero: from the first
	// All shows also what does not count: readings that went into a mean, were set
	// aside, or were voided.
	All bool
}

func (f Filter) takes(o records.Observation) bool {
	if f.Measure != "" {
		if _, ok := o.Values.Get(f.Measure); !ok {
			return false
		}
	}
	switch {
	case o.Taken.Before(f.Since):
		return false
	case f.All, o.State != records.Confirmed:
		return true // a correction is never hidden
	}
	return o.Result() || o.Critical()
}

// New returns a dossier and begins to load it.
func New(cfg Config) *Dossier {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Changed == nil {
		cfg.Changed = func() {}
	}
	d := &Dossier{cfg: cfg}
	d.Load()
	return d
}

// State returns what to show now.
func (d *Dossier) State() State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state
}

func (d *Dossier) change(fn func(*State)) {
	d.mu.Lock()
	fn(&d.state)
	d.mu.Unlock()
	d.cfg.Changed()
}

// Load reads everything anew.
func (d *Dossier) Load() {
	var all loaded
	d.do(func(ctx context.Context, a *records.Access) (err error) {
		all, err = load(ctx, a, d.cfg.Patient)
		return err
	}, func(s *State) { s.take(all) })
}

func load(ctx context.Context, a *records.Access, id records.ID) (loaded, error) {
	p, err := a.Patient(ctx, id)
	if err != nil {
		return loaded{}, err
	}
	visits, err := a.VisitsOf(ctx, id)
	if err != nil {
		return loaded{}, err
	}
	pin, err := a.HasPIN(ctx, id)
	if err != nil {
		return loaded{}, err
	}
	said, err := a.LaterConsents(ctx, id)
	return loaded{p, visits, pin, said}, err
}

// loaded is what the records have of a person.
type loaded struct {
	patient *records.Patient
	visits  []*records.Encounter
	pin     bool
	said    []records.LaterConsent
}

// take shows what was loaded.
func (s *State) take(l loaded) {
	s.Loaded, s.Patient, s.Visits, s.PIN, s.Consents = true, l.patient, l.visits, l.pin, l.said
	s.arrange()
}

// arrange fills the rows by the filter.
func (s *State) arrange() {
	s.Rows, s.Untold = nil, nil
	for _, e := range s.Visits {
		if !e.Status.Visit() {
			continue
		}
		for _, o := range e.Untold() {
			s.Untold = append(s.Untold, Row{e, o})
		}
		for _, o := range e.Observations {
			if s.Filter.takes(o) {
				s.Rows = append(s.Rows, Row{e, o})
			}
		}
	}
	slices.SortStableFunc(s.Rows, func(a, b Row) int { return b.Taken.Compare(a.Taken) })
}

// do works with the records and then shows what has come of it. An error stays
// in Problem, beside what was being done.
func (d *Dossier) do(work func(context.Context, *records.Access) error, then func(*State)) {
	d.change(func(s *State) { s.Busy, s.Problem = true, nil })
	d.cfg.Hands.Do(work, func(err error) bool {
		d.change(func(s *State) {
			s.Busy, s.Problem = false, err
			switch {
			case err == nil:
				then(s)
			case errors.Is(err, records.ErrNotFound) && !s.Loaded:
				s.Gone = true
			}
		})
		return true
	})
}

// alter changes the records: work, then everything anew, so that what somebody else
// did meanwhile shows as well.
func (d *Dossier) alter(work func(context.Context, *records.Access) error) {
	var all loaded
	d.do(func(ctx context.Context, a *records.Access) error {
		err := work(ctx, a)
		if err != nil && !stale(err) {
			return err
		}
		var again error
		all, again = load(ctx, a, d.cfg.Patient)
		if again == nil && err != nil {
			// The screen shows what the other one did; this change waits for a person.
			d.change(func(s *State) { s.take(all) })
		}
		return errors.Join(err, again)
	}, func(s *State) {
		s.Done++
		s.take(all)
	})
}

// stale reports that somebody else was faster.
func stale(err error) bool {
	return errors.Is(err, records.ErrStale) || errors.Is(err, records.ErrChanged)
}

// Show filters the rows.
func (d *Dossier) Show(f Filter) {
	d.change(func(s *State) {
		s.Filter = f
		s.arrange()
	})
}

// Mark replaces the marks of the person.
func (d *Dossier) Mark(marks []records.Mark) {
	before := d.State().Patient
	if before == nil {
		return
	}
	d.alter(func(ctx context.Context, a *records.Access) error {
		_, err := a.SetMarks(ctx, d.cfg.Patient, before.Marks, marks)
		return err
	})
}

// Remark writes a remark about a visit.
func (d *Dossier) Remark(visit *records.Encounter, text string) {
	d.alter(func(ctx context.Context, a *records.Access) error {
		e := *visit
		return a.AddRemark(ctx, &e, text)
	})
}

// Void takes an observation back, with a reason.
func (d *Dossier) Void(id records.ID, c records.Correction) {
	d.alter(func(ctx context.Context, a *records.Access) error {
		_, err := a.Void(ctx, id, c)
		return err
	})
}

// Amend corrects what an observation says; it is judged anew.
func (d *Dossier) Amend(row Row, values vitals.Values, meal *vitals.Meal, c records.Correction) {
	judge := site.Judging(d.cfg.Rules, row.Visit)
	d.alter(func(ctx context.Context, a *records.Access) error {
		_, err := a.Amend(ctx, row.ID, records.Amendment{Values: values, Meal: meal, Judged: judge}, c)
		return err
	})
}

// mostFound is how many people a search for whose a result is shows.
const mostFound = 4

// Search looks for whoever a result may be of.
func (d *Dossier) Search(text string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return
	}
	var found []*records.Patient
	d.do(func(ctx context.Context, a *records.Access) (err error) {
		found, err = a.Search(ctx, text, mostFound)
		return err
	}, func(s *State) { s.Found, s.For = found, text })
}

// Move puts an observation into a visit of the right person, judged anew.
func (d *Dossier) Move(id, to records.ID, why records.Correction) {
	d.alter(func(ctx context.Context, a *records.Access) error {
		_, _, err := a.Move(ctx, id, to, func(e *records.Encounter) func(records.Observation) []records.Judgement {
			return site.Judging(d.cfg.Rules, e)
		}, why)
		return err
	})
}

// Tell stores that somebody was told of a critical result and has read it back.
func (d *Dossier) Tell(visit *records.Encounter, t records.Telling) {
	d.alter(func(ctx context.Context, a *records.Access) error {
		e := *visit
		return a.Tell(ctx, &e, t)
	})
}

// TellUnread stores why nobody has read a critical result back, signed by whoever
// second returns.
func (d *Dossier) TellUnread(visit *records.Encounter, t records.Telling, second func(context.Context) (*records.Access, error)) {
	d.alter(func(ctx context.Context, a *records.Access) error {
		signer, err := second(ctx)
		if err != nil {
			return err
		}
		e := *visit
		return a.TellUnread(ctx, &e, t, signer)
	})
}

// LookAlike asks who may be the same person.
func (d *Dossier) LookAlike() {
	p := d.State().Patient
	if p == nil {
		return
	}
	var alike []records.Duplicate
	d.do(func(ctx context.Context, a *records.Access) (err error) {
		alike, err = a.Duplicates(ctx, p)
		return err
	}, func(s *State) { s.Alike = alike })
}

// RemovePIN lets the person, who has forgotten it, choose another PIN at the kiosk.
func (d *Dossier) RemovePIN() {
	d.alter(func(ctx context.Context, a *records.Access) error { return a.RemovePIN(ctx, d.cfg.Patient) })
}

// Say keeps what the person says now of what they had agreed to, and does it.
func (d *Dossier) Say(said records.LaterConsent) {
	d.alter(func(ctx context.Context, a *records.Access) error {
		_, err := a.Say(ctx, d.cfg.Patient, said)
		return err
	})
}

// Merge makes another record of the person count as this one.
func (d *Dossier) Merge(other records.ID, why string) {
	d.alter(func(ctx context.Context, a *records.Access) error {
		return a.Merge(ctx, other, d.cfg.Patient, why)
	})
	d.LookAlike()
}
