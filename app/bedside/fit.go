package bedside

import (
	"slices"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records/intended"
)

// objections are what speaks against an instrument for the person.
func (b *Bedside) objections(from instruments.Attached) []intended.Objection {
	if b.cfg.Fit == nil {
		return nil
	}
	who := intended.Person{Age: b.subject.Age, AgeKnown: b.subject.AgeKnown, Pregnant: b.subject.Pregnant, Arm: b.m.cuff.arm, Lie: b.m.cuff.lie}
	return b.cfg.Fit(from, who, b.m.own)
}

// forbidden refuses an instrument that is not for this person, and reports
// whether it did. It is called under the lock.
func (b *Bedside) forbidden(from instruments.Attached) bool {
	if !slices.ContainsFunc(b.objections(from), intended.Objection.Forbids) {
		return false
	}
	b.failed(from, instruments.NewFault(instruments.OnePerson, "made for one person, and not this one's own"))
	return true
}

// OwnMeter says that the meter that was refused is the person's own, and measures
// nobody else.
func (b *Bedside) OwnMeter() error {
	return b.command(func() error {
		if b.m.fault == nil || b.m.fault.Code != instruments.OnePerson {
			return ErrNotNow
		}
		b.m.own, b.m.fault = true, nil
		b.enter(Ready)
		return nil
	}, Review)
}

// warnings are what whoever measures should know of the instrument that would be
// used, before it is.
func (b *Bedside) warnings() []intended.Objection {
	from, ok := b.instrument()
	if !ok || b.m.byHand {
		return nil
	}
	return slices.DeleteFunc(b.objections(from), func(o intended.Objection) bool {
		return o.Forbids() || o == intended.CuffUnsure // which is asked beside them
	})
}

// instrument is the one that would be started now.
func (b *Bedside) instrument() (instruments.Attached, bool) {
	attached := b.cfg.Instruments.Attached()
	i := slices.IndexFunc(attached, func(a instruments.Attached) bool {
		return a.Startable() && a.Model.Panel == b.m.panel
	})
	if i < 0 {
		return instruments.Attached{}, false
	}
	return attached[i], true
}

// fitNotes say with a result for whom its instrument is not meant.
func (b *Bedside) fitNotes() []string {
	var notes []string
	if b.m.own {
		notes = append(notes, visit.NoteOwnMeter)
	}
	if from, ok := b.measuredBy(); ok {
		notes = append(notes, visit.NotesOf(b.objections(from))...)
	}
	return notes
}

// measuredBy is the instrument of the last reading that was not set aside.
func (b *Bedside) measuredBy() (instruments.Attached, bool) {
	for _, a := range slices.Backward(b.m.attempts) {
		if a.reading != nil && a.aside == "" && a.reading.EnteredBy == "" {
			return a.from, true
		}
	}
	return instruments.Attached{}, false
}
