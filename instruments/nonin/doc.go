// Package nonin drives the pulse oximeters of Nonin: the Xpod and OEM III
// modules, the Onyx II 9560 and the WristOx2 3150, in the serial data formats
// that they can be set to. Formats 2 and 7 send 75 frames a second with the
// wave, formats 8 and 1 the numbers once a second, and format 13 one packet for
// each spot check.
//
// Sources: Nonin, "9560 OEM Specification" 6470-000-01 (2008), and public
// programs that run against real instruments or simulate them
// (pez-globo/pufferfish-software, mattjlewis/NoninPulseOx, mdpnp/mdpnp,
// agricolab/app-nonin, drphrozen/javautilityclasses).
//
// These are the instruments that say themselves when their numbers are good
// enough to be written down (SmartPoint), and when they are merely held from a
// finger that has left (sensor alarm): the first are accepted at once, the
// second never. The numbers taken are those meant for display, SpO2-D and HR-D.
//
// Formats 2, 7 and 13 end in a sum of eight bits. Formats 8 and 1 have no check
// at all; there three samples must agree before SmartPoint is believed. Format 1
// has neither a sensor alarm nor SmartPoint: it relies on the mark "out of
// track" and on the acceptance rule alone, and its model is marked as partial.
//
// A driver of formats 1 to 8 sends nothing. None ever chooses a data format,
// which the instrument would keep.
package nonin

import (
	"aidpost/instruments"
	"aidpost/records/vitals"
)

// version of the drivers, recorded with every observation.
const version = "1"

// chip is the FT232R of the USB Xpod. It is also in countless other cables.
func chip() []instruments.Adapter {
	return []instruments.Adapter{{USBID: instruments.USBID{VID: "0403", PID: "6001"}}}
}

// model returns what all formats have in common.
func model(id, name string) instruments.Model {
	return instruments.Model{
		ID:       id,
		Maker:    "Nonin",
		Name:     name,
		Panel:    vitals.Oximetry,
		Line:     instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: chip(),
		Version:  version,
	}
}

// Markers of a missing number, in every format.
const (
	noPulse = 511
	noSpO2  = 127
)

// pulse puts a rate together from its two bytes of seven bits, or is Missing.
func pulse(high, low byte) instruments.Number {
	n := instruments.Number(high&0x03)<<7 | instruments.Number(low&sevenBits)
	if n == noPulse || n == 0 {
		return instruments.Missing
	}
	return n
}

// spo2 reads a saturation, or is Missing: the marker and all else above 100 is
// none.
func spo2(b byte) instruments.Number {
	n := instruments.Number(b & sevenBits)
	if n == noSpO2 || n == 0 || n > 100 {
		return instruments.Missing
	}
	return n
}

const (
	highBit   = 0x80
	sevenBits = 0x7F
)

// The strength of the last pulse, on the scale of eight on which the rule of
// package spotcheck wants at least three: Nonin wants green for a spot check.
const (
	strong   = 8 // green
	marginal = 2 // yellow
	feeble   = 0 // red
)
