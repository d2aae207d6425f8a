// Package explaintest checks what a driver says about the bytes of a capture.
package explaintest

import (
	"testing"

	"aidpost/instruments"
)

// Whole fails unless the driver names every byte of frames once, in order, and
// nothing else. It returns the fields.
func Whole(t testing.TB, driver instruments.Explainer, frames []instruments.Frame) []instruments.Field {
	t.Helper()
	fields := Sound(t, driver, frames)
	named := 0
	for _, f := range fields {
		named += f.Length
	}
	all := 0
	for _, f := range frames {
		all += len(f.Bytes)
	}
	if named != all || all == 0 {
		t.Errorf("%d of %d bytes are named: %v", named, all, fields)
	}
	return fields
}

// Sound fails if the driver names a byte twice, out of order or where there is
// none. It returns the fields.
func Sound(t testing.TB, driver instruments.Explainer, frames []instruments.Frame) []instruments.Field {
	t.Helper()
	fields := driver.Explain(frames)
	frame, next := 0, 0
	for _, f := range fields {
		if f.Frame > frame {
			frame, next = f.Frame, 0
		}
		switch {
		case f.Frame != frame, f.Offset < next, f.Length < 1, f.Name == "":
			t.Fatalf("field %+v behind byte %d of frame %d", f, next, frame)
		case f.Frame >= len(frames), f.Offset+f.Length > len(frames[f.Frame].Bytes):
			t.Fatalf("field %+v is not in the frames", f)
		}
		next = f.Offset + f.Length
	}
	return fields
}

// Value returns the value of the first field of a name.
func Value(fields []instruments.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}
