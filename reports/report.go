package reports

import (
	"slices"
	"strings"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

// A report is one summary while it is laid out.
type report struct {
	Data
	set    *paper.Setter
	width  float64 // of the text
	zone   *time.Location
	panels []panel
}

// A panel is what was measured with one kind of instrument.
type panel struct {
	kind    vitals.Panel
	result  records.Observation
	singles []records.Observation // the readings of the series, in order
	earlier []records.Observation // of earlier visits, oldest first
}

func newReport(d Data, set *paper.Setter) *report {
	r := &report{Data: d, set: set, width: d.Paper.size().Width - 2*marginSide}
	zone, err := time.LoadLocation(d.Encounter.Zone)
	if err != nil {
		zone = time.UTC
	}
	r.zone = zone
	for _, kind := range vitals.AllPanels() {
		if p, ok := newPanel(kind, d); ok {
			r.panels = append(r.panels, p)
		}
	}
	return r
}

// newPanel gathers the observations of one kind. The last that stands for
// itself is the result. A voided reading may be another person's and is not
// printed.
func newPanel(kind vitals.Panel, d Data) (panel, bool) {
	p := panel{kind: kind}
	own, folded := make(map[records.ID]bool), make(map[records.ID]bool)
	for _, o := range d.Encounter.Observations {
		own[o.ID] = true
		for _, id := range o.MeanOf {
			folded[id] = true
		}
	}
	found := false
	for _, o := range d.Encounter.Observations {
		if o.Panel != kind || o.State == records.Voided {
			continue
		}
		if len(o.MeanOf) == 0 {
			p.singles = append(p.singles, o)
		}
		if o.Result() && !folded[o.ID] || !found {
			p.result, found = o, true
		}
	}
	for _, o := range d.History {
		if o.Panel == kind && o.State != records.Voided && !own[o.ID] {
			p.earlier = append(p.earlier, o)
		}
	}
	slices.SortStableFunc(p.earlier, func(a, b records.Observation) int { return a.Taken.Compare(b.Taken) })
	return p, found
}

// counts reports whether a reading of the series went into the result.
func (p panel) counts(o records.Observation) bool {
	if len(p.result.MeanOf) > 0 {
		return slices.Contains(p.result.MeanOf, o.ID)
	}
	return o.ID == p.result.ID
}

// judgement returns what was stored about one part of an observation.
func judgement(o records.Observation, part guideline.Part) (records.Judgement, bool) {
	for _, j := range o.Judged {
		if j.Subject == string(part) {
			return j, true
		}
	}
	return records.Judgement{}, false
}

// mainPart is what a panel is judged by.
func mainPart(kind vitals.Panel) guideline.Part {
	switch kind {
	case vitals.BloodPressure:
		return guideline.BloodPressure
	case vitals.Oximetry:
		return guideline.SpO2
	case vitals.BloodGlucose:
		return guideline.Glucose
	case vitals.BodyTemperature:
		return guideline.Temperature
	}
	return "" // nothing judges it
}

// severity reads a stored severity; an unknown word has no look.
func severity(j records.Judgement) guideline.Severity {
	var s guideline.Severity
	if s.UnmarshalText([]byte(j.Severity)) != nil {
		return guideline.Unjudged
	}
	return s
}

func low(j records.Judgement) bool { return strings.HasPrefix(j.Interpretation, "L") }

// highestTier is the most urgent advice of the visit.
func (r *report) highestTier() int {
	tier := int(r.Tier)
	for _, p := range r.panels {
		for _, j := range p.result.Judged {
			tier = max(tier, j.Tier)
		}
	}
	return tier
}

// sheet returns an empty sheet as wide as the text.
func (r *report) sheet() *paper.Sheet { return r.set.Sheet(r.width) }

func (r *report) at(t time.Time) time.Time { return t.In(r.zone) }

// when writes an instant with its zone.
func (r *report) when(t time.Time) string {
	t = r.at(t)
	name, _ := t.Zone()
	if strings.ContainsAny(name, "+-") {
		name = "UTC" + t.Format("-07:00")
	}
	return r.Lang.DateTime(t) + " " + name
}

// shortID is what people read to each other.
func shortID(id records.ID) string {
	s := strings.ToUpper(string(id))
	return s[:min(8, len(s))]
}

// advice is the sentence for a tier. Without a number to call, an emergency
// still says to get help.
func (r *report) advice(tier int) string {
	if tier >= int(guideline.Emergency) && r.Site.EmergencyNumber == "" {
		return r.Lang.T(words.HelpUnwell)
	}
	return r.Lang.T(words.NextTier(tier), words.With("number", r.Site.EmergencyNumber))
}

// number writes the figures of a measure without the unit: "<20", "97".
func (r *report) number(q vitals.Quantity) string {
	return string(q.Comparator) + r.Lang.Number(q.Value.String())
}

// figures writes the main numbers of an observation and their unit.
func (r *report) figures(o records.Observation) (figures, unit string) {
	var parts []string
	for _, m := range o.Panel.Main() {
		if q, ok := o.Values.Get(m); ok {
			parts = append(parts, r.number(q))
			unit = q.Unit.Symbol()
		}
	}
	return strings.Join(parts, "/"), unit
}

// value writes the main numbers with their unit for a sentence.
func (r *report) value(o records.Observation) string {
	figures, unit := r.figures(o)
	return r.Lang.Quantity(figures, unit)
}
