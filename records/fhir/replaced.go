package fhir

import (
	"fmt"

	"aidpost/records"
)

// A PatientLink says that a Patient and another are one person.
type PatientLink struct {
	Other *Reference `json:"other"`
	Type  string     `json:"type"`
}

// Replaced returns the Patient of a record that was merged with that of the
// encounter's patient. Nothing is deleted on a server: it stays, is no longer
// in use, and says who took its place.
func Replaced(old *records.Patient, e *records.Encounter, op Operator) (Resource, error) {
	if e.Patient == nil {
		return Resource{}, fmt.Errorf("a patient replaced by a guest: %w", ErrUnmappable)
	}
	as := *e
	as.Patient = old
	v, err := newVisit(&as, op)
	if err != nil {
		return Resource{}, err
	}
	p := v.patient()
	p.Active, p.Link = false, []PatientLink{{reference("Patient", e.Patient.ID), "replaced-by"}}
	all, err := encode([]any{p})
	if err != nil {
		return Resource{}, err
	}
	return all[0], nil
}
