package cuff

import (
	"context"
	"time"

	"aidpost/instruments"
)

const (
	// endWait is how long an inflated and emptied cuff may go without the
	// instrument saying that it has finished.
	endWait = 10 * time.Second
	// fallWait is how long a finished cuff may take to empty by itself.
	fallWait = 5 * time.Second
)

// An End is what a step says about the end of a measurement.
type End int

// The ends.
const (
	GoesOn   End = iota
	MayBe        // ended if the cuff has been emptied, too
	Finished     // the instrument says so
)

// A Step is something the instrument said while it measures.
type Step struct {
	Pressure instruments.Number // mmHg, or Missing
	End      End
}

// An Instrument is a cuff that the host starts.
type Instrument interface {
	Valve
	// Start sends the start command and returns once the instrument has shown
	// that it is at work; see Once.
	Start(ctx context.Context) error
	// Next waits for the next step, no longer than about Poll. A NoAnswer
	// *Fault means that there was none.
	Next(ctx context.Context) (Step, error)
	// Fetch returns the reading of the measurement that has just ended, with
	// its values, flags, frames and identity, and the result that it is of.
	Fetch(ctx context.Context) (*instruments.Reading, Result, error)
}

// An Inflation is one measurement, as whoever waits for it sees it.
type Inflation struct {
	Monitor
	emit   func(instruments.Event)
	now    func() time.Time
	phase  instruments.Phase
	sample instruments.CuffSample
}

// NewInflation returns an inflation for the job that tells emit.
func NewInflation(job instruments.Job, emit func(instruments.Event)) *Inflation {
	return &Inflation{emit: emit, now: job.Clock()}
}

// Enter emits the phase if it is a new one.
func (f *Inflation) Enter(phase instruments.Phase) {
	if phase != f.phase {
		f.phase = phase
		f.emit(&instruments.Progress{Phase: phase})
	}
}

// See takes a pressure and emits it. See Monitor.Observe for the error.
func (f *Inflation) See(pressure int) error {
	err := f.Observe(time.Now(), pressure)
	f.sample.Pressure = instruments.Number(pressure)
	f.emit(&f.sample)
	f.Enter(f.Phase())
	return err
}

// Measure starts the instrument, once, and returns after its reading was
// emitted and the cuff is empty. It belongs into Run.
func (f *Inflation) Measure(ctx context.Context, i Instrument) error {
	if err := i.Start(ctx); err != nil {
		return err
	}
	f.Enter(f.Phase())
	if err := f.follow(ctx, i); err != nil {
		return err
	}
	taken := f.now()
	f.Finish()
	f.Enter(f.Phase())
	reading, result, err := i.Fetch(ctx)
	if err != nil {
		return err
	}
	// Most instruments keep the last result. One above every pressure that was
	// seen is an old one.
	if result.Diastolic > f.Peak() {
		return instruments.NewFault(instruments.Garbled, "the result is not of this inflation")
	}
	if err := f.drain(ctx, i); err != nil {
		return err
	}
	reading.Taken = taken
	f.emit(reading)
	return nil
}

// Once sends a start and, if the instrument then shows no sign of it but says
// that it is at rest, once more: the pump starts at most once. The send returns
// whether there was a sign.
func (f *Inflation) Once(ctx context.Context, send, rests func(context.Context) (bool, error)) error {
	const tries = 2
	for range tries {
		f.Begin(time.Now())
		begun, err := send(ctx)
		if begun || err != nil {
			return err
		}
		resting, err := rests(ctx)
		switch {
		case err != nil:
			return err
		case !resting:
			return instruments.NewFault(instruments.NoAnswer, "the start was not answered, and the pump may run")
		}
	}
	return instruments.NewFault(instruments.NoAnswer, "the start was not answered")
}

// follow observes the pressure until the instrument says that it has finished.
func (f *Inflation) follow(ctx context.Context, i Instrument) error {
	var (
		maybeEnd   bool
		emptySince time.Time
	)
	for {
		if err := f.Overdue(time.Now()); err != nil {
			return err
		}
		step, err := i.Next(ctx)
		switch {
		case Unanswered(err):
			continue
		case err != nil:
			return err
		}
		if step.Pressure.Valid() {
			if err := f.See(int(step.Pressure)); err != nil {
				return err
			}
		}
		maybeEnd = maybeEnd || step.End == MayBe
		switch now := time.Now(); {
		case step.End == Finished:
			return nil
		case !f.Emptied():
			emptySince = time.Time{}
		case maybeEnd:
			return nil
		case emptySince.IsZero():
			emptySince = now
		case now.Sub(emptySince) >= endWait:
			return instruments.NewFault(instruments.NoAnswer, "the end was not announced")
		}
	}
}

// drain asks for the pressure of a finished cuff until it is empty, and tells
// the instrument to let go if it does not do so by itself.
func (f *Inflation) drain(ctx context.Context, v Valve) error {
	var unseen rest
	until := time.Now().Add(fallWait)
	for time.Now().Before(until) {
		round := time.Now()
		state, err := v.Sense(ctx)
		switch {
		case err == nil && unseen.passed(time.Now(), state):
			return nil
		case err == nil && state.Unseen:
			f.seen = time.Now()
		case err == nil:
			if err := f.See(state.Pressure); err != nil {
				return err
			}
			if f.Empty() {
				return nil
			}
		case !Passing(err):
			return err
		}
		if err := f.Overdue(time.Now()); err != nil {
			return err
		}
		if err := instruments.Pause(ctx, Poll-time.Since(round)); err != nil {
			return err
		}
	}
	return Release(v)
}
