package onetouch

import (
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// Decode reads what an Ultra2 or an older Ultra sent. Every record is a row;
// the serial number and version count from where they come. A capture does not
// tell when it was made, so the meter's clock is taken at its word.
func (Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	d := decoder{now: job.Clock(), emit: emit,
		selection: meter.NewSelection(job, meter.UnreadClock(job.Location()), instruments.Identity{}, meter.SecondsMargin)}
	defer d.in.Wipe()
	return instruments.Feed(captured, func(piece []byte, end bool) {
		d.in.Push(piece)
		d.lines()
		if end && d.in.Left() > 0 {
			emit(garbled("the capture ends within a line"))
		}
	})
}

// decoder keeps what one line of a capture means to the next.
type decoder struct {
	in        meter.Splitter
	now       func() time.Time
	emit      func(instruments.Event)
	selection *meter.Selection
	identity  instruments.Identity
	foreign   bool // the capture is of another kind of meter
	rows      int
}

func (d *decoder) lines() {
	for {
		line, ok := d.in.Next()
		if !ok {
			return
		}
		body, ok := checked(line)
		if !ok {
			d.emit(garbled("a line without a right sum"))
			continue
		}
		d.line(line, body)
	}
}

func (d *decoder) line(line, body []byte) {
	switch {
	case begins(body, recordShape):
		if d.foreign {
			return
		}
		if e := keep(d.selection, line, body, d.rows, d.now()); e != nil {
			d.emit(e)
		}
		d.rows++
	case askMemory.answeredBy(body):
		_, serial, ok := parseHeader(body)
		d.identify(serial, ok)
		d.rows = 0
	case askSerial.answeredBy(body):
		d.identify(parseSerial(body))
	case askVersion.answeredBy(body):
		d.identity.Firmware = parseVersion(body)
		d.selection.SetIdentity(d.identity)
	}
}

// identify takes a serial number, and refuses what comes after that of a
// product that is not known.
func (d *decoder) identify(serial string, ok bool) {
	d.identity.Serial, d.identity.Name = "", ""
	d.foreign = !ok || productOf(serial) == unknown
	if d.foreign {
		d.emit(instruments.NewFault(instruments.WrongModel, "the serial number is not of an Ultra2 or Ultra"))
	} else {
		d.identity.Serial, d.identity.Name = serial, productOf(serial).name()
	}
	d.selection.SetIdentity(d.identity)
}
