package arkray

import (
	"context"
	"fmt"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// ExpressionID is the catalogue's name of the meter.
const ExpressionID = "glucocard-expression"

const name = "GlucoCard Expression"

const (
	listenFor = 150 * time.Millisecond
	probeTime = 2800 * time.Millisecond
	probeWait = 400 * time.Millisecond
)

// Expression reads GlucoCard Expression meters. It implements
// [instruments.Decoder], [instruments.Explainer] and
// [instruments.ClockSetter].
type Expression struct{}

var (
	_ instruments.Decoder     = Expression{}
	_ instruments.Explainer   = Expression{}
	_ instruments.ClockSetter = Expression{}
)

// NewExpression returns the driver.
func NewExpression() Expression { return Expression{} }

// Model describes the meter.
func (Expression) Model() instruments.Model {
	return instruments.Model{
		ID: ExpressionID, Maker: "Arkray", Name: name, Panel: vitals.BloodGlucose,
		Line: instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
		},
		Abilities: instruments.Abilities{Memory: true, Clock: true, Info: true},
		Evidence:  instruments.Partial,
		Checksum:  "sum-8",
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
}

// Probe asks whether the meter is there, for its serial number and its clock,
// unless something speaks first.
func (Expression) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	if err := meter.Unasked(ctx, port, listenFor); err != nil {
		return instruments.Identity{}, err
	}
	s := newSession(port, time.Now, probeWait)
	defer s.close()
	return meter.Introduce(ctx, s)
}

// Measure fetches the result of the visit; see [meter.Selection] for which one
// that is. Nothing is emitted as a reading before the memory was read to the
// end without damage and found to be of the same meter.
func (Expression) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := newSession(port, job.Clock(), replyWait)
	defer s.close()
	return meter.Fetch(ctx, s, job, meter.MinutesMargin, emit)
}

// SetClock makes the meter show to, in whole minutes, and reads its clock to
// see that it does.
func (Expression) SetClock(ctx context.Context, port instruments.Port, to time.Time) (drift time.Duration, ok bool, err error) {
	if err := meter.CheckYear(to, firstYear, lastYear); err != nil {
		return 0, false, err
	}
	s := newSession(port, meter.RunningFrom(to), replyWait)
	defer s.close()
	if _, err := s.Identify(ctx); err != nil {
		return 0, false, fmt.Errorf("before setting the clock: %w", err)
	}
	e, err := s.ask(ctx, clockFrame(s.now()))
	switch {
	case err != nil:
		return 0, false, fmt.Errorf("setting the clock: %w", err)
	case e.reply.data() != (data{1}):
		return 0, false, fmt.Errorf("setting the clock: %w", garbled("the meter does not say that it is done"))
	}
	clock, err := s.Clock(ctx, to.Location())
	return clock.Drift(), err == nil, err
}

// Decode reads what a meter sent. A capture does not tell when it was made, so
// the meter's clock is taken at its word.
func (Expression) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	selection := meter.NewSelection(job, meter.UnreadClock(job.Location()), instruments.Identity{Name: name}, meter.MinutesMargin)
	in := deframer{start: fromMeter}
	defer in.wipe()
	rows := 0
	take := func(f frame) {
		switch f.command() {
		case askSerial:
			serial, err := parseSerial(f.data())
			if err != nil {
				emit(instruments.NewFault(instruments.WrongModel, err.Error()))
			}
			selection.SetIdentity(instruments.Identity{Name: name, Serial: serial})
		case askMemory:
			if f.data() == unused {
				return
			}
			if e := keep(selection, f, rows, job.Clock()()); e != nil {
				emit(e)
			}
			rows++
		}
	}
	return instruments.Feed(captured, func(piece []byte, end bool) {
		in.push(piece)
		for {
			f, dropped, ok := in.next()
			if dropped > 0 {
				emit(instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d bytes that are no frame", dropped)))
			}
			if !ok {
				break
			}
			take(f)
		}
		if end && len(in.buf) > 0 {
			emit(instruments.NewFault(instruments.Garbled, "the capture ends within a frame"))
		}
	})
}
