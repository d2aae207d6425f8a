package suntech

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"aidpost/instruments"
)

// A decoder turns the frames of a capture into events.
type decoder struct {
	scan   scanner
	job    instruments.Job
	emit   func(instruments.Event)
	sample instruments.CuffSample
}

func (d *decoder) frames() {
	for {
		f, ok := d.scan.next()
		if !ok {
			return
		}
		d.reportDamage()
		if p, ok := f.pressure(); ok {
			d.sample.Pressure = instruments.Number(p)
			d.emit(&d.sample)
			continue
		}
		if r, ok := f.result(); ok {
			d.emit(resultEvent(r, f, d.job.Clock()()))
		}
	}
}

// reportDamage emits a Fault for the bytes dropped before this place.
func (d *decoder) reportDamage() {
	if n := d.scan.forget(); n > 0 {
		d.emit(instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d bytes dropped", n)))
	}
}

// resultEvent returns the reading of a result that arrived at the given time,
// or its fault.
func resultEvent(r result, f frame, at time.Time) instruments.Event {
	reading, err := r.reading()
	if err != nil {
		var fault *instruments.Fault
		if errors.As(err, &fault) {
			return fault
		}
		return instruments.Wrap(instruments.Internal, err)
	}
	reading.Taken = at
	reading.Capture = []instruments.Frame{{At: at, Direction: instruments.FromInstrument, Bytes: bytes.Clone(f)}}
	return reading
}
