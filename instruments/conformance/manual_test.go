package conformance_test

import (
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/conformance/drivertest"
	"aidpost/instruments/manual"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// TestManual is the suite over what has no wire, with somebody who types.
func TestManual(t *testing.T) {
	for panel, line := range map[vitals.Panel]string{
		vitals.BloodPressure:   "118/76 pulse 66",
		vitals.Oximetry:        "97 pulse 64",
		vitals.BloodGlucose:    "5.8 mmol/L",
		vitals.BodyWeight:      "72.5 kg height 178 cm",
		vitals.BodyTemperature: "37.0 C",
	} {
		t.Run(string(panel), func(t *testing.T) {
			t.Parallel()
			drivertest.Run(t, drivertest.Kit{
				Seed:   5,
				Driver: func() instruments.Driver { return manual.New(panel, "Nurse Okafor") },
				Twin:   func(o simulated.Options) simulated.Twin { return simulated.NewTypist(line, o) },
			})
		})
	}
}
