package site

import (
	"slices"

	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/reports"
)

// Letterhead returns the profile as the head of a page.
func (p Profile) Letterhead() reports.Letterhead {
	return reports.Letterhead{
		Name: p.Name, Address: p.Address, Phone: p.Phone, EmergencyNumber: p.Emergency, ApprovedBy: p.ApprovedBy,
		Logo: p.Logo,
	}
}

// Simulated reports whether anything of the encounter came from a simulated
// instrument.
func Simulated(e *records.Encounter) bool {
	return slices.ContainsFunc(e.Observations, MadeUp)
}

// MadeUp reports whether an observation came from a simulated instrument.
func MadeUp(o records.Observation) bool { return simulated.Adapter(o.Origin.Device.Adapter) }

// SubjectOf returns the person of an encounter as the rules know them: by the
// birth date and by what they answered.
func SubjectOf(e *records.Encounter) guideline.Subject {
	var who guideline.Subject
	if e.Patient != nil {
		who.Age, who.AgeKnown = e.Patient.BirthDate.AgeOn(e.Started)
		who.Diabetes = slices.Contains(e.Patient.Marks, "diabetes")
		who.Pregnant = slices.Contains(e.Patient.Marks, "pregnant")
	}
	for _, a := range e.Answers {
		switch a.Question + "=" + a.Answer {
		case "adult=yes":
			if !who.AgeKnown {
				who.Age, who.AgeKnown = adult, true
			}
		case "pregnant=yes":
			who.Pregnant = true
		case "symptoms=yes", "symptoms-now=yes":
			who.Unwell = true
		}
	}
	return who
}

// adult is the least age of somebody who says to be an adult.
const adult = 18

// TierOf returns how soon to act by all that is stored of an encounter: what
// was judged, and the symptoms that the person told or could not tell.
func TierOf(e *records.Encounter) guideline.Tier {
	tier := guideline.NoAction
	for _, o := range e.Observations {
		if o.State == records.Voided {
			continue
		}
		for _, j := range o.Judged {
			if j.Tier >= int(guideline.NoAction) && j.Tier <= int(guideline.Emergency) {
				tier = max(tier, guideline.Tier(j.Tier))
			}
		}
	}
	unwell := slices.ContainsFunc(e.Answers, func(a records.Answer) bool {
		return (a.Question == "symptoms" || a.Question == "symptoms-now") && a.Answer != "no"
	})
	return tier.Escalate(unwell)
}

// PanelsOf lists the panels that were measured, each once.
func PanelsOf(e *records.Encounter) []vitals.Panel {
	var panels []vitals.Panel
	for _, o := range e.Observations {
		if !slices.Contains(panels, o.Panel) {
			panels = append(panels, o.Panel)
		}
	}
	return panels
}
