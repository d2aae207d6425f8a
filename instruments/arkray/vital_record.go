package arkray

import (
	"bytes"
	"encoding/hex"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/meter"
)

// The characters of the Vital's link.
const (
	stx     = 0x02
	etx     = 0x03
	eot     = 0x04
	enq     = 0x05
	ack     = 0x06
	nak     = 0x15
	etb     = 0x17
	command = 0x92 // asks for the mode in which it takes commands
)

// The end of every line.
const lineEnd = "\r\n"

// vitalRange is what the Vital measures.
var vitalRange = meter.Range{Low: 20, High: 600}

// trailed cuts a text with its ETB or ETX from the sum of both and what ends
// the line. It reports false if the sum is wrong.
func trailed(line []byte, ends string) (text []byte, ok bool) {
	at := bytes.LastIndexAny(line, ends)
	if at < 0 || len(line) < at+3 {
		return nil, false
	}
	sum, err := hex.DecodeString(string(line[at+1 : at+3]))
	return line[:at], err == nil && sum[0] == checksum.Sum8(line[:at+1])
}

// parseHeader reads the frame with the header record: which meter it is.
func parseHeader(line []byte) (instruments.Identity, error) {
	start := bytes.IndexByte(line, stx)
	if start < 0 {
		return instruments.Identity{}, garbled("no header")
	}
	text, ok := trailed(line[start+1:], string([]byte{etb, etx}))
	if !ok {
		return instruments.Identity{}, garbled("a header with a wrong sum")
	}
	const sender = 4 // index of the field
	fields := strings.Split(string(text), "|")
	if len(fields) <= sender || !strings.HasSuffix(fields[0], "H") {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "no header record")
	}
	parts := strings.Split(fields[sender], "^")
	if len(parts) < 3 || strings.HasPrefix(parts[0], "Bayer") || strings.HasPrefix(parts[0], "Contour") || !printable(parts[0]) || !printable(parts[2]) {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "not the header of a GlucoCard Vital")
	}
	return instruments.Identity{Name: parts[0], Serial: parts[2]}, nil
}

func printable(s string) bool {
	for _, c := range s {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return s != ""
}

// The parts of a stored result, in characters.
const (
	resultStart = "D|"
	resultSize  = 16
	resultLine  = len(resultStart) + resultSize + len("\x17FD|\r\n")
)

// parseResult reads the line of a stored result.
func parseResult(line []byte) (meter.Row, error) {
	text, ok := trailed(line, string([]byte{etb}))
	if !ok || len(line) != resultLine || !bytes.HasPrefix(text, []byte(resultStart)) || len(text) != len(resultStart)+resultSize ||
		!bytes.HasSuffix(line, []byte("|"+lineEnd)) {
		return meter.Row{}, garbled("a damaged result")
	}
	text = text[len(resultStart):]
	number, errNumber := hex.DecodeString(string(text[:4]))
	flags, errFlags := hex.DecodeString(string(text[14:]))
	if errNumber != nil || errFlags != nil {
		return meter.Row{}, garbled("a result that is no number")
	}
	row := meter.Row{Wall: resultTime(text[4:14])}
	value := int(number[0]) | int(number[1])<<8
	const high, low, control = 1, 2, 4
	switch flag := flags[0]; {
	case flag&^control == high:
		row.Value = vitalRange.Hi()
	case flag&^control == low:
		row.Value = vitalRange.Lo()
	case flag&^control != 0:
		row.Refused = instruments.NewFault(instruments.DamagedRecord, "marks that are not known: "+string(text[14:]))
	default:
		row.Value = vitalRange.Quantity(value)
	}
	if flags[0]&control != 0 {
		row.MarkControl()
	}
	return row, nil
}

// resultTime reads minute, hour, day, month and year; zero if that is no date.
func resultTime(digits []byte) time.Time {
	n, ok := pairs(digits)
	if !ok {
		return time.Time{}
	}
	wall, err := meter.Wall(firstYear+n[4], n[3], n[2], n[1], n[0], 0)
	if err != nil {
		return time.Time{}
	}
	return wall
}

// pairs reads pairs of decimal digits.
func pairs(digits []byte) (n []int, ok bool) {
	if !decimal(digits) || len(digits)%2 != 0 {
		return nil, false
	}
	for i := 0; i < len(digits); i += 2 {
		n = append(n, int(digits[i]-'0')*10+int(digits[i+1]-'0'))
	}
	return n, true
}

// decimal reports whether there are digits and nothing else.
func decimal(digits []byte) bool {
	for _, c := range digits {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(digits) > 0
}

// parseAnswer takes the text out of a line without a sum.
func parseAnswer(line []byte) ([]byte, bool) {
	text, ok := bytes.CutPrefix(line, []byte(resultStart))
	text, closed := bytes.CutSuffix(text, []byte("|"+lineEnd))
	return text, ok && closed
}
