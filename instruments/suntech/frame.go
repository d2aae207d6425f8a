package suntech

import (
	"bytes"
	"encoding/binary"
	"strings"

	"aidpost/instruments/cuff"
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
// included. It is valid until more is read.
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

// cut tells the frames of the module. It is a cuff.Cut.
func cut(b []byte) (int, cuff.Finding) {
	switch {
	case b[0] != moduleStart:
		if at := bytes.IndexByte(b, moduleStart); at > 0 {
			return at, cuff.Noise
		}
		return len(b), cuff.Noise
	case len(b) < 2:
		return 0, cuff.Short
	case !kind(b[1]).known():
		return 1, cuff.Noise
	}
	size := int(b[1])
	switch {
	case len(b) < size:
		return 0, cuff.Short
	case sum(b[:size]) != 0:
		return 1, cuff.Damaged
	case kind(b[1]) == letterFrame && strings.IndexByte(letters, b[2]) < 0:
		return 1, cuff.Noise
	}
	return size, cuff.Whole
}
