package site

import (
	"errors"
	"testing"

	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// TestCheckPlans: instruments can be enrolled only for what they measure.
func TestCheckPlans(t *testing.T) {
	for enrolled, good := range map[string]bool{
		"taidoc-td42xx": true, "taidoc-td42xx/123": true, "suntech-advantage": false, "abacus": false, "": false,
	} {
		err := checkPlans([]quality.Plan{{Panel: vitals.BloodGlucose, Enrolled: []string{enrolled}}})
		if (err == nil) != good || err != nil && !errors.Is(err, ErrPlan) {
			t.Errorf("%q: %v", enrolled, err)
		}
	}
}
