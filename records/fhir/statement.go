package fhir

import (
	"fmt"
	"time"

	"aidpost/records"
	"aidpost/records/vitals"
)

// bodySites are the arms that a cuff was on, in SNOMED CT. It is used as far as
// its terms allow naming single codes.
var bodySites = map[vitals.Arm]*CodeableConcept{
	vitals.LeftArm:  {Coding: []Coding{{"http://snomed.info/sct", "368208006", "Left upper arm structure"}}, Text: "left upper arm"},
	vitals.RightArm: {Coding: []Coding{{"http://snomed.info/sct", "368209003", "Right upper arm structure"}}, Text: "right upper arm"},
}

// cuff says how the arm lay to the cuff.
func cuff(f records.CuffFit) string {
	text := "arm to the marks of the cuff: " + string(f.Lie)
	if f.Arm > 0 {
		text += fmt.Sprintf(", %d cm around", f.Arm)
	}
	if f.From > 0 {
		text += fmt.Sprintf("; the cuff is made for %d to %d cm", f.From, f.To)
	}
	return text
}

// rested says how the person rested before.
func rested(r records.Rest) string {
	text := fmt.Sprintf("seated rest of %d s, ", r.Seconds)
	switch r.How {
	case records.RestMeasured:
		return text + "until the pulse was steady by the rule " + r.Why
	case records.RestShortened:
		text += "cut short"
	default:
		text += "timed"
	}
	if r.Why != "" {
		text += ": " + plain(r.Why)
	}
	return text
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
	if s.Cuff != nil {
		add(cuff(*s.Cuff))
	}
	if s.Rest != nil {
		add(rested(*s.Rest))
	}
	if s.Lot != "" {
		add("lot of strips " + s.Lot + ", to be used before " + s.Expires.UTC().Format(time.DateOnly))
	}
	if s.Control != "" {
		add("control of the instrument: " + plain(s.Control))
	}
}
