package taidoc

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

const (
	tries     = 4
	replyWait = time.Second // half of it has been seen to do
)

// A session is a conversation with one instrument.
type session struct {
	family family
	layout layout // of the model that was identified
	port   instruments.Port
	now    func() time.Time
	wait   time.Duration // for each reply
	in     deframer
	chunk  [64]byte
}

// An exchange is one question with its answer.
type exchange struct {
	sent, received time.Time
	request, reply frame
}

func (e exchange) frames() []instruments.Frame {
	return []instruments.Frame{
		{At: e.sent, Direction: instruments.ToInstrument, Bytes: e.request[:]},
		received(e.received, e.reply),
	}
}

func received(at time.Time, f frame) instruments.Frame {
	return instruments.Frame{At: at, Direction: instruments.FromInstrument, Bytes: f[:]}
}

// errReady says that the meter has just woken up and wants to be asked again.
var errReady = errors.New("the meter has just woken up")

// ask sends a query until it is answered. See exchange.
func (s *session) ask(ctx context.Context, q query, index uint16) (exchange, error) {
	return s.exchange(ctx, request(q, index))
}

// exchange sends a frame until it is answered. A fault is NoAnswer, Garbled or
// Unplugged.
func (s *session) exchange(ctx context.Context, request frame) (exchange, error) {
	e := exchange{request: request}
	worst := instruments.NewFault(instruments.NoAnswer, "no answer from the meter")
	late := false // an answer to an earlier try may still come
	for range tries {
		if err := s.port.Discard(); err != nil {
			return e, instruments.Wrap(instruments.Unplugged, err)
		}
		s.in.reset()
		e.sent = s.now()
		if err := instruments.WriteAll(s.port, e.request[:]); err != nil {
			return e, err
		}
		reply, err := s.await(ctx, request.command())
		if err == nil {
			e.reply, e.received = reply, s.now()
			if late {
				err = s.settle(ctx)
			}
			return e, err
		}
		var fault *instruments.Fault
		switch {
		case ctx.Err() != nil:
			return e, context.Cause(ctx)
		case errors.Is(err, errReady):
		case !errors.As(err, &fault), fault.Code == instruments.Unplugged:
			return e, err
		case fault.Code == instruments.Garbled:
			worst, late = fault, true
		default:
			late = true
		}
	}
	return e, worst
}

// await returns the answer to command. Answers to something else are late ones
// to a question asked twice and are dropped.
func (s *session) await(ctx context.Context, command byte) (frame, error) {
	heard := false
	for until := time.Now().Add(s.wait); ; {
		for {
			f, dropped, ok := s.in.next()
			heard = heard || dropped > 0
			switch {
			case ok && f.command() == command:
				return f, nil
			case ok && f.command() == ready:
				return frame{}, errReady
			}
			if !ok {
				break
			}
		}
		wait := time.Until(until)
		n, err := 0, error(instruments.NewFault(instruments.NoAnswer, ""))
		if wait > 0 {
			n, err = instruments.ReadSome(ctx, s.port, s.chunk[:], wait)
		}
		if err != nil {
			if instruments.CodeOf(err) == instruments.NoAnswer && (heard || len(s.in.buf) > 0) {
				return frame{}, instruments.NewFault(instruments.Garbled, "no whole frame came")
			}
			return frame{}, err
		}
		s.in.push(s.chunk[:n])
	}
}

// settle drops late answers to a question that was asked more than once, until
// none has come for longer than the questions were apart. They do not tell
// which result they are about, and would be taken for the next one's.
func (s *session) settle(ctx context.Context) error {
	for range tries {
		heard, err := meter.Overhear(ctx, s.port, s.wait*3/2)
		if err != nil || len(heard) == 0 {
			return err
		}
	}
	return nil
}

// Identify asks who the meter is.
func (s *session) Identify(ctx context.Context) (instruments.Identity, error) {
	e, err := s.ask(ctx, askModel, 0)
	if err != nil {
		return instruments.Identity{}, err
	}
	name, err := parseModel(e.reply.data())
	if err != nil {
		return instruments.Identity{}, err
	}
	if s.layout, err = s.family.layout(name); err != nil {
		return instruments.Identity{}, err
	}
	number, err := s.Serial(ctx)
	return instruments.Identity{Serial: number, Name: name}, err
}

// Serial asks for the serial number, in two halves.
func (s *session) Serial(ctx context.Context) (string, error) {
	high, err := s.ask(ctx, askSerialHigh, 0)
	if err != nil {
		return "", err
	}
	low, err := s.ask(ctx, askSerialLow, 0)
	return serial(high.reply.data(), low.reply.data()), err
}

// Clock asks for the time. A meter whose clock shows no time at all has lost
// it: a ClockUnset fault.
func (s *session) Clock(ctx context.Context, zone *time.Location) (meter.Clock, error) {
	e, err := s.ask(ctx, askClock, 0)
	if err != nil {
		return meter.Clock{}, err
	}
	at, err := parseTime(e.reply.data())
	if err != nil {
		return meter.Clock{}, instruments.Wrap(instruments.ClockUnset, err)
	}
	return meter.ReadClock(e.sent, e.received, at.wall, zone), nil
}

// Download reads the memory for results of what the family measures.
func (s *session) Download(ctx context.Context, begin func() *meter.Selection, emit func(instruments.Event)) (*meter.Selection, []instruments.Event, error) {
	return meter.Download(ctx, s, func() *meter.Selection { return begin().For(s.family.panel) }, emit)
}

// Count asks how many results there are.
func (s *session) Count(ctx context.Context) (int, error) {
	e, err := s.ask(ctx, askCount, 0)
	d := e.reply.data()
	return int(binary.LittleEndian.Uint16(d[:2])), err
}
