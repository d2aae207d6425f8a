package astm

import (
	"bytes"

	"aidpost/instruments/checksum"
)

// The characters of the link.
const (
	stx = 0x02
	etx = 0x03
	eot = 0x04
	enq = 0x05
	ack = 0x06
	lf  = 0x0A
	cr  = 0x0D
	nak = 0x15
	etb = 0x17
)

const (
	// longestFrame bounds a frame. The standard allows 247 characters, but real
	// analysers send longer ones.
	longestFrame = 4096
	// tailSize is what follows the text: its end, two digits of sum, a carriage
	// return. The line feed behind it is left out by some instruments.
	tailSize = 4
	// headSize is what precedes it: the start and the frame number.
	headSize = 2
	numbers  = 8 // frames are numbered modulo this
)

// A frame is the text between two control characters, with its number. The
// text is valid until more bytes are received.
type frame struct {
	raw    []byte
	number int
	text   []byte
	last   bool // ends with ETX: a record is not continued in the next frame
}

// parseFrame reads raw, from STX to the carriage return or the line feed after
// it.
func parseFrame(raw []byte) (f frame, ok bool) {
	body := raw
	if n := len(body); n > 0 && body[n-1] == lf {
		body = body[:n-1]
	}
	n := len(body)
	if n < headSize+tailSize || body[0] != stx || body[n-1] != cr {
		return frame{}, false
	}
	end := n - tailSize
	high, okHigh := hexDigit(body[end+1])
	low, okLow := hexDigit(body[end+2])
	number := int(body[1]) - '0'
	switch {
	case body[end] != etx && body[end] != etb,
		!okHigh, !okLow, checksum.Sum8(body[1:end+1]) != high<<4|low,
		number < 0, number >= numbers:
		return frame{}, false
	}
	return frame{raw: raw, number: number, text: body[headSize:end], last: body[end] == etx}, true
}

// clone returns a copy of f that stays valid.
func (f frame) clone() frame {
	if f.raw == nil {
		return f
	}
	f.raw = bytes.Clone(f.raw)
	f.text = f.raw[headSize : headSize+len(f.text)]
	return f
}

func hexDigit(c byte) (value byte, ok bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
