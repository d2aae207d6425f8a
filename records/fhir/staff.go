package fhir

import (
	"strings"

	"aidpost/records"
	"aidpost/records/staff"
)

// A Member is a member of staff, as far as others must know.
type Member struct {
	Name string
	Role staff.Role
}

// A Practitioner is a member of staff who had a part in what a visit says.
type Practitioner struct {
	ResourceType string       `json:"resourceType"`
	ID           string       `json:"id"`
	Identifier   []Identifier `json:"identifier"`
	Active       bool         `json:"active"`
	Name         []HumanName  `json:"name,omitempty"`
}

// A PractitionerRole says what a Practitioner is, where.
type PractitionerRole struct {
	ResourceType string            `json:"resourceType"`
	ID           string            `json:"id"`
	Identifier   []Identifier      `json:"identifier"`
	Active       bool              `json:"active"`
	Practitioner *Reference        `json:"practitioner"`
	Organization *Reference        `json:"organization"`
	Code         []CodeableConcept `json:"code,omitempty"`
	Location     []Reference       `json:"location,omitempty"`
}

// authors are the accounts that corrected something of the visit, each once, in
// the order of its observations.
func (v *visitBuilder) authors() []records.ID {
	var ids []records.ID
	seen := map[records.ID]bool{}
	for _, o := range v.e.Observations {
		if by := o.Correction.By; by != "" && !seen[by] {
			seen[by] = true
			ids = append(ids, by)
		}
	}
	return ids
}

// staff are the resources of the authors. Of an account that is gone nothing but
// its number is known.
func (v *visitBuilder) staff() []any {
	var out []any
	for _, id := range v.authors() {
		var m Member
		if v.Staff != nil {
			m, _ = v.Staff(id)
		}
		p := Practitioner{ResourceType: "Practitioner", ID: string(id), Identifier: v.named(id), Active: true}
		if name := strings.TrimSpace(m.Name); name != "" {
			p.Name = []HumanName{{Use: "usual", Text: name}}
		}
		out = append(out, p)
		if m.Role == "" {
			continue
		}
		role := v.shared("role", string(id), v.e.Place.Organization, v.e.Place.Location)
		out = append(out, PractitionerRole{
			ResourceType: "PractitionerRole", ID: string(role), Identifier: v.named(role), Active: true,
			Practitioner: reference("Practitioner", id), Organization: reference("Organization", v.organizationID()),
			Code:     []CodeableConcept{{Coding: []Coding{{System: v.Base + "/codes/role", Code: string(m.Role)}}}},
			Location: []Reference{*reference("Location", v.locationID())},
		})
	}
	return out
}

// corrected are the agents of what was corrected: accounts, and who sat at a
// console as the operating system knew them.
func (v *visitBuilder) corrected() []Agent {
	var out []Agent
	for _, id := range v.authors() {
		out = append(out, Agent{author, reference("Practitioner", id)})
	}
	seen := map[string]bool{}
	for _, o := range v.e.Observations {
		user := strings.TrimSpace(o.Correction.User)
		if o.Correction.By == "" && user != "" && !seen[user] {
			seen[user] = true
			out = append(out, Agent{author, &Reference{Display: user}})
		}
	}
	return out
}
