package menarini

import (
	"bytes"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// Decode reads what a meter sent. Rows count once the sum of their block was
// found right. A capture of nothing but rows is what a reading keeps of its
// block, whose sum was checked when it was read.
func (d Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	x := decoder{name: d.name, now: job.Clock(), emit: emit,
		selection: meter.NewSelection(job, meter.UnreadClock(job.Location()), instruments.Identity{}, meter.MinutesMargin)}
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
	name      string
	now       func() time.Time
	emit      func(instruments.Event)
	selection *meter.Selection

	block   block
	info    instruments.Identity // of the block
	damaged bool                 // a row of the block is neither info nor result
	wanted  []kept               // of the block
	index   int                  // of the next row
	blocks  bool                 // there was something of a block
}

func (x *decoder) line(line []byte) {
	switch x.block.take(line) {
	case begins:
		x.forget()
		x.blocks = true
	case row:
		x.row(line)
	case stray:
		if _, ok := cut(line); ok && !x.blocks {
			x.row(line)
			return
		}
		x.blocks = true
		x.emit(garbled("a line outside of a block"))
	case broken:
		x.forget()
		x.emit(garbled("a block whose sum is wrong"))
	case ends:
		x.deliver()
	}
}

func (x *decoder) row(line []byte) {
	r, isResult := cut(line)
	if isResult {
		if x.selection.Place(r.wall()) == meter.Wanted {
			x.wanted = append(x.wanted, kept{x.index, x.now(), bytes.Clone(line)})
		}
		x.index++
		return
	}
	var isInfo bool
	if x.info, isInfo = parseInfo(line); !isInfo {
		x.damaged = true
	}
}

// deliver emits what a good block says.
func (x *decoder) deliver() {
	defer x.forget()
	if x.damaged {
		x.emit(garbled("a row that is no result"))
		return
	}
	if x.info.Serial != "" {
		x.info.Name = x.name
		x.selection.SetIdentity(x.info)
	}
	for _, k := range x.wanted {
		x.emit(k.event(x.selection, askGlucose))
	}
}

func (x *decoder) forget() {
	x.info, x.damaged, x.wanted, x.index = instruments.Identity{}, false, nil, 0
}

// end takes what is left at the end of a capture.
func (x *decoder) end(left int) {
	last := x.block.last
	switch {
	case !x.blocks && left == 0:
		x.deliver()
	case left > 0, last == begins, last == row, last == summed:
		x.emit(garbled("the capture ends within a block"))
	case len(x.wanted) > 0:
		x.emit(garbled("rows outside of a block"))
	}
}
