package onetouch

import (
	"bytes"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
)

// A command is something that a probe or a measurement may send. The list is
// closed: what erases the memory (DMZ) or sets the clock (DMT) is none of
// them.
type command uint8

const (
	askVersion command = iota
	askSerial
	askClock
	askMemory
	commands int = iota
)

// A question is something that is said to the meter until it is answered: a
// command, or, where staff wants it, a setting of the clock.
type question interface {
	// bytes returns what is said, with the two bytes that wake the meter.
	bytes() []byte
	// answeredBy reports whether body is the first line of the answer.
	answeredBy(body []byte) bool
}

// wake goes before everything that is said.
const wake = "\x11\r"

func (c command) bytes() []byte {
	return []byte(wake + "DM" + [commands]string{"?", "@", "F", "P"}[c] + "\r")
}

func (c command) String() string {
	return [commands]string{"version?", "serial number?", "clock?", "memory?"}[c]
}

func (c command) answeredBy(body []byte) bool {
	switch c {
	case askVersion:
		return bytes.HasPrefix(body, []byte("?"))
	case askSerial:
		return bytes.HasPrefix(body, []byte("@ "))
	case askClock:
		return bytes.HasPrefix(body, []byte("F "))
	case askMemory:
		return shaped(body, headerShape)
	}
	return false
}

// sumDigits is the length of a space and the four digits after it that end
// every line.
const sumDigits = 5

// checked returns what a line says, without its sum. It reports false if the
// sum is missing or wrong.
func checked(line []byte) (body []byte, ok bool) {
	line = bytes.TrimSuffix(line, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	at := len(line) - sumDigits
	if at < 1 || line[at] != ' ' {
		return nil, false
	}
	var said uint16
	for _, c := range line[at+1:] {
		switch {
		case '0' <= c && c <= '9':
			said = said<<4 | uint16(c-'0')
		case 'A' <= c && c <= 'F':
			said = said<<4 | uint16(c-'A'+10)
		default:
			return nil, false
		}
	}
	return line[:at], said == checksum.Sum16(line[:at])
}

// garbled returns the fault of a line that cannot be believed. It quotes
// nothing of it.
func garbled(why string) *instruments.Fault { return instruments.NewFault(instruments.Garbled, why) }
