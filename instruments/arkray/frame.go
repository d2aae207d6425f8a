package arkray

import (
	"encoding/binary"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// frameSize is the length of every frame, both ways: start, command, eight data
// bytes, sum.
const frameSize = 11

const (
	fromHost  = 0xAA
	fromMeter = 0xDD
)

// A frame is eleven bytes as they cross the wire.
type frame [frameSize]byte

func (f frame) command() byte { return f[1] }
func (f frame) data() data    { return data(f[2:10]) }

// sum covers command and data, not the start.
func (f frame) sum() byte { return checksum.Sum8(f[1 : frameSize-1]) }

func (f frame) valid(start byte) bool { return f[0] == start && f[frameSize-1] == f.sum() }

// data are the data bytes of a frame.
type data [8]byte

// The commands. A probe and a measurement use those that ask; setClock is sent
// by SetClock alone. The meter is not known to have one that erases.
const (
	askReady  = 0x00
	askClock  = 0x07
	askSerial = 0x0F
	askMemory = 0x10
	setClock  = 0x16
)

// query returns the frame of a command without data.
func query(command byte) frame {
	f := frame{0: fromHost, 1: command}
	f[frameSize-1] = f.sum()
	return f
}

// clockFrame returns the frame that makes the meter show a time.
func clockFrame(t time.Time) frame {
	f := frame{fromHost, setClock, byte(t.Year() - firstYear), byte(t.Month()), byte(t.Day()), byte(t.Hour()), byte(t.Minute())}
	f[frameSize-1] = f.sum()
	return f
}

// A deframer finds frames in a run of bytes. It drops what lies between them.
type deframer struct {
	buf   []byte
	start byte // of the frames of one direction
}

func (d *deframer) push(b []byte) { d.buf = append(d.buf, b...) }

func (d *deframer) reset() { d.buf = d.buf[:0] }

// wipe forgets what was received.
func (d *deframer) wipe() {
	clear(d.buf[:cap(d.buf)])
	d.reset()
}

// next returns the next frame and how many bytes were dropped on the way to
// it. Without a whole frame ok is false and the beginning of one is kept.
func (d *deframer) next() (f frame, dropped int, ok bool) {
	at := 0
	for ; len(d.buf)-at >= frameSize; at++ {
		if f = frame(d.buf[at : at+frameSize]); f.valid(d.start) {
			d.buf = d.buf[:copy(d.buf, d.buf[at+frameSize:])]
			return f, at, true
		}
	}
	d.buf = d.buf[:copy(d.buf, d.buf[at:])]
	return frame{}, at, false
}

const (
	firstYear = 2000
	lastYear  = 2127 // seven bits
	places    = 300  // of the memory
)

// limits are what the meter measures. It stores the limits themselves for LO
// and HI.
var limits = meter.Range{Low: 20, High: 600}

// unused is a place of the memory that was never written.
var unused = data{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}

// dayTime takes a word of minute, hour and day apart.
func dayTime(word []byte) (day, hour, minute int) {
	w := binary.LittleEndian.Uint16(word)
	return int(w & 0x1F), int(w >> 5 & 0x1F), int(w >> 10)
}

// parseClock reads what the meter's clock shows; an error wraps
// [meter.ErrWallTime].
func parseClock(d data) (time.Time, error) {
	day, hour, minute := dayTime(d[2:4])
	return meter.Wall(firstYear+int(d[0]&0x7F), int(d[1]&0x0F), day, hour, minute, 0)
}

// wallTime reads when a result was stored; zero if it has no date.
func (d data) wallTime() time.Time {
	day, hour, minute := dayTime(d[2:4])
	wall, err := meter.Wall(firstYear+int(d[0]&0x7F), int(d[1]>>4), day, hour, minute, 0)
	if err != nil {
		return time.Time{}
	}
	return wall
}

func (d data) milligrams() bool { return d[0]&0x80 != 0 }
func (d data) control() bool    { return d[1]&0x01 != 0 }
func (d data) value() int       { return int(binary.LittleEndian.Uint16(d[4:6])) }
func (d data) sum() uint16      { return binary.LittleEndian.Uint16(d[6:8]) }

// ownSum is the sum that a stored result must have: of all its numbers.
func (d data) ownSum() uint16 {
	day, hour, minute := dayTime(d[2:4])
	return uint16(d[0]&0x7F) + uint16(d[0]>>7) + uint16(d[1]&0x01) + uint16(d[1]>>4) +
		uint16(day) + uint16(hour) + uint16(minute) + uint16(d.value())
}

// row reads a stored result.
func (d data) row() meter.Row {
	row := meter.Row{Wall: d.wallTime()}
	switch {
	case d.sum() != d.ownSum():
		row.Refused = instruments.NewFault(instruments.DamagedRecord, "the sum of a stored result is wrong")
	case !d.milligrams():
		row.Refused = instruments.NewFault(instruments.DamagedRecord, "stored in mmol/L, of which the scale is not known")
	default:
		row.Value = quantity(d.value())
	}
	if d.control() && d.sum() == d.ownSum() {
		row.MarkControl()
	}
	return row
}

func quantity(mgPerDL int) vitals.Quantity {
	switch {
	case mgPerDL <= limits.Low:
		return limits.Lo()
	case mgPerDL >= limits.High:
		return limits.Hi()
	}
	return vitals.Of(mgPerDL, vitals.MgPerDL)
}
