package bedside

import (
	"slices"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// AsideReasons are why a reading may be set aside, in the order of a list on
// screen.
func AsideReasons() []string {
	return []string{"talked", "moved", "cuff", "posture", "interrupted", "other"}
}

// RepeatReasons are why a critical result may be left without a second one.
func RepeatReasons() []string { return []string{"act-first", "refused", "not-possible"} }

// Notes that the staff's measuring adds to those of the visit.
const (
	NoteArms        = "arms-differ"
	NoteNotRepeated = "not-repeated"
	NoteUnlike      = "repeats-differ"
)

// excludedAside begins the word under which the records have a reading that was
// set aside; the reason follows.
const excludedAside = "set-aside-"

// SetAside lets a reading not count, with a reason; an empty one lets it count
// again.
func (b *Bedside) SetAside(i int, reason string) error {
	return b.command(func() error {
		if i < 0 || i >= len(b.m.attempts) || b.m.attempts[i].reading == nil ||
			reason != "" && !slices.Contains(AsideReasons(), reason) {
			return ErrNotNow
		}
		b.m.attempts[i].aside = reason
		b.proposeArm()
		return nil
	}, Review, Pause, Ready)
}

// SkipRepeat says why a critical result is not measured again.
func (b *Bedside) SkipRepeat(reason string) error {
	return b.command(func() error {
		if !slices.Contains(RepeatReasons(), reason) {
			return ErrNotNow
		}
		b.m.repeat = reason
		return nil
	}, Review)
}

// tried is the series as the protocol knows it.
func (b *Bedside) tried() []guideline.Attempt {
	all := make([]guideline.Attempt, len(b.m.attempts))
	for i, a := range b.m.attempts {
		all[i].Arm, all[i].SetAside = a.arm, a.aside != ""
		if a.reading != nil {
			all[i].Values = a.reading.Values
		}
	}
	return all
}

// series is what the protocol makes of a pressure; of anything else the worst
// reading counts, as it does for whoever has to act on it.
func (b *Bedside) series(ended bool) guideline.Series {
	if b.m.panel == vitals.BloodPressure {
		return b.cfg.Rules.Protocol().Series(b.tried(), ended)
	}
	s := guideline.Series{Uses: make([]guideline.Use, len(b.m.attempts))}
	worst, tier := -1, guideline.NoAction
	for i, a := range b.m.attempts {
		switch {
		case a.reading == nil:
			s.Uses[i] = guideline.Failed
			continue
		case a.aside != "":
			s.Uses[i] = guideline.SetAside
			continue
		}
		s.Uses[i] = guideline.Superseded
		judged, _ := b.cfg.Rules.Judge(b.subject, a.reading.Panel, a.reading.Values, b.mealOf(a.reading))
		if t := guideline.Highest(judged); worst < 0 || t >= tier {
			worst, tier = i, t
		}
	}
	s.Verdict = guideline.NoReading
	if worst >= 0 {
		s.Uses[worst] = guideline.Counts
		s.Mean, s.Of, s.Verdict = b.m.attempts[worst].reading.Values, 1, guideline.Enough
	}
	return s
}

func (b *Bedside) mealOf(r *instruments.Reading) vitals.Meal {
	if b.m.meal != vitals.MealUnknown {
		return b.m.meal
	}
	return r.Meal
}

// counted returns the last attempt that counts.
func (b *Bedside) counted(s guideline.Series) (attempt, bool) {
	for i, use := range slices.Backward(s.Uses) {
		if use == guideline.Counts {
			return b.m.attempts[i], true
		}
	}
	return attempt{}, false
}

// result judges what the series comes to. It is called under the lock.
func (b *Bedside) result() (Result, bool) {
	s := b.series(true)
	last, ok := b.counted(s)
	if !ok {
		return Result{}, false
	}
	r := Result{Panel: b.m.panel, Values: s.Mean, Of: s.Of, Verdict: s.Verdict, Notes: slices.Clone(b.m.notes), WavePulse: last.reading.WavePulse}
	judged, err := b.cfg.Rules.Judge(b.subject, r.Panel, r.Values, b.mealOf(last.reading))
	if err != nil {
		return Result{}, false
	}
	r.Judged, r.Tier = judged, guideline.Highest(judged)
	good := 0
	for _, a := range b.m.attempts {
		if a.reading == nil || a.aside != "" {
			continue
		}
		good++
		each, _ := b.cfg.Rules.Judge(b.subject, r.Panel, a.reading.Values, b.mealOf(a.reading))
		if t := guideline.Highest(each); t >= guideline.ContactToday {
			r.Tier = max(r.Tier, t) // of two valid values the worse one counts
		}
		for _, f := range a.reading.Flags {
			if !slices.Contains(r.Flags, f) {
				r.Flags = append(r.Flags, f)
			}
		}
	}
	r.Notes = append(r.Notes, b.notes(s, r)...)
	b.repeated(&r, last, good)
	grade, reasons := b.cfg.Grades.Rate(b.cautions(r.Notes, last), r.Flags)
	r.Grade, r.Reasons = string(grade), reasons
	return r, true
}

// notes are what must be said beside a result.
func (b *Bedside) notes(s guideline.Series, r Result) []string {
	var notes []string
	switch s.Verdict {
	case guideline.SingleReading:
		notes = append(notes, visit.NoteSingle)
	case guideline.SpreadNoted:
		notes = append(notes, visit.NoteSpread)
	}
	if s.ArmsDiffer {
		notes = append(notes, NoteArms)
	}
	if b.pulsesDiffer(r) {
		notes = append(notes, visit.NotePulseMismatch)
	}
	if b.subject.Pregnant {
		notes = append(notes, visit.NotePregnancy)
	}
	return append(notes, b.fitNotes()...)
}

// cautions are the notes with what the grade asks besides.
func (b *Bedside) cautions(notes []string, from attempt) []string {
	all := slices.Clone(notes)
	if from.reading.EnteredBy != "" {
		all = append(all, quality.EnteredByHand)
	}
	return all
}

// pulsesDiffer compares the pulse, and the rate of the wave it was counted from,
// with those of the visit's other results.
func (b *Bedside) pulsesDiffer(r Result) bool {
	mine := vitals.Pulses(r.Values, r.WavePulse)
	return slices.ContainsFunc(b.encounter.Observations, func(o records.Observation) bool {
		return o.Result() && o.Panel != r.Panel && vitals.PulsesDiffer(mine, vitals.Pulses(o.Values, o.WavePulse))
	})
}

// record writes the series and its result into the visit.
func (b *Bedside) record(r Result) {
	s := b.series(true)
	var used []records.ID
	var last records.Observation
	judged := visit.Judgements(r.Judged)
	worst := b.worst(r)
	for i, a := range b.m.attempts {
		if a.reading == nil {
			continue
		}
		o := visit.ObservationOf(a.reading, a.from)
		o.ID, o.Number, o.Arm, o.Meal = b.encounter.ID.Part(), i+1, a.arm, b.mealOf(a.reading)
		switch {
		case a.aside != "":
			o.Excluded = excludedAside + a.aside
		case s.Uses[i] == guideline.Counts && s.Of > 1:
			o.Excluded = visit.ExcludedAveraged
			used = append(used, o.ID)
		case s.Uses[i] == guideline.Counts:
			o.Judged, o.Notes, o.Statement = judged, r.Notes, visit.Took(b.statement(r), a.reading)
		case b.m.panel == vitals.BloodPressure:
			o.Excluded = string(s.Uses[i])
		default:
			o.Excluded = visit.ExcludedRepeated
		}
		if i == worst {
			each, _ := b.cfg.Rules.Judge(b.subject, r.Panel, a.reading.Values, o.Meal)
			o.Judged = visit.Judgements(each)
		}
		last = o
		b.encounter.Observations = append(b.encounter.Observations, o)
	}
	if len(used) > 0 {
		b.encounter.Observations = append(b.encounter.Observations, records.Observation{
			ID: b.encounter.ID.Part(), Panel: r.Panel, Values: r.Values, Flags: r.Flags, Taken: last.Taken, Judged: judged,
			Origin: last.Origin, State: records.Confirmed, MeanOf: used, Notes: r.Notes, Arm: s.Arm,
			Method: "mean by the protocol " + b.cfg.Rules.Protocol().ID, Statement: b.statement(r),
		})
	}
}

// worst is the attempt that is critical though the result is not, or -1: of it
// somebody must be told, too.
func (b *Bedside) worst(r Result) int {
	if guideline.Highest(r.Judged) >= guideline.ContactToday {
		return -1
	}
	worst, tier := -1, guideline.ContactToday
	for i, a := range b.m.attempts {
		if a.reading == nil || a.aside != "" {
			continue
		}
		each, _ := b.cfg.Rules.Judge(b.subject, r.Panel, a.reading.Values, b.mealOf(a.reading))
		if t := guideline.Highest(each); t >= tier {
			worst, tier = i, t
		}
	}
	return worst
}

// statement says how good the result is as a measurement.
func (b *Bedside) statement(r Result) *records.Statement {
	s := &records.Statement{Grade: r.Grade, Reasons: r.Reasons, Operator: b.cfg.Who}
	if r.Panel == vitals.BloodPressure {
		s.Protocol = b.cfg.Rules.Protocol().ID
		if from, ok := b.measuredBy(); ok {
			s.Cuff = b.cuffFit(from)
		}
	}
	at := b.m.standing
	s.Lot, s.Expires, s.Control, s.ControlAt = at.Lot.Number, at.Lot.Expires, string(at.Control), at.At
	return s
}
