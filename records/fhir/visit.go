package fhir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"aidpost/records"
	"aidpost/records/jsonread"
	"aidpost/records/vitals"
)

// A Resource is one resource as it is sent.
type Resource struct {
	Type string
	ID   records.ID
	JSON []byte
}

// Key returns what a reference to the resource says, like Patient/….
func (r Resource) Key() string { return r.Type + "/" + string(r.ID) }

// Keys are what the records know receipts of resources by.
func Keys(all []Resource) []records.ResourceKey {
	out := make([]records.ResourceKey, len(all))
	for i, r := range all {
		out[i] = records.ResourceKey{Kind: r.Type, ID: r.ID}
	}
	return out
}

// Visit returns the resources of an encounter, each after those it refers to:
// organisation, location, patient, staff, devices and their calibrations,
// encounter, consent, observations, summary, report, messages and provenance. The same
// encounter always gives the same bytes, as long as the person says nothing new.
//
// Before are the earlier revisions: an observation that a correction has
// dropped is sent once more as entered in error, since nothing is deleted on a
// server. A guest becomes a Patient without a name, one for each visit.
func Visit(e *records.Encounter, before []*records.Encounter, op Operator) ([]Resource, error) {
	v, err := newVisit(e, op)
	if err != nil {
		return nil, err
	}
	all := []any{v.organization(), v.location(), v.patient(), v.kiosk()}
	all = append(all, v.staff()...)
	for _, d := range v.devices(before) {
		all = append(all, d)
	}
	for _, m := range v.metrics() {
		all = append(all, m)
	}
	all = append(all, v.encounter())
	consent, said, err := v.consent()
	if err != nil {
		return nil, err
	}
	if said {
		all = append(all, consent)
	}
	observations, err := v.observations(before)
	if err != nil {
		return nil, err
	}
	for _, o := range observations {
		all = append(all, o)
	}
	file, about, written := v.document()
	if written {
		all = append(all, file, about)
	}
	if report, ok := v.report(before); ok {
		if written {
			report.PresentedForm = []Attachment{about.Content[0].Attachment}
		}
		all = append(all, report)
	}
	for _, m := range append(v.messages(), v.tellings()...) {
		all = append(all, m)
	}
	made, err := encode(all)
	if err != nil {
		return nil, err
	}
	last, err := encode([]any{v.provenance(made)})
	return append(made, last...), err
}

// encode writes each resource as JSON.
func encode(all []any) ([]Resource, error) {
	out := make([]Resource, 0, len(all))
	for _, r := range all {
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r); err != nil {
			return nil, fmt.Errorf("encode resource: %w", err)
		}
		kind, id, ok := head(text.Bytes())
		if !ok {
			return nil, fmt.Errorf("encode resource: %.40q does not say what it is", text.Bytes())
		}
		out = append(out, Resource{kind, records.ID(id), bytes.TrimSpace(text.Bytes())})
	}
	return out, nil
}

// head is what the text of a resource of ours begins with: its type and its id.
func head(text []byte) (kind, id string, ok bool) {
	var r jsonread.Reader
	r.Reset(text)
	for name := range r.Fields {
		if string(name) != "resourceType" {
			if string(name) == "id" {
				id = r.Text()
			}
			break
		}
		kind = r.Text()
	}
	return kind, id, kind != "" && id != ""
}

// A visitBuilder makes the resources of one encounter.
type visitBuilder struct {
	Operator
	e     *records.Encounter
	space uuid.UUID // of the encounter
	zone  *time.Location
	who   records.ID // of the patient
}

func newVisit(e *records.Encounter, op Operator) (*visitBuilder, error) {
	space, err := uuid.Parse(string(e.ID))
	if err != nil {
		return nil, fmt.Errorf("encounter id %.40q: %w", e.ID, ErrUnmappable)
	}
	if op.Base == "" {
		return nil, fmt.Errorf("an operator without a base URI: %w", ErrUnmappable)
	}
	v := &visitBuilder{Operator: op, e: e, space: space, zone: time.UTC}
	if zone, err := time.LoadLocation(e.Zone); err == nil {
		v.zone = zone
	}
	if v.who = GuestID(e.ID); e.Patient != nil {
		v.who = e.Patient.ID
	}
	return v, nil
}

// GuestID names the guest of a visit, whom nobody knows beyond it.
func GuestID(encounter records.ID) records.ID {
	space, err := uuid.Parse(string(encounter))
	if err != nil {
		return ""
	}
	return records.ID(uuid.NewSHA1(space, []byte("guest")).String())
}

