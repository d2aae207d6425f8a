package spotcheck

import (
	"context"
	"io"
	"time"

	"aidpost/instruments"
)

// Measure reads port until the check is over and emits the reading. Silence,
// or noise without live samples, ends it as the stream says. Between reads it
// calls tick, which may be nil.
func (s *Session) Measure(ctx context.Context, port instruments.Port, tick func() error) error {
	s.trust = s.stream.Believe
	buf := make([]byte, 512)
	var heard time.Time // the last byte
	seen, deadline := s.samples, time.Now().Add(s.stream.First)
	for {
		if tick != nil {
			if err := tick(); err != nil {
				return err
			}
		}
		n, err := instruments.ReadSome(ctx, port, buf, time.Until(deadline))
		switch {
		case instruments.CodeOf(err) == instruments.NoAnswer && time.Since(heard) < s.stream.Lost/2:
			return noSamples()
		case err != nil:
			return err
		}
		heard = time.Now()
		switch _, end := s.Feed(buf[:n]); end := end.(type) {
		case *instruments.Fault:
			return end
		case *instruments.Reading:
			s.emit(end)
			return nil
		}
		if s.samples != seen {
			seen, deadline = s.samples, time.Now().Add(s.stream.Lost)
		} else if !time.Now().Before(deadline) {
			return noSamples()
		}
	}
}

func noSamples() *instruments.Fault {
	return instruments.NewFault(instruments.Garbled, "no live samples among what is sent")
}

// Listen waits until the samples can be trusted, no longer than limit in all
// and no longer than a silence that means that the instrument is lost.
func (s *Session) Listen(ctx context.Context, port instruments.Port, limit time.Duration) error {
	s.trust = s.stream.Believe
	buf := make([]byte, 512)
	for end := time.Now().Add(limit); s.trust > 0; {
		left := time.Until(end)
		if left <= 0 {
			return noFrames()
		}
		n, err := instruments.ReadSome(ctx, port, buf, min(left, s.stream.Lost))
		switch {
		case instruments.CodeOf(err) == instruments.NoAnswer && left < s.stream.Lost && s.parser.Tally().Received > 0:
			return noFrames() // it was not silence that ended it
		case err != nil:
			return err
		}
		_, end := s.Feed(buf[:n])
		if fault, bad := end.(*instruments.Fault); bad {
			return fault
		}
		opener, can := s.parser.(interface{ Opening() bool })
		if s.stream.Strict && s.inRow > 0 || can && opener.Opening() {
			instruments.Likely(ctx)
		}
	}
	return nil
}

func noFrames() *instruments.Fault {
	return instruments.NewFault(instruments.Garbled, "no frames among what is sent")
}

// Decode reads captured bytes to their end and emits samples, readings, and
// the faults that end a check or name a bad line. Bytes carry no time, so a
// reading is dated by the job's clock.
func (s *Session) Decode(captured io.Reader) error {
	emit := s.emit
	s.emit = func(e instruments.Event) {
		if sample, ok := e.(*instruments.PlethSample); ok {
			emit(sample)
		}
	}
	return instruments.Feed(captured, func(piece []byte, over bool) {
		for len(piece) > 0 {
			taken, end := s.Feed(piece)
			piece = piece[taken:]
			if end != nil {
				emit(end)
			}
			if _, bad := end.(*instruments.Fault); bad {
				s.forget()
			}
		}
		if t := s.parser.Tally(); over && s.samples == 0 && t.Dropped > 0 {
			emit(t.fault())
		}
	})
}

// forget restarts a check that a bad line has put in doubt. One that is over
// waits for the next finger.
func (s *Session) forget() {
	if s.check.Verdict() == Pending {
		s.restart()
	}
}
