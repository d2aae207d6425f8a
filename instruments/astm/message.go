package astm

import (
	"bytes"
	"time"

	"aidpost/instruments"
)

// longestRecord bounds a record that is continued over frames.
const longestRecord = 1 << 16

// A sink takes the records of messages, in their order.
type sink interface {
	// record takes a record. frames returns what it came in, see
	// [assembler.origin]. An error ends the session.
	record(r record, frames func() []instruments.Frame) error
	// aborted says that the message under way is lost.
	aborted()
}

// An assembler makes records of frames.
type assembler struct {
	sink  sink
	marks delimiters
	begun bool // a header has come

	text  []byte              // of the record under way
	came  []instruments.Frame // the frames it began in
	holds int                 // results that begin in these and the present one
}

// cut forgets a record and a message that are under way: their session is over.
func (a *assembler) cut() {
	a.text, a.came, a.holds = a.text[:0], nil, 0
	if a.begun {
		a.sink.aborted()
	}
	a.begun = false
}

// frame takes the text of a frame and hands on the records that end in it.
func (a *assembler) frame(f frame, at time.Time) error {
	here := instruments.Frame{At: at, Direction: instruments.FromInstrument, Bytes: f.raw}
	results := countResults(f.text)
	a.holds += results
	for text := f.text; len(text) > 0; a.holds = results {
		line, rest, whole := bytes.Cut(text, []byte{cr})
		a.text = append(a.text, line...)
		if !whole && !f.last {
			if len(a.text) > longestRecord {
				a.cut()
				return instruments.NewFault(instruments.Garbled, "a record without an end")
			}
			here.Bytes = bytes.Clone(here.Bytes)
			a.came = append(a.came, here)
			return nil
		}
		if err := a.finish(here); err != nil {
			return err
		}
		text = rest
	}
	a.holds = 0
	return nil
}

// finish hands on the record that ends in the frame here.
func (a *assembler) finish(here instruments.Frame) error {
	text := a.text
	origin := func() []instruments.Frame { return a.origin(text, here) }
	defer func() { a.text, a.came = a.text[:0], nil }()
	if len(text) == 0 {
		return nil
	}
	if text[0] == 'H' {
		marks, ok := parseDelimiters(text)
		if !ok {
			return instruments.NewFault(instruments.Garbled, "a header without delimiters")
		}
		if a.begun {
			a.sink.aborted()
		}
		a.marks, a.begun = marks, true
	}
	if !a.begun {
		return nil // its message began before we listened
	}
	r := parseRecord(text, a.marks)
	if r.kind == 'L' {
		a.begun = false
	}
	return a.sink.record(r, origin)
}

// origin returns what a record came in. Frames that hold another result as
// well are not kept, but the bytes of the record alone.
func (a *assembler) origin(text []byte, here instruments.Frame) []instruments.Frame {
	if a.holds > 1 {
		here.Bytes = append(bytes.Clone(text), cr)
		return []instruments.Frame{here}
	}
	here.Bytes = bytes.Clone(here.Bytes)
	return append(a.came, here)
}

// countResults counts the result and patient records that begin in a frame's
// text. Patients count as well: who somebody else is does not belong to a
// reading either.
func countResults(text []byte) (results int) {
	patients := 0
	for line := range bytes.SplitSeq(text, []byte{cr}) {
		switch {
		case bytes.HasPrefix(line, []byte{'R'}):
			results++
		case bytes.HasPrefix(line, []byte{'P'}):
			patients++
		}
	}
	return max(results, patients)
}
