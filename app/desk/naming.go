package desk

import (
	"context"
	"errors"
	"slices"
	"strings"

	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/staff"
)

// Candidates are what whoever is signed in may say that an instrument is, the most
// probable first: one that nobody has recognised, one that somebody has named, or one
// that speaks as another of its maker does. There are none otherwise, nor while naming
// it would not help.
func (d *Desk) Candidates(i Instrument) []instruments.Candidate {
	if d.cfg.Counter == nil || !d.May(staff.NameInstrument) {
		return nil
	}
	switch i.Fault {
	case instruments.PortBusy, instruments.Permission, instruments.Unplugged:
		return nil
	}
	known := i.Model.ID != ""
	if known && i.State == instruments.InUse || !known && !i.Nameable {
		return nil
	}
	all := slices.DeleteFunc(d.cfg.Counter.Candidates(i.ID), func(c instruments.Candidate) bool { return c.Model.ID == i.Model.ID })
	alike := func(c instruments.Candidate) bool { return mistaken(i.Model, c.Model) }
	if known && !i.Model.Chosen && !slices.ContainsFunc(all, alike) {
		return nil
	}
	return all
}

// mistaken reports that one model may be taken for another that no probe can find.
func mistaken(is, other instruments.Model) bool {
	return other.Chosen && other.Maker == is.Maker && other.Panel == is.Panel && other.Line == is.Line
}

// Name says that an instrument is of a model. What contradicts is said, and nothing
// is changed then.
func (d *Desk) Name(i Instrument, model instruments.Model) {
	d.mu.Lock()
	busy := d.state.Instruments.Naming != ""
	d.mu.Unlock()
	if busy || len(d.Candidates(i)) == 0 {
		return
	}
	d.change(func() { d.state.Instruments.Naming = i.ID })
	d.Do(func(ctx context.Context, a *records.Access) error {
		reason := strings.TrimSpace(model.ID + " " + i.Endpoint.Path)
		if err := a.Note(ctx, records.Deed{Action: staff.NameInstrument, Reason: reason}); err != nil {
			return err
		}
		return d.cfg.Counter.Name(ctx, i.ID, model.ID)
	}, func(err error) bool {
		d.state.Instruments.Naming = ""
		d.countInstruments()
		var fault *instruments.Fault
		switch {
		case err == nil:
			d.say(Message{Key: words.InstrumentsNamed}, false, nil)
		case errors.As(err, &fault) && fault.Code == instruments.NoAnswer:
			d.say(Message{Key: words.InstrumentsNameSilent}, true, nil)
		case errors.As(err, &fault):
			d.say(Message{Key: words.InstrumentsNameWrong}, true, nil)
		default:
			return false
		}
		return true
	})
}
