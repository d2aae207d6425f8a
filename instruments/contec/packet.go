package contec

import (
	"encoding/binary"
	"fmt"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// Types of packet that a driver needs to tell apart. Only the first byte of a
// packet has bit 7 clear.
const (
	typeLive      = 0x01
	typeModel     = 0x02
	typeDeviceID  = 0x04
	typeResult    = 0x0B // command and reason
	typeFree      = 0x0C // answer to the two stop commands
	typeBye       = 0x0D // reason; the instrument ends the connection
	typePISupport = 0x0E // 0: live samples carry a perfusion index

	typeStoredDate    = 0x07 // user, segment, century, year, month, day; zeros without a clock
	typeStoredLength  = 0x08 // user, segment, bytes of record data, low byte first
	typeStoredIndexed = 0x09 // a second with a perfusion index
	typeSegments      = 0x0A // user, number of segments
	typeStoredPlain   = 0x0F // three seconds without
	typeUsers         = 0x10 // number of users
	typeStoredTime    = 0x12 // user, segment, hour, minute, second
)

const (
	livePacket = 9 // bytes of a live packet
	maxPacket  = 9
	maxData    = maxPacket - 2
)

// packetSizes are the sizes of the packets that an instrument sends; zero for
// types that do not exist.
var packetSizes = [sync]uint8{
	0x01: 9, 0x02: 9, 0x03: 9, 0x04: 9, 0x05: 9, 0x06: 4, 0x07: 8, 0x08: 8,
	0x09: 6, 0x0A: 4, 0x0B: 4, 0x0C: 2, 0x0D: 3, 0x0E: 3, 0x0F: 8, 0x10: 3,
	0x11: 9, 0x12: 8, 0x13: 9, 0x14: 9, 0x15: 9,
}

// Bits of a live packet, after bit 7 of every data byte has been restored.
const (
	liveFingerOut = 0x80 // data 0
	liveBeat      = 0x40 // data 0
	liveSearching = 0x80 // data 1
	liveTooLong   = 0x10 // data 0: searching for too long
	liveNoPI      = 0x10 // data 2: the perfusion index is not valid
)

const (
	sync      = 0x80 // the bit that sets the first byte of a packet apart from the others
	lowNibble = 0x0F // data 0: signal strength; data 2: bar graph
	sevenBits = 0x7F
	maxSignal = 8 // the strongest signal; the field could hold more
)

// noNumber marks a missing SpO2; some firmware also marks a missing pulse with
// it, then together with a missing SpO2.
const noNumber = 0x7F

// piSupport says whether the instrument's packet 0E allows to believe the
// perfusion index in its live packets.
type piSupport byte

const (
	piUnsaid piSupport = iota // no 0E yet: the live packet's own bit decides
	piYes
	piNo
)

// packetParser reads the packets of protocol V7.
type packetParser struct {
	buf   [maxPacket]byte
	n     int // bytes so far, or 0 while waiting for a first byte
	size  int // bytes of the packet begun, and of the one that is whole
	pi    piSupport
	tally spotcheck.Tally
}

func (p *packetParser) Tally() spotcheck.Tally { return p.tally }
func (p *packetParser) Frame() []byte          { return p.buf[:p.size] }

func (p *packetParser) Next(b []byte) (int, spotcheck.Finding) {
	for i, c := range b {
		done := p.put(c)
		switch {
		case p.tally.Take(livePacket * rate * 60):
			return i + 1, spotcheck.Spoiled
		case done:
			return i + 1, spotcheck.Whole
		}
	}
	return len(b), spotcheck.Nothing
}

// put adds one byte and reports that it completes a packet. A packet cut short
// and a packet of unknown type are dropped up to the next first byte.
func (p *packetParser) put(c byte) bool {
	if c&sync == 0 {
		p.tally.Dropped += uint64(p.n)
		p.n, p.size = 0, int(packetSizes[c])
	}
	if p.size == 0 || (p.n == 0 && c&sync != 0) {
		p.tally.Dropped++
		return false
	}
	p.buf[p.n] = c
	p.n++
	if p.n < p.size {
		return false
	}
	p.n = 0
	if p.buf[0] == typePISupport {
		p.pi = piNo
		if p.data()[0] == 0 {
			p.pi = piYes
		}
	}
	return true
}

// data returns the data of the whole packet with bit 7 restored: byte 1 of a
// packet carries it for each data byte in turn. Bytes beyond the packet's size
// are zero.
func (p *packetParser) data() (d [maxData]byte) {
	for i := 2; i < p.size; i++ {
		d[i-2] = p.buf[i]&^sync | (p.buf[1]>>(i-2)&1)<<7
	}
	return d
}

func (p *packetParser) Live(s *instruments.PlethSample) bool {
	if p.buf[0] != typeLive {
		return false
	}
	d := p.data()
	decodeLive(&d, s)
	if p.pi == piNo {
		s.Perfusion = instruments.Missing
	}
	return true
}

// decodeLive reads the data of a live packet.
func decodeLive(d *[maxData]byte, s *instruments.PlethSample) {
	s.Rate = rate
	s.FingerOut = d[0]&liveFingerOut != 0
	s.Beat = d[0]&liveBeat != 0
	s.Falling = false // this protocol only says "low", by a limit of its own
	s.Signal = min(instruments.Number(d[0]&lowNibble), maxSignal)
	s.Searching = d[1]&liveSearching != 0 || d[0]&liveTooLong != 0
	s.Pleth = instruments.Number(d[1] & sevenBits)
	s.Bar = instruments.Number(d[2] & lowNibble)
	s.Pulse = spotcheck.Between(instruments.Number(d[3]), 1, 254)
	if d[3] == noNumber && d[4] == noNumber {
		s.Pulse = instruments.Missing
	}
	s.SpO2 = spotcheck.Between(instruments.Number(d[4]), 1, 100)
	s.Perfusion = instruments.Missing
	if d[2]&liveNoPI == 0 {
		s.Perfusion = perfusionOf(d[5:])
	}
}

// perfusionOf reads a perfusion index, in hundredths of a percent, low byte
// first.
func perfusionOf(b []byte) instruments.Number {
	if pi := binary.LittleEndian.Uint16(b); pi > 0 && pi <= maxPI {
		return instruments.Number(pi)
	}
	return instruments.Missing
}

// maxPI is the largest perfusion index, in hundredths of a percent.
const maxPI = 2200

// reasons are the words of the protocol for why a command had no success or a
// connection ends.
var reasons = map[byte]string{
	0x01: "shut down", 0x02: "user changed", 0x03: "recording", 0x04: "delete failed",
	0x05: "not supported", 0xFF: "unknown",
}

func (p *packetParser) Refused() *instruments.Fault {
	d := p.data()
	switch {
	case p.buf[0] == typeBye:
		return instrumentSays(instruments.NoAnswer, "instrument ends the connection", d[0])
	case p.buf[0] == typeResult && command(d[0]) == startLive && d[1] != 0:
		return instrumentSays(instruments.OutOfOrder, "instrument refuses live samples", d[1])
	}
	return nil
}

func instrumentSays(code instruments.FaultCode, what string, reason byte) *instruments.Fault {
	return &instruments.Fault{
		Code:   code,
		Device: fmt.Sprintf("%02X", reason),
		Detail: what + ": " + reasons[reason],
	}
}
