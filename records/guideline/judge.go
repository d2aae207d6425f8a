package guideline

import (
	"errors"
	"fmt"

	"aidpost/records/vitals"
)

// A Part is what one judgement is about: one measure, or the two pressures
// together.
type Part string

// The parts.
const (
	BloodPressure Part = "blood-pressure"
	SpO2          Part = "spo2"
	Glucose       Part = "glucose"
	Temperature   Part = "temperature"
	Pulse         Part = "pulse"
)

// part says what a Part is judged from and how the ids of its bands begin.
type part struct {
	id       Part
	prefix   string
	measures []vitals.Measure
	units    []vitals.Unit
}

// parts are in the order in which judgements are given.
var parts = [...]part{
	{BloodPressure, "bp", []vitals.Measure{vitals.Systolic, vitals.Diastolic}, []vitals.Unit{vitals.MmHg}},
	{SpO2, "spo2", []vitals.Measure{vitals.SpO2}, []vitals.Unit{vitals.Percent}},
	{Glucose, "glucose", []vitals.Measure{vitals.Glucose}, []vitals.Unit{vitals.MgPerDL, vitals.MmolPerL}},
	{Temperature, "temperature", []vitals.Measure{vitals.Temperature}, []vitals.Unit{vitals.Celsius, vitals.Fahrenheit}},
	{Pulse, "pulse", []vitals.Measure{vitals.Pulse}, []vitals.Unit{vitals.PerMinute}},
}

func partOf(m vitals.Measure) *part {
	for i := range parts {
		for _, own := range parts[i].measures {
			if own == m {
				return &parts[i]
			}
		}
	}
	return nil
}

// A Subject is what must be known of a person to judge a reading. The zero
// value is a person of whom nothing is known.
type Subject struct {
	Age      int // completed years; counts only with AgeKnown
	AgeKnown bool
	Pregnant bool
	Diabetes bool // known diabetes
	Unwell   bool // says that they feel unwell
}

// A Reason says why a number has no band.
type Reason string

// The reasons.
const (
	HasBand    Reason = ""
	AgeUnknown Reason = "age-unknown" // adult rules are not assumed
	UnderAge   Reason = "under-age"
	Pregnancy  Reason = "pregnancy"
)

// A Caveat qualifies a band.
type Caveat string

// The caveats.
const (
	NoCaveat        Caveat = ""
	ClassicSymptoms Caveat = "classic-symptoms" // the band is official only with classic symptoms of high glucose
)

// A Judgement is what the rules say about one part of a reading.
type Judgement struct {
	Part           Part
	Band           string // "" when Reason says why there is none
	Also           string // a second band that the first one outranks: "bp.low" beside "bp.stage2"
	Reason         Reason
	Caveat         Caveat
	Severity       Severity
	Interpretation Interpretation
	Tier           Tier // without symptoms; see Tier.Escalate
	OffScale       bool // the meter showed LO or HI
	RuleSet        RuleSet
}

// Alert reports whether the value passed a critical limit, which holds for
// everybody, with or without a band.
func (j Judgement) Alert() bool { return j.Tier >= ContactToday }

// Repeat reports whether the reading must be confirmed by a second one before
// its tier is final. LO and HI are acted upon first, and so is every alert of a
// person with symptoms, which the caller knows.
func (j Judgement) Repeat() bool { return j.Alert() && !j.OffScale }

// Highest returns the highest tier of several judgements; of two readings the
// worse one counts.
func Highest(judgements []Judgement) Tier {
	highest := NoAction
	for _, j := range judgements {
		highest = max(highest, j.Tier)
	}
	return highest
}

// ErrIncomplete reports a reading without what its panel is judged by.
var ErrIncomplete = errors.New("reading is not complete")

