package astm

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

const (
	remoteTries = 3
	refusals    = 12 // how many offers are refused until the meter listens
	// contention is how long a host stays silent when both want to send.
	contention  = 20 * time.Second
	longestLine = 32
)

// SetClock has the meter listen to commands, sets its date and its time, and
// asks for them. It keeps whole minutes.
func (Contour) SetClock(ctx context.Context, port instruments.Port, to time.Time) (time.Duration, bool, error) {
	if err := meter.CheckYear(to, 2000, 2099); err != nil {
		return 0, false, err
	}
	s := &session{port: port, now: time.Now}
	defer s.close()
	begun := time.Now()
	if err := s.command(ctx); err != nil {
		return 0, false, fmt.Errorf("having the Contour take commands: %w", err)
	}
	// Whatever happens, the meter is not left in this mode; if the wire is gone
	// it leaves it by itself.
	defer func() { _ = s.say(eot) }()
	for _, write := range []struct{ what, value string }{
		{"D|", to.Format("060102")}, {"T|", to.Format("1504")},
	} {
		for _, word := range []string{"W|", write.what, write.value + "|\r"} {
			if _, err := s.word(ctx, word, false); err != nil {
				return 0, false, fmt.Errorf("setting the clock of the Contour: %w", err)
			}
		}
	}
	before := to.Add(time.Since(begun))
	wall, err := s.wall(ctx)
	if err != nil {
		return 0, false, fmt.Errorf("asking the Contour for its clock: %w", err)
	}
	after := to.Add(time.Since(begun))
	return meter.ReadClock(before, after, wall, to.Location()).Drift(), true, nil
}

// wall asks for the date and the time.
func (s *session) wall(ctx context.Context) (time.Time, error) {
	var digits []byte
	for _, what := range []string{"D|", "T|"} {
		if _, err := s.word(ctx, "R|", false); err != nil {
			return time.Time{}, err
		}
		line, err := s.word(ctx, what, true)
		if err != nil {
			return time.Time{}, err
		}
		value, ok := bytes.CutPrefix(line, []byte("D|"))
		value, closed := bytes.CutSuffix(value, []byte("|"))
		if !ok || !closed {
			return time.Time{}, instruments.NewFault(instruments.Garbled, "no answer about the clock")
		}
		digits = append(digits, value...)
	}
	wall, timed := parseTime("20" + string(digits))
	if !timed {
		return time.Time{}, instruments.NewFault(instruments.ClockUnset, "the clock shows no time")
	}
	return wall, nil
}

// command refuses what the meter offers until it gives up, and then asks to
// speak. A meter that wants to speak at the same moment goes first: it is let,
// and refused again.
func (s *session) command(ctx context.Context) error {
	until := time.Now().Add(contention)
	if err := s.say(eot); err != nil { // it may be waiting, or in the middle of a session
		return err
	}
	asked := false
	for range refusals {
		wait := min(replyWait, time.Until(until))
		c, err := s.control(ctx, wait)
		switch {
		case err != nil && !worthRepeating(ctx, err):
			return err
		case err != nil && time.Now().After(until):
			return err
		case err == nil && c == ack && asked:
			return nil
		case err == nil && c == enq:
			asked = false
			err = s.say(nak)
		case err == nil && c != eot:
			continue
		default: // it is silent, or has given up
			asked = true
			err = s.say(enq)
		}
		if err != nil {
			return err
		}
	}
	return instruments.NewFault(instruments.NoAnswer, "the meter does not take commands")
}

// control waits for the next of the characters that answer an offer.
func (s *session) control(ctx context.Context, wait time.Duration) (byte, error) {
	for until := time.Now().Add(wait); ; {
		var b [1]byte
		if _, err := instruments.ReadSome(ctx, s.port, b[:], max(0, time.Until(until))); err != nil {
			return 0, err
		}
		switch b[0] {
		case enq, ack, nak, eot:
			return b[0], nil
		}
	}
}

// word sends one word of a command until it is acknowledged. Where an answer
// is wanted, it is a line before the acknowledgement.
func (s *session) word(ctx context.Context, word string, answered bool) (line []byte, err error) {
	for range remoteTries {
		if err := s.port.Discard(); err != nil {
			return nil, instruments.Wrap(instruments.Unplugged, err)
		}
		if err := instruments.WriteAll(s.port, []byte(word)); err != nil {
			return nil, err
		}
		line, err = s.acknowledged(ctx, answered)
		if err == nil || !worthRepeating(ctx, err) {
			break
		}
	}
	return line, err
}

func (s *session) acknowledged(ctx context.Context, answered bool) (line []byte, err error) {
	whole, taken := !answered, false
	for until := time.Now().Add(replyWait); !whole || !taken; {
		var b [1]byte
		if _, err := instruments.ReadSome(ctx, s.port, b[:], max(0, time.Until(until))); err != nil {
			return nil, err
		}
		switch c := b[0]; {
		case c == ack:
			taken = true
		case c == nak, c == eot, len(line) > longestLine:
			return nil, instruments.NewFault(instruments.Garbled, "the meter does not understand")
		case c == lf:
			whole = true
		case c != cr && !whole:
			line = append(line, c)
		}
	}
	return line, nil
}
