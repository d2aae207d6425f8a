package freestyle

import (
	"bytes"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/meter"
)

// A part is what a line is to the memory that is sent.
type part uint8

const (
	stray   part = iota // before a memory, or behind it
	begins              // the memory: an empty line
	serial              // is told
	version             // is told
	clock               // is told
	count               // is told
	filler              // a line feed, or a mark around the memory
	result              // one of the memory
	ends                // the memory, whose sum is right
	empty               // there is no result, and nothing else is told
	broken              // the line, or what it says of the memory
)

// emptyMemory is how a Lite says that it has no results.
const emptyMemory = "Log Empty"

// A memory follows the lines of one answer. Its sum covers everything from the
// empty line on to the sum.
type memory struct {
	sum      uint16
	last     part // but fillers
	identity instruments.Identity
	results  int // told by the count
	read     int
}

// take tells what the next line is. A broken memory is over.
func (m *memory) take(line []byte) part {
	p := m.part(line)
	if p != filler {
		m.last = p
	}
	if p != stray && p != ends {
		m.sum += checksum.Sum16(bytes.Trim(line, "\x02\x03"))
	}
	return p
}

func (m *memory) part(line []byte) (p part) {
	said := text(line)
	if bytes.HasPrefix(said, []byte(emptyMemory)) {
		return empty
	}
	ok := true
	switch m.last {
	case begins:
		p = serial
		m.identity.Serial, ok = parseSerial(said)
	case serial:
		p = version
		m.identity.Firmware, ok = parseVersion(said)
	case version:
		p, ok = clock, meter.Shaped(said, clockShape)
	case clock:
		p, ok = count, meter.Shaped(said, countShape)
		if ok {
			m.results = meter.Number(said)
		}
	case count, result:
		return m.inside(said)
	default:
		if len(said) == 0 && bytes.HasSuffix(line, []byte("\r\n")) {
			*m = memory{}
			return begins
		}
		return stray
	}
	if !ok {
		return broken
	}
	return p
}

// inside tells what a line behind the count is.
func (m *memory) inside(said []byte) part {
	switch {
	case len(said) == 0 && m.read == 0:
		return filler
	case m.read < m.results && isResult(said):
		m.read++
		return result
	case m.read == m.results && meter.Shaped(said, sumShape) && meter.Hex(said[2:6]) == int(m.sum):
		return ends
	}
	return broken
}

// open reports whether a memory has begun and not ended.
func (m *memory) open() bool {
	switch m.last {
	case stray, ends, empty, broken:
		return false
	}
	return true
}
