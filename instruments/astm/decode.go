package astm

import (
	"errors"
	"io"
	"time"

	"aidpost/instruments"
)

// decode runs the receiver over captured bytes. flush is called whenever
// messages may have ended.
func decode(captured io.Reader, now func() time.Time, to sink, emit func(instruments.Event), flush func()) error {
	in := listening()
	messages := &assembler{sink: to}
	do := func(st step) {
		switch st.event {
		case offered, ended:
			messages.cut()
			in.open = true // whatever comes, a capture has no second chance
		case arrived:
			var fault *instruments.Fault
			if err := messages.frame(st.frame, now()); errors.As(err, &fault) {
				emit(fault)
				messages.cut()
			}
			flush()
		case damaged:
			emit(instruments.NewFault(instruments.Garbled, "a damaged frame"))
		}
	}
	return instruments.Feed(captured, func(piece []byte, end bool) {
		in.push(piece, do)
		if !end {
			return
		}
		in.settle(do)
		if len(in.frame) > 0 || messages.begun {
			emit(instruments.NewFault(instruments.Garbled, "the capture ends within a message"))
		}
	})
}
