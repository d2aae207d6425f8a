package bedside

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"aidpost/instruments"
	"aidpost/instruments/manual"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// A Typed is what was typed for a panel, field by field.
type Typed struct {
	Panel vitals.Panel
	// Numbers are as typed; an empty one was left out.
	Numbers map[vitals.Measure]string
	Units   map[vitals.Measure]vitals.Unit
	Taken   time.Time // zero: now
}

// A Problem is what is wrong with a field.
type Problem struct {
	Why       ProblemKind
	Low, High vitals.Quantity // of OutOfRange
}

// A ProblemKind is a kind of problem with a field.
type ProblemKind string

// The kinds.
const (
	Missing     ProblemKind = "missing"
	NoNumber    ProblemKind = "no-number"
	OutOfRange  ProblemKind = "out-of-range" // no living person has it
	NotAbove    ProblemKind = "not-above"    // the upper pressure is not above the lower one
	InTheFuture ProblemKind = "in-the-future"
)

// longestNumber is how much may be typed for a number.
const longestNumber = 12

// ParseNumber reads a number as people type it: with a comma or a point, in the
// digits of any script, with spaces around it.
func ParseNumber(text string) (vitals.Decimal, error) {
	var plain strings.Builder
	points := 0
	for _, r := range strings.TrimSpace(text) {
		switch {
		case r == '.' || r == ',' || r == '٫':
			points++
			plain.WriteByte('.')
		case unicode.IsDigit(r):
			plain.WriteByte('0' + byte(digitValue(r)))
		default:
			return vitals.Decimal{}, fmt.Errorf("reading a number: %w", vitals.ErrDecimal)
		}
	}
	if points > 1 || plain.Len() > longestNumber {
		return vitals.Decimal{}, fmt.Errorf("reading a number: %w", vitals.ErrDecimal)
	}
	return vitals.ParseDecimal(plain.String())
}

// digitValue is the value of a decimal digit of any script: each has its ten in
// a row, from zero.
func digitValue(r rune) int {
	n := 0
	for n < 9 && unicode.IsDigit(r-1) {
		r--
		n++
	}
	return n % 10
}

// Fields lists the measures that may be typed for a panel; the first ones have
// to be.
func Fields(p vitals.Panel) (needed, more []vitals.Measure) {
	needed = p.Main()
	switch p {
	case vitals.BloodPressure, vitals.Oximetry:
		more = []vitals.Measure{vitals.Pulse}
	}
	return needed, more
}

// UnitsOf lists the units that a measure may be typed in.
func UnitsOf(m vitals.Measure) []vitals.Unit {
	var list []vitals.Unit
	for _, u := range []vitals.Unit{
		vitals.MmHg, vitals.PerMinute, vitals.Percent, vitals.MgPerDL, vitals.MmolPerL, vitals.Kilogram, vitals.Pound,
		vitals.Centimetre, vitals.Inch, vitals.Celsius, vitals.Fahrenheit,
	} {
		if _, _, ok := vitals.PlausibleRange(m, u); ok {
			list = append(list, u)
		}
	}
	return list
}

// UnitsFirst is UnitsOf with those that the site prefers first.
func UnitsFirst(m vitals.Measure, preferred []vitals.Unit) []vitals.Unit {
	list := UnitsOf(m)
	slices.SortStableFunc(list, func(a, b vitals.Unit) int {
		return cmp.Compare(rank(preferred, a), rank(preferred, b))
	})
	return list
}

// rank is the place of a unit among the preferred ones, or after all of them.
func rank(preferred []vitals.Unit, u vitals.Unit) int {
	if i := slices.Index(preferred, u); i >= 0 {
		return i
	}
	return len(preferred)
}

// ChoosableUnits lists the units of measures that may be typed in more than one.
func ChoosableUnits() []vitals.Unit {
	var list []vitals.Unit
	for _, p := range vitals.Panels() {
		for _, m := range p.Main() {
			if units := UnitsOf(m); len(units) > 1 {
				list = append(list, units...)
			}
		}
	}
	return list
}

