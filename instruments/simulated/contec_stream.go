package simulated

import (
	"context"
	"time"

	"aidpost/instruments"
)

// contecRate is the number of live frames a second of both Contec protocols.
const contecRate = 60

// A ContecStream is an older Contec CMS50D, which sends five bytes sixty times
// a second as soon as it is on. A finger goes in after three seconds and stays.
// Faults: finger-out (in second 20, for good), weak-signal, unstable, movement
// (seconds 12 to 18), critical.
type ContecStream struct{ opt Options }

// NewContecStream returns a twin of model contec-cms50d.
func NewContecStream(opt Options) *ContecStream { return &ContecStream{opt: opt} }

// Model is the ID of the model it imitates.
func (*ContecStream) Model() string { return "contec-cms50d" }

// Line is the line it expects.
func (*ContecStream) Line() instruments.Line {
	return instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.OddParity, StopBits: 1}
}

// Run sends frames until ctx ends or the host is gone. It does not listen.
func (t *ContecStream) Run(ctx context.Context, wire instruments.Port) error {
	finger := newFingertip(t.opt, contecRate)
	beat := newFramePace(t.opt, contecRate)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for sleepOrEnd(ctx, timer, beat.wait()) {
		frame := streamBytes(finger.next())
		if _, err := wire.Write(frame[:]); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
	return nil
}

// streamBytes writes a frame. Missing numbers are zero, as without a finger.
func streamBytes(c fingerFrame) [5]byte {
	b := [5]byte{
		0x80 | byte(c.signal),
		byte(c.pleth),
		byte(c.bar),
		byte(c.pulse) & 0x7F,
		byte(c.spo2),
	}
	if c.beat {
		b[0] |= 0x40
	}
	if c.pulse >= 128 {
		b[2] |= 0x40
	}
	if c.searching {
		b[2] |= 0x20
	}
	if c.fingerOut {
		b[2] |= 0x10
		b[1] = 0
	}
	return b
}
