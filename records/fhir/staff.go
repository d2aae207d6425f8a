package fhir

import (
	"cmp"
	"slices"
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

// clinicians are the accounts that had a part in the visit, each once: who
// measured, who corrected something, who told somebody of a critical result.
func (v *visitBuilder) clinicians() []records.Clinician {
	if v.ByName {
		return nil
	}
	all := []records.Clinician{v.e.Operator}
	for _, o := range v.e.Observations {
		all = append(all, records.Clinician{ID: o.Correction.By})
	}
	for _, t := range v.e.Tellings {
		all = append(all, t.By, t.Second)
	}
	seen := map[records.ID]bool{"": true}
	return slices.DeleteFunc(all, func(c records.Clinician) bool {
		before := seen[c.ID]
		seen[c.ID] = true
		return before
	})
}

// staff are the resources of the clinicians, as they are called now. Of an
// account that is gone only what the visit says of it is known.
func (v *visitBuilder) staff() []any {
	var out []any
	for _, c := range v.clinicians() {
		m := Member{Name: c.Name}
		if v.Staff != nil {
			if now, ok := v.Staff(c.ID); ok {
				m = now
			}
		}
		p := Practitioner{ResourceType: "Practitioner", ID: string(c.ID), Identifier: v.named(c.ID), Active: true}
		if name := strings.TrimSpace(m.Name); name != "" {
			p.Name = []HumanName{{Use: "usual", Text: name}}
		}
		out = append(out, p)
		if m.Role == "" {
			continue
		}
		role := v.shared("role", string(c.ID), v.e.Place.Organization, v.e.Place.Location)
		out = append(out, PractitionerRole{
			ResourceType: "PractitionerRole", ID: string(role), Identifier: v.named(role), Active: true,
			Practitioner: reference("Practitioner", c.ID), Organization: reference("Organization", v.organizationID()),
			Code:     []CodeableConcept{{Coding: []Coding{{System: v.Base + "/codes/role", Code: string(m.Role)}}}},
			Location: []Reference{*reference("Location", v.locationID())},
		})
	}
	return out
}

// by is somebody of the staff as the server may be told.
func (v *visitBuilder) by(c records.Clinician) records.Clinician {
	if v.ByName {
		c.ID = ""
	}
	return c
}

// clinician refers to a member of staff: to the account, or by name to somebody
// without one. Nobody is nil.
func clinician(c records.Clinician) *Reference {
	r := reference("Practitioner", c.ID)
	if name := strings.TrimSpace(c.Name); name != "" {
		if r == nil {
			r = &Reference{}
		}
		r.Display = name
	}
	return r
}

// authors are who measured, which is the person alone at a kiosk, and who corrected
// something: accounts, and who sat at a console as the operating system knew them.
func (v *visitBuilder) authors() []Agent {
	var out []Agent
	seen := map[Reference]bool{}
	if first := cmp.Or(clinician(v.by(v.e.Operator)), v.subject()); v.e.Orphan == nil {
		out, seen[*first] = []Agent{{author, first}}, true
	}
	for _, o := range v.e.Observations {
		who := clinician(v.by(records.Clinician{ID: o.Correction.By}))
		if user := strings.TrimSpace(o.Correction.User); who == nil && user != "" {
			who = &Reference{Display: user}
		}
		if who != nil && !seen[*who] {
			seen[*who] = true
			out = append(out, Agent{author, who})
		}
	}
	return out
}
