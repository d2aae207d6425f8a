// Package raycome measures blood pressure with the pulse-wave cuffs of Raycome
// that are also sold as Maibobo (RBP-9000, RBP-9804, BP-88A and the like),
// which the host starts and stops.
//
// A monitor answers connect, start and stop, pushes the pressure while it
// works, and then the result or an error; it measures while the cuff fills. At
// rest it tells no pressure, so that a cuff whose last pressure is not known
// counts as empty only some time after the monitor has been found at rest. It
// keeps no result. Its clock is often not set and cannot be: readings are dated
// by ours.
//
// Some models speak at 115200 baud and some at 9600. Facts are from public
// programs, chiefly SolveBugs/UsbDemo and zrr1999/maibobo.
package raycome

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/records/vitals"
)

// The catalogue's names of the two lines.
const (
	RaycomeID = "raycome-rbp9804"
	MaiboboID = "maibobo-rbp9000"
)

const panel = vitals.BloodPressure

// A Driver speaks to monitors at one speed. All it remembers is when it last
// let go a cuff. It implements [instruments.Decoder], [instruments.Explainer]
// and [instruments.Releaser].
type Driver struct {
	id, maker, name string
	baud            int
	adapters        []instruments.USBID
	rest            cuff.Rest
}

var (
	_ instruments.Decoder   = (*Driver)(nil)
	_ instruments.Explainer = (*Driver)(nil)
	_ instruments.Releaser  = (*Driver)(nil)
)

// Raycome returns the driver of monitors that speak at 115200 baud.
func Raycome() *Driver {
	return &Driver{id: RaycomeID, maker: "Raycome", name: "RBP-9804, BP-88A", baud: 115200,
		adapters: []instruments.USBID{{VID: "1A86", PID: "7523"}}}
}

// Maibobo returns the driver of monitors that speak at 9600 baud.
func Maibobo() *Driver {
	return &Driver{id: MaiboboID, maker: "Maibobo", name: "RBP-9000 (9600 baud)", baud: 9600,
		adapters: []instruments.USBID{{VID: "1A86", PID: "7523"}, {VID: "067B", PID: "23C3"}}}
}

// Model describes the monitor.
func (d *Driver) Model() instruments.Model {
	m := instruments.Model{
		ID: d.id, Maker: d.maker, Name: d.name, Panel: panel,
		Line:      instruments.Line{Baud: d.baud, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Abilities: instruments.Abilities{Live: true, StartStop: true},
		Evidence:  instruments.PublicRules,
		Checksum:  "XOR",
		Talks:     true,
		Recheck:   5 * time.Second,
		Version:   "1",
	}
	for _, id := range d.adapters {
		m.Adapters = append(m.Adapters, instruments.Adapter{USBID: id})
	}
	return m
}

// Probe asks to be connected and sends nothing else.
func (d *Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	s := newSession(port, instruments.Job{}, nil)
	if err := s.link.Open(); err != nil {
		return instruments.Identity{}, err
	}
	return instruments.Identity{}, s.connect(ctx)
}

// Measure takes one reading: it connects, starts the monitor once, follows its
// pressure to the result and sees that the cuff is empty. See cuff.Run for how
// it is let go on every other way out. How far it pumps is the monitor's own
// affair: there is no command for a first inflation.
func (d *Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := newSession(port, job, emit)
	s.Enter(instruments.Connecting)
	if err := s.prepare(ctx, &d.rest); err != nil {
		return err
	}
	defer d.rest.Begin()
	return cuff.Run(ctx, s, func(ctx context.Context) error { return s.Inflation.Measure(ctx, s) })
}

// Release tells a monitor to let go its cuff and waits until it is empty.
func (d *Driver) Release(port instruments.Port) error {
	return d.rest.Release(newSession(port, instruments.Job{}, nil))
}
