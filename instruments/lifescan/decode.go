package lifescan

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// Decode reads what a meter sent. Answers do not name their questions, but
// their forms differ: every frame of the form of a result is a row, and those
// that tell model, version and serial number count from where they come. A
// capture does not tell when it was made, so the meter's clock is taken at its
// word.
func (d Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	c := decoder{dialect: d.dialect(), now: job.Clock(), emit: emit,
		selection: meter.NewSelection(job, meter.UnreadClock(job.Location()), instruments.Identity{}, meter.SecondsMargin)}
	c.identity.Name = c.name
	c.selection.SetIdentity(c.identity)
	return instruments.Feed(captured, func(piece []byte, end bool) {
		c.in.push(piece)
		c.frames(end)
		if end {
			c.damage()
		}
	})
}

// decoder keeps what one frame of a capture means to the next.
type decoder struct {
	dialect
	in        deframer
	now       func() time.Time
	emit      func(instruments.Event)
	selection *meter.Selection
	identity  instruments.Identity
	foreign   bool // the capture is of another kind of meter
	dropped   int  // bytes since the last frame
	rows      int
}

func (c *decoder) frames(last bool) {
	for {
		f, dropped := c.in.next(last)
		c.dropped += dropped
		if f == nil {
			return
		}
		c.damage()
		c.frame(f)
	}
}

// damage reports the bytes dropped before a frame.
func (c *decoder) damage() {
	if c.dropped > 0 {
		c.emit(instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d bytes that are no frame", c.dropped)))
		c.dropped = 0
	}
}

func (c *decoder) frame(f frame) {
	a, ok := c.answer(f.payload())
	if !ok {
		return
	}
	switch c.form(a) {
	case askResult:
		row := c.row(a.data)
		row.Record = strconv.Itoa(c.rows)
		c.rows++
		if !c.foreign && c.selection.Place(row.Wall) == meter.Wanted {
			c.emit(c.selection.Add(row, instruments.Frame{At: c.now(), Direction: instruments.FromInstrument, Bytes: f}))
		}
	case askModel:
		c.foreign = !c.isModel(model(a.data))
		if c.foreign {
			c.emit(instruments.NewFault(instruments.WrongModel, "it says that it is no "+c.name))
		}
	case askVersion:
		c.identity.Firmware, _ = version(a.data)
	case askSerial:
		c.identity.Serial, _ = serial(a.data)
	}
	c.selection.SetIdentity(c.identity)
}

// form returns the question that an answer of this form must be to. Where
// several have answers of one length, it is none of those that matter here.
func (d *dialect) form(a answer) query {
	switch {
	case d.fits(askResult, a):
		return askResult
	case d.fits(askSerial, a):
		return askSerial
	case d.fits(askVersion, a):
		return askVersion
	case d.said[askModel] != "" && d.fits(askModel, a) && model(a.data) != "":
		return askModel
	}
	return askClock
}