// own is the ID of something that there is once in this visit.
func (v *visitBuilder) own(name string) records.ID {
	return records.ID(uuid.NewSHA1(v.space, []byte(name)).String())
}

func (v *visitBuilder) organizationID() records.ID { return v.OrganizationID(v.e.Place) }

func (v *visitBuilder) locationID() records.ID {
	return v.shared("location", v.e.Place.Organization, v.e.Place.Location)
}

func (v *visitBuilder) kioskID() records.ID { return v.KioskID(v.e.Place) }

// named is the identifier by which a server that makes its own ids finds a
// resource again.
func (v *visitBuilder) named(id records.ID) []Identifier {
	return []Identifier{{System: v.recordSystem(), Value: string(id)}}
}

func (v *visitBuilder) recordSystem() string { return v.Base + "/ids/record" }

func (v *visitBuilder) time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(v.zone).Format(time.RFC3339)
}

func (v *visitBuilder) organization() Organization {
	id := v.organizationID()
	return Organization{
		ResourceType: "Organization", ID: string(id), Identifier: v.named(id), Active: true,
		Name: orUnnamed(v.e.Place.Organization),
	}
}

func (v *visitBuilder) location() Location {
	id := v.locationID()
	return Location{
		ResourceType: "Location", ID: string(id), Identifier: v.named(id), Status: "active",
		Name: orUnnamed(v.e.Place.Location), Mode: "instance", ManagingOrganization: reference("Organization", v.organizationID()),
	}
}

// orUnnamed returns a name that FHIR takes: it refuses an empty one.
func orUnnamed(name string) string {
	if name = strings.TrimSpace(name); name == "" {
		return "unnamed"
	}
	return name
}

func (v *visitBuilder) patient() Patient {
	r := Patient{
		ResourceType: "Patient", ID: string(v.who), Identifier: v.named(v.who), Active: true,
		ManagingOrganization: reference("Organization", v.organizationID()),
	}
	p := v.e.Patient
	if p == nil {
		r.Identifier[0].Type = &guestNumber
		return r
	}
	for _, id := range p.Identifiers {
		switch {
		case strings.TrimSpace(id.Value) == "":
		case id.System == records.PhoneSystem: // a household may share it: it is no number of theirs
			r.Telecom = append(r.Telecom, ContactPoint{phone, id.Value})
		default:
			r.Identifier = append(r.Identifier, Identifier{
				Use: "usual", Type: &recordNumber, System: v.IdentifierSystem(id.System), Value: id.Value,
			})
		}
	}
	name := HumanName{Use: "official", Family: strings.TrimSpace(p.Family)}
	if given := strings.TrimSpace(p.Given); given != "" {
		name.Given = []string{given}
	}
	if name.Family != "" || name.Given != nil {
		r.Name = []HumanName{name}
	}
	if p.BirthDate != (records.Date{}) {
		r.BirthDate = p.BirthDate.String()
	}
	if p.BirthEstimated {
		r.BirthDate = fmt.Sprintf("%04d", p.BirthDate.Year) // as exact as it is known
	}
	r.Gender = string(p.Sex)
	if p.Language != "" {
		r.Communication = []Communicating{{CodeableConcept{Coding: []Coding{{System: languages, Code: p.Language}}}}}
	}
	return r
}

// kiosk is this machine.
func (v *visitBuilder) kiosk() Device {
	id := v.kioskID()
	d := Device{
		ResourceType: "Device", ID: string(id), Identifier: v.named(id), Status: "active",
		DeviceName: []DeviceName{{orUnnamed(v.e.Place.Kiosk), "user-friendly-name"}}, Type: &gateway,
		Owner: reference("Organization", v.organizationID()), Location: reference("Location", v.locationID()),
	}
	if v.Version != "" {
		d.Version = []DeviceVersion{{software, v.Version}}
	}
	return d
}

// devices are the instruments used, each once.
func (v *visitBuilder) devices(before []*records.Encounter) []Device {
	var out []Device
	seen := map[records.ID]bool{}
	used := slices.Clone(v.e.Observations)
	for _, old := range slices.Backward(before) {
		used = append(used, old.Observations...)
	}
	for _, o := range used {
		if o.Origin.EnteredBy != "" {
			continue // a person is no instrument
		}
		d := trimmed(o.Origin.Device)
		if d.ID == "" || d.Maker+d.Model == "" || seen[d.ID] {
			continue
		}
		seen[d.ID] = true
		r := NewDevice(d, v.kindOf(o))
		r.Identifier = v.named(d.ID)
		if d.Serial != "" {
			r.Identifier = append(r.Identifier, Identifier{System: v.Base + "/ids/device", Value: d.Serial})
		}
		r.Status, r.Owner = "active", reference("Organization", v.organizationID())
		out = append(out, r)
	}
	return out
}

