package freestyle

import (
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// Decode reads what a meter sent. Results count once the sum of their memory
// was found right. A capture of nothing but results is what readings keep of a
// memory, whose sum was checked when it was read. The meter's clock is taken at
// its word, since a capture does not tell when it was made.
func (d Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	x := decoder{product: d.product, now: job.Clock(), emit: emit}
	x.begin = func(id instruments.Identity) *meter.Selection {
		return meter.NewSelection(job, meter.UnreadClock(job.Location()), id, meter.MinutesMargin)
	}
	x.forget()
	var in meter.Splitter
	defer in.Wipe()
	return instruments.Feed(captured, func(piece []byte, end bool) {
		in.Push(piece)
		for line, ok := in.Next(); ok; line, ok = in.Next() {
			x.line(line)
		}
		if end {
			x.end(in.Left())
		}
	})
}

// decoder keeps what one line of a capture means to the next.
type decoder struct {
	product   product
	now       func() time.Time
	emit      func(instruments.Event)
	begin     func(instruments.Identity) *meter.Selection
	selection *meter.Selection

	memory memory
	events []instruments.Event // of the memory
	index  int                 // of the next result
	others bool                // there was something else than results
}

func (x *decoder) line(line []byte) {
	part := x.memory.take(line)
	alone := part == stray && isResult(text(line))
	x.others = x.others || !alone
	switch {
	case part == result, alone && !x.others:
		if e := keep(x.selection, line, x.index, x.now()); e != nil {
			x.events = append(x.events, e)
		}
		x.index++
	case part == begins:
		x.forget()
	case part == count:
		x.selection = x.begin(x.product.named(x.memory.identity))
	case part == broken:
		x.forget()
		x.emit(garbled("a memory whose sum is wrong"))
	case part == ends:
		x.deliver()
	}
}

func (x *decoder) deliver() {
	for _, e := range x.events {
		x.emit(e)
	}
	x.forget()
}

func (x *decoder) forget() {
	x.selection, x.events, x.index = x.begin(instruments.Identity{}), nil, 0
}

// end takes what is left at the end of a capture. One byte is the mark that
// some meters put behind a memory.
func (x *decoder) end(left int) {
	if left == 1 {
		left = 0
	}
	switch {
	case !x.others && left == 0:
		x.deliver()
	case left > 0, x.memory.open() && x.memory.last != begins:
		x.emit(garbled("the capture ends within a memory"))
	case len(x.events) > 0:
		x.emit(garbled("results outside of a memory"))
	}
}
