package simulated

import (
	"context"
	"time"

	"aidpost/instruments"
)

// Somebody who reads an instrument looks at it first, takes a while for each key, and
// looks again when nothing came of a line.
const (
	typistLooks = 2 * time.Second
	keystroke   = 200 * time.Millisecond
)

// A Typist is the other end of the wire of what has none: a person who reads an
// instrument and types what it shows.
type Typist struct {
	opt  Options
	line string
}

// NewTypist returns one that types a line, and later types it again.
func NewTypist(line string, o Options) *Typist { return &Typist{o, line} }

// Model is what the records call a value that was typed.
func (*Typist) Model() string { return "manual" }

// Line is none: keys have no baud rate.
func (*Typist) Line() instruments.Line { return instruments.Line{} }

// Run types until ctx ends or the host is gone.
func (t *Typist) Run(ctx context.Context, wire instruments.Port) error {
	for {
		if instruments.Pause(ctx, t.opt.After(typistLooks)) != nil {
			return nil
		}
		for _, key := range []byte(t.line + "\n") {
			if instruments.Pause(ctx, t.opt.After(keystroke)) != nil {
				return nil
			}
			if _, err := wire.Write([]byte{key}); err != nil {
				return err
			}
		}
	}
}
