package suntech

import (
	"bytes"
	"encoding/binary"
	"strings"
)

const (
	hostStart   = 0x3A
	moduleStart = 0x3E
)

// A kind of frame is told by its length byte alone.
type kind byte

const (
	letterFrame      kind = 0x04 // an acknowledgement letter
	wordFrame        kind = 0x05 // cuff pressure, or a status
	calibrationFrame kind = 0x06
	streamedPressure kind = 0x07
	resultFrame      kind = 0x18
	streamedResult   kind = 0x19
	textFrame        kind = 0x43 // version text
)

func (k kind) known() bool {
	switch k {
	case letterFrame, wordFrame, calibrationFrame, streamedPressure, resultFrame, streamedResult, textFrame:
		return true
	}
	return false
}

// The acknowledgement letters.
const (
	accepted = 'O' // received, work begins
	finished = 'K'
	aborted  = 'A'
	busy     = 'B'
	failed   = 'E' // error in execution; the result tells which
	invalid  = 'N' // no such command
	damaged  = 'D' // checksum
	asleep   = 'S'
	late     = 'T' // the command broke off half-way
)

const letters = "OKABENDST"

// A frame is one whole frame from the module, start byte and checksum
// included. It is valid until the scanner that made it reads on.
type frame []byte

func (f frame) kind() kind { return kind(f[1]) }

// letter returns the acknowledgement, or 0 if f is another kind of frame.
func (f frame) letter() byte {
	if f.kind() != letterFrame {
		return 0
	}
	return f[2]
}

// The pressures that a cuff and its sensor's zero offset can give, in mmHg.
const (
	offsetBelow = -20
	notValid    = -1 // FFFF on the wire
)

// pressure returns the cuff pressure in mmHg, never below zero. It reports
// false if f holds none or the module marks it as not valid.
func (f frame) pressure() (int, bool) {
	var p int16
	switch {
	case f.kind() == wordFrame:
		p = int16(binary.LittleEndian.Uint16(f[2:]))
	case f.kind() == streamedPressure && f[2] == 1:
		p = int16(binary.LittleEndian.Uint16(f[3:]))
	default:
		return 0, false
	}
	if p == notValid || p < offsetBelow {
		return 0, false
	}
	return max(int(p), 0), true
}

// text returns the model and the version of a version text.
func (f frame) text() (model, version string) {
	data := f[2 : len(f)-1]
	return printable(data[:8]), printable(data[8:])
}

// printable returns b up to the first byte that is not printable ASCII.
func printable(b []byte) string {
	end := bytes.IndexFunc(b, func(r rune) bool { return r < ' ' || r > '~' })
	if end < 0 {
		end = len(b)
	}
	return string(bytes.TrimSpace(b[:end]))
}

// sum is the 8-bit sum of b; that of a whole good frame is zero.
func sum(b []byte) byte {
	var s byte
	for _, c := range b {
		s += c
	}
	return s
}

// A scanner cuts what arrives into frames. It makes no copies: read into
// space, tell added, then call next until it has no more.
type scanner struct {
	buf        [512]byte
	start, end int
	dropped    int // bytes that belonged to no frame since the last good one
	failures   int // frames with a wrong checksum since the last good one
}

// space returns where the next bytes go. It ends the life of earlier frames.
func (s *scanner) space() []byte {
	s.end = copy(s.buf[:], s.buf[s.start:s.end])
	s.start = 0
	return s.buf[s.end:]
}

func (s *scanner) added(n int) { s.end += n }

// pending reports that the beginning of a frame is waiting for its rest.
func (s *scanner) pending() bool { return s.start < s.end }

// next returns the next good frame, if a whole one is there. Less than one
// frame stays behind, so that space is never empty.
func (s *scanner) next() (frame, bool) {
	for {
		b := s.buf[s.start:s.end]
		at := bytes.IndexByte(b, moduleStart)
		if at < 0 {
			s.drop(len(b))
			return nil, false
		}
		s.drop(at)
		b = b[at:]
		if len(b) < 2 {
			return nil, false
		}
		size := int(b[1])
		switch {
		case !kind(b[1]).known():
			s.drop(1)
		case len(b) < size:
			return nil, false
		case sum(b[:size]) != 0:
			s.failures++
			s.drop(1)
		case kind(b[1]) == letterFrame && strings.IndexByte(letters, b[2]) < 0:
			s.drop(1)
		default:
			s.start += size
			return frame(b[:size]), true
		}
	}
}

// giveUp drops the beginning of a frame whose rest did not come.
func (s *scanner) giveUp() {
	if s.pending() {
		s.failures++
		s.drop(1)
	}
}

func (s *scanner) drop(n int) {
	s.start += n
	s.dropped += n
}

// forget clears the counts of damage and returns the bytes that were dropped.
func (s *scanner) forget() int {
	n := s.dropped
	s.dropped, s.failures = 0, 0
	return n
}
