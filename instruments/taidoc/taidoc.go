// Package taidoc reads the memories of TaiDoc instruments over their serial
// cable at 19200 8N1: glucose meters of the TD-41 and TD-42 series, sold as
// FORA, GlucoRx and under many pharmacy brands, and cuffs of the TD-31 and
// TD-32 series such as the FORA P30 and D40.
//
// Host and meter exchange frames of eight bytes with a one-byte sum. Results
// are read one by one, the newest first, as two frames each: when, and how
// much. A visit reads the times only up to the first one before its start, so
// that no value of another person crosses the wire. Values are mg/dL whatever
// the meter shows.
//
// A visit takes results of the family's own kind. Where everything is read,
// ketones and other analytes come out under panels of their own. A cuff is
// never started: no command is known that would surely stop it.
//
// Facts are from the public drivers glucometerutils (td42xx) and Tidepool
// uploader, and from published source of FORA and TaiDoc applications. No
// public source gives the answer to a wrong command, the meaning of the third
// value byte or the USB identifiers of the cables.
package taidoc

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// The catalogue's names of the families.
const (
	ModelID = "taidoc-td42xx"
	CuffID  = "taidoc-cuff"
)

const (
	listenFor = 150 * time.Millisecond
	probeTime = 2800 * time.Millisecond
	probeWait = 600 * time.Millisecond
)

// Driver reads the instruments of one family.
type Driver struct{ family func() family }

var (
	_ instruments.Decoder     = Driver{}
	_ instruments.ClockSetter = Driver{}
	_ instruments.Explainer   = Driver{}
)

// New returns the driver of the TD-41xx and TD-42xx glucose meters.
func New() Driver { return Driver{glucoseMeters} }

// Cuffs returns the driver of the TD-31xx and TD-32xx cuffs. It reads what
// they have stored and never starts one.
func Cuffs() Driver { return Driver{cuffs} }

// Model describes the family.
func (d Driver) Model() instruments.Model {
	f := d.family()
	return instruments.Model{
		ID: f.id, Maker: "TaiDoc", Name: f.name, Panel: f.panel, Also: f.also,
		Line: instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}},
		},
		Abilities: instruments.Abilities{Memory: true, Clock: true, Info: true},
		Evidence:  f.evidence,
		Checksum:  "sum-8",
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
}

// Probe asks for model, serial number and clock, unless something other than
// the meter's ready frame speaks first.
func (d Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	s := &session{family: d.family(), port: port, now: time.Now, wait: probeWait}
	if err := s.listen(ctx); err != nil {
		return instruments.Identity{}, err
	}
	return meter.Introduce(ctx, s)
}

// listen makes sure that what is on the port does not speak another language.
func (s *session) listen(ctx context.Context) error {
	heard, err := meter.Overhear(ctx, s.port, listenFor)
	if err != nil {
		return err
	}
	s.in.push(heard)
	for {
		f, dropped, ok := s.in.next()
		switch {
		case dropped > 0, ok && f.command() != ready, !ok && len(s.in.buf) > 0:
			return instruments.NewFault(instruments.WrongModel, "it speaks without being asked")
		case !ok:
			return nil
		}
	}
}

// Measure fetches the result of the visit; see [meter.Selection] for which one
// that is. Nothing is emitted as a reading before the memory was read to the
// end, seen to be the same a second time, and found to be of the same meter.
func (d Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := &session{family: d.family(), port: port, now: job.Clock(), wait: replyWait}
	return meter.Fetch(ctx, s, job, meter.MinutesMargin, emit)
}
