// Package andscale weighs with scales that speak the standard format of A&D,
// which CAS and others have taken over with one field more.
//
// The host asks Q and the scale answers with one line: a header that says
// whether the weight is steady, the weight, and its unit. Lines have no
// checksum. What stops, streams, zeroes or tares is never sent.
//
// Facts about the lines are from several public readers of such scales, one of
// them with tests (mornrisk/wipi and a public scale agent), the question from
// one of them.
package andscale

import (
	"bytes"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/scale"
	"aidpost/records/vitals"
)

// ModelID is the catalogue's name of the family.
const ModelID = "aandd-scale"

// question asks for one line.
const question = "Q\r\n"

// New returns the driver, for a scale as it leaves the factory.
func New() scale.Driver {
	return scale.Driver{
		Described: instruments.Model{
			ID: ModelID, Maker: "A&D", Name: "scales with the A&D standard format", Panel: vitals.BodyWeight,
			Line:     instruments.Line{Baud: 2400, DataBits: 7, Parity: instruments.EvenParity, StopBits: 1},
			Adapters: scale.AnyBridge(),
			Evidence: instruments.PublicCode,
			Talks:    true,
			Recheck:  10 * time.Second,
			Version:  "1",
		},
		Format: scale.Lines{Read: read, Name: name},
		Ask:    question, Clear: "\r\n", Every: 500 * time.Millisecond, Times: 2,
	}
}

// A line is the parts of an answer.
type line struct {
	header string // ST, US, OL or QT
	kind   string // GS or NT, where the scale tells it
	number string // with its sign
	unit   string
}

// split cuts an answer into its parts, and reports whether it has them.
func split(b []byte) (line, bool) {
	header, rest, ok := bytes.Cut(b, []byte(","))
	if !ok || len(header) != 2 {
		return line{}, false
	}
	l := line{header: string(header)}
	if kind, more, ok := bytes.Cut(rest, []byte(",")); ok && len(kind) == 2 && kind[0] != '+' && kind[0] != '-' {
		l.kind, rest = string(kind), more
	}
	if len(rest) == 0 || rest[0] != '+' && rest[0] != '-' {
		return line{}, false
	}
	digits := bytes.IndexFunc(rest[1:], func(c rune) bool { return c != '.' && (c < '0' || c > '9') })
	if digits < 1 {
		return line{}, false
	}
	l.number = string(rest[:1+digits])
	l.unit = string(bytes.TrimLeft(rest[1+digits:], " ,"))
	return l, true
}

// read reads an answer.
func read(b []byte) (scale.Record, bool) {
	l, ok := split(b)
	if !ok {
		return scale.Record{}, false
	}
	weight, ok := scale.Weight(l.number, l.unit)
	r := scale.Record{Weight: weight, Steady: l.header == "ST"}
	switch {
	case l.kind != "" && l.kind != "GS" && l.kind != "NT":
		return scale.Record{}, false
	case l.header == "OL":
		return scale.Record{Fault: scale.Overload()}, true
	case l.header == "QT":
		return scale.Record{Fault: instruments.NewFault(instruments.OutOfOrder, "the scale counts pieces: set it to weigh")}, true
	case l.header != "ST" && l.header != "US":
		return scale.Record{}, false
	case l.kind == "NT":
		return scale.Record{Fault: scale.Tared()}, true
	}
	return r, ok
}

// name names the bytes of an answer.
func name(b []byte, n *instruments.Namer) {
	l, ok := split(b)
	if !ok {
		return
	}
	meanings := map[string]string{"ST": "steady", "US": "moving", "OL": "overload", "QT": "counting", "GS": "gross", "NT": "net"}
	n.Name(len(l.header)+1, "status", meanings[l.header])
	at := len(l.header) + 1
	if l.kind != "" {
		n.Name(len(l.kind)+1, "kind", meanings[l.kind])
		at += len(l.kind) + 1
	}
	n.Name(len(l.number), "weight", l.number+" "+l.unit)
	n.Name(len(b)-at-len(l.number), "unit", l.unit)
}
