package raycome

import (
	"fmt"
	"io"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// Decode reads captured bytes of a monitor. It emits a *CuffSample for each
// pressure, a *Reading or a *Fault for each result, and one Garbled *Fault for
// each run of damaged bytes.
func (*Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	var sample instruments.CuffSample
	return cuff.Scan(captured, cut, func(dropped int, b []byte) {
		if dropped > 0 {
			emit(instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d bytes dropped", dropped)))
		}
		if b == nil {
			return
		}
		f := frame(b)
		switch f.subject() {
		case pressure:
			p, _ := f.pressure()
			sample.Pressure = instruments.Number(p)
			emit(&sample)
		case result, failure:
			reading, _, err := f.reading(job)
			emit(cuff.Decoded(reading, err, b, job))
		}
	})
}
