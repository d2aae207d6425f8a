// Package taidoc reads glucose meters of the TaiDoc TD-41 and TD-42 series,
// sold as FORA, GlucoRx and under many pharmacy brands, over their serial
// cable at 19200 8N1.
//
// Host and meter exchange frames of eight bytes with a one-byte sum. Results
// are read one by one, the newest first, as two frames each: when, and how
// much. A visit reads the times only up to the first one before its start, so
// that no value of another person crosses the wire. Values are mg/dL whatever
// the meter shows.
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
	"aidpost/records/vitals"
)

// ModelID is the catalogue's name of the family.
const ModelID = "taidoc-td42xx"

const (
	listenFor = 150 * time.Millisecond
	probeTime = 2800 * time.Millisecond
	probeWait = 600 * time.Millisecond
)

// Driver reads TD-41xx and TD-42xx meters.
type Driver struct{}

var (
	_ instruments.Decoder     = Driver{}
	_ instruments.ClockSetter = Driver{}
	_ instruments.Explainer   = Driver{}
)

// New returns the driver.
func New() Driver { return Driver{} }

// Model describes the family.
func (Driver) Model() instruments.Model {
	return instruments.Model{
		ID: ModelID, Maker: "TaiDoc", Name: "TD-42xx", Panel: vitals.BloodGlucose,
		Line: instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}},
		},
		Abilities: instruments.Abilities{Memory: true, Clock: true, Info: true},
		Evidence:  instruments.PublicCode,
		Checksum:  "sum-8",
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
}

// Probe asks for model, serial number and clock, unless something other than
// the meter's ready frame speaks first.
func (Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	s := &session{port: port, now: time.Now, wait: probeWait}
	if err := s.listen(ctx); err != nil {
		return instruments.Identity{}, err
	}
	identity, err := s.identify(ctx)
	if err != nil {
		return instruments.Identity{}, err
	}
	clock, err := s.clock(ctx, time.Local)
	if err != nil && instruments.CodeOf(err) != instruments.ClockUnset {
		return instruments.Identity{}, err
	}
	identity.Drift, identity.HasClock = clock.Drift(), clock.Known()
	return identity, nil
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
func (Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := &session{port: port, now: job.Clock(), wait: replyWait}
	emit(&instruments.Progress{Phase: instruments.Connecting})
	identity, err := s.identify(ctx)
	if err != nil {
		return err
	}
	clock, err := s.clock(ctx, job.Location())
	if err != nil {
		return err
	}
	if err := clock.Check(); err != nil {
		return err
	}
	begin := func() *meter.Selection {
		return meter.NewSelection(job, clock, identity, meter.MinutesMargin)
	}
	selection, events, err := meter.Download(ctx, s, begin, emit)
	if err != nil {
		return err
	}
	number, err := s.serial(ctx)
	switch {
	case err != nil:
		return err
	case number != identity.Serial:
		return instruments.NewFault(instruments.WrongModel, "another meter was plugged in meanwhile")
	}
	return selection.Deliver(events, emit)
}
