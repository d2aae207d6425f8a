package fhir

import (
	"cmp"
	"strings"

	"aidpost/records"
)

// tellings say who was told of a critical result and what they repeated. Who was
// told has no account here and is there by name alone.
func (v *visitBuilder) tellings() []Communication {
	var out []Communication
	for _, t := range v.e.Tellings {
		if t.Unread != "" {
			out = append(out, v.unread(t))
			continue
		}
		id := v.own("told/" + string(t.Observation))
		var said []string
		for _, value := range t.ReadBack {
			said = append(said, string(value.Measure)+" "+value.Quantity.String())
		}
		out = append(out, Communication{
			ResourceType: "Communication", ID: string(id), Identifier: v.named(id), Status: "completed",
			Category: []CodeableConcept{alert}, Priority: "stat", Subject: v.subject(),
			About: []Reference{*reference("Observation", t.Observation)}, Encounter: reference("Encounter", v.e.ID),
			Sent: v.time(t.At), Received: v.time(t.At), Recipient: []Reference{{Display: t.To + ", " + string(t.Role)}},
			Sender: cmp.Or(clinician(v.by(t.By)), &Reference{Display: "staff"}),
			Payload: []Payload{
				{"Told of a critical result: " + plain(string(t.Way)) + "."},
				{"Read back by the receiver, with the identity of the person: " + strings.Join(said, ", ") + "."},
			},
		})
	}
	return out
}

// unread says why nobody has read a critical result back, and who has signed that. If
// nobody was told either, the message was not given.
func (v *visitBuilder) unread(t records.Telling) Communication {
	id := v.own("told/" + string(t.Observation))
	c := Communication{
		ResourceType: "Communication", ID: string(id), Identifier: v.named(id), Status: "completed",
		Category: []CodeableConcept{alert}, Priority: "stat", Subject: v.subject(),
		About: []Reference{*reference("Observation", t.Observation)}, Encounter: reference("Encounter", v.e.ID),
		Sent: v.time(t.At), Sender: cmp.Or(clinician(v.by(t.By)), &Reference{Display: "staff"}),
		Payload: []Payload{{"Not read back: " + plain(string(t.Unread)) + ". Signed by a second member of staff: " + cmp.Or(t.Second.Name, "unnamed") + "."}},
	}
	if t.To != "" {
		c.Recipient = []Reference{{Display: t.To + ", " + string(t.Role)}}
		c.Payload = append([]Payload{{"Told of a critical result: " + plain(string(t.Way)) + "."}}, c.Payload...)
		return c
	}
	c.Status, c.StatusReason, c.Sent = "not-done", &CodeableConcept{Text: plain(string(t.Unread))}, ""
	return c
}
