package raycome

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

const (
	// gap is the least time between two commands.
	gap = 50 * time.Millisecond
	// answerWait is how long one question waits, and tries how often it is put:
	// a monitor that was just switched on overhears the first.
	answerWait = 800 * time.Millisecond
	tries      = 3
	// listen is how long one at work may be silent: it pushes several pressures
	// a second.
	listen = 2 * cuff.Poll
)

// A session is one talk with a monitor over one port. It is a cuff.Instrument.
type session struct {
	*cuff.Inflation
	link *cuff.Link
	job  instruments.Job

	known   instruments.Number // last pressure since the last stop, mmHg
	stopped bool               // the monitor has confirmed the last stop
	ended   frame              // the result or the error of this inflation
	capture []instruments.Frame
}

func newSession(port instruments.Port, job instruments.Job, emit func(instruments.Event)) *session {
	return &session{
		Inflation: cuff.NewInflation(job, emit), link: cuff.NewLink(port, cut), job: job,
		known: instruments.Missing,
	}
}

func (s *session) say(ctx context.Context, c subject) error {
	return s.link.Send(ctx, gap, command(c))
}

// next returns the next frame, and remembers what it says of the cuff.
func (s *session) next(ctx context.Context, until time.Time) (frame, error) {
	b, err := s.link.Next(ctx, until)
	if err != nil {
		return nil, err
	}
	f := frame(b)
	if p, ok := f.pressure(); ok {
		s.known = instruments.Number(p)
	}
	if _, yes := f.agreed(stop); yes {
		s.stopped = true
	}
	return f, nil
}

// answer waits for the answer to a command and reports whether it was yes.
func (s *session) answer(ctx context.Context, c subject, until time.Time) (bool, error) {
	for {
		f, err := s.next(ctx, until)
		if cuff.Unanswered(err) {
			return false, s.link.Silence()
		}
		if err != nil {
			return false, err
		}
		if answers, yes := f.agreed(c); answers {
			return yes, nil
		}
		if !time.Now().Before(until) {
			return false, s.link.Silence()
		}
	}
}

// connect finds the monitor ready to be started.
func (s *session) connect(ctx context.Context) error {
	var last error
	for range tries {
		if err := s.say(ctx, connect); err != nil {
			return err
		}
		switch yes, err := s.answer(ctx, connect, time.Now().Add(answerWait)); {
		case yes:
			return nil
		case err == nil:
			return instruments.NewFault(instruments.NoAnswer, "the monitor refuses to be connected")
		case !cuff.Passing(err):
			return err
		default:
			last = err
		}
	}
	return last
}

// prepare brings the monitor to the point where it may be started. A cuff that
// is at work for somebody else is let go.
func (s *session) prepare(ctx context.Context, rest *cuff.Rest) error {
	if err := s.link.Open(); err != nil {
		return err
	}
	if err := s.connect(ctx); err != nil {
		return err
	}
	if err := rest.Wait(ctx); err != nil {
		return err
	}
	if working, err := s.works(ctx); err != nil || !working {
		return err
	}
	if err := rest.Release(s); err != nil {
		return err
	}
	return rest.Wait(ctx)
}

// works listens whether the monitor is at work.
func (s *session) works(ctx context.Context) (bool, error) {
	// What came in meanwhile tells nothing of now.
	if err := s.link.Open(); err != nil {
		return false, err
	}
	s.known = instruments.Missing
	for until := time.Now().Add(listen); !s.known.Valid() && time.Now().Before(until); {
		if _, err := s.next(ctx, until); err != nil && !cuff.Passing(err) {
			return false, err
		}
	}
	return s.known.Valid(), nil
}
