package taidoc

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// Decode reads what a meter sent. Every pair of time and value is a row; the
// serial number and model count from where they come. A capture does not tell
// when it was made, so the meter's clock is taken at its word.
func (driver Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	d := decoder{family: driver.family(), now: job.Clock(), emit: emit}
	d.layout = d.family.usual()
	d.selection = meter.NewSelection(job, meter.UnreadClock(job.Location()), instruments.Identity{}, meter.MinutesMargin).For(d.family.panel)
	return instruments.Feed(captured, func(piece []byte, end bool) {
		d.in.push(piece)
		d.frames()
		if end {
			d.end()
		}
	})
}

// decoder keeps what one frame of a capture means to the next.
type decoder struct {
	family    family
	layout    layout
	in        deframer
	now       func() time.Time
	emit      func(instruments.Event)
	selection *meter.Selection
	identity  instruments.Identity
	high      data // half of the serial number
	foreign   bool // the capture is of another kind of meter

	when    frame // the time that waits for its value
	waiting bool
	dropped int // bytes since the last frame
	rows    int
}

func (d *decoder) frames() {
	for {
		f, dropped, ok := d.in.next()
		d.dropped += dropped
		if !ok {
			return
		}
		d.damage()
		d.frame(f)
	}
}

// damage reports the bytes dropped before a frame. A time before them may
// belong to a value that is lost.
func (d *decoder) damage() {
	if d.dropped == 0 {
		return
	}
	d.emit(instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d bytes that are no frame", d.dropped)))
	d.dropped, d.waiting = 0, false
}

func (d *decoder) frame(f frame) {
	switch f.command() {
	case askModel.command():
		name, err := parseModel(f.data())
		if err == nil {
			d.layout, err = d.family.layout(name)
		}
		d.foreign = err != nil
		if d.foreign {
			d.emit(instruments.NewFault(instruments.WrongModel, err.Error()))
		}
		d.identity.Name = name
	case askSerialHigh.command():
		d.high = f.data()
	case askSerialLow.command():
		d.identity.Serial = serial(d.high, f.data())
	case askTime.command():
		d.when, d.waiting = f, true
	case askValue.command():
		d.value(f)
	}
	d.selection.SetIdentity(d.identity)
}

func (d *decoder) value(f frame) {
	if !d.waiting {
		d.emit(instruments.NewFault(instruments.Garbled, "a value without its time"))
		return
	}
	d.waiting = false
	row := d.layout.parseRow(d.when.data(), f.data())
	row.Record = strconv.Itoa(d.rows)
	d.rows++
	if d.foreign || d.selection.Place(row.Wall) != meter.Wanted {
		return
	}
	at := d.now()
	d.emit(d.selection.Add(row, received(at, d.when), received(at, f)))
}

// end reports what is left of a capture that was cut off.
func (d *decoder) end() {
	d.dropped += len(d.in.buf)
	d.in.reset()
	d.damage()
}
