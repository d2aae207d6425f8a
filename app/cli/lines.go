package cli

import (
	"encoding/json"
	"io"
	"sync"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// A lineWriter writes JSON values, one a line. It remembers the first error, so
// that a reader who has gone away is noticed where it can be acted upon.
type lineWriter struct {
	mu  sync.Mutex
	to  *json.Encoder
	err error
	n   int // lines written
}

func newLineWriter(w io.Writer) *lineWriter {
	to := json.NewEncoder(w)
	to.SetEscapeHTML(false)
	return &lineWriter{to: to}
}

func (l *lineWriter) write(v any) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		if l.err = l.to.Encode(v); l.err == nil {
			l.n++
		}
	}
	return l.err
}

// writeList writes a list as one indented JSON array, never null.
func writeList[T any](w io.Writer, list []T) error {
	if list == nil {
		list = []T{}
	}
	return writeObject(w, list)
}

// writeObject writes one indented JSON value.
func writeObject(w io.Writer, v any) error {
	to := json.NewEncoder(w)
	to.SetEscapeHTML(false)
	to.SetIndent("", "  ")
	return to.Encode(v)
}

// A plethLine is a sample of an oximeter with its perfusion index in percent.
type plethLine struct {
	*instruments.PlethSample
	Perfusion hundredths `json:"perfusion_index"`
}

// hundredths is written as the decimal it stands for, or null.
type hundredths instruments.Number

func (h hundredths) MarshalJSON() ([]byte, error) {
	if !instruments.Number(h).Valid() {
		return []byte("null"), nil
	}
	d, err := vitals.Scaled(int64(h), 2)
	return []byte(d.String()), err
}

// sampleLine returns what is written for a live sample, and whether e is one.
func sampleLine(e instruments.Event) (any, bool) {
	switch e := e.(type) {
	case *instruments.PlethSample:
		return plethLine{e, hundredths(e.Perfusion)}, true
	case *instruments.CuffSample:
		return e, true
	}
	return nil, false
}
