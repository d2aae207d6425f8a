package contec

import "fmt"

// A command is a request to an instrument that speaks packets.
type command byte

// The commands that a driver may send. The protocol has others, which delete
// stored sessions and set the clock; they are no part of Aidpost.
const (
	startLive  command = 0xA1
	stopLive   command = 0xA2
	stopStored command = 0xA7
	askModel   command = 0xA8
	askID      command = 0xAA
	askPI      command = 0xAC
	keepAlive  command = 0xAF
)

// control is the type of every packet with a command.
const control = 0x7D

// request returns the nine bytes of a command without parameters. It refuses
// every command that is not in the list above.
func request(c command) ([]byte, error) {
	switch c {
	case startLive, stopLive, stopStored, askModel, askID, askPI, keepAlive:
		// Bit 7 of the command travels as bit 0 of the second byte.
		return []byte{control, sync | byte(c)>>7, byte(c) | sync, sync, sync, sync, sync, sync, sync}, nil
	}
	return nil, fmt.Errorf("command %02X is not allowed", byte(c))
}
