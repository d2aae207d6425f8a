package isens

import (
	"bytes"
	"encoding/binary"
	"strings"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// The newer protocol: frames of a start, four letters, the size of what
// follows, a command of four letters, data, a CRC and an end.
const (
	etx       = 0x03
	header    = "\x02iSPc"
	sizeAt    = len(header)
	commandAt = sizeAt + 1
	dataAt    = commandAt + 4
	tailSize  = 3 // CRC and end
	// overhead is what the size counts beside the data.
	overhead = 4 + tailSize
	// longestFrame is one of the most results.
	longestFrame = dataAt + batch*entrySize + tailSize

	entrySize = 9
	batch     = 27 // results in one answer, at most
)

// A command is something that a probe or a measurement may send. The list is
// closed: what sets the clock is none of them.
type command string

const (
	askSerial  command = "RSNB"
	askClock   command = "RTIM"
	askCount   command = "NCOT"
	askResults command = "GLUE"
)

// A frame is one whole frame of either direction.
type frame []byte

func (f frame) command() string { return string(f[commandAt:dataAt]) }
func (f frame) data() []byte    { return f[dataAt : len(f)-tailSize] }
func (f frame) sum() uint16     { return binary.BigEndian.Uint16(f[len(f)-tailSize:]) }

// crc covers all but itself.
func (f frame) crc() uint16 {
	return checksum.CRC16(append(bytes.Clone(f[:len(f)-tailSize]), etx))
}

// newFrame returns the frame of a command.
func newFrame(command string, data ...byte) frame {
	f := append(frame(header), byte(overhead+len(data)))
	f = append(f, command...)
	f = append(f, data...)
	f = append(f, 0, 0, etx)
	binary.BigEndian.PutUint16(f[len(f)-tailSize:], f.crc())
	return f
}

// nextFrame finds a frame in b. It returns how many bytes lie before it; and
// without a whole frame, how many cannot be of one.
func nextFrame(b []byte) (f frame, before int, ok bool) {
	for at := range b {
		rest := b[at:]
		if !bytes.HasPrefix(rest, []byte(header)) {
			if bytes.HasPrefix([]byte(header), rest) {
				return nil, at, false
			}
			continue
		}
		if len(rest) <= sizeAt {
			return nil, at, false
		}
		size := commandAt + int(rest[sizeAt])
		switch {
		case size > longestFrame, size < commandAt+overhead:
		case len(rest) < size:
			return nil, at, false
		case rest[size-1] == etx:
			return frame(rest[:size]), at, true
		}
	}
	return nil, len(b), false
}

// deviceError returns what the meter's own word for a question that it did not
// understand means.
func deviceError(command string) (detail string, ok bool) {
	switch command {
	case "TOUT":
		return "the question did not come to its end", true
	case "HEAD", "SIZE", "ECRC":
		return "the question was damaged", true
	case "CMND":
		return "the meter does not know the question", true
	}
	return "", false
}

// parseSerial reads a serial number, behind which is one byte that means
// nothing.
func parseSerial(data []byte) (string, bool) {
	if len(data) == 0 {
		return "", false
	}
	serial := strings.Trim(string(data[:len(data)-1]), " \x00")
	for i := range len(serial) {
		if serial[i] <= ' ' || serial[i] > '~' {
			return "", false
		}
	}
	return serial, serial != ""
}

// The flags of a result. Another one says that a result has no mark, and the
// last that the meter knows the flags of LO and HI.
const (
	flagControl   = 0x01
	flagAfterMeal = 0x02
	flagLow       = 0x04
	flagHigh      = 0x08
	flagFasting   = 0x10
	flagKetone    = 0x40
)

// entryRow reads a result of the newer protocol.
func entryRow(b []byte) meter.Row {
	row := meter.Row{Wall: wallTime(b)}
	flags, value := b[timeSize], int(binary.BigEndian.Uint16(b[timeSize+1:]))
	has := func(flag byte) bool { return flags&flag != 0 }
	limits := glucose()
	switch {
	case has(flagLow) && has(flagHigh):
		row.Refused = damaged("below and above the range at once")
	case has(flagAfterMeal) && has(flagFasting):
		row.Refused = damaged("marked as fasting and as after a meal")
	case has(flagKetone):
		row.Measure = vitals.Ketone
		row.Value, row.Refused = ketone(value, has(flagLow), has(flagHigh))
	case has(flagLow):
		row.Value = limits.Lo()
	case has(flagHigh):
		row.Value = limits.Hi()
	default:
		row.Value = limits.Quantity(value)
	}
	switch {
	case has(flagControl):
		row.MarkControl()
	case has(flagKetone):
	case has(flagAfterMeal):
		row.Meal = vitals.AfterMeal
	case has(flagFasting):
		row.Meal = vitals.Fasting
	}
	return row
}

// mostKetone is the most that these meters measure, in tenths of mmol/L. The
// least is nothing, so there is no LO.
const mostKetone = 80

// ketone reads tenths of mmol/L.
func ketone(tenths int, low, high bool) (vitals.Quantity, *instruments.Fault) {
	q := vitals.Quantity{Unit: vitals.MmolPerL}
	switch {
	case high:
		tenths, q.Comparator = mostKetone, vitals.Above
	case low, tenths > mostKetone:
		return vitals.Quantity{}, damaged("ketone outside of what the meter can measure")
	}
	value, err := vitals.Scaled(int64(tenths), 1)
	if err != nil {
		return vitals.Quantity{}, damaged("ketone that is no number")
	}
	q.Value = value
	return q, nil
}
