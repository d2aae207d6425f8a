package codefree

import (
	"bytes"
	"encoding/binary"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// The parts of a frame: start, direction, size of what follows, message, sum,
// end. The end may be part of a message.
const (
	start     = 0x53
	fromMeter = 0x20
	fromHost  = 0x10
	end       = 0xAA

	headSize = 3
	tailSize = 2
)

// The messages. Those of the host are a closed list; what sets the clock is
// made in clockSetting and nowhere else.
const (
	whoIsThere   = "\x10\x30" // the meter, once it is switched on
	here         = "\x10\x40" // the host
	next         = "\x10\x60" // the host; after the last result it ends the session
	disconnected = "\x10\x70" // the meter
	clockSet     = "\x10\x10" // the meter
	countMark    = 0x30       // begins the message with the number of results
)

// The sizes of the meter's messages.
const (
	shortSize  = len(whoIsThere)
	recordSize = 17
	countSize  = 22
)

// A frame is one whole frame.
type frame []byte

func (f frame) message() []byte { return f[headSize : len(f)-tailSize] }

func newFrame(direction byte, message string) frame {
	f := append(frame{start, direction, byte(len(message) + tailSize)}, message...)
	return append(f, checksum.Xor8([]byte(message)), end)
}

// challenge is what the meter says when it is switched on, as it is on the wire.
func challenge() []byte { return newFrame(fromMeter, whoIsThere) }

// frameAt returns the frame of the meter that b begins with. It is not whole if
// more bytes may make it so, and not good if its sum or its end is wrong.
func frameAt(b []byte) (f frame, whole, good bool) {
	for i, want := range []byte{start, fromMeter} {
		if i < len(b) && b[i] != want {
			return nil, true, false
		}
	}
	if len(b) < headSize {
		return nil, false, false
	}
	switch size := int(b[headSize-1]) - tailSize; {
	case size != shortSize && size != recordSize && size != countSize:
		return nil, true, false
	case len(b) < headSize+size+tailSize:
		return nil, false, false
	default:
		f = frame(b[:headSize+size+tailSize])
	}
	return f, true, f[len(f)-1] == end && f[len(f)-2] == checksum.Xor8(f.message())
}

// The years that a byte of a result can tell.
const (
	firstYear = 2000
	lastYear  = 2099
)

// The places in the message of a result. What the others hold is not known.
const (
	timeAt  = 2
	valueAt = 7
	mealAt  = 9
)

// wall is when the result of the frame was stored; zero if it has no date.
func (f frame) wall() time.Time {
	m := f.message()[timeAt:]
	year := firstYear + int(m[0])
	wall, err := meter.Wall(year, int(m[1]), int(m[2]), int(m[3]), int(m[4]), 0)
	if err != nil || year > lastYear {
		return time.Time{}
	}
	return wall
}

// limits are what the meter measures.
func limits() meter.Range { return meter.Range{Low: 10, High: 600} }

// row reads the result of the frame.
func (f frame) row() meter.Row {
	m := f.message()
	row := meter.Row{Wall: f.wall()}
	switch m[mealAt] {
	case 0x00:
	case 0x10:
		row.Meal = vitals.BeforeMeal
	case 0x20:
		row.Meal = vitals.AfterMeal
	default:
		row.Refused = damaged("a mark that is not known, maybe of a control solution")
		return row
	}
	value := int(binary.BigEndian.Uint16(m[valueAt:]))
	if value < limits().Low || value > limits().High {
		row.Refused = damaged("a number outside of what the meter can measure, maybe LO or HI")
		return row
	}
	row.Value = limits().Quantity(value)
	return row
}

// clockSetting is the message that makes the meter show a time. Only SetClock
// says it.
func clockSetting(t time.Time) string { return "ADATE" + t.Format("200601021504") }

func damaged(detail string) *instruments.Fault {
	return instruments.NewFault(instruments.DamagedRecord, detail)
}

func garbled(detail string) *instruments.Fault {
	return instruments.NewFault(instruments.Garbled, detail)
}

// known reports whether a message is one that the host may say in a measurement.
func known(message []byte) (name string, ok bool) {
	switch {
	case bytes.Equal(message, []byte(here)):
		return "a host is there", true
	case bytes.Equal(message, []byte(next)):
		return "the next result, or the end", true
	}
	return "", false
}
