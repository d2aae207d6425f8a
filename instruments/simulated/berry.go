package simulated

import (
	"context"

	"aidpost/instruments"
)

// A Berry is an oximeter or a module of Berry, which sends five bytes at a time
// as soon as it is on: a hundred times a second over USB, or sixty times, as
// the modules at 4800 baud do. Its faults are those of a ContecStream.
type Berry struct {
	opt   Options
	model string
	baud  int
	rate  int
}

// NewBerryUSB returns a twin of model berry-bci.
func NewBerryUSB(opt Options) *Berry {
	return &Berry{opt: opt, model: "berry-bci", baud: 115200, rate: 100}
}

// NewBerrySlowUSB returns a twin of model berry-bci that sends no more frames
// than a module does.
func NewBerrySlowUSB(opt Options) *Berry {
	return &Berry{opt: opt, model: "berry-bci", baud: 115200, rate: 60}
}

// NewBerryModule returns a twin of model berry-bci-4800.
func NewBerryModule(opt Options) *Berry {
	return &Berry{opt: opt, model: "berry-bci-4800", baud: 4800, rate: 60}
}

// Model is the ID of the model it imitates.
func (t *Berry) Model() string { return t.model }

// Line is the line it expects.
func (t *Berry) Line() instruments.Line {
	return instruments.Line{Baud: t.baud, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// Run sends frames until ctx ends or the host is gone. What the host says is
// ignored.
func (t *Berry) Run(ctx context.Context, wire instruments.Port) error {
	finger := newFingertip(t.opt, t.rate)
	beat := newFramePace(t.opt, t.rate)
	for {
		if err := heedless(ctx, wire, beat.wait()); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		frame := berryBytes(finger.next())
		if _, err := wire.Write(frame[:]); err != nil {
			return err
		}
	}
}

// berryBytes writes a frame. The wave runs from 1 to 100; zero is none.
func berryBytes(c fingerFrame) [5]byte {
	if c.spo2 == 0 {
		c.pulse, c.spo2 = 255, 127
	}
	wave, bar := byte(1+c.pleth*99/127), byte(c.bar)
	if c.fingerOut {
		wave, bar = 0, 0
	}
	return [5]byte{
		0x80 | bit(c.beat)<<6 | bit(c.fingerOut && c.searching)<<4 | byte(c.signal),
		wave,
		byte(c.pulse>>7)<<6 | bit(c.searching)<<5 | bit(c.fingerOut)<<4 | bar,
		byte(c.pulse & 0x7F),
		byte(c.spo2),
	}
}
