package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/staff"
)

// A Counter is what instruments are attached to.
type Counter interface {
	Attached() []instruments.Attached
	// Notify has fn called after every change, until stop is.
	Notify(fn func()) (stop func())
	// SetClock sets an instrument's clock and returns how far it is off then, if
	// that can be read.
	SetClock(ctx context.Context, id string, zone *time.Location) (drift time.Duration, known bool, err error)
	// Candidates are the models that an instrument may be, the most probable first,
	// and Name says which of them it is.
	Candidates(id string) []instruments.Candidate
	Name(ctx context.Context, id, model string) error
}

// An Instrument is one instrument on the counter, or one that is enrolled here and
// not attached: that has no ID, and is as it was when it was seen last.
type Instrument struct {
	instruments.Attached
	// Entry is what is on record of it; zero: nothing is.
	Entry quality.Entry
	// Controlled says that the site asks for quality control of its kind.
	Controlled bool
	// Locks are why it may not be used, and Left how many measurements an
	// override lets through them.
	Locks []quality.Lock
	Left  int
	// Run is when its last control was made; zero: never.
	Run time.Time
	// Label says what it is meant for.
	Label intended.Label
	// Soiling says how it is cleaned between two people; nil: nobody asks.
	Soiling *Soiling
}

// Instruments is what is on the counter, and behind it what else is enrolled here.
type Instruments struct {
	List []Instrument
	// Setting is the ID of the one whose clock is being set.
	Setting string
	// Naming is the ID of the one that is tried as what staff says it is.
	Naming string
}

// countInstruments brings the list up to date. It is called under the lock.
func (d *Desk) countInstruments() {
	if d.cfg.Counter == nil {
		return
	}
	attached := d.cfg.Counter.Attached()
	list := make([]Instrument, 0, len(attached))
	for _, a := range attached {
		list = append(list, d.standing(a))
	}
	list = d.withAbsent(list)
	slices.SortStableFunc(list, func(a, b Instrument) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(a.Model.Panel, b.Model.Panel), cmp.Compare(a.Model.ID, b.Model.ID),
			cmp.Compare(a.Identity.Serial, b.Identity.Serial))
	})
	d.state.Instruments.List = list
}

// withAbsent adds to the attached instruments what is on record of them, and those
// of the site that are not attached. It is called under the lock.
func (d *Desk) withAbsent(attached []Instrument) []Instrument {
	if d.log == nil {
		return attached
	}
	plan := func(id quality.Instrument) quality.Plan {
		_, plan, _ := d.asked(seenLast(quality.Entry{ID: id}))
		return plan
	}
	for _, e := range d.log.Inventory(plan, d.cfg.Now()) {
		n := slices.IndexFunc(attached, func(i Instrument) bool {
			id, _, _ := d.asked(i.Attached)
			return i.Model.ID != "" && id == e.ID
		})
		if n < 0 {
			n, attached = len(attached), append(attached, d.standing(seenLast(e)))
		}
		attached[n].Entry = e
	}
	return attached
}

// seenLast is an instrument that is not attached, as it was seen last.
func seenLast(e quality.Entry) instruments.Attached {
	return instruments.Attached{Model: modelOf(e.ID.Model), Identity: instruments.Identity{
		Serial: e.ID.Serial, Firmware: e.Seen.Firmware, HasClock: e.Seen.Clock, Drift: time.Duration(e.Seen.Drift) * time.Second,
	}}
}

// Absent reports that the instrument is not attached.
func (i Instrument) Absent() bool { return i.ID == "" }

// rank puts what nobody recognised after what is attached, and what is not attached
// behind both.
func rank(i Instrument) int {
	switch {
	case i.Absent():
		return 2
	case i.Model.ID == "":
		return 1
	}
	return 0
}

// standing says how quality control stands with an instrument.
func (d *Desk) standing(a instruments.Attached) Instrument {
	i := Instrument{Attached: a}
	if d.cfg.Labels != nil {
		i.Label = d.cfg.Labels.Of(a.Model.ID)
	}
	i.Soiling = d.soiling(i)
	if d.cfg.Quality == nil || d.log == nil || a.Model.ID == "" {
		return i
	}
	which, plan, asked := d.cfg.Quality(a)
	if i.Controlled = asked; !asked {
		return i
	}
	i.Locks = d.log.Locks(plan, which, d.cfg.Now())
	i.Left = d.log.Left(which, d.cfg.Now())
	if runs := d.log.RunsOf(which, ""); len(runs) > 0 {
		i.Run = runs[len(runs)-1].At
	}
	return i
}

// loadInstruments reads what quality control knows, for whoever may read it,
// and brings the list up to date.
func (d *Desk) loadInstruments() {
	d.change(func() { d.countInstruments() })
	if d.cfg.Quality == nil {
		return
	}
	var log *quality.Log
	d.Do(func(ctx context.Context, a *records.Access) (err error) {
		log, err = a.Quality(ctx)
		return err
	}, func(err error) bool {
		if err == nil {
			d.log = log
			d.countInstruments()
		}
		return false
	})
}

// MaySetClock reports whether whoever is signed in may set an instrument's
// clock, and whether the instrument has one that can be set.
func (d *Desk) MaySetClock(i Instrument) bool {
	return i.State == instruments.Ready && i.Model.Abilities.Clock && d.May(staff.SetClock)
}

// SetClock sets the clock of an instrument to that of this computer. It is put
// on record first.
func (d *Desk) SetClock(i Instrument) {
	if !d.MaySetClock(i) {
		return
	}
	d.mu.Lock()
	busy := d.state.Instruments.Setting != ""
	d.mu.Unlock()
	if busy {
		return
	}
	d.change(func() { d.state.Instruments.Setting = i.ID })
	d.Do(func(ctx context.Context, a *records.Access) error {
		reason := strings.TrimSpace(i.Model.ID + " " + i.Identity.Serial)
		if err := a.Note(ctx, records.Deed{Action: staff.SetClock, Reason: reason}); err != nil {
			return err
		}
		_, _, err := d.cfg.Counter.SetClock(ctx, i.ID, d.cfg.Zone)
		return err
	}, func(err error) bool {
		d.state.Instruments.Setting = ""
		d.countInstruments()
		var fault *instruments.Fault
		switch {
		case err == nil:
			d.say(Message{Key: words.InstrumentsClockSet}, false, nil)
		case errors.Is(err, errors.ErrUnsupported):
			d.say(Message{Key: words.InstrumentsClockCannot}, true, nil)
		case errors.As(err, &fault):
			d.say(Message{Key: words.InstrumentsClockFailed}, true, nil)
		default:
			return false
		}
		return true
	})
}
