package fhir

import (
	"strings"

	"github.com/google/uuid"

	"aidpost/records"
	"aidpost/records/vitals"
)

// An Operator is who runs the kiosk, as far as FHIR must name it.
type Operator struct {
	// Base is the operator's URI for identifier and code systems, without a
	// slash at its end. It must be set.
	Base string
	// Version of the program, for the kiosk's Device. Empty: left out.
	Version string
	// ByName leaves staff out but for their names: the server keeps none.
	ByName bool
	// Staff tells who an account is. Nil: nobody knows.
	Staff func(records.ID) (Member, bool)
	// Calibrated tells how the instrument that something came from was calibrated
	// last. Nil: nobody knows.
	Calibrated func(records.Origin) (Calibration, bool)
	// Said tells what the person of a visit said after it of what they had agreed to,
	// the first first. Nil: nothing.
	Said func(*records.Encounter) ([]records.LaterConsent, error)
	// Kind tells what the instruments of a driver are for, whatever one of them gave in
	// a visit. Nil, or of an unknown driver: what it gave.
	Kind func(driver string) (vitals.Panel, bool)
	// Summary makes the page of a visit that goes along. Nil: none does.
	Summary func(*records.Encounter) (Summary, bool)
}

// KioskID names a machine by where it stands.
func (o Operator) KioskID(p records.Place) records.ID {
	return o.shared("kiosk", p.Organization, p.Location, p.Kiosk)
}

// OrganizationID names who runs a kiosk.
func (o Operator) OrganizationID(p records.Place) records.ID {
	return o.shared("organization", p.Organization)
}

// shared is the ID of something that all kiosks of the operator name alike.
func (o Operator) shared(path ...string) records.ID {
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte(o.Base))
	return records.ID(uuid.NewSHA1(space, []byte(strings.Join(path, "\x00"))).String())
}

// IdentifierSystem returns the URI of a system of numbers. One that has none of
// its own, like "card", is the operator's.
func (o Operator) IdentifierSystem(system string) string {
	if strings.Contains(system, ":") {
		return system
	}
	return o.Base + "/ids/" + strings.ReplaceAll(orUnnamed(system), " ", "-")
}
