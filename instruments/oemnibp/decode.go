package oemnibp

import (
	"fmt"
	"io"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// Decode reads captured bytes of a board. It emits a *CuffSample for each
// frame, a *Reading or a *Fault for the end of each measurement, and one Garbled
// *Fault for each run of damaged bytes. A result or an error without a
// measurement before it tells of an earlier one, and is not emitted.
func (*Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	var (
		sample   instruments.CuffSample
		measured bool
		t        tally
	)
	return cuff.Scan(captured, cut, func(dropped int, b []byte) {
		if dropped > 0 {
			emit(instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d bytes dropped", dropped)))
		}
		if b == nil {
			return
		}
		f := frame(b)
		sample.Pressure = instruments.Number(f.pressure())
		emit(&sample)
		switch {
		case f.works():
			measured, t = true, tally{}
		case !measured:
		case f.fault() != nil:
			measured = false
			emit(cuff.Decoded(nil, f.fault(), b, job))
		case f.hasResult() && t.add(f, job):
			measured = false
			reading, err := t.reading()
			decoded := cuff.Decoded(reading, err, b, job)
			if reading != nil {
				reading.Capture = t.frames
			}
			emit(decoded)
		}
	})
}
