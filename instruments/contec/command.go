package contec

import "fmt"

// A command is a request to an instrument that speaks packets.
type command byte

// The commands that a driver may send. The protocol has others, which delete
// stored sessions and set the clock; they are no part of Aidpost. Those that
// ask for what is stored have parameters: a user and a segment.
const (
	startLive  command = 0xA1
	stopLive   command = 0xA2
	stopStored command = 0xA7
	askModel   command = 0xA8
	askID      command = 0xAA
	askPI      command = 0xAC
	keepAlive  command = 0xAF

	askSegments command = 0xA3
	askLength   command = 0xA4
	askStart    command = 0xA5
	askStored   command = 0xA6
	askUsers    command = 0xAD
)

// control is the type of every packet with a command.
const control = 0x7D

// maxParameter is the largest user or segment; none is known to have more.
const maxParameter = 0x7F

// parameters returns how many a command has; ok is false for every command that
// is not in the list above.
func (c command) parameters() (n int, ok bool) {
	switch c {
	case startLive, stopLive, stopStored, askModel, askID, askPI, keepAlive, askUsers:
		return 0, true
	case askSegments:
		return 1, true
	case askLength, askStart, askStored:
		return 2, true
	}
	return 0, false
}

// request returns the nine bytes of a command. It refuses every command that is
// not in the list above.
func request(c command, parameters ...byte) ([]byte, error) {
	if n, ok := c.parameters(); !ok || n != len(parameters) {
		return nil, fmt.Errorf("command %02X with %d parameters is not allowed", byte(c), len(parameters))
	}
	// Bit 7 of the command travels as bit 0 of the second byte; the parameters
	// have none.
	b := []byte{control, sync | byte(c)>>7, byte(c) | sync, sync, sync, sync, sync, sync, sync}
	for i, p := range parameters {
		if p > maxParameter {
			return nil, fmt.Errorf("parameter %d of command %02X is too large", i, byte(c))
		}
		b[3+i] |= p
	}
	return b, nil
}
