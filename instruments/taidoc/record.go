package taidoc

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// A stamp is the time of a result, with what a cuff writes into its spare bits.
type stamp struct {
	wall      time.Time // zero if there is an error
	pressure  bool      // the result is one of a cuff
	irregular bool      // the pulse was
	average   bool      // of several measurements
}

// The bits beside a time. A class of 2 is a pulse whose rate varies, 3 atrial
// fibrillation; 1 is one that is only fast or slow.
const (
	pressureBit    = 0x80 // of the minute
	irregularBit   = 0x40 // of the minute
	averageBit     = 0x80 // of the hour
	irregularClass = 2    // and above
)

// parseTime reads a date-time.
func parseTime(d data) (s stamp, err error) {
	date := binary.LittleEndian.Uint16(d[:2])
	s.wall, err = meter.Wall(2000+int(date>>9), int(date>>5&0x0F), int(date&0x1F), int(d[3]&0x1F), int(d[2]&0x3F), 0)
	s.pressure, s.average = d[2]&pressureBit != 0, d[3]&averageBit != 0
	s.irregular = d[2]&irregularBit != 0 || d[3]>>5&0x03 >= irregularClass
	return s, err
}

// The kinds of result in the top bits of the last value byte.
const (
	general = iota
	beforeMeal
	afterMeal
	control
)

// erased is what a memory cell holds that was never written.
const erased = 0xFFFF

// parseRow puts the two halves of a stored result together, by the layout of
// an instrument. A date that is none leaves the row without a time.
func (l layout) parseRow(when, value data) meter.Row {
	at, _ := parseTime(when)
	row := meter.Row{Wall: at.wall}
	pressure, fault := l.pressure(at, value)
	switch {
	case fault != nil:
		row.Refused = fault
		return row
	case pressure:
		l.parsePressure(&row, at, value)
		return row
	}
	number := binary.LittleEndian.Uint16(value[:2])
	kind, code := value[3]>>6, value[3]>>2&0x0F
	switch {
	case number == erased:
		row.Refused = instruments.NewFault(instruments.DamagedRecord, "an erased memory cell")
	case code != glucose:
		parseAnalyte(&row, code, int(number))
	default:
		row.Value = limits.Quantity(int(number))
	}
	switch kind {
	case beforeMeal:
		row.Meal = vitals.BeforeMeal
	case afterMeal:
		row.Meal = vitals.AfterMeal
	case control:
		row.MarkControl()
	}
	return row
}

// The analytes that are told apart.
const (
	glucose     = 0
	haematocrit = 6
	ketone      = 7
	urate       = 8
	cholesterol = 9
)

// parseAnalyte reads the number of an analyte other than glucose. Ketone
// counts in thirtieths of a mmol/L and is shown with one decimal, uric acid
// counts in tenths. How these show LO and HI is not known, so a number that
// cannot be is refused.
func parseAnalyte(row *meter.Row, code byte, number int) {
	switch code {
	case haematocrit:
		row.Measure, row.Value = vitals.PackedCells, vitals.Of(number, vitals.Percent)
	case ketone:
		row.Measure, row.Value = vitals.Ketone, tenths((number+1)/3, vitals.MmolPerL)
	case urate:
		row.Measure, row.Value = vitals.Urate, tenths(number, vitals.MgPerDL)
	case cholesterol:
		row.Measure, row.Value = vitals.TotalCholesterol, vitals.Of(number, vitals.MgPerDL)
	default:
		row.Refused = instruments.NewFault(instruments.NotGlucose, analyteName(code))
		return
	}
	if vitals.CheckPlausible(vitals.Values{{Measure: row.Measure, Quantity: row.Value}}) != nil {
		row.Refused = instruments.NewFault(instruments.Implausible, analyteName(code))
	}
}

func tenths(n int, unit vitals.Unit) vitals.Quantity {
	value, err := vitals.Scaled(int64(n), 1)
	if err != nil { // one decimal and two bytes always fit
		return vitals.Quantity{}
	}
	return vitals.Quantity{Value: value, Unit: unit}
}

// analyteName names what else these meters measure, for staff.
func analyteName(code byte) string {
	switch code {
	case 6:
		return "a haematocrit"
	case 7:
		return "a ketone"
	case 8:
		return "uric acid"
	case 9:
		return "a cholesterol"
	case 11:
		return "a haemoglobin"
	case 12:
		return "a lactate"
	case 13:
		return "triglycerides"
	}
	return fmt.Sprintf("unknown analyte %d", code)
}

// parseModel reads the model number, which is written in decimal digits.
func parseModel(d data) (name string, err error) {
	digits := fmt.Sprintf("%04X", binary.LittleEndian.Uint16(d[:2]))
	if strings.ContainsAny(digits, "ABCDEF") {
		return "", instruments.NewFault(instruments.WrongModel, "no TaiDoc model number")
	}
	return "TD-" + digits, nil
}

// serial joins the two halves of a serial number, each sent backwards.
func serial(high, low data) string {
	slices.Reverse(high[:])
	slices.Reverse(low[:])
	return strings.ToUpper(hex.EncodeToString(append(high[:], low[:]...)))
}
