package bedside

import (
	"context"
	"slices"

	"aidpost/app/hygiene"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/quality"
)

// Hygiene is what a site knows of cleaning its instruments.
type Hygiene interface {
	visit.Hygiene
	Rule(i quality.Instrument) (hygiene.Rule, bool)
	Record(ctx context.Context, a *records.Access, i quality.Instrument, skipped string) error
}

// Cleaning is what has to be cleaned, and how.
type Cleaning struct {
	Instrument instruments.Attached
	Rule       hygiene.Rule
	// Wet is set while the disinfectant has to stay on; the countdown says how
	// long.
	Wet bool
}

// cleaning is that of the phase Clean.
type cleaning struct {
	Cleaning
	back Phase // where it leads
}

// uncleaned brings whoever measures to an instrument that has to be cleaned before
// this person, and reports whether it did. It is called under the lock.
func (b *Bedside) uncleaned(from instruments.Attached) bool {
	if b.cfg.Hygiene == nil {
		return false
	}
	waits, err := b.cfg.Hygiene.Waits(visit.InstrumentOf(from), b.encounter.ID)
	if err != nil {
		b.cfg.Log.Error("looking whether an instrument is clean", "instrument", from.Model.ID, "error", err)
	}
	return waits && b.askCleaning(from, Ready)
}

// askCleaning asks for an instrument to be cleaned. It is called under the lock.
func (b *Bedside) askCleaning(from instruments.Attached, back Phase) bool {
	rule, ok := b.cfg.Hygiene.Rule(visit.InstrumentOf(from))
	if !ok {
		return false
	}
	b.clean = cleaning{Cleaning{Instrument: from, Rule: rule}, back}
	b.enter(Clean)
	return true
}

// Wiped says that the disinfectant is on. When its time has passed the instrument
// counts as clean.
func (b *Bedside) Wiped() error {
	return b.command(func() error {
		if b.clean.Wet {
			return ErrNotNow
		}
		b.clean.Wet = true
		if wet := b.clean.Rule.Wet(); wet > 0 {
			b.countdown(wet, func() { b.work.Go(func() { b.cleaned("") }) })
			return nil
		}
		b.work.Go(func() { b.cleaned("") })
		return nil
	}, Clean)
}

// SkipCleaning says why an instrument is used without having been cleaned.
func (b *Bedside) SkipCleaning(reason string) error {
	return b.command(func() error {
		if !slices.Contains(hygiene.Reasons(), reason) {
			return ErrNotNow
		}
		b.work.Go(func() { b.cleaned(reason) })
		return nil
	}, Clean)
}

// LeaveUnclean goes back without having cleaned anything: the next person waits.
func (b *Bedside) LeaveUnclean() error {
	return b.command(func() error {
		back := b.clean.back
		b.clean = cleaning{}
		if back == Ready {
			b.m, back = measuring{}, Choose
		}
		b.enter(back)
		return nil
	}, Clean)
}

// cleaned puts on record that an instrument is clean, or why it is used all the
// same, and only then lets it be used.
func (b *Bedside) cleaned(skipped string) {
	b.mu.Lock()
	now := b.clean
	ready := b.phase == Clean && now.Rule.With != ""
	b.mu.Unlock()
	if !ready {
		return
	}
	which := visit.InstrumentOf(now.Instrument)
	err := b.await(b.ctx, func(ctx context.Context, a *records.Access) error {
		return b.cfg.Hygiene.Record(ctx, a, which, skipped)
	})
	b.mu.Lock()
	if b.phase == Clean && b.clean.Instrument.ID == now.Instrument.ID {
		if err == nil {
			b.clean = cleaning{}
			b.enter(now.back)
		} else {
			b.clean.Wet = false
			b.enter(Clean) // what it failed of is said by the hands
		}
	}
	b.mu.Unlock()
	b.cfg.Changed()
}

// toClean lists the instruments that this visit has used and that the next one
// waits for.
func (b *Bedside) toClean() []instruments.Attached {
	if b.cfg.Hygiene == nil {
		return nil
	}
	var list []instruments.Attached
	for _, a := range b.cfg.Instruments.Attached() {
		if waits, err := b.cfg.Hygiene.Waits(visit.InstrumentOf(a), ""); waits && err == nil {
			list = append(list, a)
		}
	}
	return list
}

// CleanNow begins to clean an instrument when the visit is over.
func (b *Bedside) CleanNow(id string) error {
	return b.command(func() error {
		i := slices.IndexFunc(b.toClean(), func(a instruments.Attached) bool { return a.ID == id })
		if i < 0 || !b.askCleaning(b.toClean()[i], b.phase) {
			return ErrNotNow
		}
		return nil
	}, Finished, Choose)
}
