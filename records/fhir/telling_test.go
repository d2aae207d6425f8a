package fhir_test

import (
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/vitals"
)

// Who was told of a critical result, and what they repeated, reaches the server.
func TestTellingIsACommunication(t *testing.T) {
	e := wholeVisit()
	o := e.Observations[0]
	e.Observations[0].Arm = vitals.RightArm
	e.Observations[0].Statement = &records.Statement{Grade: "C", Reasons: []string{"single-reading", "rest-not-completed"},
		Rest: &records.Rest{How: records.RestShortened, Seconds: 40, Why: "hurry"}}
	e.Tellings = []records.Telling{{
		Observation: o.ID, To: "Dr Cole", Role: "doctor", Way: "in-person", At: o.Taken.Add(4 * time.Minute),
		By: records.Clinician{Name: "Ben"}, ReadBack: o.Values, Identified: true,
	}}
	all := build(t, e)
	found := ""
	for _, r := range all {
		if r.Type == "Communication" && strings.Contains(string(r.JSON), "Dr Cole") {
			found = string(r.JSON)
		}
	}
	for _, want := range []string{
		`"status":"completed"`, `"Observation/` + string(o.ID) + `"`, `Dr Cole, doctor`, `"sender":{"display":"Ben"}`, `in person`,
		o.Values[0].Quantity.String(),
	} {
		if !strings.Contains(found, want) {
			t.Errorf("%s is not in %s", want, found)
		}
	}
	text := ""
	for _, r := range all {
		if r.Type == "Observation" && string(r.ID) == string(o.ID) {
			text = string(r.JSON)
		}
	}
	for _, want := range []string{"368209003", "measured with grade C: single reading, rest not completed", "seated rest of 40 s, cut short: hurry"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}
