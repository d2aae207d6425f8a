package guideline_test

import (
	"testing"

	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// TestAgreement: on the limit is within it, whichever of the two comes first.
func TestAgreement(t *testing.T) {
	low, high := guideline.CriticalLow, guideline.CriticalHigh
	for _, tt := range []struct {
		critical guideline.Interpretation
		a, b     string
		unit     vitals.Unit
		want     bool
	}{
		{low, "40", "55", vitals.MgPerDL, true}, {low, "40", "56", vitals.MgPerDL, false},
		{low, "2.2", "3.0", vitals.MmolPerL, true}, {low, "2.2", "3.1", vitals.MmolPerL, false},
		{high, "495", "405", vitals.MgPerDL, true}, {high, "496", "404", vitals.MgPerDL, false},
		{high, "27.5", "22.5", vitals.MmolPerL, true}, {high, "27.6", "22.5", vitals.MmolPerL, false},
	} {
		must, stated := guideline.AgreementOn(tt.critical, tt.unit)
		x, y := of(t, tt.a, tt.unit), of(t, tt.b, tt.unit)
		if !stated || must.Holds(x, y) != tt.want || must.Holds(y, x) != tt.want {
			t.Errorf("%s and %s %s at %s: want %t", tt.a, tt.b, tt.unit, tt.critical, tt.want)
		}
	}
	must, _ := guideline.AgreementOn(low, vitals.MgPerDL)
	off := vitals.Quantity{Value: vitals.Int(20), Unit: vitals.MgPerDL, Comparator: vitals.Below}
	if must.Holds(off, off) || must.Holds(vitals.Of(40, vitals.MgPerDL), of(t, "40", vitals.MmolPerL)) {
		t.Error("what cannot be compared agrees")
	}
	if _, stated := guideline.AgreementOn(low, vitals.Percent); stated {
		t.Error("something is stated for saturations")
	}
}

func of(t *testing.T, number string, u vitals.Unit) vitals.Quantity {
	t.Helper()
	d, err := vitals.ParseDecimal(number)
	if err != nil {
		t.Fatal(err)
	}
	return vitals.Quantity{Value: d, Unit: u}
}
