package conformance_test

import (
	"os"
	"slices"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/conformance/drivertest"
	"aidpost/instruments/simulated"
)

// kitOf returns the driver of a model with its twin.
func kitOf(t testing.TB, id string) drivertest.Kit {
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

// FuzzSession fuzzes whole measurements of every driver, or of the one that
// AIDPOST_MODEL names.
func FuzzSession(f *testing.F) {
	only := os.Getenv("AIDPOST_MODEL")
	var kits []drivertest.Kit
	for _, id := range simulated.Twins() {
		if only == "" || id == only {
			kits = append(kits, kitOf(f, id))
		}
	}
	if len(kits) == 0 {
		f.Fatalf("there is no model %q", only)
	}
	drivertest.Fuzz(f, kits)
}

// alike are the models that nobody can tell apart by what they send.
var alike = map[string][]string{
	"menarini-glucofix-tech": {"menarini-glucomen-areo"},
	"menarini-glucomen-areo": {"menarini-glucofix-tech"},
	// The same frames, in which but one caution has another meaning.
	"contec-oem-8n1": {"berry-bci-4800"},
	"berry-bci-4800": {"contec-oem-8n1"},
}

// TestStrangers has every driver meet every other model on its line.
func TestStrangers(t *testing.T) {
	var kits []drivertest.Kit
	for _, d := range catalogue.Drivers() {
		kits = append(kits, kitOf(t, d.Model().ID))
	}
	for _, k := range kits {
		id := k.Driver().Model().ID
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			drivertest.RunStrangers(t, k, kits, func(other string) bool { return slices.Contains(alike[id], other) })
		})
	}
}

// beside is how many other models each driver meets on its own instrument's wire, unless
// the long run was asked for.
const beside = 3

// TestTwoModelsOnOneWire has every driver measure while another model answers, too: what
// it reads is of its own instrument where the wire has a checksum, and else can be.
func TestTwoModelsOnOneWire(t *testing.T) {
	drivers := catalogue.Drivers()
	for i, d := range drivers {
		t.Run(d.Model().ID, func(t *testing.T) {
			t.Parallel()
			var others []drivertest.Kit
			for _, other := range slices.Concat(drivers[i+1:], drivers[:i]) {
				alone := len(others) >= beside && !drivertest.Exhaustive()
				if m := other.Model(); !alone && m.Line.String() == d.Model().Line.String() {
					others = append(others, kitOf(t, m.ID))
				}
			}
			drivertest.RunBeside(t, kitOf(t, d.Model().ID), others)
		})
	}
}
