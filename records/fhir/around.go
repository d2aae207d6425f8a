package fhir

// The resources around observations. Their fields, too, are in the order of
// the standard, and those that are empty are left out.

// A Meta is what is said about a resource rather than in it.
type Meta struct {
	Tag []Coding `json:"tag,omitempty"`
}

// A Patient is who was measured.
type Patient struct {
	ResourceType         string          `json:"resourceType"`
	ID                   string          `json:"id"`
	Identifier           []Identifier    `json:"identifier"`
	Active               bool            `json:"active"`
	Name                 []HumanName     `json:"name,omitempty"`
	Telecom              []ContactPoint  `json:"telecom,omitempty"`
	Gender               string          `json:"gender,omitempty"`
	BirthDate            string          `json:"birthDate,omitempty"`
	Communication        []Communicating `json:"communication,omitempty"`
	ManagingOrganization *Reference      `json:"managingOrganization,omitempty"`
	Link                 []PatientLink   `json:"link,omitempty"`
}

// A HumanName is a name of a person.
type HumanName struct {
	Use    string   `json:"use"`
	Text   string   `json:"text,omitempty"`
	Family string   `json:"family,omitempty"`
	Given  []string `json:"given,omitempty"`
}

// A ContactPoint is where a person can be reached.
type ContactPoint struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

// Communicating is a language that a person is spoken to in.
type Communicating struct {
	Language CodeableConcept `json:"language"`
}

// An Organization runs the kiosk.
type Organization struct {
	ResourceType string       `json:"resourceType"`
	ID           string       `json:"id"`
	Identifier   []Identifier `json:"identifier"`
	Active       bool         `json:"active"`
	Name         string       `json:"name"`
}

// A Location is where the kiosk stands.
type Location struct {
	ResourceType         string       `json:"resourceType"`
	ID                   string       `json:"id"`
	Identifier           []Identifier `json:"identifier"`
	Status               string       `json:"status"`
	Name                 string       `json:"name"`
	Mode                 string       `json:"mode"`
	ManagingOrganization *Reference   `json:"managingOrganization,omitempty"`
}

// An Encounter is a visit at the kiosk.
type Encounter struct {
	ResourceType    string            `json:"resourceType"`
	ID              string            `json:"id"`
	Extension       []Extension       `json:"extension,omitempty"`
	Identifier      []Identifier      `json:"identifier"`
	Status          string            `json:"status"`
	Class           Coding            `json:"class"`
	Type            []CodeableConcept `json:"type"`
	Subject         *Reference        `json:"subject"`
	Participant     []Participant     `json:"participant,omitempty"`
	Period          Period            `json:"period"`
	ReasonCode      []CodeableConcept `json:"reasonCode,omitempty"`
	Location        []Whereabouts     `json:"location,omitempty"`
	ServiceProvider *Reference        `json:"serviceProvider,omitempty"`
}

// An Extension says what R4 has no element for.
type Extension struct {
	URL                  string           `json:"url"`
	ValueCodeableConcept *CodeableConcept `json:"valueCodeableConcept,omitempty"`
	ValueReference       *Reference       `json:"valueReference,omitempty"`
}

// A Participant is somebody of the staff who attended, or whoever asked for the visit.
type Participant struct {
	Type       []CodeableConcept `json:"type,omitempty"`
	Individual *Reference        `json:"individual"`
}

// Whereabouts are where an encounter took place.
type Whereabouts struct {
	Location *Reference `json:"location"`
}

// A Period is from one instant to another.
type Period struct {
	Start string `json:"start,omitempty"`
	End   string `json:"end,omitempty"`
}

// A DiagnosticReport holds the results of a visit together.
type DiagnosticReport struct {
	ResourceType    string            `json:"resourceType"`
	ID              string            `json:"id"`
	Identifier      []Identifier      `json:"identifier"`
	Status          string            `json:"status"`
	Category        []CodeableConcept `json:"category"`
	Code            CodeableConcept   `json:"code"`
	Subject         *Reference        `json:"subject"`
	Encounter       *Reference        `json:"encounter"`
	EffectivePeriod Period            `json:"effectivePeriod"`
	Issued          string            `json:"issued"`
	Performer       []Reference       `json:"performer,omitempty"`
	Result          []Reference       `json:"result,omitempty"`
	PresentedForm   []Attachment      `json:"presentedForm,omitempty"`
}

// A Communication is a message that the kiosk gave, such as to seek help now.
type Communication struct {
	ResourceType string            `json:"resourceType"`
	ID           string            `json:"id"`
	Identifier   []Identifier      `json:"identifier"`
	Status       string            `json:"status"`
	StatusReason *CodeableConcept  `json:"statusReason,omitempty"`
	Category     []CodeableConcept `json:"category"`
	Priority     string            `json:"priority"`
	Subject      *Reference        `json:"subject,omitempty"`
	About        []Reference       `json:"about,omitempty"`
	Encounter    *Reference        `json:"encounter,omitempty"`
	Sent         string            `json:"sent,omitempty"`
	Received     string            `json:"received,omitempty"`
	Recipient    []Reference       `json:"recipient,omitempty"`
	Sender       *Reference        `json:"sender"`
	Payload      []Payload         `json:"payload"`
}

// A Payload is a part of what a Communication says.
type Payload struct {
	ContentString string `json:"contentString"`
}

// A Provenance says who made the resources of a visit, of what.
type Provenance struct {
	ResourceType string          `json:"resourceType"`
	ID           string          `json:"id"`
	Meta         Meta            `json:"meta"`
	Target       []Reference     `json:"target"`
	Recorded     string          `json:"recorded"`
	Activity     CodeableConcept `json:"activity"`
	Agent        []Agent         `json:"agent"`
	Entity       []Source        `json:"entity,omitempty"`
}

// An Agent took part in the making.
type Agent struct {
	Type CodeableConcept `json:"type"`
	Who  *Reference      `json:"who"`
}

// A Source is what something was made of.
type Source struct {
	Role string    `json:"role"`
	What Reference `json:"what"`
}
