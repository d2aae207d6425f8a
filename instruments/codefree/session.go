package codefree

import (
	"bytes"
	"context"
	"encoding/binary"
	"strconv"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// A session is a conversation with one meter.
type session struct {
	meter.Text
	now func() time.Time
}

// open waits until the meter is switched on, and returns how many results it
// has. A meter that was answered too late does not go on: the person switches it
// off and on.
func (s *session) open(ctx context.Context) (count int, err error) {
	if err := s.Port.Discard(); err != nil { // what it said before nobody heard
		return 0, instruments.Wrap(instruments.Unplugged, err)
	}
	for until := time.Now().Add(patience); ; {
		if err := s.await(ctx, until); err != nil {
			return 0, err
		}
		f, err := s.ask(ctx, here, countSize)
		switch {
		case err != nil && ctx.Err() == nil && instruments.CodeOf(err) == instruments.NoAnswer:
			continue
		case err != nil:
			return 0, err
		case f.message()[0] != countMark:
			return 0, garbled("no number of results")
		}
		return int(binary.BigEndian.Uint16(f.message()[1:])), nil
	}
}

// await waits for the meter's question. Whatever comes before it is dropped:
// sometimes a zero does.
func (s *session) await(ctx context.Context, until time.Time) error {
	want := challenge()
	var heard []byte
	for {
		some, err := s.Some(ctx, max(0, time.Until(until)))
		if err != nil {
			return err
		}
		heard = append(heard, some...)
		if bytes.Contains(heard, want) {
			return nil
		}
		heard = heard[max(0, len(heard)-len(want)+1):]
	}
}

// ask says a message and returns the answer, whose message must have the size.
func (s *session) ask(ctx context.Context, message string, size int) (frame, error) {
	if err := s.Say(newFrame(fromHost, message)); err != nil {
		return nil, err
	}
	var heard []byte
	for until := time.Now().Add(replyWait); ; {
		some, err := s.Some(ctx, max(0, time.Until(until)))
		switch {
		case err != nil && len(heard) > 0 && meter.Again(ctx, err):
			return nil, garbled("an answer without an end")
		case err != nil:
			return nil, err
		}
		heard = append(heard, some...)
		f, whole, good := frameAt(heard)
		switch {
		case !whole:
			continue
		case !good, len(f) != len(heard):
			return nil, garbled("an answer whose sum or form is wrong")
		case len(f.message()) != size:
			return nil, garbled("an answer to something else")
		}
		return f, nil
	}
}

// leave ends the session.
func (s *session) leave(ctx context.Context) error {
	f, err := s.ask(ctx, next, shortSize)
	if err == nil && string(f.message()) != disconnected {
		return garbled("the meter does not say that it has disconnected")
	}
	return err
}

// unsaid is what staff must know of every value.
const unsaid = "the meter does not tell its unit, which is taken as mg/dL"

// add returns the event of a wanted result.
func add(selection *meter.Selection, f frame, index int, at time.Time) instruments.Event {
	row := f.row()
	row.Record = strconv.Itoa(index)
	event := selection.Add(row, instruments.Frame{At: at, Direction: instruments.FromInstrument, Bytes: bytes.Clone(f)})
	if r, ok := event.(*instruments.Reading); ok {
		r.Note = unsaid
	}
	return event
}
