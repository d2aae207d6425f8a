package fhir

import (
	"time"

	"aidpost/records/vitals"
)

// bodySites are the arms that a cuff was on, in SNOMED CT. It is used as far as
// its terms allow naming single codes.
var bodySites = map[vitals.Arm]*CodeableConcept{
	vitals.LeftArm:  {Coding: []Coding{{"http://snomed.info/sct", "368208006", "Left upper arm structure"}}, Text: "left upper arm"},
	vitals.RightArm: {Coding: []Coding{{"http://snomed.info/sct", "368209003", "Right upper arm structure"}}, Text: "right upper arm"},
}

// statement says how good the value is as a measurement.
func (b builder) statement(add func(string)) {
	s := b.o.Statement
	if s == nil {
		return
	}
	text := "measured with grade " + s.Grade
	for i, reason := range s.Reasons {
		text += map[bool]string{true: ": ", false: ", "}[i == 0] + plain(reason)
	}
	add(text)
	if s.Lot != "" {
		add("lot of strips " + s.Lot + ", to be used before " + s.Expires.UTC().Format(time.DateOnly))
	}
	if s.Control != "" {
		add("control of the instrument: " + plain(s.Control))
	}
}
