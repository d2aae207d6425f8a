package arkray

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

const (
	nudgeWait   = 300 * time.Millisecond // for an offer, after EOT
	longestLine = 300
)

// A vitalSession is a conversation with one Vital. It reads byte by byte, as
// the meter may want to be written to.
type vitalSession struct {
	port instruments.Port
	now  func() time.Time
	wait time.Duration // for each answer
	line []byte
	// commanded is whether the meter was told to take commands.
	commanded bool
}

// close has the meter take commands no longer, and forgets what was read.
func (s *vitalSession) close() {
	if s.commanded {
		_ = s.say(eot) // it may answer commands no longer
	}
	clear(s.line[:cap(s.line)])
}

func (s *vitalSession) say(b ...byte) error { return instruments.WriteAll(s.port, b) }

// read returns the next byte before until.
func (s *vitalSession) read(ctx context.Context, until time.Time) (byte, error) {
	var b [1]byte
	_, err := instruments.ReadSome(ctx, s.port, b[:], max(0, time.Until(until)))
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return b[0], err
}

// control waits for one of the characters, and drops what else comes.
func (s *vitalSession) control(ctx context.Context, wait time.Duration, wanted ...byte) (byte, error) {
	for until := time.Now().Add(wait); ; {
		c, err := s.read(ctx, until)
		if err != nil || bytes.IndexByte(wanted, c) >= 0 {
			return c, err
		}
	}
}

// errRefused reports that the meter has answered NAK.
var errRefused = instruments.NewFault(instruments.Garbled, "the meter does not understand")

// answer waits for a line. An acknowledgement may come before it and after it;
// an offer to send is accepted.
func (s *vitalSession) answer(ctx context.Context) ([]byte, error) {
	s.line = s.line[:0]
	for until := time.Now().Add(s.wait); ; {
		c, err := s.read(ctx, until)
		switch {
		case err != nil && again(ctx, err) && len(s.line) > 0:
			return nil, garbled("a line without an end")
		case err != nil:
			return nil, err
		case len(s.line) == 0 && c == nak:
			return nil, errRefused
		case len(s.line) == 0 && c == enq:
			if err := s.say(ack); err != nil {
				return nil, err
			}
			continue
		case len(s.line) == 0 && c == ack:
			continue
		}
		s.line = append(s.line, c)
		if c == '\n' || len(s.line) > longestLine {
			return bytes.Clone(s.line), nil
		}
	}
}

// repeated does something until it succeeds. After a second try, answers to the
// first may still come, and are let pass.
func (s *vitalSession) repeated(ctx context.Context, do func() error) (err error) {
	for try := range tries {
		if err := s.port.Discard(); err != nil {
			return instruments.Wrap(instruments.Unplugged, err)
		}
		err = do()
		switch {
		case err == nil && try > 0:
			return s.drain(ctx)
		case err == nil || !again(ctx, err) || err == errRefused:
			return err
		}
	}
	return err
}

func (s *vitalSession) drain(ctx context.Context) error {
	for until := time.Now().Add(longestDump); time.Now().Before(until); {
		if _, err := s.read(ctx, time.Now().Add(s.wait*3/2)); err != nil {
			if again(ctx, err) {
				return nil
			}
			return err
		}
	}
	return nil
}

// Identify has the meter send its header and take commands from then on.
func (s *vitalSession) Identify(ctx context.Context) (instruments.Identity, error) {
	identity, err := s.header(ctx)
	if err != nil {
		return instruments.Identity{}, err
	}
	if err := s.commands(ctx); err != nil {
		return instruments.Identity{}, err
	}
	s.commanded = true
	return identity, nil
}

// Serial has the meter send its header once more, and so take no more commands.
func (s *vitalSession) Serial(ctx context.Context) (string, error) {
	identity, err := s.header(ctx)
	return identity.Serial, err
}

