// Package oemnibp measures blood pressure with the OEM board that understands
// commands of one byte, which the host starts and stops.
//
// The board answers each byte with ten: what it heard, the last result, the
// pressure and its state, and one of several bytes in turn. One flipped bit
// makes a start of a question. The board says what it heard, and the driver
// stops one that it has not started; it never says the start twice. The last
// result stays until the next start, so that one counts only if the board was
// seen without it after the start, and if it is not the one before once more.
//
// Facts are from one public program, evgmolt/OEM_NIBP.
package oemnibp

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/records/vitals"
)

// ID is the catalogue's name of the board.
const ID = "oem-nibp"

const panel = vitals.BloodPressure

// A Driver speaks to the board. All it remembers is when it last let go a cuff.
// It implements [instruments.Decoder], [instruments.Explainer] and
// [instruments.Releaser].
type Driver struct{ rest cuff.Rest }

var (
	_ instruments.Decoder   = (*Driver)(nil)
	_ instruments.Explainer = (*Driver)(nil)
	_ instruments.Releaser  = (*Driver)(nil)
)

// New returns the driver.
func New() *Driver { return &Driver{} }

// Model describes the board.
func (*Driver) Model() instruments.Model {
	return instruments.Model{
		ID: ID, Maker: "OEM", Name: "NIBP board with one-byte commands", Panel: panel,
		Line: instruments.Line{Baud: 115200, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
		},
		Abilities: instruments.Abilities{Live: true, StartStop: true, Info: true},
		Evidence:  instruments.PublicRules,
		Checksum:  "sum-8",
		Talks:     true,
		Recheck:   5 * time.Second,
		Version:   "1",
	}
}

// Probe asks for the state until the board has told who it is, and says nothing
// else: unless the board takes a question for a start, which it then stops.
func (*Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	s := newSession(port, instruments.Job{}, nil)
	if err := s.link.Open(); err != nil {
		return instruments.Identity{}, err
	}
	_, err := s.meet(ctx)
	return s.extras.identity(), err
}

// Measure takes one reading: it starts the board once, follows its pressure,
// collects the result and sees that the cuff is empty. See cuff.Run for how it
// is let go on every other way out. How far it pumps is the board's own affair.
func (d *Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := newSession(port, job, emit)
	s.Enter(instruments.Connecting)
	err := s.prepare(ctx, &d.rest)
	if err != nil && !s.stray {
		return err
	}
	defer d.rest.Begin()
	return cuff.Run(ctx, s, func(ctx context.Context) error {
		if err != nil {
			return err // and the board has started all the same
		}
		return s.Inflation.Measure(ctx, s)
	})
}

// Release tells a board to let go its cuff and waits until it is empty.
func (d *Driver) Release(port instruments.Port) error {
	return d.rest.Release(newSession(port, instruments.Job{}, nil))
}
