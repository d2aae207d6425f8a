package taidoc

import (
	"encoding/binary"

	"aidpost/instruments/meter"
)

// frameSize is the length of every frame, both ways: start, command, four data
// bytes, direction, sum.
const frameSize = 8

const (
	frameStart = 0x51
	fromHost   = 0xA3
	fromMeter  = 0xA5
	// ready is sent unasked when a meter enters communication mode. It may
	// come in place of the answer to the first command.
	ready = 0x54
)

// A frame is eight bytes as they cross the wire.
type frame [frameSize]byte

func (f frame) command() byte { return f[1] }
func (f frame) data() data    { return data(f[2:6]) }

// sum is the low byte of the sum of all bytes before it.
func (f frame) sum() (sum byte) {
	for _, b := range f[:frameSize-1] {
		sum += b
	}
	return sum
}

// valid reports whether f is a whole frame from a meter.
func (f frame) valid() bool {
	return f[0] == frameStart && f[6] == fromMeter && f[7] == f.sum()
}

// data are the four data bytes of a frame.
type data [4]byte

// A query is something that a probe or a measurement may ask. The list is
// closed: what sets a clock (33 hex), erases a memory (52) or switches a meter
// off (50) is none of them.
type query uint8

const (
	askModel query = iota
	askClock
	askTime  // of the result with an index, 0 is the newest
	askValue // of the result with an index
	askSerialLow
	askSerialHigh
	askCount
	queries int = iota
)

func (q query) command() byte {
	return [queries]byte{0x24, 0x23, 0x25, 0x26, 0x27, 0x28, 0x2B}[q]
}

// request returns the frame that asks q. The index counts only for askTime and
// askValue.
func request(q query, index uint16) frame {
	f := frame{0: frameStart, 1: q.command(), 6: fromHost}
	if q == askTime || q == askValue {
		binary.LittleEndian.PutUint16(f[2:], index)
	}
	f[7] = f.sum()
	return f
}

// A deframer finds frames in a run of bytes. It drops what lies between them.
type deframer struct {
	buf []byte
}

func (d *deframer) push(b []byte) { d.buf = append(d.buf, b...) }

func (d *deframer) reset() { d.buf = d.buf[:0] }

// next returns the next frame and how many bytes were dropped on the way to
// it. Without a whole frame ok is false and the beginning of one is kept.
func (d *deframer) next() (f frame, dropped int, ok bool) {
	at := 0
	for ; len(d.buf)-at >= frameSize; at++ {
		if f = frame(d.buf[at : at+frameSize]); f.valid() {
			d.buf = d.buf[:copy(d.buf, d.buf[at+frameSize:])]
			return f, at, true
		}
	}
	d.buf = d.buf[:copy(d.buf, d.buf[at:])]
	return frame{}, at, false
}

var limits = meter.Range{Low: 20, High: 600}
