// Package suntech measures blood pressure with the Advantage OEM modules of
// SunTech Medical (LX, Advantage A+ and relatives), which the host starts and
// stops.
//
// The wire is a question-and-answer protocol at 9600 8N1 whose frames end in a
// checksum; what is known of it comes from public implementations, chiefly
// ak-git/DesktopFX and hwy0606/STM32F103.
package suntech

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/records/vitals"
)

const panel = vitals.BloodPressure

// A Driver speaks to SunTech Advantage modules. It is an instruments.Decoder
// and an instruments.Explainer.
// All it remembers is when it last let go a cuff, so that an arm gets its rest
// before the next inflation.
type Driver struct{ rest cuff.Rest }

// New returns the driver.
func New() *Driver { return &Driver{} }

var (
	_ instruments.Decoder   = (*Driver)(nil)
	_ instruments.Explainer = (*Driver)(nil)
)

// Model describes the modules.
func (*Driver) Model() instruments.Model {
	return instruments.Model{
		ID:    "suntech-advantage",
		Maker: "SunTech Medical",
		Name:  "Advantage OEM",
		Panel: panel,
		Line:  instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
		},
		Abilities: instruments.Abilities{Live: true, StartStop: true, Info: true},
		Evidence:  instruments.PublicCode,
		Checksum:  "two's complement of sum-8",
		Talks:     true,
		Recheck:   5 * time.Second,
		Version:   "1.0.0",
	}
}

// Probe asks for the version text and sends nothing else.
func (*Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	s := newSession(port, instruments.Job{}, nil)
	if err := s.link.Open(); err != nil {
		return instruments.Identity{}, err
	}
	return s.identify(ctx)
}

// Measure takes one reading: it sets the first inflation, starts the cuff once,
// follows its pressure, fetches the result and waits for the empty cuff. See
// cuff.Run for how the cuff is let go on every other way out.
func (d *Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := newSession(port, job, emit)
	s.Enter(instruments.Connecting)
	if err := s.prepare(ctx, &d.rest); err != nil {
		return err
	}
	defer d.rest.Begin()
	return cuff.Run(ctx, s, func(ctx context.Context) error { return s.Inflation.Measure(ctx, s) })
}

// Release tells a module to let go its cuff and waits until it is empty, for a
// wire that came back after a measurement was lost, or a host that was killed.
// See cuff.Rest.Release.
func (d *Driver) Release(port instruments.Port) error {
	return d.rest.Release(newSession(port, instruments.Job{}, nil))
}
