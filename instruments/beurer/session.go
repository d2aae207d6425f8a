package beurer

import (
	"bytes"
	"context"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// A query is what the host may say: all there is.
type query byte

const (
	askPresence query = 0xAA // answered with present
	askName     query = 0xA4 // answered with text
	askCount    query = 0xA2 // answered with one byte
	askRecord   query = 0xA3 // and the record's number; answered with a record or noRecord
)

const (
	present    = 0x55
	nameSize   = 32 // a description is no longer, and may end in a line feed
	tries      = 2
	replyWait  = time.Second
	nameQuiet  = 250 * time.Millisecond // after the last byte of a description
	settleWait = 200 * time.Millisecond // until a late answer has passed
	settles    = 5
)

// A session is a conversation with one monitor.
type session struct {
	port  instruments.Port
	now   func() time.Time
	wait  time.Duration // for each answer
	chunk [64]byte
}

// An exchange is one question with its answer.
type exchange struct {
	sent, received time.Time
	request, reply []byte
}

func (e exchange) frames() []instruments.Frame {
	return []instruments.Frame{
		{At: e.sent, Direction: instruments.ToInstrument, Bytes: e.request},
		{At: e.received, Direction: instruments.FromInstrument, Bytes: e.reply},
	}
}

// A reader reads one answer.
type reader func(ctx context.Context) ([]byte, error)

// ask puts a question until it is answered. After a failed try late bytes are
// let pass, since nothing in an answer tells to which question it belongs.
func (s *session) ask(ctx context.Context, read reader, request ...byte) (exchange, error) {
	e := exchange{request: request}
	var last error
	for try := range tries {
		if try > 0 {
			if err := s.settle(ctx, settleWait); err != nil {
				return e, err
			}
		}
		if err := s.port.Discard(); err != nil {
			return e, instruments.Wrap(instruments.Unplugged, err)
		}
		e.sent = s.now()
		if err := instruments.WriteAll(s.port, request); err != nil {
			return e, err
		}
		e.reply, last = read(ctx)
		switch code := instruments.CodeOf(last); {
		case last == nil:
			e.received = s.now()
			if try > 0 { // the answer to an earlier try may still come
				return e, s.settle(ctx, 2*s.wait)
			}
			return e, nil
		case ctx.Err() != nil:
			return e, context.Cause(ctx)
		case code != instruments.NoAnswer && code != instruments.Garbled:
			return e, last
		}
	}
	return e, last
}

// settle lets pass what may still come of an earlier answer, until it has been
// quiet for so long.
func (s *session) settle(ctx context.Context, quiet time.Duration) error {
	for range settles {
		heard, err := meter.Overhear(ctx, s.port, quiet)
		if err != nil || len(heard) == 0 {
			return err
		}
	}
	return nil
}

var errStrange = instruments.NewFault(instruments.Garbled, "not an answer to the question")

// one reads an answer of one byte.
func (s *session) one(fits func(byte) bool) reader {
	return func(ctx context.Context) ([]byte, error) {
		b, err := s.read(ctx, 1, nil)
		if err == nil && !fits(b[0]) {
			return nil, errStrange
		}
		return b, err
	}
}

// read goes on with an answer until it has so many bytes.
func (s *session) read(ctx context.Context, size int, b []byte) ([]byte, error) {
	for until := time.Now().Add(s.wait); len(b) < size; {
		n, err := instruments.ReadSome(ctx, s.port, s.chunk[:size-len(b)], max(time.Until(until), time.Millisecond))
		switch {
		case err == nil:
			b = append(b, s.chunk[:n]...)
		case instruments.CodeOf(err) == instruments.NoAnswer && len(b) > 0:
			return nil, instruments.NewFault(instruments.Garbled, "a part of an answer came")
		default:
			return nil, err
		}
	}
	return b, nil
}

// wake asks whether a monitor is there, which it is once it is in PC mode.
func (s *session) wake(ctx context.Context) error {
	_, err := s.ask(ctx, s.one(func(b byte) bool { return b == present }), byte(askPresence))
	return err
}

// name asks for the description. One without a line feed ends with silence.
func (s *session) name(ctx context.Context) (string, error) {
	e, err := s.ask(ctx, func(ctx context.Context) ([]byte, error) {
		b, err := s.read(ctx, 1, nil)
		for err == nil && len(b) < nameSize && b[len(b)-1] != '\n' {
			n := 0
			n, err = instruments.ReadSome(ctx, s.port, s.chunk[:nameSize-len(b)], nameQuiet)
			if ctx.Err() == nil && instruments.CodeOf(err) == instruments.NoAnswer {
				err = nil
				break
			}
			b = append(b, s.chunk[:n]...)
		}
		if err == nil && !printable(b) {
			return nil, errStrange
		}
		return b, err
	}, byte(askName))
	return strings.TrimSpace(string(e.reply)), err
}

// count asks how many records there are.
func (s *session) count(ctx context.Context) (int, error) {
	e, err := s.ask(ctx, s.one(func(byte) bool { return true }), byte(askCount))
	if err != nil {
		return 0, err
	}
	return int(e.reply[0]), nil
}

// errAbsent says that there is no record where the count says there is one.
var errAbsent = instruments.NewFault(instruments.Garbled, "the monitor has fewer records than it counts")

// record asks for a record. Their numbers begin with 1. One that cannot be is
// believed to be stored so if it comes a second time.
func (s *session) record(ctx context.Context, number int) (record, exchange, error) {
	e, err := s.stored(ctx, number)
	if err != nil || record(e.reply).possible() {
		return record(e.reply), e, err
	}
	if err := s.settle(ctx, settleWait); err != nil {
		return record{}, e, err
	}
	again, err := s.stored(ctx, number)
	switch {
	case err != nil:
		return record{}, e, err
	case record(again.reply).possible() || bytes.Equal(again.reply, e.reply):
		return record(again.reply), again, nil
	}
	return record{}, e, instruments.NewFault(instruments.Garbled, "a record that cannot be, and another one the second time")
}

// stored asks for the bytes of a record, of which there are nine even with an
// error.
func (s *session) stored(ctx context.Context, number int) (exchange, error) {
	e, err := s.ask(ctx, func(ctx context.Context) ([]byte, error) {
		b, err := s.read(ctx, 1, nil)
		switch {
		case err != nil || b[0] == noRecord:
			return b, err
		case b[0] != recordMark:
			return nil, errStrange
		}
		return s.read(ctx, len(record{}), b)
	}, byte(askRecord), byte(number))
	if err == nil && len(e.reply) == 1 {
		err = errAbsent
	}
	if err != nil {
		e.reply = make([]byte, len(record{}))
	}
	return e, err
}
