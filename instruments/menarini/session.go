package menarini

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

const lineWait = time.Second

// A session is a conversation with one meter.
type session struct {
	meter.Text
	now  func() time.Time
	wait time.Duration // for each line
	rows int           // read of whole memories
}

// errOther reports a whole block that answers another question, asked before.
var errOther = errors.New("an answer to another question")

// ask has a block sent and hands its rows to take, again from the first if one
// of them is damaged. take fails with errOther if the row is none that the
// question has for an answer. begin is called before each try.
func (s *session) ask(ctx context.Context, c command, begin func(), take func(line []byte) error) error {
	return s.Repeat(ctx, s.wait, func() error {
		if err := s.Say([]byte{byte(c)}); err != nil {
			return err
		}
		for {
			begin()
			if err := s.block(ctx, c, take); !errors.Is(err, errOther) {
				return err
			}
		}
	})
}

// block reads one block to its end.
func (s *session) block(ctx context.Context, c command, take func(line []byte) error) error {
	var b block
	var other error
	for {
		line, err := s.Line(ctx, s.wait)
		switch {
		case err != nil && meter.Again(ctx, err) && b.last != stray:
			return garbled("a block without an end")
		case err != nil:
			return err
		}
		switch b.take(line) {
		case stray, broken:
			return garbled("a block whose sum is wrong")
		case row:
			if err := take(line); err != nil && other == nil {
				other = err
			}
		case ends:
			if b.rows == 0 && c == askInfo {
				return errOther
			}
			return other
		}
	}
}

// identify asks who the meter is.
func (s *session) identify(ctx context.Context, name string) (identity instruments.Identity, err error) {
	err = s.ask(ctx, askInfo, func() {}, func(line []byte) error {
		if _, isResult := cut(line); isResult {
			return errOther
		}
		var ok bool
		if identity, ok = parseInfo(line); !ok {
			return instruments.NewFault(instruments.WrongModel, "no answer of a "+name)
		}
		identity.Name = name
		return nil
	})
	return identity, err
}

// kept is a row of the visit.
type kept struct {
	index int
	at    time.Time
	line  []byte
}

// event returns what the row says.
func (k kept) event(selection *meter.Selection, memory command) instruments.Event {
	r, _ := cut(k.line)
	row := r.row()
	row.Record = strconv.Itoa(k.index)
	if memory == askKetone {
		row.Record = "ketone " + row.Record
	}
	return selection.Add(row, instruments.Frame{At: k.at, Direction: instruments.FromInstrument, Bytes: k.line})
}

// download has a memory sent and returns the events of the rows that are
// wanted, and the selection that begin made for the last try. Of the other
// rows only the time is looked at.
func (s *session) download(ctx context.Context, memory command, begin func() *meter.Selection, emit func(instruments.Event)) (*meter.Selection, []instruments.Event, error) {
	emit(&instruments.Progress{Phase: instruments.Downloading, Done: s.rows})
	var selection *meter.Selection
	var wanted []kept
	index := 0
	restart := func() { selection, wanted, index = begin(), nil, 0 }
	err := s.ask(ctx, memory, restart, func(line []byte) error {
		r, ok := cut(line)
		switch _, isInfo := parseInfo(line); {
		case isInfo:
			return errOther
		case !ok:
			return garbled("a row that is no result")
		}
		if selection.Place(r.wall()) == meter.Wanted {
			wanted = append(wanted, kept{index, s.now(), bytes.Clone(line)})
		}
		index++
		emit(&instruments.Progress{Phase: instruments.Downloading, Done: s.rows + index})
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	s.rows += index
	emit(&instruments.Progress{Phase: instruments.Downloading, Done: s.rows, Total: s.rows})
	events := make([]instruments.Event, 0, len(wanted))
	for _, k := range wanted {
		events = append(events, k.event(selection, memory))
	}
	return selection, events, nil
}
