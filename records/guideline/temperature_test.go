package guideline_test

import (
	"testing"

	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// TestTemperatureBands at every edge, in both units.
func TestTemperatureBands(t *testing.T) {
	r := rules(t, "")
	for _, test := range []struct {
		number string
		unit   vitals.Unit
		want   string
		code   guideline.Interpretation
		tier   guideline.Tier
	}{
		{"30.0", vitals.Celsius, "temperature.very-low", guideline.CriticalLow, 4},
		{"34.9", vitals.Celsius, "temperature.very-low", guideline.CriticalLow, 4},
		{"34.95", vitals.Celsius, "temperature.very-low", guideline.CriticalLow, 4},
		{"35.0", vitals.Celsius, "temperature.usual", guideline.Normal, 0},
		{"37.9", vitals.Celsius, "temperature.usual", guideline.Normal, 0},
		{"37.99", vitals.Celsius, "temperature.usual", guideline.Normal, 0},
		{"38.0", vitals.Celsius, "temperature.raised", guideline.HighValue, 2},
		{"39.9", vitals.Celsius, "temperature.raised", guideline.HighValue, 2},
		{"40.0", vitals.Celsius, "temperature.very-high", guideline.CriticalHigh, 4},
		{"44.0", vitals.Celsius, "temperature.very-high", guideline.CriticalHigh, 4},
		{"94.9", vitals.Fahrenheit, "temperature.very-low", guideline.CriticalLow, 4},
		{"95.0", vitals.Fahrenheit, "temperature.usual", guideline.Normal, 0},
		{"100.3", vitals.Fahrenheit, "temperature.usual", guideline.Normal, 0},
		{"100.4", vitals.Fahrenheit, "temperature.raised", guideline.HighValue, 2},
		{"103.9", vitals.Fahrenheit, "temperature.raised", guideline.HighValue, 2},
		{"104.0", vitals.Fahrenheit, "temperature.very-high", guideline.CriticalHigh, 4},
	} {
		judged, err := r.Judge(adult, vitals.BodyTemperature, one(t, vitals.Temperature, test.number, test.unit), "")
		if err != nil || len(judged) != 1 {
			t.Fatal(judged, err)
		}
		j := judged[0]
		if j.Band != test.want || j.Interpretation != test.code || j.Tier != test.tier || j.Repeat() != (test.tier == 4) {
			t.Errorf("%s %s = %+v, want %s, %s, tier %d", test.number, test.unit, j, test.want, test.code, test.tier)
		}
	}
}

// TestUnjudgedPanels have no judgement, but must have what they are about.
func TestUnjudgedPanels(t *testing.T) {
	r := rules(t, "")
	judged, err := r.Judge(adult, vitals.BodyWeight, one(t, vitals.Weight, "72.5", vitals.Kilogram), "")
	if err != nil || len(judged) != 0 {
		t.Errorf("%+v, %v", judged, err)
	}
	if _, err := r.Judge(adult, vitals.BodyWeight, one(t, vitals.Height, "178", vitals.Centimetre), ""); err == nil {
		t.Error("a weight without a weight is complete")
	}
	if _, err := r.Judge(adult, vitals.BodyWeight, one(t, vitals.Weight, "725", vitals.Kilogram), ""); err == nil {
		t.Error("a weight that cannot be was taken")
	}
}
