package menarini

import (
	"bytes"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// A result is one row of a memory, cut at its commas: kind, value, unit, mark,
// date and time.
type result [6][]byte

// cut returns the fields of a row, and whether it has the form of a result.
// The value is not looked at.
func cut(line []byte) (r result, ok bool) {
	rest := bytes.TrimSuffix(line, []byte(lineEnd))
	for i := range r {
		field, after, more := bytes.Cut(rest, []byte(","))
		if more == (i == len(r)-1) {
			return result{}, false
		}
		r[i], rest = field, after
	}
	_, known := r.measure()
	return r, known && numeric(r[4], 6) && numeric(r[5], 4)
}

func numeric(b []byte, length int) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) == length
}

// measure tells what was measured.
func (r result) measure() (vitals.Measure, bool) {
	switch kind := string(r[0]); {
	case strings.EqualFold(kind, "Glu"):
		return vitals.Glucose, true
	case strings.EqualFold(kind, "Ket"):
		return vitals.Ketone, true
	}
	return "", false
}

// wall is when the result was stored; zero if it has no date.
func (r result) wall() time.Time {
	pair := func(b []byte, i int) int { return int(b[i]-'0')*10 + int(b[i+1]-'0') }
	wall, err := meter.Wall(2000+pair(r[4], 0), pair(r[4], 2), pair(r[4], 4), pair(r[5], 0), pair(r[5], 2), 0)
	if err != nil {
		return time.Time{}
	}
	return wall
}

// row reads all of a result.
func (r result) row() meter.Row {
	row := meter.Row{Wall: r.wall()}
	row.Measure, _ = r.measure()
	if row.Value, row.Refused = r.quantity(row.Measure); row.Refused == nil {
		row.Meal, row.Refused = r.meal()
	}
	return row
}

// quantity reads the value in the unit of the row.
func (r result) quantity(measure vitals.Measure) (vitals.Quantity, *instruments.Fault) {
	limits, ok := limitsOf(measure, string(bytes.TrimLeft(r[2], " ")))
	if !ok {
		return vitals.Quantity{}, damaged("a unit that this measure is not known in")
	}
	q := vitals.Quantity{Unit: limits.unit}
	switch text := string(bytes.TrimLeft(r[1], " ")); text {
	case "LO":
		q.Value, q.Comparator = limits.low, vitals.Below
	case "HI":
		q.Value, q.Comparator = limits.high, vitals.Above
	default:
		value, err := vitals.ParseDecimal(text)
		_, fraction, _ := strings.Cut(text, ".")
		switch {
		case err != nil, len(fraction) != limits.decimals:
			return q, damaged("no number of the row's unit")
		case limits.zeroIsLow && value.Cmp(vitals.Int(0)) == 0:
			q.Value, q.Comparator = limits.low, vitals.Below
			return q, nil
		case value.Cmp(limits.low) < 0, value.Cmp(limits.high) > 0:
			return q, damaged("a number outside of what the meter can measure")
		}
		q.Value = value
	}
	return q, nil
}

// limits are the range of a meter.
type limits struct {
	unit      vitals.Unit
	low, high vitals.Decimal
	decimals  int
	zeroIsLow bool // a zero stands for what is below the range
}

// limitsOf returns the range of a measure in a unit. That of ketone is in the
// maker's manual of the GlucoMen areo 2K, which shows HI above 8.0 mmol/L and
// 0.0 below 0.1. No manual was at hand that tells the range of glucose: it is
// the one that most meters share, and a number outside of it is refused.
func limitsOf(measure vitals.Measure, unit string) (l limits, ok bool) {
	tenths := func(low, high int64) limits {
		l := limits{unit: vitals.MmolPerL, decimals: 1}
		l.low, _ = vitals.Scaled(low, 1)
		l.high, _ = vitals.Scaled(high, 1)
		return l
	}
	switch {
	case unit == "mg/dL" && measure == vitals.Glucose:
		return limits{unit: vitals.MgPerDL, low: vitals.Int(20), high: vitals.Int(600)}, true
	case unit == "mmol/L" && measure == vitals.Glucose:
		return tenths(11, 333), true
	case unit == "mmol/L" && measure == vitals.Ketone:
		l := tenths(1, 80)
		l.zeroIsLow = true
		return l, true
	}
	return limits{}, false
}

// meal reads the mark. The check mark and that of exercise say nothing of
// meals. An unknown one may be that of a control solution.
func (r result) meal() (vitals.Meal, *instruments.Fault) {
	switch string(r[3]) {
	case "00", "01", "08":
		return vitals.MealUnknown, nil
	case "02":
		return vitals.BeforeMeal, nil
	case "04":
		return vitals.AfterMeal, nil
	}
	return "", damaged("a mark that is not known, maybe of a control solution")
}

func damaged(detail string) *instruments.Fault {
	return instruments.NewFault(instruments.DamagedRecord, detail)
}

// parseInfo reads the row that tells who the meter is: three numbers that are
// not known, the serial number and the version.
func parseInfo(line []byte) (identity instruments.Identity, ok bool) {
	fields := strings.Split(strings.TrimSuffix(string(line), lineEnd), ",")
	if len(fields) != 5 {
		return identity, false
	}
	for _, f := range fields[:3] {
		if f == "" || !numeric([]byte(f), len(f)) {
			return identity, false
		}
	}
	identity.Serial, identity.Firmware = strings.TrimSpace(fields[3]), strings.TrimSpace(fields[4])
	return identity, identity.Serial != "" && printable(identity.Serial) && printable(identity.Firmware)
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
