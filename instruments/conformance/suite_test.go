package conformance_test

import (
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/conformance/drivertest"
	"aidpost/instruments/simulated"
)

// kitOf returns the driver of a model with its twin.
func kitOf(t *testing.T, id string) drivertest.Kit {
	t.Helper()
	if _, err := simulated.New(id, simulated.Options{}); err != nil {
		t.Fatalf("%s cannot be tried: %v", id, err)
	}
	return drivertest.Kit{
		Seed: 5,
		Driver: func() instruments.Driver {
			d, _ := catalogue.Find(id)
			return d
		},
		Twin: func(o simulated.Options) simulated.Twin {
			twin, err := simulated.New(id, o)
			if err != nil {
				panic(err) // it was there a moment ago
			}
			return twin
		},
	}
}

// TestDrivers is the suite over every driver of the catalogue.
func TestDrivers(t *testing.T) {
	for _, d := range catalogue.Drivers() {
		id := d.Model().ID
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			drivertest.Run(t, kitOf(t, id))
		})
	}
}
