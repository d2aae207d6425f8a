package fhir

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"aidpost/records"
)

// ErrNotOurs reports a Patient that nobody can be recognised by: a guest of a
// kiosk, or one without a name and a number.
var ErrNotOurs = errors.New("nobody to be recognised")

// A Person is a Patient as a server has it, in our words.
type Person struct {
	records.Patient           // what it says of the person, under our id
	Remote, Version string    // its id and version there
	Updated         time.Time // when it was written there, by the server's clock
	Active          bool
	ReplacedBy      []string // ids there of those it was merged into
	Replaces        []string // and of those that were merged into it
	Text            []byte   // the resource itself
}

// readPatient is what is read of a Patient.
type readPatient struct {
	ResourceType string
	ID           string
	Meta         struct {
		VersionID   string
		LastUpdated time.Time
	}
	Identifier []struct {
		Use           string
		Type          CodeableConcept
		System, Value string
		Period        struct{ End string }
	}
	Active  *bool
	Name    []readName
	Telecom []struct {
		System, Value, Use string
		Period             struct{ End string }
	}
	Gender        string
	BirthDate     string
	Communication []struct {
		Language  CodeableConcept
		Preferred bool
	}
	Link []struct {
		Other struct{ Reference string }
		Type  string
	}
}

type readName struct {
	Use, Text, Family string
	Given             []string
	Period            struct{ End string }
}

// ReadPatient reads a Patient of a server, whatever else is said in it. It has
// the id that a kiosk of this operator gave it, by the identifier that carries
// it, or else the server's if that is a UUID, or else one that follows from it.
func ReadPatient(text []byte, op Operator) (Person, error) {
	var r readPatient
	if err := json.Unmarshal(text, &r); err != nil {
		return Person{}, fmt.Errorf("read a patient: %w", err)
	}
	if r.ResourceType != "Patient" || r.ID == "" {
		return Person{}, fmt.Errorf("read a patient: a %.30q without an id: %w", r.ResourceType, ErrNotOurs)
	}
	p := Person{Remote: r.ID, Version: r.Meta.VersionID, Updated: r.Meta.LastUpdated, Active: r.Active == nil || *r.Active, Text: text}
	p.ID = op.remoteID(r.ID)
	for _, id := range r.Identifier {
		if id.Type.Text == guestNumber.Text {
			return p, ErrNotOurs
		}
		if id.Value == "" || id.Use == "old" || id.Period.End != "" {
			continue
		}
		if id.System == op.Base+"/ids/record" {
			if parsed, err := uuid.Parse(id.Value); err == nil {
				p.ID = records.ID(parsed.String())
			}
			continue
		}
		p.Identifiers = append(p.Identifiers, records.Identifier{System: op.ownSystem(id.System), Value: id.Value})
	}
	for _, c := range r.Telecom {
		number := records.Identifier{System: records.PhoneSystem, Value: strings.TrimSpace(c.Value)}
		if c.System == phone && number.Value != "" && c.Use != "old" && c.Period.End == "" && !slices.Contains(p.Identifiers, number) {
			p.Identifiers = append(p.Identifiers, number)
		}
	}
	p.named(r.Name)
	p.born(r.BirthDate)
	if sex := records.Sex(r.Gender); slices.Contains(records.Sexes(), sex) {
		p.Sex = sex
	}
	for _, c := range r.Communication {
		if len(c.Language.Coding) > 0 && (p.Language == "" || c.Preferred) {
			p.Language = c.Language.Coding[0].Code
		}
	}
	for _, l := range r.Link {
		other := l.Other.Reference[strings.LastIndexByte(l.Other.Reference, '/')+1:]
		switch {
		case other == "" || other == r.ID:
		case l.Type == "replaced-by":
			p.ReplacedBy = append(p.ReplacedBy, other)
		case l.Type == "replaces":
			p.Replaces = append(p.Replaces, other)
		}
	}
	if p.Given == "" && p.Family == "" && len(p.Identifiers) == 0 {
		return p, ErrNotOurs
	}
	return p, nil
}

// remoteID makes an id of ours of one of a server's.
func (o Operator) remoteID(id string) records.ID {
	if parsed, err := uuid.Parse(id); err == nil {
		return records.ID(parsed.String())
	}
	return o.shared("patient", id)
}

// ownSystem is the reverse of IdentifierSystem.
func (o Operator) ownSystem(system string) string {
	if own, ok := strings.CutPrefix(system, o.Base+"/ids/"); ok && own != "" {
		return own
	}
	if system == "" {
		return "unnamed" // a number of nobody knows whom is still a number
	}
	return system
}

// named takes the name that is used: the official one, or else the first that
// is not over.
func (p *Person) named(names []readName) {
	names = slices.DeleteFunc(names, func(n readName) bool {
		return n.Use == "old" || n.Use == "maiden" || n.Period.End != ""
	})
	if len(names) == 0 {
		return
	}
	n := names[0]
	if i := slices.IndexFunc(names, func(n readName) bool { return n.Use == "official" }); i >= 0 {
		n = names[i]
	}
	p.Family, p.Given = strings.TrimSpace(n.Family), strings.TrimSpace(strings.Join(n.Given, " "))
	if p.Family == "" && p.Given == "" {
		p.Family = strings.TrimSpace(n.Text)
	}
}

// born reads a birth date as exactly as it is known: of a year, or a year and a
// month, the day is not.
func (p *Person) born(date string) {
	if d, err := records.ParseDate(date); err == nil {
		p.BirthDate = d
		return
	}
	if year, err := time.Parse("2006", date[:min(4, len(date))]); err == nil {
		p.BirthDate, p.BirthEstimated = records.Date{Year: year.Year(), Month: 7, Day: 1}, true
	}
}

// PatientOf returns a person as a visit at a place would tell a server.
func PatientOf(p *records.Patient, place records.Place, op Operator) (Resource, error) {
	v, err := newVisit(&records.Encounter{ID: p.ID, Patient: p, Place: place}, op)
	if err != nil {
		return Resource{}, err
	}
	all, err := encode([]any{v.patient()})
	if err != nil {
		return Resource{}, err
	}
	return all[0], nil
}
