package office

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"aidpost/app/shift"
	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/guideline"
)

const (
	// settledFor is how far back the tray shows what became of a reading.
	settledFor = 7 * 24 * time.Hour
	// mostOwners is how many people a search for whose a reading is shows: whoever is
	// not among so many is found by typing more.
	mostOwners = 4
)

// A Tray is the readings that came without a person, and the way to say whose
// each of them is.
type Tray struct {
	model[TrayState]
	rules *guideline.Rules
}

// A TrayState is what a screen shows of it.
type TrayState struct {
	Loaded  bool
	Waiting []records.Trayed // the oldest first
	Settled []records.Trayed // of the last days, the newest first
	Chosen  records.ID       // the one that is open in full; empty: none is
	// Found is who was found for it by For.
	Found []*records.Patient
	For   string
	// Given and Aside count what was settled since the page was opened, and Late
	// what somebody else had settled before.
	Given, Aside, Late int
	To                 *records.Patient // of the last that was given
	// Compared is what came of the last of so many comparisons with memories.
	Compared    shift.Compared
	Comparisons int
}

// Open returns the reading that is open in full, or false.
func (s TrayState) Open() (records.Trayed, bool) {
	for _, t := range slices.Concat(s.Waiting, s.Settled) {
		if t.ID == s.Chosen {
			return t, true
		}
	}
	return records.Trayed{}, false
}

// NewTray returns the tray and begins to look. The rules judge what is given to
// somebody; nil: nothing is judged.
func NewTray(cfg Config, rules *guideline.Rules) *Tray {
	t := &Tray{newModel[TrayState](cfg), rules}
	t.Load()
	return t
}

// Load looks anew.
func (t *Tray) Load() {
	t.act(func(context.Context, *records.Access) error { return nil }, func(*TrayState) {})
}

// Choose opens one in full.
func (t *Tray) Choose(orphan records.ID) {
	t.Forget()
	t.change(func(s *TrayState) { s.Chosen, s.Found, s.For = orphan, nil, "" })
}

// Search looks whose it may be: by parts of a name, a birth date, a card.
func (t *Tray) Search(text string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return
	}
	var found []*records.Patient
	t.do(func(ctx context.Context, a *records.Access) (err error) {
		found, err = a.Search(ctx, text, mostOwners)
		return err
	}, func(s *TrayState) { s.Found, s.For = found, text })
}

// Give puts a reading into the record of a person, with how that is known.
func (t *Tray) Give(orphan records.ID, to *records.Patient, how records.Correction) {
	t.settle(func(ctx context.Context, a *records.Access) error {
		_, _, err := a.Claim(ctx, orphan, to.ID, t.judge(), how)
		return err
	}, func(s *TrayState) { s.Given, s.To = s.Given+1, to })
}

// judge judges a reading for the person that it is given to.
func (t *Tray) judge() func(*records.Encounter) func(records.Observation) []records.Judgement {
	if t.rules == nil {
		return nil
	}
	return func(e *records.Encounter) func(records.Observation) []records.Judgement {
		return site.Judging(t.rules, e)
	}
}

// Aside says that a reading is nobody's.
func (t *Tray) Aside(orphan records.ID, why records.Correction) {
	t.settle(func(ctx context.Context, a *records.Access) error {
		_, err := a.SetAside(ctx, orphan, why)
		return err
	}, func(s *TrayState) { s.Aside++ })
}

// settle does something with a reading. Where somebody else was faster, theirs
// holds.
func (t *Tray) settle(work func(context.Context, *records.Access) error, done func(*TrayState)) {
	late := false
	t.act(func(ctx context.Context, a *records.Access) error {
		err := work(ctx, a)
		if late = errors.Is(err, records.ErrNotWaiting) || errors.Is(err, records.ErrStale); late {
			return nil
		}
		return err
	}, func(s *TrayState) {
		s.Chosen, s.Found, s.For = "", nil, ""
		if late {
			s.Late++
			return
		}
		done(s)
	})
}

// act does something and looks what is in the tray then.
func (t *Tray) act(work func(context.Context, *records.Access) error, done func(*TrayState)) {
	var all []records.Trayed
	t.do(func(ctx context.Context, a *records.Access) error {
		err := work(ctx, a)
		if err == nil {
			all, err = a.Tray(ctx, t.cfg.Now().Add(-settledFor))
		}
		return err
	}, func(s *TrayState) {
		s.Loaded, s.Waiting, s.Settled = true, nil, nil
		for _, one := range all {
			if one.Waits() {
				s.Waiting = append(s.Waiting, one)
			} else {
				s.Settled = append(s.Settled, one)
			}
		}
		done(s)
	})
}

// Resume is called when the screen was covered and is back.
func (t *Tray) Resume() {
	t.resume()
	t.Load()
}

// Comparing reads the memories of the instruments and puts what is in no visit into
// the tray; see shift.Shift.Compare.
type Comparing func(ctx context.Context, a *records.Access) (shift.Compared, error)

// Compare compares the memories with the records.
func (t *Tray) Compare(with Comparing) {
	var found shift.Compared
	t.act(func(ctx context.Context, a *records.Access) (err error) {
		found, err = with(ctx, a)
		return err
	}, func(s *TrayState) { s.Compared, s.Comparisons = found, s.Comparisons+1 })
}