// Judge returns a judgement for each part of a reading: blood pressure jointly,
// SpO2, glucose, pulse. Values are judged as they stand; a mean is rounded to
// its display step beforehand. Only glucose looks at the meal. A reading that
// cannot be is refused with a *vitals.ImplausibleError, one without the panel's
// own measure with ErrIncomplete. A panel that the rules say nothing about has no
// judgement.
func (r *Rules) Judge(who Subject, panel vitals.Panel, values vitals.Values, meal vitals.Meal) ([]Judgement, error) {
	if err := vitals.CheckPlausible(values); err != nil {
		return nil, fmt.Errorf("judging %s: %w", panel, err)
	}
	judged := make([]Judgement, 0, 2)
	for i := range parts {
		p := &parts[i]
		if _, ok := values.Get(p.measures[0]); ok {
			judged = append(judged, r.judge(p, who, values, meal))
		}
	}
	if !complete(panel, values) {
		return nil, fmt.Errorf("judging %s: %w", panel, ErrIncomplete)
	}
	return judged, nil
}

// complete reports whether values has what the panel is about.
func complete(p vitals.Panel, values vitals.Values) bool {
	main := p.Main()
	if len(main) == 0 {
		return false
	}
	_, ok := values.Get(main[0])
	return ok
}

// judge places the values of one part, of which CheckPlausible found all.
func (r *Rules) judge(p *part, who Subject, values vitals.Values, meal vitals.Meal) Judgement {
	var first, second *rung
	offScale := false
	for _, m := range p.measures {
		q, _ := values.Get(m)
		offScale = offScale || q.Comparator != vitals.Exactly
		first = worse(first, at(r.scale(m, q.Unit, meal), place(q)))
		second = worse(second, r.advise(who, m, q))
	}
	if worse(first, second) == second {
		first, second = second, first
	}
	j := Judgement{
		Part: p.id, Band: first.band.ID, Caveat: first.caveat, OffScale: offScale,
		Severity: first.band.Severity, Interpretation: first.band.Interpretation, Tier: first.band.Tier,
		RuleSet: first.set.RuleSet,
	}
	if second != nil && second.band != first.band && second.band.Tier > NoAction {
		j.Also = second.band.ID
	}
	j.exclude(first.set.Applies.excludes(who))
	for _, m := range p.measures {
		q, _ := values.Get(m)
		r.alarm(&j, m, q)
	}
	return j
}

// advise returns the advisory of greatest concern for q, or nil.
func (r *Rules) advise(who Subject, m vitals.Measure, q vitals.Quantity) *rung {
	var found *rung
	advisories := r.advisories[scaleKey{measure: m, unit: q.Unit}]
	for i := range advisories {
		if a := &advisories[i]; a.holds(who, q) {
			found = worse(found, &a.rung)
		}
	}
	return found
}

func (a *advisory) holds(who Subject, q vitals.Quantity) bool {
	if a.offScale != vitals.Exactly {
		return q.Comparator == a.offScale
	}
	return a.concerns(who) && a.within.contain(place(q))
}

func (a *advisory) concerns(who Subject) bool {
	for _, c := range a.when {
		if c.holds(who) {
			return true
		}
	}
	return len(a.when) == 0
}

// alarm raises j to the tier of the critical limits that q passed.
func (r *Rules) alarm(j *Judgement, m vitals.Measure, q vitals.Quantity) {
	for i := range r.alerts {
		a := &r.alerts[i]
		if a.Measure == m && a.Unit == q.Unit && a.Tier > j.Tier && a.contain(place(q)) {
			j.Severity, j.Interpretation, j.Tier = a.Severity, a.Interpretation, a.Tier
		}
	}
}

// exclude takes the band away, and all that follows from it unless the value is
// critical: critical limits are never switched off.
func (j *Judgement) exclude(why Reason) {
	if why == HasBand {
		return
	}
	j.Band, j.Also, j.Caveat, j.Reason = "", "", NoCaveat, why
	if !j.Alert() {
		j.Severity, j.Interpretation, j.Tier = Unjudged, NotInterpreted, NoAction
	}
}

func (a *audience) excludes(who Subject) Reason {
	switch {
	case !who.AgeKnown:
		return AgeUnknown
	case who.Age < a.FromAge:
		return UnderAge
	case who.Pregnant && !a.Pregnant:
		return Pregnancy
	}
	return HasBand
}

// worse returns the rung of greater concern, a when they are equal.
func worse(a, b *rung) *rung {
	if a == nil || b != nil && b.band.rank > a.band.rank {
		return b
	}
	return a
}
