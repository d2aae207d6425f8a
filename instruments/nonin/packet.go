package nonin

import (
	"encoding/binary"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/meter"
)

// Layout of a packet of format 13: 00 02, type, length of the data, both with
// the high byte first, the data, the sum of the data, 03. Later instruments add
// bytes to the data.
const (
	packetHeader = 6
	packetTail   = 2
	leastData    = 14
	mostData     = 64
	typeResult   = 0x0D
	endOfText    = 0x03
)

// Where the fields are in the data.
const (
	statusOf = 8
	pulseOf  = 10
	spo2Of   = 13
)

// Bits of the status of a packet.
const (
	resultSmartPoint = 0x0200
	resultNone       = 0x0100 // no measurement was made
	resultStored     = 0x0010 // from the memory
	resultBattery    = 0x0001 // low
)

// A packet is a whole packet of format 13, whose sum is right.
type packet []byte

func (p packet) data() []byte   { return p[packetHeader : len(p)-packetTail] }
func (p packet) status() uint16 { return binary.BigEndian.Uint16(p.data()[statusOf:]) }

func (p packet) pulse() instruments.Number {
	n := instruments.Number(binary.BigEndian.Uint16(p.data()[pulseOf:]) & noPulse)
	if n == noPulse || n == 0 {
		return instruments.Missing
	}
	return n
}

func (p packet) spo2() instruments.Number {
	b := p.data()[spo2Of]
	if b&highBit != 0 {
		return instruments.Missing
	}
	return spo2(b)
}

// wall returns what the instrument's clock said, which is written in binary
// coded decimals: century, year, month, day, hour, minute, second, fraction.
func (p packet) wall() (time.Time, error) {
	var f [7]int
	for i := range f {
		high, low := int(p.data()[i]>>4), int(p.data()[i]&0x0F)
		if high > 9 || low > 9 {
			return time.Time{}, meter.ErrWallTime
		}
		f[i] = high*10 + low
	}
	return meter.Wall(f[0]*100+f[1], f[2], f[3], f[4], f[5], f[6])
}

// An answer is a whole answer to a question: 02, kind, length, data, 03. It has
// no check of its own.
type answer []byte

const (
	startOfText  = 0x02
	answerHeader = 3
	mostAnswer   = 64 // bytes of data
	answerClock  = 0xF2
	answerTime   = 6 // bytes of data: year less 2000, month, day, hour, minute, second
)

// wall returns the time in an answer of kind answerClock.
func (a answer) wall() (time.Time, error) {
	if len(a) != answerHeader+answerTime+1 || a[1] != answerClock {
		return time.Time{}, meter.ErrWallTime
	}
	f := a[answerHeader:]
	return meter.Wall(2000+int(f[0]), int(f[1]), int(f[2]), int(f[3]), int(f[4]), int(f[5]))
}

// A scanner cuts packets and answers out of what an instrument in format 13
// sends. What is neither gives way byte by byte.
type scanner struct {
	buf     []byte
	passed  int // bytes that are in no frame
	dropped int // those of them that nothing explains
}

// feed takes in bytes.
func (s *scanner) feed(b []byte) { s.buf = append(s.buf, b...) }

// next returns the next packet or answer, copied; both nil if there is none
// yet. At the end of what there is to come a frame that is begun is none.
func (s *scanner) next(atEnd bool) (packet, answer) {
	for len(s.buf) > 0 {
		size, kind := measure(s.buf)
		switch {
		case kind == noFrame, atEnd && size > len(s.buf):
			s.drop()
			continue
		case size > len(s.buf):
			return nil, nil
		}
		whole := append([]byte(nil), s.buf[:size]...)
		if !sound(whole, kind) {
			s.drop()
			continue
		}
		s.buf = s.buf[:copy(s.buf, s.buf[size:])]
		if kind == packetFrame {
			return whole, nil
		}
		return nil, whole
	}
	return nil, nil
}

func (s *scanner) drop() {
	s.passed++
	if c := s.buf[0]; c != ack && c != nak {
		s.dropped++
	}
	s.buf = s.buf[:copy(s.buf, s.buf[1:])]
}

type frameKind byte

const (
	noFrame frameKind = iota
	packetFrame
	answerFrame
)

// measure tells what begins at b, and how long it is as far as that is known.
func measure(b []byte) (size int, kind frameKind) {
	if b[0] == startOfText {
		return measureAnswer(b)
	}
	for i, want := range []byte{0x00, 0x02, 0x00, typeResult, 0x00} {
		switch {
		case i == len(b):
			return packetHeader, packetFrame
		case b[i] != want:
			return 0, noFrame
		}
	}
	if len(b) < packetHeader {
		return packetHeader, packetFrame
	}
	n := int(b[5])
	if n < leastData || n > mostData {
		return 0, noFrame
	}
	return packetHeader + n + packetTail, packetFrame
}

func measureAnswer(b []byte) (size int, kind frameKind) {
	switch {
	case len(b) > 1 && b[1]&0xF0 != 0xF0, len(b) > 2 && b[2] > mostAnswer:
		return 0, noFrame
	case len(b) < answerHeader:
		return answerHeader, answerFrame
	}
	return answerHeader + int(b[2]) + 1, answerFrame
}

// sound checks a frame of its full length.
func sound(b []byte, kind frameKind) bool {
	if b[len(b)-1] != endOfText {
		return false
	}
	return kind == answerFrame || checksum.Sum8(packet(b).data()) == b[len(b)-packetTail]
}
