package contec

import (
	"context"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
	"aidpost/records/vitals"
)

// believe is how many whole frames in a row make a stream trustworthy.
const believe = 10

// A session turns the frames of one protocol into events.
type session struct {
	parser   parser
	rule     spotcheck.Rule
	check    *spotcheck.Check
	recent   recorder
	identity instruments.Identity
	now      func() time.Time
	emit     func(instruments.Event)

	sample  instruments.PlethSample
	samples uint64
	// trust is how many whole frames in a row must come before samples are
	// handed out; zero once they are.
	trust, inRow int
	dropped      uint64 // as of the last whole frame
	left         bool   // the finger of the finished check has left
}

func newSession(p parser, job instruments.Job, emit func(instruments.Event)) *session {
	s := &session{
		parser: p, rule: spotcheck.Default(), now: job.Clock(), emit: emit,
	}
	if job.Contact > 0 {
		s.rule.Contact = job.Contact
	}
	s.restart()
	return s
}

// restart begins a new spot check.
func (s *session) restart() {
	s.check = spotcheck.New(s.rule, rate)
	s.recent = newRecorder(s.check.Window())
	s.left = false
}

// rearm begins a new check when the finger of a finished one has left and one
// is in again: a finger gives one reading.
func (s *session) rearm() {
	if s.check.Verdict() == spotcheck.Pending {
		return
	}
	s.left = s.left || s.check.Left()
	if s.left && !s.sample.FingerOut {
		s.restart()
	}
}

// An outcome is the event that ends a check; the zero outcome is none yet.
type outcome struct {
	reading *instruments.Reading
	fault   *instruments.Fault
}

func (o outcome) over() bool { return o != outcome{} }

// feed takes in bytes up to the end of the check and hands out what happens
// on the way. It returns how many bytes it took.
func (s *session) feed(b []byte) (int, outcome) {
	at := s.now()
	for taken := 0; taken < len(b); {
		n, found := s.parser.next(b[taken:])
		taken += n
		switch found {
		case nothing:
			continue
		case spoiled:
			return taken, outcome{fault: badLine(s.parser.tally())}
		}
		if f := s.parser.refused(); f != nil {
			return taken, outcome{fault: f}
		}
		if !s.parser.live(&s.sample) || !s.trusted() {
			continue
		}
		if o := s.judgeSample(at); o.over() {
			return taken, o
		}
	}
	return len(b), outcome{}
}

// trusted counts whole frames in a row until there are enough of them.
func (s *session) trusted() bool {
	if s.trust == 0 {
		return true
	}
	if d := s.parser.tally().dropped; d != s.dropped {
		s.dropped, s.inRow = d, 0
	}
	s.inRow++
	if s.inRow < s.trust {
		return false
	}
	s.trust = 0
	return true
}

// judgeSample hands out the sample and what the acceptance rule says to it.
func (s *session) judgeSample(at time.Time) outcome {
	s.sample.Index = s.samples
	s.samples++
	s.emit(&s.sample)
	s.rearm()
	s.recent.add(at, s.parser.frame())
	if s.check.Verdict() != spotcheck.Pending {
		s.check.Feed(&s.sample)
		return outcome{}
	}
	step := s.check.Feed(&s.sample)
	if step.Changed {
		s.emit(&instruments.Progress{Phase: step.Progress.Phase, Done: step.Progress.Done, Total: step.Progress.Total})
	}
	if step.Passing != "" {
		s.emit(&instruments.Fault{Code: step.Passing})
	}
	switch step.Verdict {
	case spotcheck.Accepted:
		return s.accepted()
	case spotcheck.GaveUp:
		return outcome{fault: instruments.NewFault(s.check.Cause(), "no stable value in time")}
	}
	return outcome{}
}

func (s *session) accepted() outcome {
	result, _ := s.check.Result()
	values, err := result.Values()
	if err != nil {
		return outcome{fault: instruments.Wrap(instruments.Implausible, err)}
	}
	return outcome{reading: &instruments.Reading{
		Panel:    vitals.Oximetry,
		Values:   values,
		Flags:    result.Flags(),
		Taken:    s.now(),
		Identity: s.identity,
		Capture:  s.recent.frames(),
		Note:     result.Note(),
	}}
}

func badLine(t tally) *instruments.Fault {
	return instruments.NewFault(instruments.Garbled,
		fmt.Sprintf("more than %d %% of a minute's bytes fit no frame (%d of %d in all)", badShare, t.dropped, t.received))
}

// measure reads port until the check is over. Silence, or noise without live
// samples, of length lost ends it; first is the same before the first sample.
// Between reads it calls tick.
func (s *session) measure(ctx context.Context, port instruments.Port, first, lost time.Duration, tick func() error) error {
	s.trust = believe
	buf := make([]byte, 512)
	seen, deadline := s.samples, time.Now().Add(first)
	for {
		if err := tick(); err != nil {
			return err
		}
		n, err := instruments.ReadSome(ctx, port, buf, time.Until(deadline))
		if err != nil {
			return err
		}
		if _, o := s.feed(buf[:n]); o.fault != nil {
			return o.fault
		} else if o.reading != nil {
			s.emit(o.reading)
			return nil
		}
		if s.samples != seen {
			seen, deadline = s.samples, time.Now().Add(lost)
		} else if !time.Now().Before(deadline) {
			return instruments.NewFault(instruments.Garbled, "no live samples among what is sent")
		}
	}
}

// listen waits until the samples can be trusted, no longer than limit in all
// and no longer than lost without a byte.
func (s *session) listen(ctx context.Context, port instruments.Port, limit, lost time.Duration) error {
	s.trust = believe
	buf := make([]byte, 512)
	for end := time.Now().Add(limit); s.trust > 0; {
		left := time.Until(end)
		if left <= 0 {
			return instruments.NewFault(instruments.Garbled, "no frames among what is sent")
		}
		n, err := instruments.ReadSome(ctx, port, buf, min(left, lost))
		if err != nil {
			return err
		}
		if _, o := s.feed(buf[:n]); o.fault != nil {
			return o.fault
		}
	}
	return nil
}
