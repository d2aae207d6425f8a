package par

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// Start starts the board. The first pressure is the only acknowledgement.
func (s *session) Start(ctx context.Context) error { return s.Once(ctx, s.sendStart, s.rests) }

func (s *session) sendStart(ctx context.Context) (begun bool, err error) {
	if err := s.say(ctx, start); err != nil {
		return false, err
	}
	for until := time.Now().Add(cuff.Watchdog); time.Now().Before(until); {
		f, err := s.next(ctx, until)
		switch {
		case cuff.Passing(err):
			continue
		case err != nil:
			return false, err
		}
		s.asked = time.Now()
		switch p, ok := f.pressure(); {
		case ok:
			s.keep(f)
			return true, s.See(p)
		case f.isEnd():
			s.keep(f)
			s.finished = true
			return true, nil
		}
	}
	return false, nil
}

// rests asks whether the board does nothing. One that went into error at the
// start says why.
func (s *session) rests(ctx context.Context) (bool, error) {
	st, err := s.askStatus(ctx)
	if err != nil {
		return false, err
	}
	if st.state == inError && s.before.state != inError {
		return false, faultOf(st.message)
	}
	return st.atRest(), nil
}

// Next waits for a pressure or the end. A board that falls silent is asked why:
// its end may have been lost.
func (s *session) Next(ctx context.Context) (cuff.Step, error) {
	step := cuff.Step{Pressure: instruments.Missing}
	if s.finished {
		step.End = cuff.Finished
		return step, nil
	}
	if now := time.Now(); now.Sub(s.asked) >= silence {
		s.asked = now
		if err := s.say(ctx, askStatus); err != nil {
			return step, err
		}
	}
	f, err := s.next(ctx, time.Now().Add(cuff.Poll))
	if err != nil {
		return step, err
	}
	if f.wrongCuff() {
		return step, wrongCuff()
	}
	if p, ok := f.pressure(); ok {
		s.asked = time.Now()
		step.Pressure = instruments.Number(p)
	}
	if f.isEnd() {
		s.keep(f)
		step.End = cuff.Finished
	}
	if st, ok := f.status(); ok {
		switch {
		case st.atRest():
			step.End = cuff.Finished
		case st.starting():
			return step, instruments.NewFault(instruments.Stopped, "the board has reset itself")
		}
	}
	return step, nil
}

// Fetch asks for the result of the measurement that has ended.
func (s *session) Fetch(ctx context.Context) (*instruments.Reading, cuff.Result, error) {
	for until := time.Now().Add(resultWait); ; {
		st, f, err := s.statusFrame(ctx)
		if err != nil {
			return nil, cuff.Result{}, err
		}
		if !st.atRest() && time.Now().Before(until) {
			continue
		}
		s.keep(f)
		reading, err := st.reading()
		if err == nil {
			err = st.single()
		}
		if err != nil {
			return nil, cuff.Result{}, err
		}
		reading.Capture = s.capture
		return reading, st.Result, nil
	}
}

// Abort tells the board to let go. It is part of cuff.Valve.
func (s *session) Abort(ctx context.Context) error {
	s.known = instruments.Missing
	return s.link.Send(ctx, gap, []byte(abort))
}

// Sense asks for the state, and takes the pressure that the board pushes. It
// is part of cuff.Valve.
func (s *session) Sense(ctx context.Context) (cuff.State, error) {
	// What arrives before the question is sent may be older than the abort.
	for ready := s.link.Sent().Add(gap); time.Now().Before(ready); {
		if _, err := s.next(ctx, ready); err != nil && !cuff.Passing(err) {
			return cuff.State{}, err
		}
	}
	if err := s.say(ctx, askStatus); err != nil {
		return cuff.State{}, err
	}
	fresh := false
	for until := time.Now().Add(2 * cuff.Poll); ; {
		f, err := s.next(ctx, until)
		switch {
		case cuff.Unanswered(err) && fresh:
			return cuff.State{Pressure: int(s.known)}, nil
		case err != nil:
			return cuff.State{}, err
		}
		if _, ok := f.pressure(); ok {
			fresh = true
		}
		if st, ok := f.status(); ok {
			return s.stateOf(ctx, st, fresh)
		}
	}
}

// stateOf is what a status says of the cuff, with the last pressure if that is
// fresh. At rest no pump runs: a pressure that was that of an empty cuff still
// is.
func (s *session) stateOf(ctx context.Context, st status, fresh bool) (cuff.State, error) {
	switch known := int(s.known); {
	case st.state == inCycle && !fresh:
		// Between two measurements of a series that nobody wants any more.
		return cuff.State{Pressure: cuff.Empty}, s.say(ctx, manual)
	case fresh, st.atRest() && s.known.Valid() && known < cuff.Empty:
		return cuff.State{Pressure: known, Stopped: st.atRest()}, nil
	case st.atRest():
		return cuff.State{Unseen: true, Stopped: true}, nil
	}
	return cuff.State{}, instruments.NewFault(instruments.NoAnswer, "the board is at work and tells no pressure")
}
