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

// parseTime reads a date-time; wall is zero if there is an error. A combined
// meter marks the results of its cuff in it.
func parseTime(d data) (wall time.Time, pressure bool, err error) {
	date := binary.LittleEndian.Uint16(d[:2])
	wall, err = meter.Wall(2000+int(date>>9), int(date>>5&0x0F), int(date&0x1F), int(d[3]&0x1F), int(d[2]&0x3F), 0)
	return wall, d[2]&0x80 != 0, err
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

// parseRow puts the two halves of a stored result together. A date that is
// none leaves the row without a time.
func parseRow(when, value data) meter.Row {
	wall, pressure, _ := parseTime(when)
	row := meter.Row{Wall: wall}
	number := binary.LittleEndian.Uint16(value[:2])
	kind, analyte := value[3]>>6, value[3]>>2&0x0F
	switch {
	case pressure:
		row.Refused = instruments.NewFault(instruments.NotGlucose, "a blood pressure")
	case kind == control:
		row.Refused = instruments.NewFault(instruments.ControlTest, "")
	case analyte != 0:
		row.Refused = instruments.NewFault(instruments.NotGlucose, analyteName(analyte))
	case number == erased:
		row.Refused = instruments.NewFault(instruments.DamagedRecord, "an erased memory cell")
	default:
		row.Value = limits.Quantity(int(number))
	}
	switch kind {
	case beforeMeal:
		row.Meal = vitals.BeforeMeal
	case afterMeal:
		row.Meal = vitals.AfterMeal
	}
	return row
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

// parseModel reads the model number, which is written in decimal digits. Only
// the glucose meters of the 41 and 42 series are accepted: the cuffs and
// oximeters of the maker answer the same commands, and their results would be
// read as glucose.
func parseModel(d data) (name string, err error) {
	digits := fmt.Sprintf("%04X", binary.LittleEndian.Uint16(d[:2]))
	if strings.ContainsAny(digits, "ABCDEF") {
		return "", instruments.NewFault(instruments.WrongModel, "no TaiDoc model number")
	}
	if !strings.HasPrefix(digits, "41") && !strings.HasPrefix(digits, "42") {
		return "", instruments.NewFault(instruments.WrongModel, "TD-"+digits+" is not a glucose meter that is known")
	}
	return "TD-" + digits, nil
}

// serial joins the two halves of a serial number, each sent backwards.
func serial(high, low data) string {
	slices.Reverse(high[:])
	slices.Reverse(low[:])
	return strings.ToUpper(hex.EncodeToString(append(high[:], low[:]...)))
}
