package astm

import (
	"fmt"
	"strings"

	"aidpost/instruments"
)

// names tells what a field of a record is called.
type names func(kind byte, field int) string

// An explainer names the parts of frames in turn. A record may go on from one
// frame to the next.
type explainer struct {
	names  names
	fields []instruments.Field
	frame  int
	kind   byte // of the record under way; zero between records
	field  int  // of that record
	mark   byte // between its fields
	value  int  // index of the result's value, which wants its unit; -1: none
}

func explain(frames []instruments.Frame, n names) []instruments.Field {
	e := &explainer{names: n, value: -1}
	for i, f := range frames {
		if f.Direction == instruments.FromInstrument {
			e.frame = i
			e.explain(f.Bytes)
		}
	}
	return e.fields
}

func (e *explainer) explain(raw []byte) {
	if len(raw) > 0 && raw[0] != stx { // a record alone, of a frame that holds others as well
		e.text(raw, 0)
		return
	}
	f, ok := parseFrame(raw)
	if !ok {
		return
	}
	end := headSize + len(f.text)
	e.add(0, 1, "STX", "start of a frame")
	e.add(1, 1, "FN", fmt.Sprintf("frame %d modulo %d", f.number, numbers))
	e.text(f.text, headSize)
	if f.last {
		e.add(end, 1, "ETX", "end of the text")
	} else {
		e.add(end, 1, "ETB", "the text goes on in the next frame")
	}
	e.add(end+1, 2, "checksum", "sum-8 of FN to the end of the text, "+string(raw[end+1:end+3]))
	e.add(end+3, len(raw)-end-3, "CR LF", "end of the frame")
}

// text names the fields of records in the text that begins at an offset. Each
// field has the delimiter before it.
func (e *explainer) text(text []byte, offset int) {
	for at := 0; at < len(text); {
		if text[at] == cr {
			e.kind = 0
			e.add(offset+at, 1, "CR", "end of the record")
			at++
			continue
		}
		n := e.run(text[at:])
		value := strings.TrimLeft(string(text[at:at+n]), string(rune(e.mark)))
		if e.field == fieldUnits && e.kind == 'R' && e.value >= 0 {
			unit, _, _ := strings.Cut(value, string(rune(usual.component)))
			e.fields[e.value].Value += " " + unit
			e.value = -1
		}
		if e.field == fieldValue && e.kind == 'R' {
			e.value = len(e.fields)
		}
		e.add(offset+at, n, fmt.Sprintf("%c-%d %s", e.kind, e.field, e.names(e.kind, e.field)), value)
		at += n
	}
}

// run returns how long the field is that text begins with, or goes on with, and
// moves on to it.
func (e *explainer) run(text []byte) int {
	switch {
	case e.kind == 0:
		e.kind, e.field, e.mark = text[0], 1, usual.field
		if len(text) > 1 && text[1] != cr {
			e.mark = text[1]
		}
	case text[0] == e.mark:
		e.field++
	}
	n := 1
	for n < len(text) && text[n] != cr && text[n] != e.mark {
		n++
	}
	return n
}

func (e *explainer) add(offset, length int, name, value string) {
	if length > 0 {
		e.fields = append(e.fields, instruments.Field{Frame: e.frame, Offset: offset, Length: length, Name: strings.TrimSpace(name), Value: value})
	}
}

// analyserNames are the names of LIS2-A2.
func analyserNames(kind byte, field int) string {
	if field == 1 {
		return "record type"
	}
	if field == 2 && kind != 'H' {
		return "sequence"
	}
	switch kind {
	case 'H':
		return map[int]string{2: "delimiters", fieldSender: "sender", fieldProcessing: "processing", 13: "version", fieldMessage: "date of the message"}[field]
	case 'P':
		return map[int]string{3: "practice's patient number", 4: "laboratory's patient number", 5: "patient number", 6: "name"}[field]
	case 'O':
		return map[int]string{3: "specimen", 5: "test", fieldAction: "action code", fieldSpecimen: "specimen type"}[field]
	case 'R':
		return map[int]string{
			fieldTest: "test", fieldValue: "value", fieldUnits: "units", 6: "reference range", fieldFlags: "flags", 8: "nature",
			fieldStatus: "status", 11: "operator", fieldStarted: "started", fieldCompleted: "completed", 14: "instrument",
		}[field]
	case 'L':
		return map[int]string{3: "end code"}[field]
	}
	return ""
}

// contourNames are those of the Contour where they are others. Its products
// differ in the fields behind the units: the last one is the time.
func contourNames(kind byte, field int) string {
	switch {
	case kind == 'R' && field == fieldFlags:
		return "marks"
	case kind == 'R' && field == fieldUnits:
		return "units and reference method"
	case kind == 'R' && field > fieldFlags:
		return "marks or date and time"
	case kind == 'H' && field == fieldSettings:
		return "settings"
	case kind == 'H' && field == fieldResults:
		return "number of results"
	case kind == 'H' && field == fieldMessage:
		return "clock"
	}
	return analyserNames(kind, field)
}
