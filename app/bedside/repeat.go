package bedside

import (
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records/guideline"
)

// A Repeat is how it stands with the second measurement of a critical result.
type Repeat string

// How it stands.
const (
	NoRepeat    Repeat = ""        // none is asked for
	RepeatDue   Repeat = "due"     // there is only one
	RepeatOther Repeat = "other"   // the second is no repeat: of another instrument, or too late
	RepeatThird Repeat = "third"   // the second does not agree
	Agreed      Repeat = "agreed"  // two agree, or nothing is stated that they would have to
	Unlike      Repeat = "unlike"  // none of three or more agrees
	Unrepeated  Repeat = "without" // somebody gave a reason
)

// RepeatSoon is how soon a critical result should be repeated, and RepeatWithin how long
// after it another one still repeats it.
const (
	RepeatSoon   = 5 * time.Minute
	RepeatWithin = 10 * time.Minute
)

// agreeAfter is how many results that do not agree are enough to go on with the worst.
const agreeAfter = 3

// repeated says how it stands with repeating a critical result, which attempt gave,
// when so many results are good. Where a limit is stated, the result stands once
// another one of the same instrument and the same minutes agrees with it.
func (b *Bedside) repeated(r *Result, from attempt, good int) {
	critical := slices.IndexFunc(r.Judged, guideline.Judgement.Repeat)
	if critical < 0 {
		return
	}
	r.Repeat = Agreed
	if good < 2 {
		r.Repeat = RepeatDue
	} else if q, ok := r.Values.Get(r.Panel.Main()[0]); ok && len(r.Panel.Main()) == 1 {
		if must, stated := guideline.AgreementOn(r.Judged[critical].Interpretation, q.Unit); stated {
			r.Agree, r.Repeat = must, b.agrees(must, from, good)
		}
	}
	if b.m.repeat != "" && r.Repeat.due() {
		if good < 2 {
			r.Notes = append(r.Notes, NoteNotRepeated)
		} else {
			r.Notes = append(r.Notes, NoteUnlike)
		}
		r.Repeat = Unrepeated
	}
	if r.Repeat == Unlike {
		r.Notes = append(r.Notes, NoteUnlike)
	}
	r.RepeatDue = r.Repeat.due()
}

// due reports whether another measurement is asked for, or a reason.
func (r Repeat) due() bool { return r == RepeatDue || r == RepeatOther || r == RepeatThird }

// agrees compares the result with the others that repeat it.
func (b *Bedside) agrees(must guideline.Agreement, from attempt, good int) Repeat {
	result, _ := from.reading.Values.Get(b.m.panel.Main()[0])
	repeats := 0
	for _, a := range b.m.attempts {
		if a.reading == nil || a.aside != "" || a.reading == from.reading || !oneValue(a, from) {
			continue
		}
		repeats++
		if q, ok := a.reading.Values.Get(b.m.panel.Main()[0]); ok && must.Holds(result, q) {
			return Agreed
		}
	}
	switch {
	case good >= agreeAfter:
		return Unlike
	case repeats == 0:
		return RepeatOther
	}
	return RepeatThird
}

// oneValue reports whether two attempts may stand for one value: of one instrument, and
// within the minutes in which blood stays as it is.
func oneValue(a, b attempt) bool {
	apart := a.reading.Taken.Sub(b.reading.Taken)
	return sameInstrument(a.from, b.from) && max(apart, -apart) <= RepeatWithin
}

// sameInstrument compares instruments by what is written on them. What was typed in is
// of the one that whoever typed looked at.
func sameInstrument(a, b instruments.Attached) bool {
	return a.Model.ID == b.Model.ID && a.ID == b.ID
}
