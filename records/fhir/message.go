package fhir

import (
	"slices"
	"strconv"
	"time"

	"aidpost/records"
)

// messages are those of a visit: that the person was told to seek help now, and
// that somebody called for help.
func (v *visitBuilder) messages() []Communication {
	return append(v.urgent(), v.calls()...)
}

// message is what all of them share.
func (v *visitBuilder) message(name, priority, text string, sent time.Time) Communication {
	id := v.own(name)
	return Communication{
		ResourceType: "Communication", ID: string(id), Identifier: v.named(id), Status: "completed",
		Category: []CodeableConcept{alert}, Priority: priority, Subject: v.subject(), Encounter: reference("Encounter", v.e.ID),
		Sent: v.time(sent), Payload: []Payload{{text}},
	}
}

// urgent are the messages of the kiosk to the person. They say which measure it
// was about, and leave the value to the observation. One is received when the
// person has said to have understood.
func (v *visitBuilder) urgent() []Communication {
	var out []Communication
	for _, o := range v.e.Observations {
		i := slices.IndexFunc(o.Judged, func(j records.Judgement) bool { return j.Severity == "urgent" })
		if i < 0 || !o.Result() {
			continue
		}
		c := v.message("urgent/"+string(o.ID), "stat", "The kiosk showed its urgent screen about "+plain(o.Judged[i].Subject)+".", o.Taken)
		c.About = []Reference{*reference("Observation", o.ID)}
		c.Received = v.time(v.answered(o.Taken, "advice", "understood"))
		c.Recipient, c.Sender = []Reference{*v.subject()}, reference("Device", v.kioskID())
		out = append(out, c)
	}
	return out
}

// calls are the calls for help, to whoever looks after the kiosk, that came after
// the person had agreed to share the visit: Call tells of others, without a name.
// One is received when it was closed at the kiosk.
func (v *visitBuilder) calls() []Communication {
	var out []Communication
	if !v.e.Shares() {
		return nil
	}
	i := slices.IndexFunc(v.e.Consents, func(c records.Consent) bool { return c.Purpose == records.ConsentShare && c.Given })
	for _, a := range v.e.Answers {
		if a.Question != "help" || a.Answer != "called" || a.At.Before(v.e.Consents[i].At) {
			continue
		}
		c := v.message("help/"+strconv.Itoa(len(out)+1), "urgent", "Somebody called for help at the kiosk.", a.At)
		c.Received = v.time(v.answered(a.At, "help", "closed"))
		c.Recipient, c.Sender = []Reference{*reference("Organization", v.organizationID())}, reference("Device", v.kioskID())
		out = append(out, c)
	}
	return out
}

// answered is when a question was first answered so, at or after an instant;
// zero if never.
func (v *visitBuilder) answered(from time.Time, question, answer string) time.Time {
	for _, a := range v.e.Answers {
		if a.Question == question && a.Answer == answer && !a.At.Before(from) {
			return a.At
		}
	}
	return time.Time{}
}
