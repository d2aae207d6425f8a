// Package lifescan reads the LifeScan glucose meters that speak in binary
// frames: the OneTouch VerioIQ over its built-in USB bridge at 38400 8N1, and
// the OneTouch UltraEasy, also sold as UltraMini, over the serial cable of the
// family at 9600 8N1. Meters that speak in lines of text are read by package
// onetouch.
//
// Every frame has a CRC. A question is answered by one frame, which does not
// say what it answers. The UltraEasy also counts frames and wants each
// acknowledged; when a frame is lost, the driver has both sides begin to count
// again. Results are asked for one by one, the newest first, and a visit asks
// for one that is older than itself and no more. Values are mg/dL whatever the
// meter shows.
//
// Facts are from the public drivers glucometerutils (otultraeasy, otverio2015,
// support/lifescan) and Tidepool uploader (oneTouchVerioIQ, oneTouchUltraMini),
// from markchuang56/iOS-Demo, and from the published captures of
// Doume/Glucometer.
package lifescan

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
	probeWait = 500 * time.Millisecond
)

// Driver reads one product.
type Driver struct{ dialect func() dialect }

var (
	_ instruments.Decoder     = Driver{}
	_ instruments.ClockSetter = Driver{}
	_ instruments.Explainer   = Driver{}
)

// VerioIQ returns the driver of the OneTouch VerioIQ.
func VerioIQ() Driver { return Driver{verioIQ} }

// UltraEasy returns the driver of the OneTouch UltraEasy and UltraMini.
func UltraEasy() Driver { return Driver{ultraEasy} }

// Model describes the product.
func (d Driver) Model() instruments.Model {
	product := d.dialect()
	return instruments.Model{
		ID: product.id, Maker: "LifeScan", Name: product.name, Panel: vitals.BloodGlucose,
		Line:      instruments.Line{Baud: product.baud, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters:  product.adapters,
		Abilities: instruments.Abilities{Memory: true, Clock: true, Info: true},
		Evidence:  instruments.PublicCode,
		Checksum:  "CRC-16/CCITT-FALSE",
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
}

func (d Driver) session(port instruments.Port, now func() time.Time, wait time.Duration) *session {
	return &session{dialect: d.dialect(), port: port, now: now, wait: wait}
}

// Probe asks for version, serial number and clock, unless something speaks
// first.
func (d Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	if err := meter.Unasked(ctx, port, listenFor); err != nil {
		return instruments.Identity{}, err
	}
	s := d.session(port, time.Now, probeWait)
	defer s.close()
	return meter.Introduce(ctx, s)
}

// Measure fetches the result of the visit; see [meter.Selection] for which one
// that is. Nothing is emitted as a reading before the memory was seen to be
// the same a second time, and found to be of the same meter.
func (d Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := d.session(port, job.Clock(), replyWait)
	defer s.close()
	return meter.Fetch(ctx, s, job, meter.SecondsMargin, emit)
}

// SetClock makes the meter show to, and reads its clock to see that it does.
// Results that are stored already keep the time they were stored under.
func (d Driver) SetClock(ctx context.Context, port instruments.Port, to time.Time) (drift time.Duration, ok bool, err error) {
	if err := meter.CheckYear(to, 2000, 2099); err != nil {
		return 0, false, err
	}
	s := d.session(port, meter.RunningFrom(to), replyWait)
	defer s.close()
	if _, err := s.Identify(ctx); err != nil {
		return 0, false, err
	}
	if _, err := s.ask(ctx, showTime, 0); err != nil {
		return 0, false, err
	}
	clock, err := s.Clock(ctx, to.Location())
	return clock.Drift(), err == nil, err
}
