package astm

import (
	"errors"
	"fmt"
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
	chunk := make([]byte, 4096)
	for {
		n, err := captured.Read(chunk)
		in.push(chunk[:n], do)
		if err == nil {
			continue
		}
		in.settle(do)
		if len(in.frame) > 0 || messages.begun {
			emit(instruments.NewFault(instruments.Garbled, "the capture ends within a message"))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		return fmt.Errorf("reading the capture: %w", err)
	}
}
