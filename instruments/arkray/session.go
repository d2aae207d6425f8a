package arkray

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

const (
	tries     = 4
	replyWait = time.Second
	rowWait   = 2 * time.Second // from one place of the memory to the next
	quietFor  = 250 * time.Millisecond
	// longestDump is the whole memory at 19200 baud, and some.
	longestDump = 5 * time.Second
)

// A session is a conversation with one meter.
type session struct {
	port  instruments.Port
	now   func() time.Time
	wait  time.Duration // for each reply
	in    deframer
	chunk [128]byte
}

func newSession(port instruments.Port, now func() time.Time, wait time.Duration) *session {
	return &session{port: port, now: now, wait: wait, in: deframer{start: fromMeter}}
}

// close forgets what was read.
func (s *session) close() {
	s.in.wipe()
	clear(s.chunk[:])
}

// An exchange is the answer to a question, and when that was asked.
type exchange struct {
	sent, received time.Time
	reply          frame
}

func garbled(detail string) error { return instruments.NewFault(instruments.Garbled, detail) }

// again reports whether asking once more can help.
func again(ctx context.Context, err error) bool {
	code := instruments.CodeOf(err)
	return ctx.Err() == nil && (code == instruments.NoAnswer || code == instruments.Garbled)
}

// ask sends a frame until it is answered.
func (s *session) ask(ctx context.Context, request frame) (e exchange, err error) {
	for try := range tries {
		if err := s.port.Discard(); err != nil {
			return e, instruments.Wrap(instruments.Unplugged, err)
		}
		s.in.reset()
		e.sent = s.now()
		if err := instruments.WriteAll(s.port, request[:]); err != nil {
			return e, err
		}
		if e.reply, err = s.await(ctx, request.command()); err == nil {
			e.received = s.now()
			if try > 0 { // the answer to the question before may still come
				err = s.drain(ctx, s.wait*3/2)
			}
			return e, err
		}
		if !again(ctx, err) {
			return e, err
		}
	}
	return e, err
}

// await returns the answer to a command. Answers to something else are late
// ones to a question asked twice and are dropped.
func (s *session) await(ctx context.Context, command byte) (frame, error) {
	heard := false
	for until := time.Now().Add(s.wait); ; {
		f, dropped, err := s.next(ctx, time.Until(until))
		heard = heard || dropped > 0
		switch {
		case err == nil && f.command() == command:
			return f, nil
		case err != nil && again(ctx, err) && (heard || len(s.in.buf) > 0):
			return frame{}, garbled("no whole frame came")
		case err != nil:
			return frame{}, err
		}
	}
}

// next returns the next frame, and how many bytes before it were none.
func (s *session) next(ctx context.Context, wait time.Duration) (frame, int, error) {
	dropped := 0
	for until := time.Now().Add(wait); ; {
		f, lost, ok := s.in.next()
		dropped += lost
		if ok {
			return f, dropped, nil
		}
		n, err := instruments.ReadSome(ctx, s.port, s.chunk[:], max(0, time.Until(until)))
		switch {
		case ctx.Err() != nil:
			return frame{}, dropped, context.Cause(ctx)
		case err != nil:
			return frame{}, dropped, err
		}
		s.in.push(s.chunk[:n])
	}
}

// drain drops what still comes, until nothing has come for a while.
func (s *session) drain(ctx context.Context, quiet time.Duration) error {
	for until := time.Now().Add(longestDump + quiet); time.Now().Before(until); {
		if _, err := instruments.ReadSome(ctx, s.port, s.chunk[:], quiet); err != nil {
			if again(ctx, err) {
				break
			}
			return err
		}
	}
	s.in.reset()
	return nil
}

// Identify asks whether the meter is there, and who it is.
func (s *session) Identify(ctx context.Context) (instruments.Identity, error) {
	e, err := s.ask(ctx, query(askReady))
	if err != nil {
		return instruments.Identity{}, err
	}
	if e.reply.data() != (data{1}) {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "no answer of a GlucoCard Expression")
	}
	serial, err := s.Serial(ctx)
	if err != nil {
		return instruments.Identity{}, err
	}
	return instruments.Identity{Serial: serial, Name: name}, nil
}

// Serial asks for the serial number.
func (s *session) Serial(ctx context.Context) (string, error) {
	e, err := s.ask(ctx, query(askSerial))
	if err != nil {
		return "", err
	}
	return parseSerial(e.reply.data())
}

// parseSerial reads the serial number, which is sent backwards.
func parseSerial(d data) (string, error) {
	slices.Reverse(d[:])
	serial := strings.Trim(string(d[:]), " \x00")
	for _, c := range serial {
		if c <= ' ' || c > '~' {
			serial = ""
		}
	}
	if serial == "" {
		return "", instruments.NewFault(instruments.WrongModel, "no serial number of a GlucoCard Expression")
	}
	return serial, nil
}

// Clock asks for the time. A meter whose clock shows no time has lost it: a
// ClockUnset fault.
func (s *session) Clock(ctx context.Context, zone *time.Location) (meter.Clock, error) {
	e, err := s.ask(ctx, query(askClock))
	if err != nil {
		return meter.Clock{}, err
	}
	wall, err := parseClock(e.reply.data())
	if err != nil {
		return meter.Clock{}, instruments.Wrap(instruments.ClockUnset, err)
	}
	return meter.ReadClock(e.sent, e.received, wall, zone), nil
}

// Download has the whole memory sent, again if a frame of it is damaged or
// missing.
func (s *session) Download(ctx context.Context, begin func() *meter.Selection, emit func(instruments.Event)) (selection *meter.Selection, events []instruments.Event, err error) {
	for range tries - 1 {
		emit(&instruments.Progress{Phase: instruments.Downloading, Total: places})
		selection = begin()
		if events, err = s.dump(ctx, selection, emit); err == nil || !again(ctx, err) {
			return selection, events, err
		}
		if err := s.drain(ctx, quietFor); err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, err
}

// dump reads the memory place by place and keeps what the selection wants.
func (s *session) dump(ctx context.Context, selection *meter.Selection, emit func(instruments.Event)) ([]instruments.Event, error) {
	request := query(askMemory)
	if err := instruments.WriteAll(s.port, request[:]); err != nil {
		return nil, err
	}
	var events []instruments.Event
	rows := 0
	for i := range places {
		f, dropped, err := s.next(ctx, rowWait)
		switch {
		case err != nil && again(ctx, err) && (i > 0 || dropped > 0):
			return nil, garbled("the memory was not sent to its end")
		case err != nil:
			return nil, err
		case dropped > 0 || f.command() != askMemory:
			return nil, garbled("place " + strconv.Itoa(i) + " of the memory is damaged")
		}
		if f.data() == unused {
			continue
		}
		if e := keep(selection, f, rows, s.now()); e != nil {
			events = append(events, e)
		}
		rows++
		emit(&instruments.Progress{Phase: instruments.Downloading, Done: rows, Total: places})
	}
	emit(&instruments.Progress{Phase: instruments.Downloading, Done: rows, Total: rows})
	return events, nil
}

// keep returns the event of a stored result if it is wanted, and otherwise
// looks at nothing but its time.
func keep(selection *meter.Selection, f frame, index int, at time.Time) instruments.Event {
	if selection.Place(f.data().wallTime()) != meter.Wanted {
		return nil
	}
	row := f.data().row()
	row.Record = strconv.Itoa(index)
	return selection.Add(row, instruments.Frame{At: at, Direction: instruments.FromInstrument, Bytes: f[:]})
}
