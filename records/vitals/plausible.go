package vitals

import "fmt"

// An ImplausibleError names the value that no living person can have, or that
// contradicts another value of the same reading.
type ImplausibleError struct {
	Measure Measure
	Value   Quantity
	Why     string // for staff and logs: "outside 50 to 280 mmHg", "not above diastolic"
}

func (e *ImplausibleError) Error() string {
	return fmt.Sprintf("implausible %s %s: %s", e.Measure, e.Value, e.Why)
}

// bounds are the plausible ranges, both ends included. An instrument's own
// printed range is narrower and is checked by its driver.
var bounds = map[Measure]map[Unit][2]Decimal{
	Systolic:       {MmHg: {Int(50), Int(280)}},
	Diastolic:      {MmHg: {Int(20), Int(200)}},
	MeanArterial:   {MmHg: {Int(20), Int(280)}},
	Pulse:          {PerMinute: {Int(25), Int(250)}},
	SpO2:           {Percent: {Int(50), Int(100)}},
	PerfusionIndex: {Percent: {Decimal{2, 2}, Int(30)}},
	Glucose:        {MgPerDL: {Int(10), Int(600)}, MmolPerL: {Decimal{6, 1}, Decimal{333, 1}}},
}

// CheckPlausible returns an *ImplausibleError for the first value that cannot
// be: outside its range, of a wrong unit, given twice, systolic less than 10
// above diastolic, or a mean pressure not between the two. A LO or HI value is
// checked by the limit it names.
func CheckPlausible(vs Values) error {
	seen := make(map[Measure]bool, len(vs))
	for _, v := range vs {
		limits, ok := bounds[v.Measure][v.Quantity.Unit]
		switch {
		case !ok:
			return &ImplausibleError{v.Measure, v.Quantity, "unit does not fit the measure"}
		case seen[v.Measure]:
			return &ImplausibleError{v.Measure, v.Quantity, "given twice"}
		case v.Quantity.Value.Cmp(limits[0]) < 0, v.Quantity.Value.Cmp(limits[1]) > 0:
			return &ImplausibleError{v.Measure, v.Quantity, fmt.Sprintf("outside %s to %s", limits[0], limits[1])}
		}
		seen[v.Measure] = true
	}
	return checkPressures(vs)
}

func checkPressures(vs Values) error {
	sys, hasSys := vs.Get(Systolic)
	dia, hasDia := vs.Get(Diastolic)
	if !hasSys && !hasDia {
		return nil
	}
	if !hasSys || !hasDia {
		return &ImplausibleError{Systolic, sys, "one pressure without the other"}
	}
	if sys.Value.Sub(dia.Value).Cmp(Int(10)) < 0 {
		return &ImplausibleError{Systolic, sys, "less than 10 above diastolic"}
	}
	mean, ok := vs.Get(MeanArterial)
	if ok && (mean.Value.Cmp(dia.Value) <= 0 || mean.Value.Cmp(sys.Value) >= 0) {
		return &ImplausibleError{MeanArterial, mean, "not between diastolic and systolic"}
	}
	return nil
}
