package freestyle

import (
	"bytes"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// The shapes of the lines of a memory, see [meter.Shaped].
const (
	countShape  = "nnn"
	clockShape  = "xxxx nn nnnn nn:nn:nn"
	optiumShape = "xxx  xxxx nn nnnn nn:nn x 0xhh"
	liteShape   = "xxx  xxxx nn nnnn nn:nn hh 0xhh"
	sumShape    = "0xhhhh  END"
)

// Where the parts begin in a result, and in the date of the clock.
const (
	dateAt   = 5
	typeAt   = 24
	monthLen = 4
)

// limits of every meter of the family.
var limits = meter.Range{Low: 20, High: 500}

// The bits of a result's status.
const (
	control   = 0x01
	clockLost = 0x02 // of the Optium
)

// text returns a line without its end and the marks that some meters put
// around a memory.
func text(line []byte) []byte { return bytes.Trim(line, "\x02\x03\r\n") }

// isResult reports whether a line has the form of a result. The value is not
// looked at.
func isResult(line []byte) bool {
	return meter.Shaped(line, optiumShape) || meter.Shaped(line, liteShape)
}

// wallTime reads a date and time of hours and minutes, or of the seconds, too,
// if there are any; zero if there is none.
func wallTime(b []byte) time.Time {
	month := monthOf(string(b[:monthLen]))
	day, year := meter.Number(b[5:7]), meter.Number(b[8:12])
	hour, minute, second := meter.Number(b[13:15]), meter.Number(b[16:18]), 0
	if len(b) == len(clockShape) {
		second = meter.Number(b[19:21])
	}
	wall, err := meter.Wall(year, month, day, hour, minute, second)
	if err != nil {
		return time.Time{}
	}
	return wall
}

// monthOf reads three letters and a space, or June or July; zero if it is none.
func monthOf(s string) int {
	for m := time.January; m <= time.December; m++ {
		name := m.String()
		if s == name || s == name[:3]+" " {
			return int(m)
		}
	}
	return 0
}

// resultTime reads the time of a line that isResult.
func resultTime(line []byte) time.Time { return wallTime(line[dateAt : dateAt+18]) }

// parseRow reads a line that isResult.
func parseRow(line []byte) meter.Row {
	row := meter.Row{Wall: resultTime(line)}
	status := meter.Hex(line[len(line)-2:])
	optium := meter.Shaped(line, optiumShape)
	switch {
	case optium && status&clockLost != 0:
		row.Refused = instruments.NewFault(instruments.ClockUnset, "the meter had lost its time when it stored the result")
	case status&^control != 0:
		row.Refused = damaged("a status that is not known")
	case !optium || line[typeAt] == 'G':
		row.Value, row.Refused = glucose(string(line[:3]))
	case line[typeAt] == 'K':
		row.Measure = vitals.Ketone
		row.Value, row.Refused = ketone(string(line[:3]))
	default:
		row.Refused = damaged("another kind of result")
	}
	if status&control != 0 {
		row.MarkControl()
	}
	return row
}

func damaged(detail string) *instruments.Fault {
	return instruments.NewFault(instruments.DamagedRecord, detail)
}

func glucose(field string) (vitals.Quantity, *instruments.Fault) {
	switch {
	case field == "HI ":
		return limits.Hi(), nil
	case field == "LO ":
		return limits.Lo(), nil
	case !meter.Shaped([]byte(field), "nnn"):
		return vitals.Quantity{}, damaged("no number")
	}
	return limits.Quantity(meter.Number([]byte(field))), nil
}

// ketoneHigh is the highest ketone in tenths of mmol/L. Of the two limits that
// are told this is the lower, so that what is above the other is above it, too.
const ketoneHigh = 80

func ketone(field string) (vitals.Quantity, *instruments.Fault) {
	tenths := ketoneHigh + 1
	switch {
	case meter.Shaped([]byte(field), "nnn"):
		tenths = (meter.Number([]byte(field))*10 + 9) / 18 // rounded half up
	case field != "HI ":
		return vitals.Quantity{}, damaged("no number of ketone")
	}
	q := vitals.Quantity{Unit: vitals.MmolPerL}
	if tenths > ketoneHigh {
		tenths, q.Comparator = ketoneHigh, vitals.Above
	}
	var err error
	if q.Value, err = vitals.Scaled(int64(tenths), 1); err != nil {
		return vitals.Quantity{}, damaged("no number of ketone")
	}
	return q, nil
}

// The forms of a serial number, as the Tidepool uploader takes them: s stands
// for a digit or a capital letter.
var serialShapes = []string{"s-ssss-sssss", "sssssss-sssss"}

// shortSerial is the length of a form without dashes.
const shortSerial = 11

// parseSerial reads a serial number.
func parseSerial(b []byte) (string, bool) {
	for _, shape := range serialShapes {
		if meter.Shaped(b, shape) && (shape[1] == '-') == (b[1] == '-') && isLetter(b[0]) {
			return string(b), true
		}
	}
	short := strings.Repeat("s", shortSerial)
	if meter.Shaped(b, short) && (b[0] == 'X' || b[0] == 'C') && isLetter(b[1]) && (b[2] == 'G' || b[2] == 'M') {
		return string(b), true
	}
	return "", false
}

func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' }

// parseVersion reads a version, which may be filled up with spaces.
func parseVersion(b []byte) (string, bool) {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return "", false
		}
	}
	version := strings.ReplaceAll(string(b), " ", "")
	return version, version != "" && '0' <= version[0] && version[0] <= '9'
}
