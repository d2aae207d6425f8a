package vitals

import "fmt"

// A Unit is a UCUM code.
type Unit string

// The units, as UCUM writes them.
const (
	MmHg       Unit = "mm[Hg]"
	PerMinute  Unit = "/min"
	Percent    Unit = "%"
	MgPerDL    Unit = "mg/dL"
	MmolPerL   Unit = "mmol/L"
	Kilogram   Unit = "kg"
	Pound      Unit = "[lb_av]"
	Centimetre Unit = "cm"
	Inch       Unit = "[in_i]"
	Celsius    Unit = "Cel"
	Fahrenheit Unit = "[degF]"
)

// Symbol returns the unit as people read it.
func (u Unit) Symbol() string {
	switch u {
	case MmHg:
		return "mmHg"
	case PerMinute:
		return "/min"
	case Pound:
		return "lb"
	case Inch:
		return "in"
	case Celsius:
		return "°C"
	case Fahrenheit:
		return "°F"
	}
	return string(u)
}

// Known reports whether u is a unit that Aidpost stores.
func (u Unit) Known() bool {
	switch u {
	case MmHg, PerMinute, Percent, MgPerDL, MmolPerL, Kilogram, Pound, Centimetre, Inch, Celsius, Fahrenheit:
		return true
	}
	return false
}

// A Comparator marks a value outside the instrument's range. The number beside
// it is the limit that was passed, not a measured value.
type Comparator string

// FHIR's quantity comparators for LO and HI.
const (
	Exactly Comparator = ""
	Below   Comparator = "<"
	Above   Comparator = ">"
)

// A Quantity is a number with its unit, exactly as the instrument gave it.
type Quantity struct {
	Value      Decimal    `json:"value"`
	Unit       Unit       `json:"unit"`
	Comparator Comparator `json:"comparator,omitempty"`
}

// Of returns a whole number of units.
func Of(n int, u Unit) Quantity { return Quantity{Value: Int(n), Unit: u} }

// String writes the quantity for logs and tests: "<20 mg/dL".
func (q Quantity) String() string {
	return fmt.Sprintf("%s%s %s", q.Comparator, q.Value, q.Unit.Symbol())
}

// glucoseFactor is the molar mass of glucose, 180.156 g/mol, as mg/dL for one
// mmol/L, times 10⁴.
const glucoseFactor = 180156

// In converts q for display. Only glucose has two units; the original is what
// is stored, judged and sent. mg/dL are whole, mmol/L have one decimal.
func (q Quantity) In(u Unit) (Quantity, bool) {
	switch {
	case q.Unit == u:
		return q, true
	case q.Unit == MgPerDL && u == MmolPerL:
		tenths := divHalfAway(q.Value.coef*100_000, glucoseFactor*pow10(q.Value.scale))
		return Quantity{Decimal{tenths, 1}, u, q.Comparator}, true
	case q.Unit == MmolPerL && u == MgPerDL:
		whole := divHalfAway(q.Value.coef*glucoseFactor, 10_000*pow10(q.Value.scale))
		return Quantity{Decimal{whole, 0}, u, q.Comparator}, true
	}
	return Quantity{}, false
}
