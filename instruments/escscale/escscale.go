// Package escscale weighs with medical scales that speak fields which begin with
// an escape: those of Health o meter (Pelstar), which tell the weight once a
// second while it is locked on the platform, and those of Rice Lake, which want
// to be asked.
//
// A record is ESC R, fields of a letter and a value, and ESC E; the unit comes
// behind the numbers. It has no checksum. Height, tare and body mass index may
// have been typed in for somebody else and are not taken. The scale's other
// commands, which delete, zero and set, are never sent.
//
// Facts are from the makers' sheets for the Health o meter 1100 and 2000 series
// and the Rice Lake 140-10-7, and from a public reader of the former
// (STocidlowski/ScaleReporter). The sheets' own examples call a packet in pounds
// metric; the unit field is believed.
package escscale

import (
	"bytes"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/scale"
	"aidpost/records/vitals"
)

// The catalogue's names of the two families.
const (
	HealthometerID = "healthometer-esc"
	RiceLakeID     = "ricelake-esc"
)

// question asks a scale for one record.
const question = "\x1bR\x1bE"

// Healthometer returns the driver of the Health o meter 1100 and 2000 series.
// Nothing comes from one until somebody stands on it, so staff name its port.
func Healthometer() scale.Driver {
	m := model(HealthometerID, "Health o meter", "1100 / 2000 series (ESC protocol)")
	m.Chosen = true
	return scale.Driver{Described: m, Format: format{}, Every: 1500 * time.Millisecond, Times: 2}
}

// RiceLake returns the driver of the Rice Lake medical scales. They do not say
// whether a weight is steady: it is if it stays the same for two seconds.
func RiceLake() scale.Driver {
	m := model(RiceLakeID, "Rice Lake", "140-10-7 / medical scales (ESC protocol)")
	m.Talks, m.Recheck = true, 10*time.Second
	return scale.Driver{Described: m, Format: format{}, Ask: question, Mute: true, Every: 700 * time.Millisecond, Times: 4}
}

func model(id, maker, name string) instruments.Model {
	return instruments.Model{
		ID: id, Maker: maker, Name: name, Panel: vitals.BodyWeight,
		Line:     instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: scale.AnyBridge(),
		Evidence: instruments.VendorManual,
		Version:  "1",
	}
}

const esc = 0x1B

var (
	opening = []byte{esc, 'R'}
	// streamed opens a record of the stream in place of the escape.
	streamed = []byte("6R")
	ending   = []byte{esc, 'E'}
)

type format struct{}

// Find implements scale.Format. The record begins with the last opening before
// its end: an earlier one is of a record that was cut off.
func (format) Find(heard []byte) (begin, end int) {
	for {
		n := bytes.Index(heard[begin:], ending)
		if n < 0 {
			return begin, 0
		}
		end = begin + n + len(ending)
		record := heard[begin:end]
		at := max(bytes.LastIndex(record, opening), bytes.LastIndex(record, streamed))
		if at >= 0 {
			return begin + at, end
		}
		begin = end
	}
}

// fields calls each for every field between the opening and the end.
func fields(record []byte, each func(letter byte, value string)) {
	body := record[len(opening) : len(record)-len(ending)]
	for f := range bytes.SplitSeq(body, []byte{esc}) {
		if len(f) > 0 {
			each(f[0], string(f[1:]))
		}
	}
}

// unitOf is the unit of weights behind the letter N.
func unitOf(n string) string {
	switch n {
	case "m":
		return "kg"
	case "c":
		return "lb"
	}
	return ""
}

// overload is what a Rice Lake tells in place of a weight that it cannot bear.
const overload = "999.9"

// Parse implements scale.Format.
func (format) Parse(record []byte) scale.Record {
	said := map[byte]string{}
	twice := false
	if !bytes.HasPrefix(record[len(opening):], []byte{esc}) {
		return scale.Record{Fault: scale.Malformed("something stands before its first field")}
	}
	fields(record, func(letter byte, value string) {
		_, again := said[letter]
		twice = twice || again
		said[letter] = value
	})
	weight, has := said['W']
	if !has && len(said) == 0 {
		return scale.Record{Aside: true} // our own question, sent back
	}
	r := scale.Record{Steady: true, Person: said['I']}
	q, ok := scale.Weight(weight, unitOf(said['N']))
	switch {
	case twice:
		r.Fault = scale.Malformed("a field comes twice")
	case strings.TrimLeft(strings.TrimSpace(weight), "0") == overload:
		r.Fault = scale.Overload()
	case !ok:
		r.Fault = scale.Malformed("it has no weight with a unit")
	default:
		r.Weight = q
	}
	if tare, ok := scale.Weight(said['T'], "kg"); ok && tare.Value.Cmp(vitals.Int(0)) != 0 && r.Fault == nil {
		r.Fault = scale.Tared()
	}
	return r
}

// Explain implements scale.Format. Whose record it is is not shown.
func (format) Explain(record []byte, n *instruments.Namer) {
	unit := ""
	fields(record, func(letter byte, value string) {
		if letter == 'N' {
			unit = unitOf(value)
		}
	})
	n.Name(len(opening), "start", "of a record")
	body := record[len(opening) : len(record)-len(ending)]
	for len(body) > 0 {
		length := 1 + bytes.IndexByte(body[1:], esc)
		if length == 0 {
			length = len(body)
		}
		name, value := named(body[:length], unit)
		n.Name(length, name, value)
		body = body[length:]
	}
	n.Name(len(ending), "end", "of the record")
}

// named tells what a field means, its escape included.
func named(field []byte, unit string) (name, value string) {
	if len(field) < 2 || field[0] != esc {
		return "of unknown meaning", instruments.Hex(field...)
	}
	value = strings.TrimSpace(string(field[2:]))
	length := map[string]string{"kg": "cm", "lb": "in"}[unit]
	switch field[1] {
	case 'I':
		return "identifier", "not shown"
	case 'W':
		return "weight", value + " " + unit
	case 'H':
		return "height", value + " " + length
	case 'T':
		return "tare", value + " " + unit
	case 'B':
		return "body mass index", value
	case 'N':
		return "unit", unit
	}
	return "of unknown meaning", instruments.Hex(field...)
}
