//go:build !linux

package simulated

import (
	"errors"

	"aidpost/instruments"
)

// A Pty is a pseudo-terminal whose master is the instrument's end of the wire.
type Pty struct {
	instruments.Port
	// Path of the tty that a host opens.
	Path string
}

// Tuned returns the instrument's end of the wire.
func (p *Pty) Tuned(instruments.Line) instruments.Port { return p.Port }

// OpenPty reports that this system's pseudo-terminals are not supported: a Bus
// then uses pipes in memory.
func OpenPty() (*Pty, error) {
	return nil, errors.ErrUnsupported
}
