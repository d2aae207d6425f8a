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
	apart, zero := x.Value.Sub(y.Value), vitals.Int(0)
	if apart.Cmp(zero) < 0 {
		apart = zero.Sub(apart)
	}
	if a.Limit.Unit != vitals.Percent {
		return x.Unit == a.Limit.Unit && apart.Cmp(a.Limit.Value) <= 0
	}
	// apart ≤ limit/100 · (x+y)/2, without a division
	left, right := zero, zero
	for range 200 {
		left = left.Sub(apart)
	}
	for range a.Limit.Value.Int() {
		right = right.Sub(x.Value).Sub(y.Value)
	}
	return left.Cmp(right) >= 0
}
