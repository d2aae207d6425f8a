package visit

import (
	"context"
	"slices"

	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/quality"
)

// Fit says what speaks against measuring a person with an instrument that is, or
// is not, their own.
type Fit func(from instruments.Attached, who intended.Person, own bool) []intended.Objection

// Hygiene knows which instruments have to be cleaned before the next person.
type Hygiene interface {
	Waits(i quality.Instrument, visit records.ID) (bool, error)
	Used(i quality.Instrument, visit records.ID) error
}

// The notes of a result that say for whom its instrument is not meant.
const (
	NoteOwnMeter        = records.NoteOwnMeter
	NoteNotForPregnancy = string(intended.NotForPregnancy)
	NoteNotForAge       = string(intended.NotForAge)
	NoteCuffUnsure      = string(intended.CuffUnsure) // the person does not know whether it fits
)

// NotesOf are the notes that objections leave with a result, for whoever reads
// it. That an instrument was never validated is told to staff alone.
func NotesOf(all []intended.Objection) []string {
	var notes []string
	for _, o := range all {
		if o == intended.NotForPregnancy || o == intended.NotForAge || o == intended.CuffUnsure {
			notes = append(notes, string(o))
		}
	}
	return notes
}

// AskMeter is asked about a meter that is for one person alone, once for a panel.
const AskMeter QuestionID = "meter"

// Whose a meter is.
const (
	MeterOwn   = "own"
	MeterPlace = "place"
)

// objections are what speaks against an instrument for the person at hand.
func (v *Visit) objections(from instruments.Attached) []intended.Objection {
	if v.cfg.Fit == nil {
		return nil
	}
	s := v.p.subject
	who := intended.Person{Age: s.Age, AgeKnown: s.AgeKnown, Pregnant: s.Pregnant, Lie: v.lie(from)}
	return v.cfg.Fit(from, who, v.m.whose == MeterOwn)
}

// cuff is for which arms the cuff on an instrument is made.
func (v *Visit) cuff(from instruments.Attached) intended.Range {
	if v.cfg.Cuff == nil {
		return intended.Range{}
	}
	return v.cfg.Cuff(from)
}

// cuffUnknown reports whether the person has still to say how their arm lies to the
// marks of the cuff on an instrument.
func (v *Visit) cuffUnknown(from instruments.Attached) bool {
	return v.cuff(from) != (intended.Range{}) && v.lie(from) == ""
}

// cuffShown is for which arms the cuff is made that is asked about, or was.
func (v *Visit) cuffShown() intended.Range {
	if v.asks() == AskCuff {
		from, _ := v.ready()
		return v.cuff(from)
	}
	return v.cuff(v.m.cuff)
}

// fitCuff takes the answer to that. It refuses a cuff that the arm is not for; else the
// answer starts the one that is rested for.
func (v *Visit) fitCuff(lie intended.Lie) {
	v.m.cuff, _ = v.ready()
	v.m.lie = lie
	switch {
	case slices.Contains(v.objections(v.m.cuff), intended.ArmOutOfRange):
		v.m.question = AskCuff
		v.enter(Unsuitable)
	case v.step == Ready:
		v.start()
	case v.step == Question:
		v.nextQuestion() // it is another cuff, to be put on first
	}
}

// lie is how the person says that their arm lies to the marks of the cuff on an
// instrument; empty if they were asked about another one.
func (v *Visit) lie(from instruments.Attached) intended.Lie {
	if from.ID != v.m.cuff.ID {
		return ""
	}
	return v.m.lie
}

// CuffFit is what a statement says of how an arm lay to a cuff for the range, or nil
// if nobody was asked. Arm is around it, in centimetres, if that was measured.
func CuffFit(lie intended.Lie, arm int, cuff intended.Range) *records.CuffFit {
	if lie == "" {
		return nil
	}
	return &records.CuffFit{Lie: lie, Arm: arm, From: cuff.From, To: cuff.To}
}

// forbidden asks whose meter it is where that matters, and whether a cuff fits that
// was plugged in since. It refuses the meter of this place, and a cuff, to whoever it
// is not meant for. It reports whether it did any of this.
func (v *Visit) forbidden(from instruments.Attached) bool {
	if v.cuffUnknown(from) {
		v.ask(AskCuff)
		return true
	}
	all := v.objections(from)
	switch {
	case !slices.ContainsFunc(all, intended.Objection.Forbids):
		return false
	case v.m.whose == "" && slices.Contains(all, intended.NotToBeShared):
		v.ask(AskMeter)
	case slices.Contains(all, intended.ArmOutOfRange):
		v.m.question = AskCuff
		v.enter(Unsuitable)
	default:
		v.refuseMeter(from)
	}
	return true
}

// refuseMeter says that a meter is for somebody else.
func (v *Visit) refuseMeter(from instruments.Attached) {
	v.m.whose = "" // another one may be plugged in
	v.m.fault = instruments.NewFault(instruments.OnePerson, "made for one person, and not this one's own")
	v.enter(Trouble)
	v.cfg.Log.Warn("instrument not used", "instrument", from.Model.ID, "port", from.ID, "why", v.m.fault)
}

// clean returns a fault if an instrument has to be cleaned first.
func (v *Visit) clean(from instruments.Attached, visit records.ID) error {
	if v.cfg.Hygiene == nil {
		return nil
	}
	waits, err := v.cfg.Hygiene.Waits(InstrumentOf(from), visit)
	if err != nil {
		v.cfg.Log.Error("looking whether an instrument is clean", "instrument", from.Model.ID, "error", err)
	}
	if waits {
		return instruments.NewFault(instruments.NotClean, "not cleaned since the person before")
	}
	return nil
}

// measure has an instrument measure, and notes before that it has to be cleaned
// afterwards. Where that cannot be noted, nothing is measured.
func (v *Visit) measure(ctx context.Context, from instruments.Attached, own bool, job instruments.Job, visit records.ID) error {
	if !own { // one's own meter measures nobody else
		if err := v.touched(from, visit); err != nil {
			return err
		}
	}
	return v.cfg.Instruments.Measure(ctx, from.ID, job, v.event)
}

// touched notes that an instrument has to be cleaned after this visit.
func (v *Visit) touched(from instruments.Attached, visit records.ID) error {
	if v.cfg.Hygiene == nil {
		return nil
	}
	return v.cfg.Hygiene.Used(InstrumentOf(from), visit)
}
