package isens

import (
	"context"
	"encoding/binary"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// frameReader speaks the newer protocol.
type frameReader struct{ session }

func (r *frameReader) begin(ctx context.Context) error { return r.expect(ctx, commands) }

// An exchange is one question with its answer.
type exchange struct {
	sent, received time.Time
	reply          frame
}

// ask sends a request until it is answered. It is made anew for each try.
func (r *frameReader) ask(ctx context.Context, request func() frame) (e exchange, err error) {
	err = r.Repeat(ctx, r.wait, func() error {
		e.sent = r.now()
		f := request()
		if err := r.Say(f); err != nil {
			return err
		}
		e.reply, err = r.await(ctx, f.command())
		e.received = r.now()
		return err
	})
	return e, err
}

// query asks one of the closed list.
func (r *frameReader) query(ctx context.Context, c command, data ...byte) (exchange, error) {
	return r.ask(ctx, func() frame { return newFrame(string(c), data...) })
}

// await returns the answer to a command. Answers to something else are late
// ones to a question asked before and are dropped.
func (r *frameReader) await(ctx context.Context, command string) (frame, error) {
	var heard []byte
	for len(heard) <= 2*longestFrame {
		some, err := r.Some(ctx, r.wait)
		switch {
		case err != nil && len(heard) > 0 && meter.Again(ctx, err):
			return nil, garbled("no whole frame came")
		case err != nil:
			return nil, err
		}
		heard = append(heard, some...)
		for f, before, ok := nextFrame(heard); ok; f, before, ok = nextFrame(heard) {
			heard = heard[before+len(f):]
			if answers, err := f.answers(command); answers || err != nil {
				return f, err
			}
		}
	}
	return nil, garbled("no frame came")
}

// answers reports whether the frame answers a command. The CRC of answers with
// results is not looked at: meters do not fill it in.
func (f frame) answers(command string) (bool, error) {
	word := f.command()
	if word == string(askResults) && word == command {
		return true, nil
	}
	if f.sum() != f.crc() {
		return false, garbled("a frame whose checksum is wrong")
	}
	if detail, ok := deviceError(word); ok {
		return false, &instruments.Fault{Code: instruments.Garbled, Device: word, Detail: detail}
	}
	return word == command, nil
}

func (r *frameReader) Identify(ctx context.Context) (instruments.Identity, error) {
	e, err := r.query(ctx, askSerial)
	if err != nil {
		return instruments.Identity{}, err
	}
	serial, ok := parseSerial(e.reply.data())
	if !ok {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "no serial number of an i-SENS meter")
	}
	return instruments.Identity{Serial: serial, Name: shineName}, nil
}

// Clock asks for the time. A meter whose clock shows no time at all has lost
// it: a ClockUnset fault.
func (r *frameReader) Clock(ctx context.Context, zone *time.Location) (meter.Clock, error) {
	e, err := r.query(ctx, askClock)
	if err != nil {
		return meter.Clock{}, err
	}
	if len(e.reply.data()) != timeSize {
		return meter.Clock{}, garbled("an answer that is no time")
	}
	wall := wallTime(e.reply.data())
	if wall.IsZero() {
		return meter.Clock{}, instruments.NewFault(instruments.ClockUnset, "the clock shows no time")
	}
	return meter.ReadClock(e.sent, e.received, wall, zone), nil
}

// mostResults is more than any of these meters keeps.
const mostResults = 2000

// walk reads all results in batches.
func (r *frameReader) walk(ctx context.Context, take func(stored []byte)) error {
	e, err := r.query(ctx, askCount)
	if err != nil {
		return err
	}
	if len(e.reply.data()) != 2 {
		return garbled("an answer that is no count")
	}
	count := int(binary.BigEndian.Uint16(e.reply.data()))
	if count > mostResults {
		return garbled("more results than any meter keeps")
	}
	for done := 0; done < count; {
		n := min(batch, count-done)
		f, err := r.results(ctx, done, n)
		if err != nil {
			return err
		}
		for entries := f.data(); len(entries) > 0; entries = entries[entrySize:] {
			take(entries[:entrySize])
		}
		done += n
	}
	return nil
}

// results asks for n results from index on, which the meter counts from 1.
func (r *frameReader) results(ctx context.Context, index, n int) (frame, error) {
	e, err := r.query(ctx, askResults, byte((index+1)>>8), byte(index+1), byte(n))
	switch {
	case err != nil:
		return nil, err
	case len(e.reply.data()) != n*entrySize:
		return nil, errChanged
	}
	return e.reply, nil
}

func (r *frameReader) result(ctx context.Context, index int) (stored, crossed []byte, err error) {
	f, err := r.results(ctx, index, 1)
	if err != nil {
		return nil, nil, err
	}
	return f.data(), f, nil
}

func (*frameReader) row(stored []byte) meter.Row { return entryRow(stored) }
