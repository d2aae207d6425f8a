package par

import (
	"fmt"
	"io"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// Decode reads captured bytes of a board. It emits a *CuffSample for each
// pressure, a *Reading or a *Fault for the first status at rest after pressures
// or an end, and one Garbled *Fault for each run of damaged bytes. A status
// without a measurement before it tells of an earlier one, and is not emitted.
func (d *Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	var (
		sample   instruments.CuffSample
		measured bool
	)
	return cuff.Scan(captured, d.cut, func(dropped int, b []byte) {
		if dropped > 0 {
			emit(instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d bytes dropped", dropped)))
		}
		if b == nil {
			return
		}
		f := frame(b)
		if p, ok := f.pressure(); ok {
			sample.Pressure, measured = instruments.Number(p), true
			emit(&sample)
		}
		measured = measured || f.isEnd()
		if st, ok := f.status(); ok && measured && st.atRest() {
			measured = false
			reading, err := st.reading()
			emit(cuff.Decoded(reading, err, b, job))
		}
	})
}
