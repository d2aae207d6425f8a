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

// TestUnreadIsACommunication: what nobody has read back was told or not, and who has
// signed that is a Practitioner of the visit.
func TestUnreadIsACommunication(t *testing.T) {
	for name, c := range map[string]struct {
		to   string
		want []string
		not  string
	}{
		"nobody": {"", []string{`"status":"not-done","statusReason":{"text":"unreachable"}`, "Signed by a second member of staff: Ada."}, `"recipient"`},
		"told":   {"Dr Cole", []string{`"status":"completed"`, "Dr Cole, doctor", "by phone", "Not read back: unreachable."}, `"received"`},
	} {
		e := wholeVisit()
		told := records.Telling{
			Observation: e.Observations[0].ID, Unread: "unreachable", At: taken, By: records.Clinician{ID: nurseID, Name: "Ben"},
			Second: records.Clinician{ID: gpID, Name: "Ada"},
		}
		if told.To = c.to; c.to != "" {
			told.Role, told.Way = "doctor", "by-phone"
		}
		e.Tellings = []records.Telling{told}
		found, second := "", false
		for _, r := range build(t, e) {
			if r.Type == "Communication" && strings.Contains(string(r.JSON), "unreachable") {
				found = string(r.JSON)
			}
			second = second || r.Type == "Practitioner" && r.ID == gpID
		}
		for _, want := range c.want {
			if !strings.Contains(found, want) {
				t.Errorf("%s: %s is not in %s", name, want, found)
			}
		}
		if strings.Contains(found, c.not) || !second {
			t.Errorf("%s: %s, who signed is there: %t", name, found, second)
		}
	}
}
