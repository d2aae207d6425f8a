package oemnibp

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

const (
	// startWait is how long the board may take to answer a start, and beginWait
	// how long until it works.
	startWait = 500 * time.Millisecond
	beginWait = time.Second
	// resultWait is how long the board may take from the end to its result, and
	// to tell all of it.
	resultWait = 3 * time.Second
)

// Start starts the board, and never says so twice: one whose answer was lost is
// asked whether it works.
func (s *session) Start(ctx context.Context) error {
	s.started = time.Now()
	s.Begin(s.started)
	f, err := s.ask(ctx, start, startWait)
	for missed := 0; err != nil; missed++ {
		if !cuff.Passing(err) || missed == silences {
			return err
		}
		f, err = s.ask(ctx, poll, answerWait)
	}
	s.note(f)
	if f.heard() != start && !s.worked {
		return instruments.NewFault(instruments.NoAnswer, "the start was not answered, and the board does nothing")
	}
	s.capture = append(s.capture, cuff.Kept(f, s.job))
	return s.See(f.pressure())
}

// note remembers what a frame after the start proves.
func (s *session) note(f frame) {
	s.worked = s.worked || f.works()
	s.cleared = s.cleared || f[stateAt]&fresh == 0
}

// Next asks for the state.
func (s *session) Next(ctx context.Context) (cuff.Step, error) {
	f, err := s.ask(ctx, poll, cuff.Poll)
	if err != nil {
		return cuff.Step{Pressure: instruments.Missing}, err
	}
	s.note(f)
	step := cuff.Step{Pressure: instruments.Number(f.pressure())}
	if !f.works() && (s.worked || time.Since(s.started) >= beginWait) {
		step.End = cuff.Finished
	}
	return step, nil
}

// Fetch asks on until the board has told all of its result.
func (s *session) Fetch(ctx context.Context) (*instruments.Reading, cuff.Result, error) {
	var t tally
	for until := time.Now().Add(resultWait); time.Now().Before(until); {
		f, err := s.ask(ctx, poll, cuff.Poll)
		switch {
		case !s.stray && cuff.Passing(err):
			continue
		case err != nil:
			return nil, cuff.Result{}, err
		}
		s.note(f)
		if err := s.See(f.pressure()); err != nil {
			return nil, cuff.Result{}, err
		}
		if err := f.fault(); err != nil {
			return nil, cuff.Result{}, err
		}
		if !f.hasResult() || !t.add(f, s.job) {
			continue
		}
		if !s.cleared || s.before.same(&t) {
			return nil, t.result(), instruments.NewFault(instruments.Garbled, "the result is not of this inflation")
		}
		reading, err := t.reading()
		if err != nil {
			return nil, t.result(), err
		}
		reading.Identity = s.extras.identity()
		reading.Capture = append(s.capture, t.frames...)
		return reading, t.result(), nil
	}
	return nil, cuff.Result{}, instruments.NewFault(instruments.NoAnswer, "the board ended without a result")
}

// Abort tells the board to let go. It is part of cuff.Valve.
func (s *session) Abort(ctx context.Context) error {
	return s.link.Send(ctx, gap, []byte{byte(stop)})
}

// Sense asks for the state. It is part of cuff.Valve.
func (s *session) Sense(ctx context.Context) (cuff.State, error) {
	f, err := s.ask(ctx, poll, cuff.Poll)
	if err != nil {
		return cuff.State{}, err
	}
	return cuff.State{Pressure: f.pressure(), Stopped: !f.works()}, nil
}
