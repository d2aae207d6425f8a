package guideline_test

import (
	"testing"

	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

func TestGlucoseBands(t *testing.T) {
	r := rules(t, "")
	for _, test := range []struct {
		number string
		unit   vitals.Unit
		meal   vitals.Meal
		want   string
		tier   guideline.Tier
	}{
		{"53", vitals.MgPerDL, vitals.Fasting, "glucose.very-low", 4},
		{"54", vitals.MgPerDL, vitals.Fasting, "glucose.low", 3},
		{"69", vitals.MgPerDL, vitals.Fasting, "glucose.low", 3},
		{"70", vitals.MgPerDL, vitals.Fasting, "glucose.not-raised", 0},
		{"99", vitals.MgPerDL, vitals.Fasting, "glucose.not-raised", 0},
		{"100", vitals.MgPerDL, vitals.Fasting, "glucose.raised", 1},
		{"125", vitals.MgPerDL, vitals.Fasting, "glucose.raised", 1},
		{"126", vitals.MgPerDL, vitals.Fasting, "glucose.diabetes-range", 2},
		{"299", vitals.MgPerDL, vitals.Fasting, "glucose.diabetes-range", 2},
		{"300", vitals.MgPerDL, vitals.Fasting, "glucose.high-today", 3},
		{"599", vitals.MgPerDL, vitals.Fasting, "glucose.high-today", 3},
		{"600", vitals.MgPerDL, vitals.Fasting, "glucose.very-high", 4},

		{"2.9", vitals.MmolPerL, vitals.Fasting, "glucose.very-low", 4},
		{"3.0", vitals.MmolPerL, vitals.Fasting, "glucose.low", 3},
		{"3.8", vitals.MmolPerL, vitals.Fasting, "glucose.low", 3},
		{"3.9", vitals.MmolPerL, vitals.Fasting, "glucose.not-raised", 0},
		{"5.5", vitals.MmolPerL, vitals.Fasting, "glucose.not-raised", 0},
		{"5.6", vitals.MmolPerL, vitals.Fasting, "glucose.raised", 1},
		{"6.9", vitals.MmolPerL, vitals.Fasting, "glucose.raised", 1},
		{"7.0", vitals.MmolPerL, vitals.Fasting, "glucose.diabetes-range", 2},
		{"16.6", vitals.MmolPerL, vitals.Fasting, "glucose.diabetes-range", 2},
		{"16.7", vitals.MmolPerL, vitals.Fasting, "glucose.high-today", 3},
		{"33.2", vitals.MmolPerL, vitals.Fasting, "glucose.high-today", 3},
		{"33.3", vitals.MmolPerL, vitals.Fasting, "glucose.very-high", 4},

		{"53", vitals.MgPerDL, vitals.RandomMeal, "glucose.very-low", 4},
		{"69", vitals.MgPerDL, vitals.RandomMeal, "glucose.low", 3},
		{"70", vitals.MgPerDL, vitals.RandomMeal, "glucose.no-band", 0},
		{"199", vitals.MgPerDL, vitals.RandomMeal, "glucose.no-band", 0},
		{"200", vitals.MgPerDL, vitals.RandomMeal, "glucose.diabetes-range", 2},
		{"3.9", vitals.MmolPerL, vitals.RandomMeal, "glucose.no-band", 0},
		{"11.0", vitals.MmolPerL, vitals.RandomMeal, "glucose.no-band", 0},
		{"11.1", vitals.MmolPerL, vitals.RandomMeal, "glucose.diabetes-range", 2},

		{"69", vitals.MgPerDL, vitals.AfterLoad, "glucose.low", 3},
		{"139", vitals.MgPerDL, vitals.AfterLoad, "glucose.not-raised", 0},
		{"140", vitals.MgPerDL, vitals.AfterLoad, "glucose.raised", 1},
		{"199", vitals.MgPerDL, vitals.AfterLoad, "glucose.raised", 1},
		{"200", vitals.MgPerDL, vitals.AfterLoad, "glucose.diabetes-range", 2},
		{"7.7", vitals.MmolPerL, vitals.AfterLoad, "glucose.not-raised", 0},
		{"7.8", vitals.MmolPerL, vitals.AfterLoad, "glucose.raised", 1},
		{"11.0", vitals.MmolPerL, vitals.AfterLoad, "glucose.raised", 1},
		{"11.1", vitals.MmolPerL, vitals.AfterLoad, "glucose.diabetes-range", 2},
	} {
		j := judge(t, r, adult, one(t, vitals.Glucose, test.number, test.unit), test.meal)
		if j.Band != test.want || j.Tier != test.tier {
			t.Errorf("%s %s %s = %s at tier %d, want %s at %d", test.meal, test.number, test.unit, j.Band, j.Tier, test.want, test.tier)
		}
	}
}

func TestMealsWithoutTheirOwnScaleAreRandom(t *testing.T) {
	r := rules(t, "")
	for _, meal := range []vitals.Meal{vitals.MealUnknown, vitals.BeforeMeal, vitals.AfterMeal, "brunch"} {
		for _, number := range []string{"60", "150", "220"} {
			vs := one(t, vitals.Glucose, number, vitals.MgPerDL)
			if got, want := judge(t, r, adult, vs, meal), judge(t, r, adult, vs, vitals.RandomMeal); got != want {
				t.Errorf("%s, meal %q = %+v, want as a random test: %+v", number, meal, got, want)
			}
		}
	}
}

func TestRandomGlucoseInDiabetesRangeHasACaveat(t *testing.T) {
	r := rules(t, "")
	vs := one(t, vitals.Glucose, "220", vitals.MgPerDL)
	if j := judge(t, r, adult, vs, vitals.RandomMeal); j.Caveat != guideline.ClassicSymptoms {
		t.Errorf("random 220 = %+v, want the caveat of classic symptoms", j)
	}
	if j := judge(t, r, adult, vs, vitals.Fasting); j.Caveat != guideline.NoCaveat {
		t.Errorf("fasting 220 = %+v, want no caveat", j)
	}
}

func TestHighGlucoseTodayIsEarlierWithDiabetesOrUnwell(t *testing.T) {
	r := rules(t, "")
	diabetes, unwell := adult, adult
	diabetes.Diabetes, unwell.Unwell = true, true
	for _, test := range []struct {
		who    guideline.Subject
		number string
		unit   vitals.Unit
		want   string
	}{
		{diabetes, "249", vitals.MgPerDL, "glucose.diabetes-range"},
		{diabetes, "250", vitals.MgPerDL, "glucose.high-today"},
		{unwell, "250", vitals.MgPerDL, "glucose.high-today"},
		{adult, "250", vitals.MgPerDL, "glucose.diabetes-range"},
		{diabetes, "13.8", vitals.MmolPerL, "glucose.diabetes-range"},
		{diabetes, "13.9", vitals.MmolPerL, "glucose.high-today"},
		{unwell, "13.9", vitals.MmolPerL, "glucose.high-today"},
		{adult, "13.9", vitals.MmolPerL, "glucose.diabetes-range"},
	} {
		j := judge(t, r, test.who, one(t, vitals.Glucose, test.number, test.unit), vitals.RandomMeal)
		if j.Band != test.want {
			t.Errorf("%s %s for %+v = %s, want %s", test.number, test.unit, test.who, j.Band, test.want)
		}
		if j.Band == "glucose.high-today" && (j.Also != "glucose.diabetes-range" || j.RuleSet.ID != "aidpost-glucose") {
			t.Errorf("%s %s = %+v, want the published band as well", test.number, test.unit, j)
		}
	}
}

// A meter that shows LO or HI says nothing but the limit it passed, whichever
// limit its maker chose.
func TestOffScaleGlucose(t *testing.T) {
	r := rules(t, "")
	for _, test := range []struct {
		number string
		unit   vitals.Unit
		want   string
		code   guideline.Interpretation
	}{
		{"<20", vitals.MgPerDL, "glucose.very-low", guideline.CriticalLow},
		{"<70", vitals.MgPerDL, "glucose.very-low", guideline.CriticalLow},
		{"<1.1", vitals.MmolPerL, "glucose.very-low", guideline.CriticalLow},
		{">600", vitals.MgPerDL, "glucose.very-high", guideline.CriticalHigh},
		{">500", vitals.MgPerDL, "glucose.very-high", guideline.CriticalHigh},
		{">33.3", vitals.MmolPerL, "glucose.very-high", guideline.CriticalHigh},
	} {
		for _, meal := range []vitals.Meal{vitals.Fasting, vitals.AfterLoad, vitals.RandomMeal} {
			j := judge(t, r, adult, one(t, vitals.Glucose, test.number, test.unit), meal)
			if j.Band != test.want || j.Interpretation != test.code || j.Tier != guideline.Emergency || !j.OffScale || !j.Alert() || j.Repeat() {
				t.Errorf("%s %s %s = %+v, want %s, acted upon at once", meal, test.number, test.unit, j, test.want)
			}
			// Level 2 hypoglycemia is ADA's own band, and no band stands beside itself.
			if j.Band == "glucose.very-low" && test.number != "<70" && (j.RuleSet.ID != "ada-2025" || j.Also != "") {
				t.Errorf("%s %s %s = %+v, want ADA's band alone", meal, test.number, test.unit, j)
			}
		}
	}
}
