// Package bedside drives the pulse oximeters of wards that write what they show
// as a line of text, every second or two: Masimo's in their format ASCII 1, and
// Nellcor's printout. A driver only listens; text sent to some of them opens a
// menu.
//
// Sources: Masimo, "Rad-8 Operator's Manual"; public captures and programs
// (remkolems/masimo-datacapture, yahnatan/pulseox). Nellcor, operator's manuals
// of NPB-290, NPB-295, N-395 and N-560; public captures and programs
// (hansmuc/NellcorN560Seriell, mdpnp/mdpnp).
//
// A line has no checksum. So its shape is the check: all of it is looked at, and
// a line of which any part has another shape is dropped. Against a digit that
// turned into another stands the acceptance rule of package spotcheck.
//
// The clock of these instruments is set by hand and often wrong. A reading is
// dated by ours, and theirs is kept beside it.
package bedside

import (
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
	"aidpost/records/vitals"
)

// A format is how one maker writes.
type format struct {
	model  func() instruments.Model
	stream func() spotcheck.Stream
	// believe is how many lines with numbers a probe wants, within wait.
	believe int
	wait    time.Duration
	// parse reads a line without its end; false if it is none of this maker.
	parse func(line []byte, r *record) bool
	// betrays reports that a line that parse makes nothing of shows all the same
	// whose it is: a heading, or, where begun is false, the end of a line whose
	// beginning nobody has heard. Nil: none does.
	betrays func(line []byte, begun bool) bool
	// opens reports that the beginning of a line shows whose it is. Nil: none does.
	opens func(begun []byte) bool
	// name returns what a part of a line is called, and its value.
	name func(index int, part []byte) (name, value string)
}

// A record is what one line says.
type record struct {
	live   bool // it has numbers of now; headings and trends have none
	sample instruments.PlethSample
	wall   time.Time // see meter.Wall
	serial []byte    // part of the line
}

// adapters are those of an RS-232 port: any.
func adapters() []instruments.Adapter {
	var list []instruments.Adapter
	for _, id := range []instruments.USBID{
		{VID: "0403", PID: "6001"}, {VID: "067B", PID: "2303"}, {VID: "10C4", PID: "EA60"}, {VID: "1A86", PID: "7523"},
	} {
		list = append(list, instruments.Adapter{USBID: id})
	}
	return list
}

// model returns what both makers have in common.
func model(id, maker, name string) instruments.Model {
	return instruments.Model{
		ID:       id,
		Maker:    maker,
		Name:     name,
		Panel:    vitals.Oximetry,
		Line:     instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: adapters(),
		Recheck:  10 * time.Second,
		Version:  "1",
	}
}