// header ends whatever the meter is doing and has it send its header.
func (s *vitalSession) header(ctx context.Context) (identity instruments.Identity, err error) {
	err = s.repeated(ctx, func() error {
		if err := s.say(eot); err != nil {
			return err
		}
		if _, err := s.control(ctx, nudgeWait, enq); err != nil && !again(ctx, err) {
			return err
		}
		if err := s.say(ack); err != nil {
			return err
		}
		line, err := s.answer(ctx)
		if err != nil {
			return err
		}
		identity, err = parseHeader(line)
		return err
	})
	return identity, err
}

// commands has the meter take commands.
func (s *vitalSession) commands(ctx context.Context) error {
	return s.repeated(ctx, func() error {
		if err := s.say(command); err != nil {
			return err
		}
		if _, err := s.control(ctx, s.wait, eot); err != nil {
			return err
		}
		if err := s.say(enq); err != nil {
			return err
		}
		_, err := s.control(ctx, s.wait, ack)
		return err
	})
}

// words says words that are acknowledged one by one.
func (s *vitalSession) words(ctx context.Context, words ...string) error {
	for _, w := range words {
		if err := s.say([]byte(w)...); err != nil {
			return err
		}
		switch c, err := s.control(ctx, s.wait, ack, nak); {
		case err != nil:
			return err
		case c == nak:
			return errRefused
		}
	}
	return nil
}

// ask says words of which the last is answered with a line.
func (s *vitalSession) ask(ctx context.Context, words ...string) ([]byte, error) {
	if err := s.words(ctx, words[:len(words)-1]...); err != nil {
		return nil, err
	}
	if err := s.say([]byte(words[len(words)-1])...); err != nil {
		return nil, err
	}
	return s.answer(ctx)
}

// number asks for something whose answer has no sum, until two answers in a
// row are the same.
func (s *vitalSession) number(ctx context.Context, what ...string) (text []byte, err error) {
	for range tries {
		var got []byte
		err := s.repeated(ctx, func() error {
			got = nil
			for _, w := range what {
				line, err := s.ask(ctx, "R|", w)
				if err != nil {
					return err
				}
				digits, ok := parseAnswer(line)
				if !ok || !decimal(digits) {
					return garbled("an answer that is no number")
				}
				got = append(got, digits...)
			}
			return nil
		})
		switch {
		case err != nil:
			return nil, err
		case bytes.Equal(text, got):
			return got, nil
		}
		text = got
	}
	return nil, garbled("two answers to the same question differ")
}

// Clock asks for date and time. A meter whose clock shows no time has lost it:
// a ClockUnset fault.
func (s *vitalSession) Clock(ctx context.Context, zone *time.Location) (meter.Clock, error) {
	before := s.now()
	digits, err := s.number(ctx, "D|", "T|")
	if err != nil {
		return meter.Clock{}, err
	}
	const all = len("YYMMDDHHMM")
	n, _ := pairs(digits)
	if len(digits) != all {
		return meter.Clock{}, instruments.NewFault(instruments.ClockUnset, "the clock shows no time")
	}
	wall, err := meter.Wall(firstYear+n[0], n[1], n[2], n[3], n[4], 0)
	if err != nil {
		return meter.Clock{}, instruments.Wrap(instruments.ClockUnset, err)
	}
	return meter.ReadClock(before, s.now(), wall, zone), nil
}

// count asks how many results there are. The number is decimal, though results
// are asked for in hexadecimal.
func (s *vitalSession) count(ctx context.Context) (int, error) {
	digits, err := s.number(ctx, "M|")
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(string(digits))
	if err != nil || n > lastIndex {
		return 0, garbled("more results than can be asked for")
	}
	return n, nil
}

// lastIndex is the greatest that can be asked for.
const lastIndex = 0xFFF

// result asks for one result. A place that the meter cannot read is no result:
// line is nil.
func (s *vitalSession) result(ctx context.Context, index int) (line []byte, row meter.Row, err error) {
	err = s.repeated(ctx, func() (err error) {
		if line, err = s.ask(ctx, "R|", "N|", fmt.Sprintf("%03X|", index)); err == nil {
			row, err = parseResult(line)
		}
		return err
	})
	if err == errRefused {
		return nil, meter.Row{}, s.commands(ctx)
	}
	return line, row, err
}
