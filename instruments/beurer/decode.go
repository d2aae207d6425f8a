package beurer

import (
	"fmt"
	"io"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// Decode reads what a monitor sent. A record of which it was asked twice counts
// once. Answers of one byte and the description are passed over; of what else
// is no record there is one *Fault for each run.
func (Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	d := decoder{job: job, emit: emit, seen: map[record]bool{},
		selection: meter.NewSelection(job, meter.UnreadClock(job.Location()), instruments.Identity{}, meter.MinutesMargin).For(vitals.BloodPressure)}
	return instruments.Feed(captured, func(piece []byte, end bool) {
		d.buf = append(d.buf, piece...)
		d.records(len(record{}))
		if end {
			d.records(1)
			d.damage()
		}
	})
}

// decoder keeps what one part of a capture means to the next.
type decoder struct {
	job       instruments.Job
	emit      func(instruments.Event)
	selection *meter.Selection
	seen      map[record]bool
	buf       []byte
	dropped   int // bytes that mean nothing, since the last record
}

// records takes records from buf until it has fewer than so many bytes.
func (d *decoder) records(least int) {
	b := d.buf
	for len(b) >= least {
		r, ok := leading(b)
		if !ok {
			if b[0] >= marked && b[0] != noRecord {
				d.dropped++
			}
			b = b[1:]
			continue
		}
		d.damage()
		d.record(r)
		b = b[len(r):]
	}
	d.buf = d.buf[:copy(d.buf, b)]
}

func (d *decoder) damage() {
	if d.dropped > 0 {
		d.emit(instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d bytes that are no record", d.dropped)))
	}
	d.dropped = 0
}

func (d *decoder) record(r record) {
	if d.seen[r] {
		return
	}
	d.seen[r] = true
	if d.selection.Place(r.wall()) != meter.Wanted {
		return
	}
	at := d.job.Clock()()
	d.emit(d.selection.Add(r.row(len(d.seen)), instruments.Frame{At: at, Direction: instruments.FromInstrument, Bytes: r[:]}))
}