// kindOf is what the instrument of an observation is for, so that its Device is the
// same from visit to visit.
func (v *visitBuilder) kindOf(o records.Observation) vitals.Panel {
	if v.Kind != nil {
		if panel, ok := v.Kind(o.Origin.Driver); ok {
			return panel
		}
	}
	return o.Panel
}

// status is FHIR's word for that of an encounter. R4 calls one that has begun and
// is parked "onleave", which R5 has renamed "on-hold". A hold that ends by itself
// makes no new revision, so the word stands until the next one. There is no word for
// a reading that came without a person.
func status(e *records.Encounter) string {
	if _, held := e.Hold(e.Turns.Last().At); held {
		return "onleave"
	}
	if e.Status == records.Unclaimed {
		return "unknown"
	}
	return string(e.Status)
}

// noShow is why a visit was cancelled in which nobody came when called. "noshow" is
// a status of appointments, of which there was none; an Encounter that ended before
// it began is cancelled, and R4's own extension says why.
var noShow = Extension{
	URL:                  "http://hl7.org/fhir/StructureDefinition/encounter-reasonCancelled",
	ValueCodeableConcept: &CodeableConcept{Coding: []Coding{{"http://hl7.org/fhir/appointmentstatus", "noshow", "No Show"}}},
}

func (v *visitBuilder) encounter() Encounter {
	r := Encounter{
		ResourceType: "Encounter", ID: string(v.e.ID), Identifier: v.named(v.e.ID), Status: status(v.e),
		Class: ambulatory, Type: []CodeableConcept{v.kind()}, Subject: v.subject(),
		Period:          Period{v.time(v.e.Started), v.time(v.e.Ended)},
		Location:        []Whereabouts{{reference("Location", v.locationID())}},
		ServiceProvider: reference("Organization", v.organizationID()),
	}
	if v.e.NoShow() {
		r.Extension = []Extension{noShow}
	}
	if who := clinician(v.by(v.e.Operator)); who != nil {
		r.Participant = []Participant{{Individual: who}}
	}
	if why := v.e.Answered(records.AskedReason); why != "" {
		r.ReasonCode = []CodeableConcept{{Coding: []Coding{{System: v.Base + "/codes/test-reason", Code: why}}, Text: plain(why)}}
	}
	if by := v.e.Answered(records.AskedOrder); by != "" {
		r.Participant = append(r.Participant, Participant{[]CodeableConcept{referrer}, &Reference{Display: plain(by)}})
	}
	return r
}

// kind says who measured.
func (v *visitBuilder) kind() CodeableConcept {
	if v.e.Operator != (records.Clinician{}) {
		return byStaff
	}
	return selfService
}

func (v *visitBuilder) subject() *Reference { return reference("Patient", v.who) }

func (v *visitBuilder) context() Context {
	return Context{Base: v.Base, Patient: v.who, Encounter: v.e.ID, Zone: v.zone, Issued: v.e.Ended, Operator: v.by(v.e.Operator), Kiosk: v.kioskID()}
}

// observations returns what was measured, and what earlier revisions said to
// have been measured and the last one does not, as entered in error.
func (v *visitBuilder) observations(before []*records.Encounter) ([]Observation, error) {
	all, seen := []Observation{}, map[string]bool{}
	add := func(e *records.Encounter, gone bool) error {
		for _, o := range e.Observations {
			rs, err := Observations(o, v.context())
			if err != nil {
				return err
			}
			for _, r := range rs {
				if seen[r.ID] {
					continue
				}
				seen[r.ID] = true
				// A reading may lack the pulse that the mean has.
				r.DerivedFrom = slices.DeleteFunc(r.DerivedFrom, func(from Reference) bool {
					return !seen[strings.TrimPrefix(from.Reference, "Observation/")]
				})
				if gone {
					r.Status = statuses[records.Voided]
				}
				all = append(all, r)
			}
		}
		return nil
	}
	if err := add(v.e, false); err != nil {
		return nil, err
	}
	for _, old := range slices.Backward(before) {
		if err := add(old, true); err != nil {
			return nil, err
		}
	}
	return all, nil
}
