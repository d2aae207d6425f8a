package suntech

import (
	"fmt"
	"io"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// Decode reads captured bytes of the module. It emits a *CuffSample for each
// pressure, a *Reading or a *Fault for each result, and one Garbled *Fault for
// each run of damaged bytes. A status answer looks like a pressure and is
// taken for one.
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
		if p, ok := f.pressure(); ok {
			sample.Pressure = instruments.Number(p)
			emit(&sample)
		} else if r, ok := f.result(); ok {
			reading, err := r.reading()
			emit(cuff.Decoded(reading, err, b, job))
		}
	})
}
