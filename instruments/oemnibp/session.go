package oemnibp

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

const (
	// gap is the least time between two commands.
	gap = 100 * time.Millisecond
	// answerWait is how long an answer may take.
	answerWait = 300 * time.Millisecond
	// turns is how many frames bring each extra byte at least once.
	turns = 10
	// silences is how many questions in a row may go unanswered.
	silences = 3
)

// A session is one talk with a board over one port. It is a cuff.Instrument.
type session struct {
	*cuff.Inflation
	link *cuff.Link
	job  instruments.Job

	extras extras
	before tally // what the board showed before the start
	owed   int   // answers to starts that may still come
	stray  bool  // the board took something else for a start

	worked, cleared bool // since the start: it was at work, it had no result
	started         time.Time
	capture         []instruments.Frame
}

func newSession(port instruments.Port, job instruments.Job, emit func(instruments.Event)) *session {
	return &session{Inflation: cuff.NewInflation(job, emit), link: cuff.NewLink(port, cut), job: job}
}

// ask says a command and waits for its answer. Later answers to earlier ones
// are overheard.
func (s *session) ask(ctx context.Context, c command, wait time.Duration) (frame, error) {
	if err := s.link.Send(ctx, gap, []byte{byte(c)}); err != nil {
		return nil, err
	}
	if c == start {
		s.owed++
	}
	for until := time.Now().Add(wait); ; {
		b, err := s.link.Next(ctx, until)
		if err != nil {
			return nil, err
		}
		f := frame(b)
		s.extras.take(f)
		switch heard := f.heard(); {
		case heard == start && s.owed == 0:
			return nil, s.recall(ctx)
		case heard == start:
			s.owed--
		}
		if f.heard() == c {
			return f, nil
		}
		if !time.Now().Before(until) {
			return nil, instruments.NewFault(instruments.NoAnswer, "the question was not answered")
		}
	}
}

// recall stops a board that took a question for a start, and says so.
func (s *session) recall(ctx context.Context) error {
	s.stray = true
	if err := s.Abort(ctx); err != nil {
		return err
	}
	return instruments.NewFault(instruments.Garbled, "the board took a question for a start")
}

// meet asks for the state until the board has told who it is and what it
// measured last, and returns the last answer. One that does not tell is met all
// the same.
func (s *session) meet(ctx context.Context) (frame, error) {
	var last frame
	missed := 0
	for range turns {
		f, err := s.ask(ctx, poll, answerWait)
		switch {
		case err != nil && (s.stray || !cuff.Passing(err)):
			return nil, err
		case err != nil:
			if missed++; missed < silences {
				continue
			}
			if cuff.Unanswered(err) {
				err = s.link.Silence()
			}
			return nil, err
		}
		missed, last = 0, f
		told := !f.hasResult() || s.before.add(f, s.job)
		if told && s.extras.met() {
			break
		}
	}
	return last, nil
}

// prepare brings the board to the point where it may be started. A cuff that
// somebody else left tight is let go.
func (s *session) prepare(ctx context.Context, rest *cuff.Rest) error {
	if err := s.link.Open(); err != nil {
		return err
	}
	f, err := s.meet(ctx)
	switch {
	case err != nil:
		return err
	case f[settingsAt]&gauging != 0:
		return instruments.NewFault(instruments.OutOfOrder, "the board is set to be a gauge")
	case s.extras[mode].known && s.extras[mode].value != 0:
		// It would pump again when nobody asked for it.
		return instruments.NewFault(instruments.OutOfOrder, "the board is set to a series")
	case f.works() || f.pressure() >= cuff.Empty:
		if err := rest.Release(s); err != nil {
			return err
		}
	}
	return rest.Wait(ctx)
}
