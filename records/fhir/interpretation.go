package fhir

import (
	"slices"
	"strings"

	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// judgedAs is the part of a judgement that is about a measure. The pressures
// are judged together.
var judgedAs = map[vitals.Measure]guideline.Part{
	vitals.Systolic: guideline.BloodPressure, vitals.Diastolic: guideline.BloodPressure,
	vitals.SpO2: guideline.SpO2, vitals.Pulse: guideline.Pulse, vitals.Glucose: guideline.Glucose,
	vitals.Temperature: guideline.Temperature,
}

// interpretation says how the value q of m stands: the band it was judged to
// lie in, with the guideline as text; whether it is off the instrument's scale;
// and, for a pulse, that it was irregular.
func (b builder) interpretation(m vitals.Measure, q vitals.Quantity) []CodeableConcept {
	var all []CodeableConcept
	for _, j := range b.o.Judged {
		if part, ok := judgedAs[m]; ok && j.Subject == string(part) && j.Interpretation != "" {
			all = append(all, interpreted(j.Interpretation, source(j)))
		}
	}
	if q.Comparator != vitals.Exactly {
		all = append(all, interpreted(string(q.Comparator), ""))
	}
	if m == vitals.Pulse && slices.Contains(b.o.Flags, vitals.IrregularPulse) {
		all = append(all, interpreted("A", ""))
	}
	return all
}

func interpreted(code, text string) CodeableConcept {
	return CodeableConcept{Coding: []Coding{{System: interpretations, Code: code}}, Text: text}
}

// source names the rules that a judgement was made by. Many names of rule sets
// have the edition in them.
func source(j records.Judgement) string {
	if strings.Contains(j.Guideline, j.Edition) {
		return j.Guideline
	}
	return strings.TrimSpace(j.Guideline + " " + j.Edition)
}
