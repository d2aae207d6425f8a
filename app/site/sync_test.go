package site

import (
	"testing"

	"aidpost/records"
	"aidpost/records/vitals"
)

// TestOnlyReal: one simulated instrument among real ones is enough to keep a
// visit here.
func TestOnlyReal(t *testing.T) {
	of := func(adapters ...string) *records.Encounter {
		e := &records.Encounter{ID: records.NewID()}
		for _, a := range adapters {
			e.Observations = append(e.Observations, records.Observation{
				Panel: vitals.BloodPressure, Origin: records.Origin{Device: records.Device{Adapter: a}},
			})
		}
		return e
	}
	for _, tt := range []struct {
		visit *records.Encounter
		kept  bool
	}{
		{of(), false},
		{of("A10KZ1", ""), false},
		{of("SIM0001"), true},
		{of("A10KZ1", "SIM0002"), true},
	} {
		if got := onlyReal(tt.visit) != ""; got != tt.kept {
			t.Errorf("%+v: withheld %v", tt.visit.Observations, got)
		}
	}
}
