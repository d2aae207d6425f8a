// Package mtsics weighs with scales that speak the standard interface command
// set of Mettler Toledo, level 0, which other makers have taken over.
//
// The host asks SI, the weight at this moment, and the scale answers with one
// line that says whether it is steady. Lines have no checksum. Commands that
// zero, tare or reset are never sent.
//
// Facts are from the maker's public reference manual of the command set and a
// public scale agent with tests; the line settings are the usual ones, and a
// scale may be set otherwise.
package mtsics

import (
	"bytes"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/scale"
	"aidpost/records/vitals"
)

// ModelID is the catalogue's name of the family.
const ModelID = "mettler-sics"

// question asks for the weight at this moment, steady or not.
const question = "SI\r\n"

// New returns the driver.
func New() scale.Driver {
	return scale.Driver{
		Described: instruments.Model{
			ID: ModelID, Maker: "Mettler Toledo", Name: "scales with MT-SICS", Panel: vitals.BodyWeight,
			Line:     instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
			Adapters: scale.AnyBridge(),
			Evidence: instruments.VendorManual,
			Talks:    true,
			Recheck:  10 * time.Second,
			Version:  "1",
		},
		Format: scale.Lines{Read: read, Name: name},
		Ask:    question, Every: 400 * time.Millisecond, Times: 2,
	}
}

// read reads an answer: S, a status, and a weight with its unit where the status
// has one.
func read(line []byte) (scale.Record, bool) {
	switch string(line) {
	case "S I": // it is busy
		return scale.Record{Aside: true}, true
	case "S -": // nobody is on the platform, and it is lifted
		return scale.Record{Weight: vitals.Of(0, vitals.Kilogram)}, true
	case "S +":
		return scale.Record{Fault: scale.Overload()}, true
	case "ES", "EL", "ET":
		return scale.Record{Fault: instruments.NewFault(instruments.WrongModel, "the scale does not know the question for the weight")}, true
	}
	status, rest, ok := bytes.Cut(bytes.TrimPrefix(line, []byte("S ")), []byte(" "))
	if !ok || !bytes.HasPrefix(line, []byte("S ")) || len(status) != 1 {
		return scale.Record{}, false
	}
	number, unit, ok := bytes.Cut(bytes.TrimLeft(rest, " "), []byte(" "))
	if !ok || status[0] != 'S' && status[0] != 'D' {
		return scale.Record{}, false
	}
	weight, ok := scale.Weight(string(number), string(unit))
	return scale.Record{Weight: weight, Steady: status[0] == 'S'}, ok
}

// name names the bytes of an answer.
func name(line []byte, n *instruments.Namer) {
	if len(line) < 3 {
		n.Name(len(line), "error", string(line))
		return
	}
	meanings := map[byte]string{'S': "steady", 'D': "moving", 'I': "busy", '+': "overload", '-': "underload"}
	n.Name(2, "answer", "weight")
	if len(line) == 3 {
		n.Name(1, "status", meanings[line[2]])
		return
	}
	n.Name(2, "status", meanings[line[2]])
	at := bytes.LastIndexByte(line, ' ')
	unit := string(line[at+1:])
	n.Name(at+1-4, "weight", string(bytes.TrimSpace(line[4:at]))+" "+unit)
	n.Name(len(unit), "unit", unit)
}
