// Package onetouch reads the LifeScan OneTouch Ultra2 glucose meter over its
// serial cable at 9600 8N1. It also decodes captures of the older OneTouch
// Ultra.
//
// The meter is asked in short ASCII commands and answers in lines with a
// 16-bit sum. It can only send its whole memory, the newest result first: the
// lines are looked at one by one, only for their time, and nothing is kept of
// those that are older than the visit. Values are mg/dL whatever the meter
// shows.
//
// Facts are from the maker's published specification as the public drivers
// glucometerutils (otultra2) and Tidepool uploader (oneTouchUltra2) use it,
// and from the published captures of Doume/Glucometer.
package onetouch

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// ModelID is the catalogue's name of the meter.
const ModelID = "onetouch-ultra2"

const (
	listenFor = 150 * time.Millisecond
	probeTime = 2800 * time.Millisecond
	probeWait = 1200 * time.Millisecond
)

// Driver reads Ultra2 meters. It implements [instruments.Decoder].
type Driver struct{}

var _ instruments.Decoder = Driver{}

// Ultra2 returns the driver.
func Ultra2() Driver { return Driver{} }

// Model describes the meter.
func (Driver) Model() instruments.Model {
	return instruments.Model{
		ID: ModelID, Maker: "LifeScan", Name: nameUltra2, Panel: vitals.BloodGlucose,
		Line: instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
			{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
		},
		Abilities: instruments.Abilities{Memory: true, Clock: true, Info: true},
		Evidence:  instruments.PublicCode,
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
}

// Probe asks for version, serial number and clock, unless something speaks
// first. A meter that takes longer than a probe to wake up answers the next
// one.
func (Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	heard, err := meter.Overhear(ctx, port, listenFor)
	switch {
	case err != nil:
		return instruments.Identity{}, err
	case len(heard) > 0:
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "it speaks without being asked")
	}
	s := &session{port: port, now: time.Now, wait: probeWait}
	defer s.close()
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

// Measure fetches the result of the visit; see [meter.Selection] for which one
// that is. Nothing is emitted as a reading before the memory was read to the
// end without damage.
func (Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := &session{port: port, now: job.Clock(), wait: wakeWait}
	defer s.close()
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
		return meter.NewSelection(job, clock, identity, meter.SecondsMargin)
	}
	selection, events, err := s.download(ctx, identity.Serial, begin, emit)
	if err != nil {
		return err
	}
	return selection.Deliver(events, emit)
}
