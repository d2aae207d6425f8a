package fhir

import (
	"net/url"
	"time"

	"aidpost/records"
)

// A Consent is what a person agreed to in a visit, and what they said of it later.
// Each purpose is a provision, the server's own among them: share.
type Consent struct {
	ResourceType     string            `json:"resourceType"`
	ID               string            `json:"id"`
	Identifier       []Identifier      `json:"identifier"`
	Status           string            `json:"status"`
	Scope            CodeableConcept   `json:"scope"`
	Category         []CodeableConcept `json:"category"`
	Patient          *Reference        `json:"patient"`
	DateTime         string            `json:"dateTime,omitempty"`
	Performer        []Reference       `json:"performer"`
	Organization     []Reference       `json:"organization"`
	SourceAttachment *ConsentText      `json:"sourceAttachment,omitempty"`
	Policy           []ConsentPolicy   `json:"policy,omitempty"`
	PolicyRule       CodeableConcept   `json:"policyRule"`
	Provision        ConsentProvisions `json:"provision"`
}

// A ConsentText is what was read to the person, or shown.
type ConsentText struct {
	Language string `json:"language,omitempty"`
	Title    string `json:"title"`
}

// A ConsentPolicy is the version of that text.
type ConsentPolicy struct {
	URI string `json:"uri"`
}

// ConsentProvisions are those for each purpose. They hold for the visit alone: a
// person is asked anew in the next one.
type ConsentProvisions struct {
	Data      []ConsentData      `json:"data"`
	Provision []ConsentProvision `json:"provision"`
}

// ConsentData says of which data a Consent speaks.
type ConsentData struct {
	Meaning   string     `json:"meaning"`
	Reference *Reference `json:"reference"`
}

// A ConsentProvision permits or denies something from one instant to another.
type ConsentProvision struct {
	Type   string            `json:"type"` // permit or deny
	Period Period            `json:"period"`
	Action []CodeableConcept `json:"action"`
}

const (
	consentScopes  = "http://terminology.hl7.org/CodeSystem/consentscope"
	consentActions = "http://terminology.hl7.org/CodeSystem/consentaction"
)

var (
	patientPrivacy  = CodeableConcept{Coding: []Coding{{consentScopes, "patient-privacy", "Privacy Consent"}}}
	consentDocument = CodeableConcept{Coding: []Coding{{loinc, "59284-0", "Consent Document"}}}
	optIn           = CodeableConcept{Coding: []Coding{{actCodes, "OPTIN", "opt-in"}}}
	optOut          = CodeableConcept{Coding: []Coding{{actCodes, "OPTOUT", "opt-out"}}}

	// consentDeeds is what a purpose means in HL7's words: whoever keeps results
	// gathers them for storage, whoever shares them discloses them.
	consentDeeds = map[string]Coding{
		records.ConsentMeasure: {consentActions, "use", "Use"},
		records.ConsentKeep:    {consentActions, "collect", "Collect"},
		records.ConsentShare:   {consentActions, "disclose", "Disclose"},
	}
)

// Agreement returns what a person agreed to in a visit as a resource by itself, as
// it is among those of Visit; false if nobody was asked and nobody has said anything.
func Agreement(e *records.Encounter, op Operator) (r Resource, said bool, err error) {
	v, err := newVisit(e, op)
	if err != nil {
		return r, false, err
	}
	c, said, err := v.consent()
	if err != nil || !said {
		return r, false, err
	}
	all, err := encode([]any{c})
	if err != nil {
		return r, false, err
	}
	return all[0], true, nil
}

func (v *visitBuilder) consent() (c Consent, said bool, err error) {
	var later []records.LaterConsent
	if v.Said != nil && v.e.Patient != nil {
		if later, err = v.Said(v.e); err != nil {
			return c, false, err
		}
	}
	history := agreed(v.e, later)
	if len(history) == 0 {
		return c, false, nil
	}
	id := v.own("consent")
	c = Consent{
		ResourceType: "Consent", ID: string(id), Identifier: v.named(id), Status: "active", Scope: patientPrivacy,
		Category: []CodeableConcept{consentDocument}, Patient: v.subject(), DateTime: v.time(history[0].At),
		Performer: []Reference{*v.subject()}, Organization: []Reference{*reference("Organization", v.organizationID())},
		PolicyRule: optIn,
		Provision:  ConsentProvisions{Data: []ConsentData{{"related", reference("Encounter", v.e.ID)}}},
	}
	if version := history[0].Version; version != "" {
		c.SourceAttachment = &ConsentText{v.e.Language, "What was asked, version " + version}
		c.Policy = []ConsentPolicy{{v.Base + "/policies/consent/" + url.PathEscape(version)}}
	}
	for _, h := range history {
		c.Provision.Provision = append(c.Provision.Provision, v.provision(h))
	}
	if now, ok := decisive(history); ok && !now.Given {
		c.Status, c.PolicyRule = "rejected", optOut
		if now.later {
			c.Status = "inactive"
		}
	}
	return c, true, nil
}

// A word is what a person said once of one purpose, in the visit or later.
type word struct {
	records.Consent
	later bool
	until time.Time // when something else was said of it
}

// agreed is what was said of a visit, what was said in it first. Sharing that is
// taken back stays so for this visit, whatever is agreed to later: nobody asks of the
// same data again.
func agreed(e *records.Encounter, later []records.LaterConsent) []word {
	var all []word
	last := map[string]int{}
	add := func(w word) {
		if i, known := last[w.Purpose]; known {
			before := all[i]
			if before.Given == w.Given || before.later && !before.Given && w.Purpose == records.ConsentShare {
				return
			}
			all[i].until = w.At
		}
		last[w.Purpose] = len(all)
		all = append(all, w)
	}
	for _, c := range e.Consents {
		add(word{Consent: c})
	}
	for _, l := range later {
		if l.At.After(e.Started) && !heard(e, l) {
			add(word{Consent: records.Consent{Purpose: l.Purpose, Given: l.Given, Version: l.Version, At: l.At}, later: true})
		}
	}
	return all
}

// heard reports whether the visit itself asked after something was said.
func heard(e *records.Encounter, l records.LaterConsent) bool {
	for _, c := range e.Consents {
		if c.Purpose == l.Purpose && c.At.After(l.At) {
			return true
		}
	}
	return false
}

// decisive is the last word on what makes the consent stand or fall: on sharing if that
// was spoken of, since it is a server that reads it, else on keeping.
func decisive(history []word) (now word, ok bool) {
	for _, purpose := range []string{records.ConsentShare, records.ConsentKeep, records.ConsentMeasure} {
		for _, w := range history {
			if w.Purpose == purpose {
				now, ok = w, true
			}
		}
		if ok {
			return now, true
		}
	}
	return now, false
}

func (v *visitBuilder) provision(w word) ConsentProvision {
	p := ConsentProvision{
		Type: "deny", Period: Period{v.time(w.At), v.time(w.until)},
		Action: []CodeableConcept{{Coding: []Coding{{System: v.Base + "/codes/consent", Code: w.Purpose}}}},
	}
	if w.Given {
		p.Type = "permit"
	}
	if deed, ok := consentDeeds[w.Purpose]; ok {
		p.Action[0].Coding = []Coding{deed, p.Action[0].Coding[0]}
	}
	return p
}
