package menarini

import (
	"bytes"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
)

// The lines around the rows of a block.
const (
	opening = "[\r\n"
	closing = "]\r\n"
	// nothing stands for the sum in the block of an empty memory.
	nothing = "\x90\x3D\r\n"
	lineEnd = "\r\n"
	// sumLine is the length of two digits and the end of their line.
	sumLine = 4
	// mostRows is more than any memory has.
	mostRows = 4000
)

// A part is what a line is to its block.
type part uint8

const (
	stray  part = iota // outside of any block
	begins             // the block
	row                // of the block
	summed             // the sum, which is right
	ends               // the block
	broken             // the line, or what it says of the block
)

// A block follows the lines of one block.
type block struct {
	crc  byte
	rows int
	last part
}

// take tells what the next line is. A broken block is over.
func (b *block) take(line []byte) part {
	b.last = b.part(line)
	return b.last
}

func (b *block) part(line []byte) part {
	switch {
	case string(line) == opening:
		*b = block{crc: checksum.CRC8([]byte(opening))}
		return begins
	case b.last == stray || b.last == ends || b.last == broken:
		return stray
	case b.last == summed && string(line) == closing:
		return ends
	case b.last == summed || !bytes.HasSuffix(line, []byte(lineEnd)):
		return broken
	case b.last == begins && string(line) == nothing:
		return summed
	case len(line) == sumLine && b.rows > 0:
		if sum, ok := digits(line[:2]); ok && sum == b.crc {
			return summed
		}
		return broken
	case len(line) <= sumLine || b.rows == mostRows:
		return broken
	}
	b.crc = checksum.AddCRC8(b.crc, line)
	b.rows++
	return row
}

// digits reads two hexadecimal digits, of which letters are capital.
func digits(b []byte) (n byte, ok bool) {
	for _, c := range b {
		switch {
		case '0' <= c && c <= '9':
			n = n<<4 | (c - '0')
		case 'A' <= c && c <= 'F':
			n = n<<4 | (c - 'A' + 10)
		default:
			return 0, false
		}
	}
	return n, true
}

// A command is something that a probe or a measurement may send. The list is
// closed: what sets the clock is none of them.
type command byte

const (
	askInfo    command = 0xA2
	askGlucose command = 0x80
	askKetone  command = 0xA8
)

func (c command) String() string {
	switch c {
	case askInfo:
		return "who are you"
	case askGlucose:
		return "glucose results"
	case askKetone:
		return "ketone results"
	}
	return "unknown"
}

func garbled(why string) *instruments.Fault { return instruments.NewFault(instruments.Garbled, why) }
