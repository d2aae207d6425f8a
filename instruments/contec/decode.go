package contec

import (
	"errors"
	"fmt"
	"io"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// decode reads captured bytes to their end and emits samples, readings, and
// the faults that end a check or name a bad line. Bytes carry no time, so a
// reading is dated by the job's clock.
func (s *session) decode(captured io.Reader) error {
	emit := s.emit
	s.emit = func(e instruments.Event) {
		if sample, ok := e.(*instruments.PlethSample); ok {
			emit(sample)
		}
	}
	buf := make([]byte, 4096)
	for {
		n, err := captured.Read(buf)
		for b := buf[:n]; len(b) > 0; {
			taken, o := s.feed(b)
			b = b[taken:]
			switch {
			case o.reading != nil:
				emit(o.reading)
			case o.fault != nil:
				emit(o.fault)
				s.forget()
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			if t := s.parser.tally(); s.samples == 0 && t.dropped > 0 {
				emit(badLine(t))
			}
			return nil
		case err != nil:
			return fmt.Errorf("reading the capture: %w", err)
		}
	}
}

// forget restarts a check that a bad line has put in doubt. One that is over
// waits for the next finger.
func (s *session) forget() {
	if s.check.Verdict() == spotcheck.Pending {
		s.restart()
	}
}
