package isens

import (
	"bytes"
	"io"
	"strconv"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// decoder keeps what one piece of a capture means to the next. Every result
// crosses the wire twice or more, and is told once.
type decoder struct {
	job       instruments.Job
	emit      func(instruments.Event)
	selection *meter.Selection
	row       func(stored []byte) meter.Row
	told      map[string]bool
}

func newDecoder(job instruments.Job, emit func(instruments.Event), row func([]byte) meter.Row) *decoder {
	return &decoder{
		job: job, emit: emit, row: row, told: map[string]bool{},
		selection: meter.NewSelection(job, meter.UnreadClock(job.Location()), instruments.Identity{}, meter.SecondsMargin),
	}
}

func (d *decoder) result(stored, crossed []byte) {
	if d.told[string(stored)] {
		return
	}
	index := len(d.told)
	d.told[string(stored)] = true
	if d.selection.Place(wallTime(stored)) != meter.Wanted {
		return
	}
	row := d.row(stored)
	row.Record = strconv.Itoa(index)
	frame := instruments.Frame{At: d.job.Clock()(), Direction: instruments.FromInstrument, Bytes: bytes.Clone(crossed)}
	d.emit(d.selection.Add(row, frame))
}

// Decode reads what a meter sent. The answers have no mark of what they answer:
// the first that tells who the meter is does so for all that follow. Where a
// byte is lost, nothing is read before the meter says again who it is.
func (CareSens) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	m := &memoryDecoder{decoder: newDecoder(job, emit, storedRow)}
	return instruments.FeedRest(captured, m.take)
}

type memoryDecoder struct {
	*decoder
	about []byte // as it crossed the wire; nil: not yet
	lost  bool
}

// The answers, in bytes of the wire.
const (
	aboutAnswer = tripled * aboutSize
	storeAnswer = tripled * storeSize
)

func (m *memoryDecoder) take(b []byte, end bool) (taken int) {
	for {
		rest := b[taken:]
		if len(rest) < aboutAnswer && !end || len(rest) == 0 {
			return taken
		}
		n := m.answer(rest)
		if n == 0 && !m.lost {
			m.lost = true
			m.emit(garbled("an answer that is none of an i-SENS meter"))
		}
		taken += max(n, 1)
	}
}

// answer takes one answer from the beginning of b; zero if there is none.
func (m *memoryDecoder) answer(b []byte) int {
	kind, size := memoryAnswer(b, m.about)
	switch {
	case kind == isAbout:
		stored, _ := joined(b[:size])
		m.selection.SetIdentity(careSensOf(stored))
		m.about, m.lost = bytes.Clone(b[:size]), false
	case m.lost:
		return 0
	case kind == isResult:
		if stored, _ := joined(b[:size]); !unwritten(stored) {
			m.result(stored, b[:size])
		}
	}
	return size
}

func careSensOf(about []byte) instruments.Identity {
	serial, m, _ := parseAbout(about)
	return careSens(serial, m)
}

// A kind is what an answer of the older protocol holds.
type kind int

const (
	isNothing kind = iota
	isPong
	isAbout
	isResult
)

// memoryAnswer tells what b begins with, and its size. Ten bytes tell who the
// meter is if they did so before, or if nothing did. A result can look like
// them, but only one of the first minutes of a day that is lower than any meter
// shows but as LO.
func memoryAnswer(b, about []byte) (kind, int) {
	if len(b) >= pongSize && b[0] == ping {
		return isPong, pongSize
	}
	if len(b) >= aboutAnswer && (about == nil || bytes.Equal(b[:aboutAnswer], about)) {
		if stored, ok := joined(b[:aboutAnswer]); ok {
			if _, _, ok := parseAbout(stored); ok {
				return isAbout, aboutAnswer
			}
		}
	}
	if len(b) >= storeAnswer {
		if _, ok := joined(b[:storeAnswer]); ok {
			return isResult, storeAnswer
		}
	}
	return isNothing, 0
}

// Decode reads what a meter sent. A capture does not tell when it was made, so
// the meter's clock is taken at its word.
func (Shine) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	d := newDecoder(job, emit, entryRow)
	return instruments.FeedRest(captured, func(b []byte, end bool) (taken int) {
		for {
			f, before, ok := nextFrame(b[taken:])
			if before > pongSize || end && !ok && taken+before < len(b) {
				emit(garbled("bytes that are no frame"))
			}
			taken += before
			if !ok {
				return taken
			}
			d.frame(f)
			taken += len(f)
		}
	})
}

func (d *decoder) frame(f frame) {
	word := f.command()
	switch {
	case word == string(askResults) && len(f.data())%entrySize != 0:
		d.emit(garbled("results of another size"))
	case word == string(askResults):
		d.entries(f)
	case f.sum() != f.crc():
		d.emit(garbled("a frame whose checksum is wrong"))
	case word == string(askSerial):
		if serial, ok := parseSerial(f.data()); ok {
			d.selection.SetIdentity(instruments.Identity{Serial: serial, Name: shineName})
		}
	}
}

// entries takes the results of a frame. What is kept of one is the frame as it
// would be with this result alone: the others may be other people's.
func (d *decoder) entries(f frame) {
	data := f.data()
	for ; len(data) > 0; data = data[entrySize:] {
		crossed := f
		if len(f.data()) > entrySize {
			crossed = newFrame(string(askResults), data[:entrySize]...)
		}
		d.result(data[:entrySize], crossed)
	}
}
