// Package catalogue is the list of instruments that Aidpost can drive. Adding
// an instrument is one package and one line here.
package catalogue

import (
	"slices"

	"aidpost/instruments"
)

// Drivers returns a driver for every supported model, in the order in which
// they are shown. Each call makes its own, since a driver may remember what it
// did: an arm that was just squeezed needs its rest.
func Drivers() []instruments.Driver {
	return slices.Concat(pressure(), oximetry(), glucose(), others())
}

// Find returns a driver for the model with the ID, and whether there is one.
func Find(id string) (instruments.Driver, bool) {
	for _, d := range Drivers() {
		if d.Model().ID == id {
			return d, true
		}
	}
	return nil, false
}
