package freestyle

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

const (
	firstWait = 3 * time.Second // for the first line of an answer
	lineWait  = 2 * time.Second // for the others
)

// A command is something that a probe or a measurement may send. The list is
// closed: what sets the clock or switches the meter off is none of them.
type command string

const (
	askOptium command = "$colq" // who it is, and its clock
	askXtra   command = "$xmem" // the memory of an Optium
	askLite   command = "$mem"  // the memory of a Lite
)

func (c command) String() string {
	switch c {
	case askOptium:
		return "serial number, version and clock?"
	case askXtra, askLite:
		return "memory?"
	}
	return "unknown"
}

// lineEnd ends what is said, both ways.
const lineEnd = "\r\n"

// A session is a conversation with one meter.
type session struct {
	meter.Text
	product
	now  func() time.Time
	wait time.Duration // for the first line of an answer
}

func garbled(why string) *instruments.Fault { return instruments.NewFault(instruments.Garbled, why) }

// answer says a command and hands the lines of the answer to take, until it
// reports that it has enough. A repetition of the command, as the first one
// after plugging in may get, is left out.
func (s *session) answer(ctx context.Context, said string, take func(line []byte) (enough bool, err error)) error {
	if err := s.Say([]byte(said + lineEnd)); err != nil {
		return err
	}
	heard := false
	for wait := s.wait; ; wait = min(s.wait, lineWait) {
		line, err := s.Line(ctx, wait)
		switch {
		case err != nil && heard && meter.Again(ctx, err):
			return garbled("an answer without an end")
		case err != nil:
			return err
		case string(text(line)) == said:
			continue
		}
		heard = true
		if enough, err := take(line); enough || err != nil {
			return err
		}
	}
}

// A head is what stands before the results of a memory.
type head struct {
	identity instruments.Identity
	clock    meter.Clock
}

// readHead reads what a memory tells about its meter, and then no further.
func (s *session) readHead(ctx context.Context, zone *time.Location) (h head, err error) {
	err = s.Repeat(ctx, s.wait, func() error {
		var m memory
		sent := s.now()
		var clockErr error
		err := s.answer(ctx, string(s.product.memory), func(line []byte) (bool, error) {
			switch m.take(line) {
			case stray, broken:
				return true, garbled("no memory of a FreeStyle meter")
			case clock:
				h.clock, clockErr = readClock(text(line), sent, s.now(), zone)
			case count, empty:
				h.identity = s.named(m.identity)
				return true, nil
			}
			return false, nil
		})
		if err == nil {
			err = clockErr
		}
		return err
	})
	return h, err
}

func readClock(said []byte, sent, received time.Time, zone *time.Location) (meter.Clock, error) {
	wall := wallTime(said)
	if wall.IsZero() {
		return meter.Clock{}, instruments.NewFault(instruments.ClockUnset, "the clock shows no time")
	}
	return meter.ReadClock(sent, received, wall, zone), nil
}

// ask asks an Optium who it is, and what its clock shows. The answer has no sum.
func (s *session) ask(ctx context.Context, zone *time.Location) (h head, err error) {
	err = s.Repeat(ctx, s.wait, func() error {
		h = head{}
		sent := s.now()
		var clockErr error
		err := s.answer(ctx, string(askOptium), func(line []byte) (bool, error) {
			ok := true
			fields := bytes.Split(text(line), []byte("\t"))
			switch what := string(fields[0]); {
			case what == "S/N:" && len(fields) == 2:
				h.identity.Serial, ok = parseSerial(fields[1])
			case what == "Ver:" && len(fields) == 3:
				h.identity.Firmware, ok = parseVersion(fields[1])
			case what == "Clock:":
				h.clock, clockErr = queryClock(fields[1:], sent, s.now(), zone)
			case what == "CMD OK":
				return true, nil
			case what == "Market:", what == "ROM:", what == "Usage:", what == "":
			default:
				ok = false
			}
			if !ok {
				return true, garbled("no answer of a FreeStyle Optium")
			}
			return false, nil
		})
		switch {
		case err != nil:
			return err
		case h.identity.Serial == "":
			return garbled("an answer without a serial number")
		}
		h.identity = s.named(h.identity)
		return clockErr
	})
	return h, err
}

// queryClock reads the date and the time of a clock that was asked for. Months
// have three letters here.
func queryClock(fields [][]byte, sent, received time.Time, zone *time.Location) (meter.Clock, error) {
	if len(fields) != 2 || !meter.Shaped(fields[0], "xxx  nn nnnn") || !meter.Shaped(fields[1], "nn:nn:nn") {
		return meter.Clock{}, garbled("no clock")
	}
	return readClock(bytes.Join(fields, []byte(" ")), sent, received, zone)
}

// download has the memory sent and returns the selection that begin made for
// the last try, with the events of its rows. It returns none for a memory that
// is empty, and the error of begin once the memory is known to be undamaged.
func (s *session) download(ctx context.Context, zone *time.Location, begin func(h head) (*meter.Selection, error), emit func(instruments.Event)) (selection *meter.Selection, events []instruments.Event, err error) {
	err = s.Repeat(ctx, s.wait, func() error {
		emit(&instruments.Progress{Phase: instruments.Downloading})
		selection, events = nil, nil
		var m memory
		var h head
		var verdict error // on a clock that cannot be believed
		sent := s.now()
		return s.answer(ctx, string(s.product.memory), func(line []byte) (enough bool, err error) {
			switch m.take(line) {
			case stray, broken:
				return true, garbled("a memory whose sum is wrong, or none")
			case clock:
				h.clock, verdict = readClock(text(line), sent, s.now(), zone)
			case count:
				h.identity = s.named(m.identity)
				if verdict == nil {
					selection, verdict = begin(h)
				}
			case result:
				if verdict != nil {
					return false, nil
				}
				if e := keep(selection, line, m.read-1, s.now()); e != nil {
					events = append(events, e)
				}
				emit(&instruments.Progress{Phase: instruments.Downloading, Done: m.read, Total: m.results})
			case ends, empty:
				return true, verdict
			}
			return false, nil
		})
	})
	return selection, events, err
}

// keep returns the event of a result if it is wanted, and otherwise looks at
// nothing but its time.
func keep(selection *meter.Selection, line []byte, index int, at time.Time) instruments.Event {
	said := text(line)
	if selection.Place(resultTime(said)) != meter.Wanted {
		return nil
	}
	row := parseRow(said)
	row.Record = strconv.Itoa(index)
	return selection.Add(row, instruments.Frame{At: at, Direction: instruments.FromInstrument, Bytes: bytes.Clone(line)})
}
