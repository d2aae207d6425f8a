// Package par measures blood pressure with the NIBP2010 and NIBP2020 UP boards
// of PAR Medizintechnik and those that speak like them (Sinnor N6, Abaton
// UN300C), which the host starts and stops.
//
// A board pushes the cuff pressure five times a second while it works, says 999
// at the end, and tells result, state and error when it is asked for its
// status. It acknowledges no command: pressures prove a start. At rest it tells
// no pressure, so that a cuff whose last pressure is not known counts as empty
// only some time after the board has said that it is at rest.
//
// An error frame may repeat the numbers of the person before; they are never
// looked at. Commands for the first inflation differ among the boards, and one
// that a board does not know resets it: only those that all share are sent.
//
// Facts are from public programs, chiefly PyMonkey81/hemodialisis_ciateq, which
// quotes the maker's technical description, CardioArtLab/NIBP-project and
// tincho77/NIBP-ABATON.
package par

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/records/vitals"
)

// The catalogue's names of the two models.
const (
	NIBPID     = "par-nibp2010"
	CombinedID = "par-nibp2020-spo2"
)

const panel = vitals.BloodPressure

// A Driver speaks to boards of one kind. All it remembers is when it last let
// go a cuff. It implements [instruments.Decoder], [instruments.Explainer] and
// [instruments.Releaser].
type Driver struct {
	id, name string
	baud     int
	delimiters
	evidence instruments.Evidence
	rest     cuff.Rest
}

var (
	_ instruments.Decoder   = (*Driver)(nil)
	_ instruments.Explainer = (*Driver)(nil)
	_ instruments.Releaser  = (*Driver)(nil)
)

// NIBP returns the driver of boards that measure nothing but blood pressure.
func NIBP() *Driver {
	return &Driver{id: NIBPID, name: "NIBP2010, NIBP2020 UP; Sinnor N6, Abaton UN300C", baud: 4800,
		delimiters: delimiters{start: stx, end: etx}, evidence: instruments.PublicCode}
}

// Combined returns the driver of boards with an oximeter, of which only the
// cuff is used.
func Combined() *Driver {
	return &Driver{id: CombinedID, name: "NIBP2020 UP with SpO2", baud: 19200,
		delimiters: delimiters{start: combinedStart, end: combinedEnd}, evidence: instruments.PublicRules}
}

// Model describes the board.
func (d *Driver) Model() instruments.Model {
	return instruments.Model{
		ID: d.id, Maker: "PAR Medizintechnik", Name: d.name, Panel: panel,
		Line: instruments.Line{Baud: d.baud, DataBits: 8, Parity: instruments.NoParity, StopBits: 1, LinesLow: true},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
		},
		Abilities: instruments.Abilities{Live: true, StartStop: true},
		Evidence:  d.evidence,
		Checksum:  "sum-8",
		Talks:     true,
		Recheck:   5 * time.Second,
		Version:   "1",
	}
}

// Probe asks for the status and sends nothing else.
func (d *Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	s := newSession(d.delimiters, port, instruments.Job{}, nil)
	if err := s.link.Open(); err != nil {
		return instruments.Identity{}, err
	}
	s.overheard = true
	_, err := s.askStatus(ctx)
	return instruments.Identity{}, err
}

// Measure takes one reading: it makes the board measure an adult, starts it
// once, follows its pressure, asks for the result and sees that the cuff is
// empty. See cuff.Run for how it is let go on every other way out.
func (d *Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := newSession(d.delimiters, port, job, emit)
	s.Enter(instruments.Connecting)
	if err := s.prepare(ctx, &d.rest); err != nil {
		return err
	}
	defer d.rest.Begin()
	return cuff.Run(ctx, s, func(ctx context.Context) error { return s.Inflation.Measure(ctx, s) })
}

// Release tells a board to let go its cuff and waits until it is empty.
func (d *Driver) Release(port instruments.Port) error {
	return d.rest.Release(newSession(d.delimiters, port, instruments.Job{}, nil))
}
