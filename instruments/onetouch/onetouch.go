// Package onetouch reads the LifeScan glucose meters OneTouch Ultra2 and its
// predecessor OneTouch Ultra over their serial cable at 9600 8N1.
//
// A meter is asked in short ASCII commands and answers in lines with a
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

const (
	listenFor = 150 * time.Millisecond
	probeTime = 2800 * time.Millisecond
	probeWait = 1200 * time.Millisecond
)

// Driver reads one product of the family. Its Decode takes captures of all.
type Driver struct{ product product }

var (
	_ instruments.Decoder     = Driver{}
	_ instruments.ClockSetter = Driver{}
	_ instruments.Explainer   = Driver{}
)

// Ultra2 returns the driver of the OneTouch Ultra2.
func Ultra2() Driver { return Driver{ultra2} }

// Ultra returns the driver of the older OneTouch Ultra, which knows neither
// meals nor comments.
func Ultra() Driver { return Driver{ultra} }

// Model describes the meter.
func (d Driver) Model() instruments.Model {
	return instruments.Model{
		ID: d.product.id(), Maker: "LifeScan", Name: d.product.name(), Panel: vitals.BloodGlucose,
		Line: instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
			{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
		},
		Abilities: instruments.Abilities{Memory: true, Clock: true, Info: true},
		Evidence:  instruments.PublicCode,
		Checksum:  "sum-16",
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
}

// Probe asks for version, serial number and clock, unless something speaks
// first. A meter that takes longer than a probe to wake up answers the next
// one.
func (d Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	if err := meter.Unasked(ctx, port, listenFor); err != nil {
		return instruments.Identity{}, err
	}
	s := &session{product: d.product, port: port, now: time.Now, wait: probeWait}
	defer s.close()
	return meter.Introduce(ctx, s)
}

// Measure fetches the result of the visit; see [meter.Selection] for which one
// that is. Nothing is emitted as a reading before the memory was read to the
// end without damage.
func (d Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := &session{product: d.product, port: port, now: job.Clock(), wait: wakeWait}
	defer s.close()
	emit(&instruments.Progress{Phase: instruments.Connecting})
	identity, err := s.Identify(ctx)
	if ctx.Err() == nil && instruments.CodeOf(err) == instruments.Garbled {
		// A meter does not notice that a download was cancelled, and still
		// sends the rest of it.
		if err := s.drain(ctx); err != nil {
			return err
		}
		identity, err = s.Identify(ctx)
	}
	if err != nil {
		return err
	}
	clock, err := s.Clock(ctx, job.Location())
	clock, err = meter.Believed(job, clock, err)
	if err != nil {
		return err
	}
	begin := func() *meter.Selection {
		return meter.NewSelection(job, clock, identity, meter.SecondsMargin)
	}
	selection, events, err := s.download(ctx, identity, begin, emit)
	if err != nil {
		return err
	}
	return selection.Deliver(events, emit)
}

// Explain names the bytes of lines and commands.
func (Driver) Explain(frames []instruments.Frame) []instruments.Field { return explain(frames) }
