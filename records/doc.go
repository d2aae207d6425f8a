// Package records holds the words of a clinic (Patient, Encounter,
// Observation, Device) and the Store that keeps them in one SQLite file.
//
// The package knows no wire and no screen. What Store.Save has returned from
// without an error survives a killed process and a power cut.
package records
