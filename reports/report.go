package reports

import (
	"slices"
	"strings"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// A report is one summary while it is laid out.
type report struct {
	*desk
	Data
	panels []panel
	past   bool // what is shown is of other days than today
	tight  bool // its charts are lower, and blocks nearer to one another
}

// A panel is what was measured with one kind of instrument.
type panel struct {
	kind    vitals.Panel
	result  records.Observation
	singles []records.Observation // the readings of the series, in order
	earlier []records.Observation // of earlier visits, oldest first
}

func newReport(d Data, at *desk) *report {
	r := &report{desk: at, Data: d}
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
