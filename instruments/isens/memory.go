package isens

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// The older protocol: bytes of the memory are asked for by their address, and
// each is answered in three.
const (
	readMark = 0x8B // begins a request, and each byte of an answer
	highMark = 0x10 // with the high half of a byte
	lowMark  = 0x20 // with the low half
	tripled  = 3    // bytes of an answer for one of the memory

	requestSize = 7

	aboutAt   = 0x1034 // address of what tells who the meter is
	aboutSize = 10
	storeSize = 8 // of a result
)

// readRequest asks for size bytes from an address on.
func readRequest(address uint16, size byte) []byte {
	nibble := func(mark byte, n uint16) byte { return mark | byte(n&0x0F) }
	return []byte{
		readMark,
		nibble(highMark, address>>12), nibble(lowMark, address>>8), nibble(highMark, address>>4), nibble(lowMark, address),
		nibble(highMark, uint16(size>>4)), nibble(lowMark, uint16(size)),
	}
}

// joined reads the bytes of an answer. It fails if a mark is not in its place.
func joined(answer []byte) ([]byte, bool) {
	if len(answer)%tripled != 0 {
		return nil, false
	}
	b := make([]byte, 0, len(answer)/tripled)
	for ; len(answer) > 0; answer = answer[tripled:] {
		if answer[0] != readMark || answer[1]&0xF0 != highMark || answer[2]&0xF0 != lowMark {
			return nil, false
		}
		b = append(b, answer[1]<<4|answer[2]&0x0F)
	}
	return b, true
}

// A model is what the meter says that it is.
type model struct {
	letters string
	start   uint16 // address of its first result
}

// Where the places of a memory are is sure for so many. The two accounts of
// it differ behind them, but for the model CVP, of which there is one.
const (
	surePlaces = 128
	cvpPlaces  = 500
	cvp        = "CVP"
)

// modelOf returns the model of a code.
func modelOf(code int) (model, bool) {
	models := [...]model{
		0x00: {"CSP", 0xC200}, 0x01: {"ISP", 0xC200}, 0x02: {"GSP", 0xD200}, 0x03: {"CNP", 0xE200}, 0x04: {"NCP", 0xE200},
		0x05: {"HDP", 0xE200}, 0x06: {"ACP", 0xE200}, 0x07: {"NTP", 0xE200}, 0x08: {"ECP", 0xE200}, 0x09: {"AQP", 0xE200},
		0x0A: {"ITP", 0xE200}, 0x0B: {"CNM", 0xE200}, 0x0C: {"APP", 0xD200}, 0x0D: {"CLP", 0xD200}, 0x0E: {"DAP", 0xE200},
		0x0F: {"MDP", 0xE200}, 0x10: {"CMP", 0xE200}, 0x11: {cvp, 0xE200},
	}
	if code >= len(models) {
		return model{}, false
	}
	return models[code], true
}

// parseAbout reads who the meter is.
func parseAbout(b []byte) (serial string, m model, ok bool) {
	word := func(at int) int { return int(binary.LittleEndian.Uint16(b[at:])) }
	production, mass, program := word(0), word(2), word(6)
	m, ok = modelOf(word(4))
	if !ok || production > 99999 || mass > 0xFF || program > 'Z'-'A' {
		return "", model{}, false
	}
	format := "%s%02d%c%05d"
	if m.letters == cvp {
		format = "%s%02X%c%05d"
	}
	return fmt.Sprintf(format, m.letters, mass, 'A'+program, production), m, true
}

func careSens(serial string, m model) instruments.Identity {
	return instruments.Identity{Serial: serial, Name: careSensName + " " + m.letters}
}

// memoryReader speaks the older protocol.
type memoryReader struct {
	session
	model model // as identify has found it
}

func (r *memoryReader) begin(ctx context.Context) error { return r.expect(ctx, memoryReads) }

// read asks for bytes of the memory, and returns them also as they crossed the
// wire.
func (r *memoryReader) read(ctx context.Context, address uint16, size byte) (b, crossed []byte, err error) {
	err = r.Repeat(ctx, r.wait, func() error {
		if err := r.Say(readRequest(address, size)); err != nil {
			return err
		}
		crossed = nil
		for until := time.Now().Add(r.wait); len(crossed) < tripled*int(size); {
			some, err := r.Some(ctx, max(0, time.Until(until)))
			switch {
			case err != nil && len(crossed) > 0 && meter.Again(ctx, err):
				return garbled("an answer without an end")
			case err != nil:
				return err
			}
			crossed = append(crossed, some...)
		}
		var ok bool
		if b, ok = joined(crossed); !ok || len(b) != int(size) {
			return garbled("an answer that is none of an i-SENS meter")
		}
		return nil
	})
	return b, crossed, err
}

// Identify asks for the serial number, which nothing protects, until it is the
// same twice in a row.
func (r *memoryReader) Identify(ctx context.Context) (instruments.Identity, error) {
	last := ""
	for range 2 * rounds {
		b, _, err := r.read(ctx, aboutAt, aboutSize)
		if err != nil {
			return instruments.Identity{}, err
		}
		serial, m, ok := parseAbout(b)
		switch {
		case ok && serial == last:
			r.model = m
			return careSens(serial, m), nil
		case !ok && last == "?":
			return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "no serial number of an i-SENS meter")
		case !ok:
			serial = "?"
		}
		last = serial
	}
	return instruments.Identity{}, garbled("the serial number changes")
}

// clock returns one that could not be read: nobody knows how.
func (*memoryReader) Clock(_ context.Context, zone *time.Location) (meter.Clock, error) {
	return meter.UnreadClock(zone), nil
}

// walk reads results to the first place that was never written.
func (r *memoryReader) walk(ctx context.Context, take func(stored []byte)) error {
	places := surePlaces
	if r.model.letters == cvp {
		places = cvpPlaces
	}
	for i := range places {
		b, _, err := r.result(ctx, i)
		switch {
		case err != nil:
			return err
		case unwritten(b):
			return nil
		}
		take(b)
	}
	if r.model.letters == cvp {
		return nil
	}
	return instruments.NewFault(instruments.OutOfOrder,
		"where a meter with so many results keeps the others is not known: its memory has to be cleared")
}

func unwritten(stored []byte) bool { return stored[0] == 0xFF && stored[1] == 0xFF }

func (r *memoryReader) result(ctx context.Context, index int) (stored, crossed []byte, err error) {
	return r.read(ctx, r.model.start+uint16(storeSize*index), storeSize)
}

func (*memoryReader) row(stored []byte) meter.Row { return storedRow(stored) }

// What is added to a value to mark it, and what stands for LO and HI.
const (
	controlMark = 20000
	mealMark    = 10000
	lowValue    = 10
	highValue   = 700
)

// storedRow reads a result of the older protocol.
func storedRow(b []byte) meter.Row {
	row := meter.Row{Wall: wallTime(b)}
	value := int(binary.LittleEndian.Uint16(b[timeSize:]))
	control := value > controlMark
	if control {
		value -= controlMark
	}
	if value > mealMark {
		value -= mealMark
		row.Meal = vitals.AfterMeal
	}
	limits := glucose()
	switch {
	case value == lowValue:
		row.Value = limits.Lo()
	case value == highValue:
		row.Value = limits.Hi()
	case value < limits.Low, value > limits.High:
		row.Refused = damaged("a number outside of what the meter can measure")
	default:
		row.Value = limits.Quantity(value)
	}
	if control {
		row.MarkControl()
	}
	return row
}
