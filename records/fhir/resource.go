package fhir

import "aidpost/records/vitals"

// An Observation is a FHIR Observation. Fields are in the order of the
// standard; those that are empty are left out.
type Observation struct {
	ResourceType      string            `json:"resourceType"`
	ID                string            `json:"id,omitempty"`
	Contained         []any             `json:"contained,omitempty"` // Device, Specimen
	Extension         []Extension       `json:"extension,omitempty"`
	Identifier        []Identifier      `json:"identifier,omitempty"`
	Status            string            `json:"status"`
	Category          []CodeableConcept `json:"category"`
	Code              CodeableConcept   `json:"code"`
	Subject           *Reference        `json:"subject,omitempty"`
	Encounter         *Reference        `json:"encounter,omitempty"`
	EffectiveDateTime string            `json:"effectiveDateTime,omitempty"`
	Issued            string            `json:"issued,omitempty"`
	Performer         []Reference       `json:"performer,omitempty"`
	ValueQuantity     *Quantity         `json:"valueQuantity,omitempty"`
	DataAbsentReason  *CodeableConcept  `json:"dataAbsentReason,omitempty"`
	Interpretation    []CodeableConcept `json:"interpretation,omitempty"`
	Note              []Annotation      `json:"note,omitempty"`
	BodySite          *CodeableConcept  `json:"bodySite,omitempty"`
	Method            *CodeableConcept  `json:"method,omitempty"`
	Specimen          *Reference        `json:"specimen,omitempty"`
	Device            *Reference        `json:"device,omitempty"`
	DerivedFrom       []Reference       `json:"derivedFrom,omitempty"`
	Component         []Component       `json:"component,omitempty"`
}

// A Component is one part of a panel.
type Component struct {
	Code                 CodeableConcept  `json:"code"`
	ValueQuantity        *Quantity        `json:"valueQuantity,omitempty"`
	ValueCodeableConcept *CodeableConcept `json:"valueCodeableConcept,omitempty"`
	DataAbsentReason     *CodeableConcept `json:"dataAbsentReason,omitempty"`
}

// A Device is the instrument that an observation came from.
type Device struct {
	ResourceType string           `json:"resourceType"`
	ID           string           `json:"id,omitempty"`
	Identifier   []Identifier     `json:"identifier,omitempty"`
	Status       string           `json:"status,omitempty"`
	Manufacturer string           `json:"manufacturer,omitempty"`
	SerialNumber string           `json:"serialNumber,omitempty"`
	DeviceName   []DeviceName     `json:"deviceName,omitempty"`
	ModelNumber  string           `json:"modelNumber,omitempty"`
	Type         *CodeableConcept `json:"type,omitempty"`
	Version      []DeviceVersion  `json:"version,omitempty"`
	Owner        *Reference       `json:"owner,omitempty"`
	Location     *Reference       `json:"location,omitempty"`
}

// A DeviceName is a name of a Device.
type DeviceName struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// A DeviceVersion is the version of a part of a Device.
type DeviceVersion struct {
	Type  CodeableConcept `json:"type"`
	Value string          `json:"value"`
}

// A Specimen says what was tested.
type Specimen struct {
	ResourceType string          `json:"resourceType"`
	ID           string          `json:"id,omitempty"`
	Type         CodeableConcept `json:"type"`
	Subject      *Reference      `json:"subject,omitempty"`
}

// A Quantity is a number with its unit.
type Quantity struct {
	Value      Decimal `json:"value"`
	Comparator string  `json:"comparator,omitempty"`
	Unit       string  `json:"unit"` // as people read it
	System     string  `json:"system"`
	Code       string  `json:"code"` // UCUM
}

// A Decimal is a FHIR decimal: a JSON number with the digits as measured.
type Decimal vitals.Decimal

// MarshalJSON writes the digits, trailing zeros included.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(vitals.Decimal(d).String()), nil }

// A CodeableConcept is a meaning, by codes or text or both.
type CodeableConcept struct {
	Coding []Coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

// A Coding is a code of a code system.
type Coding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code"`
	Display string `json:"display,omitempty"`
}

// An Identifier is a name of a resource in a system of names.
type Identifier struct {
	Use    string           `json:"use,omitempty"`
	Type   *CodeableConcept `json:"type,omitempty"`
	System string           `json:"system"`
	Value  string           `json:"value"`
}

// A Reference points at a resource.
type Reference struct {
	Reference  string      `json:"reference,omitempty"`
	Identifier *Identifier `json:"identifier,omitempty"`
	Display    string      `json:"display,omitempty"`
}

// An Annotation is a remark.
type Annotation struct {
	Text string `json:"text"`
}