// Check returns what is wrong with what was typed, by field. Without a problem
// the values are complete.
func (t Typed) Check(now time.Time) (vitals.Values, map[vitals.Measure]Problem) {
	problems := map[vitals.Measure]Problem{}
	var values vitals.Values
	needed, more := Fields(t.Panel)
	for _, m := range slices.Concat(needed, more) {
		text := strings.TrimSpace(t.Numbers[m])
		if text == "" {
			if slices.Contains(needed, m) {
				problems[m] = Problem{Why: Missing}
			}
			continue
		}
		unit := t.Units[m]
		if unit == "" && len(UnitsOf(m)) > 0 {
			unit = UnitsOf(m)[0]
		}
		number, err := ParseNumber(text)
		low, high, _ := vitals.PlausibleRange(m, unit)
		switch {
		case err != nil:
			problems[m] = Problem{Why: NoNumber}
		case number.Cmp(low) < 0, number.Cmp(high) > 0:
			problems[m] = Problem{OutOfRange, vitals.Quantity{Value: low, Unit: unit}, vitals.Quantity{Value: high, Unit: unit}}
		default:
			values = append(values, vitals.Value{Measure: m, Quantity: vitals.Quantity{Value: number, Unit: unit}})
		}
	}
	if len(problems) == 0 && vitals.CheckPlausible(values) != nil {
		problems[vitals.Diastolic] = Problem{Why: NotAbove}
	}
	if len(needed) > 0 && !t.Taken.IsZero() && t.Taken.After(now) {
		problems[needed[0]] = Problem{Why: InTheFuture}
	}
	return values, problems
}

// Enter begins with values that are typed, for an instrument without a cable.
func (b *Bedside) Enter(p vitals.Panel) error {
	return b.command(func() error {
		if len(p.Main()) == 0 {
			return ErrNotNow
		}
		b.beginTyping(p, true)
		return nil
	}, Choose)
}

// Type takes what was typed as a reading of the series; whoever measures stays
// with it in the records. What is wrong comes back by field and changes nothing.
func (b *Bedside) Type(t Typed) (map[vitals.Measure]Problem, error) {
	values, problems := t.Check(b.cfg.Now())
	if len(problems) > 0 {
		return problems, nil
	}
	return nil, b.command(func() error {
		if t.Panel != b.m.panel {
			return ErrNotNow
		}
		r, from, err := b.typed(t, values)
		if err != nil {
			return err
		}
		b.take(from, r)
		return nil
	}, ByHand)
}

// Severe reports whether values would be critical, so that a screen can ask once
// more before it takes what may be a slip of the finger.
func (b *Bedside) Severe(p vitals.Panel, values vitals.Values) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	judged, err := b.cfg.Rules.Judge(b.subject, p, values, b.m.meal)
	return err == nil && guideline.Highest(judged) >= guideline.ContactToday
}

// typed makes a reading of values by way of the driver for them, so that the
// records hold the line like the bytes of any wire.
func (b *Bedside) typed(t Typed, values vitals.Values) (instruments.Reading, instruments.Attached, error) {
	var line []string
	for _, v := range values {
		line = append(line, fmt.Sprintf("%s %s %s", v.Measure, v.Quantity.Value, v.Quantity.Unit))
	}
	driver := manual.New(t.Panel, b.cfg.Who.Name)
	from := instruments.Attached{Model: driver.Model()}
	taken := t.Taken
	if taken.IsZero() {
		taken = b.cfg.Now()
	}
	r, err := driver.Read(strings.Join(line, " "), taken.UTC())
	if err != nil {
		return instruments.Reading{}, from, fmt.Errorf("reading what was typed: %w", err)
	}
	if r == nil {
		return instruments.Reading{}, from, errors.New("reading what was typed: no reading")
	}
	r.Panel = t.Panel
	return *r, from, nil
}
