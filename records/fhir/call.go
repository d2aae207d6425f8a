package fhir

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"aidpost/records"
)

// callWords say why somebody was called.
var callWords = map[records.CallReason]string{
	records.CallButton:    "Somebody called for help at the kiosk.",
	records.CallNoData:    "An instrument at the kiosk fell silent while it measured somebody.",
	records.CallSilence:   "Somebody at the kiosk did not answer whether there are signs of an emergency.",
	records.CallEmergency: "A value or a sign at the kiosk could not wait.",
}

// Call returns a call for help that no visit tells of: outside of one, or in one
// that is not shared. It says where, when and how it was answered, and nothing of
// the person. It is received when a member of staff has noticed it. Held says
// whether the server has a resource.
func Call(c records.Call, p records.Place, op Operator, held func(kind string, id records.ID) bool) (Resource, error) {
	if _, err := uuid.Parse(string(c.ID)); err != nil || op.Base == "" {
		return Resource{}, ErrUnmappable
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	r := Communication{
		ResourceType: "Communication", ID: string(c.ID), Identifier: []Identifier{{System: op.Base + "/ids/record", Value: string(c.ID)}},
		Status: "in-progress", Category: []CodeableConcept{alert}, Priority: "urgent",
		Sent: at(c.Opened), Received: at(c.Seen),
		Recipient: []Reference{*op.reachable("Organization", op.OrganizationID(p), held)},
		Sender:    op.reachable("Device", op.KioskID(p), held),
		Payload:   []Payload{{callWords[c.Why]}},
	}
	if c.Why.Urgent() {
		r.Priority = "stat"
	}
	if r.Payload[0].ContentString == "" {
		r.Payload[0].ContentString = "Somebody is called to the kiosk."
	}
	if place := strings.TrimSpace(p.Location); place != "" {
		r.Payload = append(r.Payload, Payload{"Where: " + place + "."})
	}
	if !c.Answered.IsZero() {
		r.Payload = append(r.Payload, Payload{"Answered at " + at(c.Answered) + "."})
	}
	if !c.IsOpen() {
		r.Status = "completed"
		r.Payload = append(r.Payload, Payload{"Over at " + at(c.Closed) + "."})
	}
	all, err := encode([]any{r})
	if err != nil {
		return Resource{}, err
	}
	return all[0], nil
}
