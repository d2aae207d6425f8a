package guideline

import "aidpost/records/vitals"

// An Agreement is how near to each other two results of one critical value must lie
// before it stands: at most so much apart, or so many percent of the mean of both.
type Agreement struct {
	// Limit is in the unit of the results, or in percent.
	Limit vitals.Quantity
}

// AgreementOn returns what two results must agree on if one of them is critical in a
// judged way; false where none is stated. It is for glucose alone, by what ISO
// 15197:2003 allowed a meter: 15 mg/dL at low values and a fifth at high ones.
func AgreementOn(interpretation Interpretation, u vitals.Unit) (Agreement, bool) {
	low := vitals.Int(15)
	if u == vitals.MmolPerL {
		low, _ = vitals.Scaled(83, 2) // of two digits there are enough
	}
	switch {
	case u != vitals.MgPerDL && u != vitals.MmolPerL:
	case interpretation == CriticalLow, interpretation == LowValue:
		return Agreement{vitals.Quantity{Value: low, Unit: u}}, true
	case interpretation == CriticalHigh, interpretation == HighValue:
		return Agreement{vitals.Of(20, vitals.Percent)}, true
	}
	return Agreement{}, false
}

// Holds reports whether two results agree. Of what is off the scale nobody knows how
// far; in another unit nothing is compared.
func (a Agreement) Holds(x, y vitals.Quantity) bool {
	if x.Comparator != vitals.Exactly || y.Comparator != vitals.Exactly || x.Unit != y.Unit {
		return false
	}
	apart, sum := x.Value.Sub(y.Value), x.Value.Sub(y.Value.Times(-1))
	if apart.Cmp(vitals.Int(0)) < 0 {
		apart = apart.Times(-1)
	}
	if a.Limit.Unit != vitals.Percent {
		return x.Unit == a.Limit.Unit && apart.Cmp(a.Limit.Value) <= 0
	}
	return apart.Times(200).Cmp(sum.Times(a.Limit.Value.Int())) <= 0 // apart ≤ limit/100 · sum/2
}
