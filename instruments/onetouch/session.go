package onetouch

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

const (
	tries     = 3
	wakeWait  = 5 * time.Second // the first answer has been seen to take 3.4 s
	replyWait = time.Second     // the others, 0.1 s
	rowWait   = 2 * time.Second // from one record to the next
	quietFor  = 250 * time.Millisecond
	// longestDump is a full memory of 500 records at 9600 baud, and some.
	longestDump = 40 * time.Second
)

// A session is a conversation with one meter.
type session struct {
	product product
	port    instruments.Port
	now     func() time.Time
	wait    time.Duration // for the first answer
	in      meter.Splitter
	chunk   [128]byte
}

// An answer is one line without its sum, and when it was asked for and came.
// The body is valid until the next line is read.
type answer struct {
	sent, received time.Time
	body           []byte
}

// close forgets what was read.
func (s *session) close() {
	s.in.Wipe()
	clear(s.chunk[:])
}

// ask puts a question until it is answered. A fault is NoAnswer, Garbled or
// Unplugged.
func (s *session) ask(ctx context.Context, q question) (a answer, err error) {
	for range tries {
		if err := s.port.Discard(); err != nil {
			return a, instruments.Wrap(instruments.Unplugged, err)
		}
		s.in.Wipe()
		a.sent = s.now()
		if err := instruments.WriteAll(s.port, q.bytes()); err != nil {
			return a, err
		}
		if a.body, err = s.await(ctx, q); err == nil {
			a.received = s.now()
			s.wait = replyWait // it is awake now
			return a, nil
		}
		if !again(ctx, err) {
			return a, err
		}
	}
	return a, err
}

// again reports whether asking once more can help.
func again(ctx context.Context, err error) bool {
	code := instruments.CodeOf(err)
	return ctx.Err() == nil && (code == instruments.NoAnswer || code == instruments.Garbled)
}

// await returns the answer to q. Answers to something else are late ones to a
// question asked twice and are dropped. After a damaged line nothing much is
// waited for.
func (s *session) await(ctx context.Context, q question) ([]byte, error) {
	until := time.Now().Add(s.wait)
	heard := false
	for {
		line, err := s.line(ctx, until)
		switch {
		case err != nil && again(ctx, err) && (heard || s.in.Left() > 0):
			return nil, garbled("no whole line came")
		case err != nil:
			return nil, err
		}
		body, ok := checked(line)
		switch {
		case !ok:
			heard = true
			if soon := time.Now().Add(quietFor); soon.Before(until) {
				until = soon
			}
		case q.answeredBy(body):
			return body, nil
		}
	}
}

// line returns the next line with its end, valid until the next call. A line
// that stops in the middle is not waited for: its end was damaged or lost.
func (s *session) line(ctx context.Context, until time.Time) ([]byte, error) {
	for {
		if line, ok := s.in.Next(); ok {
			return line, nil
		}
		wait := max(0, time.Until(until))
		if s.in.Left() > 0 {
			wait = min(wait, quietFor)
		}
		n, err := instruments.ReadSome(ctx, s.port, s.chunk[:], wait)
		if err != nil {
			return nil, err
		}
		s.in.Push(s.chunk[:n])
	}
}

// Identify asks who the meter is, which must be the product.
func (s *session) Identify(ctx context.Context) (instruments.Identity, error) {
	var id instruments.Identity
	a, err := s.ask(ctx, askVersion)
	if err != nil {
		return id, err
	}
	id.Firmware = parseVersion(a.body)
	if a, err = s.ask(ctx, askSerial); err != nil {
		return id, err
	}
	serial, ok := parseSerial(a.body)
	if !ok || productOf(serial) != s.product {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "the serial number is not of a "+s.product.name())
	}
	id.Serial, id.Name = serial, s.product.name()
	return id, nil
}

// Clock asks for the time. A meter whose clock shows no time at all has lost
// it: a ClockUnset fault.
func (s *session) Clock(ctx context.Context, zone *time.Location) (meter.Clock, error) {
	a, err := s.ask(ctx, askClock)
	if err != nil {
		return meter.Clock{}, err
	}
	wall := wallTime(a.body)
	if wall.IsZero() {
		return meter.Clock{}, instruments.NewFault(instruments.ClockUnset, "the clock shows no time")
	}
	return meter.ReadClock(a.sent, a.received, wall, zone), nil
}

// download has the whole memory sent, again if a line of it is damaged or
// missing.
func (s *session) download(ctx context.Context, who instruments.Identity, begin func() *meter.Selection, emit func(instruments.Event)) (selection *meter.Selection, events []instruments.Event, err error) {
	for range tries {
		emit(&instruments.Progress{Phase: instruments.Downloading})
		selection = begin()
		events, err = s.dump(ctx, who, selection, emit)
		if err == nil || !again(ctx, err) {
			return selection, events, err
		}
		if err := s.drain(ctx); err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, err
}

// dump reads the memory line by line and keeps what the selection wants.
func (s *session) dump(ctx context.Context, who instruments.Identity, selection *meter.Selection, emit func(instruments.Event)) ([]instruments.Event, error) {
	head, err := s.ask(ctx, askMemory)
	if err != nil {
		return nil, err
	}
	count, from, ok := parseHeader(head.body)
	if !ok {
		return nil, garbled("no memory header")
	}
	if err := meter.Same(who, from); err != nil {
		return nil, err
	}
	var events []instruments.Event
	for i := range count {
		line, err := s.line(ctx, time.Now().Add(rowWait))
		if err != nil {
			return nil, err
		}
		body, ok := checked(line)
		if !ok || !begins(body, recordShape) {
			return nil, garbled("record " + strconv.Itoa(i) + " of " + strconv.Itoa(count) + " is damaged")
		}
		if e := keep(selection, line, body, i, s.now()); e != nil {
			events = append(events, e)
		}
		emit(&instruments.Progress{Phase: instruments.Downloading, Done: i + 1, Total: count})
	}
	return events, nil
}

// keep returns the event of record i if it is wanted, and otherwise looks at
// nothing but its time.
func keep(selection *meter.Selection, line, body []byte, i int, at time.Time) instruments.Event {
	if selection.Place(wallTime(body)) != meter.Wanted {
		return nil
	}
	row := parseRow(body)
	row.Record = strconv.Itoa(i)
	return selection.Add(row, instruments.Frame{At: at, Direction: instruments.FromInstrument, Bytes: bytes.Clone(line)})
}

// drain drops the rest of a dump, so that the next does not run into it.
func (s *session) drain(ctx context.Context) error {
	for until := time.Now().Add(longestDump); time.Now().Before(until); {
		if _, err := instruments.ReadSome(ctx, s.port, s.chunk[:], quietFor); err != nil {
			if again(ctx, err) {
				return nil
			}
			return err
		}
	}
	return nil
}
