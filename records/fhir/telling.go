package fhir

import (
	"cmp"
	"strings"
)

// tellings say who was told of a critical result and what they repeated. Who was
// told has no account here and is there by name alone.
func (v *visitBuilder) tellings() []Communication {
	var out []Communication
	for _, t := range v.e.Tellings {
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
