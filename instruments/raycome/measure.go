package raycome

import (
	"bytes"
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// Start starts the monitor. It says that it has started, or its pressures do.
func (s *session) Start(ctx context.Context) error {
	refused := false
	return s.Once(ctx, func(ctx context.Context) (bool, error) {
		begun, no, err := s.sendStart(ctx)
		if no && refused {
			return false, instruments.NewFault(instruments.OutOfOrder, "the monitor refuses to start")
		}
		refused = no
		return begun, err
	}, s.rests)
}

// sendStart reports whether the monitor has begun, or said that it will not.
func (s *session) sendStart(ctx context.Context) (begun, refused bool, err error) {
	s.known = instruments.Missing
	if err := s.say(ctx, start); err != nil {
		return false, false, err
	}
	for until := time.Now().Add(cuff.Watchdog); time.Now().Before(until); {
		f, err := s.next(ctx, until)
		switch {
		case cuff.Passing(err):
			continue
		case err != nil:
			return false, false, err
		}
		if answers, yes := f.agreed(start); answers {
			if yes {
				s.keep(f)
			}
			return yes, !yes, nil
		}
		switch f.subject() {
		case pressure:
			return true, false, s.See(int(s.known))
		case result, failure:
			s.end(f)
			return true, false, nil
		}
	}
	return false, false, nil
}

// rests asks whether the monitor does nothing: it is ready, and pushes no
// pressure.
func (s *session) rests(ctx context.Context) (bool, error) {
	state, err := s.Sense(ctx)
	return state.Unseen, err
}

// Next waits for a pressure, the result or an error.
func (s *session) Next(ctx context.Context) (cuff.Step, error) {
	step := cuff.Step{Pressure: instruments.Missing}
	if s.ended != nil {
		step.End = cuff.Finished
		return step, nil
	}
	f, err := s.next(ctx, time.Now().Add(cuff.Poll))
	if err != nil {
		return step, err
	}
	switch f.subject() {
	case pressure:
		step.Pressure = s.known
	case stop:
		return step, instruments.NewFault(instruments.Stopped, "stopped at the monitor")
	case result, failure:
		s.end(f)
		step.End = cuff.Finished
	}
	return step, nil
}

// end keeps the frame with which the monitor has ended.
func (s *session) end(f frame) {
	s.keep(f)
	s.ended = bytes.Clone(f)
}

// Fetch returns the reading that the monitor has sent.
func (s *session) Fetch(context.Context) (*instruments.Reading, cuff.Result, error) {
	reading, res, err := s.ended.reading(s.job)
	if err != nil {
		return nil, res, err
	}
	reading.Capture = s.capture
	return reading, res, nil
}

// Abort tells the monitor to let go. It is part of cuff.Valve.
func (s *session) Abort(ctx context.Context) error {
	s.known, s.stopped = instruments.Missing, false
	return s.say(ctx, stop)
}

// Sense asks whether the monitor is ready, and takes the pressure that it
// pushes. One that is ready and pushes none is at rest. It is part of
// cuff.Valve.
func (s *session) Sense(ctx context.Context) (cuff.State, error) {
	// What arrives before the question is sent may be older than the stop.
	for ready := s.link.Sent().Add(gap); time.Now().Before(ready); {
		if _, err := s.next(ctx, ready); err != nil && !cuff.Passing(err) {
			return cuff.State{}, err
		}
	}
	if err := s.say(ctx, connect); err != nil {
		return cuff.State{}, err
	}
	var fresh, ready bool
	for until := time.Now().Add(listen); time.Now().Before(until); {
		f, err := s.next(ctx, until)
		switch {
		case cuff.Unanswered(err):
			continue
		case err != nil:
			return cuff.State{}, err
		}
		if _, ok := f.pressure(); ok {
			fresh = true
		}
		if _, yes := f.agreed(connect); yes {
			ready = true
		}
		if fresh && (ready || s.stopped) {
			break
		}
	}
	switch {
	case fresh, ready && s.known.Valid() && int(s.known) < cuff.Empty:
		return cuff.State{Pressure: int(s.known), Stopped: s.stopped}, nil
	case ready:
		return cuff.State{Unseen: true, Stopped: s.stopped}, nil
	}
	return cuff.State{}, instruments.NewFault(instruments.NoAnswer, "the monitor tells nothing of its cuff")
}

// keep adds a frame to the capture of the reading.
func (s *session) keep(f frame) { s.capture = append(s.capture, cuff.Kept(f, s.job)) }
