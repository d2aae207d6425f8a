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
	Systolic:         {MmHg: {Int(50), Int(280)}},
	Diastolic:        {MmHg: {Int(20), Int(200)}},
	MeanArterial:     {MmHg: {Int(20), Int(280)}},
	Pulse:            {PerMinute: {Int(25), Int(250)}},
	SpO2:             {Percent: {Int(50), Int(100)}},
	PerfusionIndex:   {Percent: {Decimal{2, 2}, Int(30)}},
	Glucose:          {MgPerDL: {Int(10), Int(600)}, MmolPerL: {Decimal{6, 1}, Decimal{333, 1}}},
	Weight:           {Kilogram: {Int(2), Int(300)}, Pound: {Int(4), Int(661)}},
	Height:           {Centimetre: {Int(30), Int(250)}, Inch: {Int(12), Int(98)}},
	Temperature:      {Celsius: {Int(30), Int(44)}, Fahrenheit: {Int(86), Decimal{1112, 1}}},
	Ketone:           {MmolPerL: {Int(0), Int(10)}},
	Urate:            {MgPerDL: {Int(1), Int(30)}},
	TotalCholesterol: {MgPerDL: {Int(50), Int(600)}},
	PackedCells:      {Percent: {Int(10), Int(70)}},
	HbA1c:            {Percent: {Int(3), Int(20)}},
}

// PlausibleRange returns the smallest and the largest plausible value of m in
// unit u, both included. It reports false when m is not measured in u.
func PlausibleRange(m Measure, u Unit) (low, high Decimal, ok bool) {
	limits, ok := bounds[m][u]
	return limits[0], limits[1], ok
}

// CheckPlausible returns an *ImplausibleError for the first value that cannot
// be: outside its range, of a wrong unit, given twice, systolic less than 10
// above diastolic, or a mean pressure not between the two. A LO or HI value is
// checked by the limit it names.
func CheckPlausible(vs Values) error {
	for i, v := range vs {
		low, high, ok := PlausibleRange(v.Measure, v.Quantity.Unit)
		_, twice := vs[:i].Get(v.Measure)
		switch {
		case !ok:
			return &ImplausibleError{v.Measure, v.Quantity, "unit does not fit the measure"}
		case twice:
			return &ImplausibleError{v.Measure, v.Quantity, "given twice"}
		case v.Quantity.Value.Cmp(low) < 0, v.Quantity.Value.Cmp(high) > 0:
			return &ImplausibleError{v.Measure, v.Quantity, fmt.Sprintf("outside %s to %s", low, high)}
		}
	}
	return checkPressures(vs)
}

func checkPressures(vs Values) error {
	sys, hasSys := vs.Get(Systolic)
	dia, hasDia := vs.Get(Diastolic)
	if !hasSys && !hasDia {
		return nil
	}
	if !hasDia {
		return &ImplausibleError{Systolic, sys, "one pressure without the other"}
	}
	if !hasSys {
		return &ImplausibleError{Diastolic, dia, "one pressure without the other"}
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
