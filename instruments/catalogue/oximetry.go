package catalogue

import (
	"aidpost/instruments"
	"aidpost/instruments/bedside"
	"aidpost/instruments/berry"
	"aidpost/instruments/contec"
	"aidpost/instruments/nonin"
)

// oximetry are the pulse oximeters.
func oximetry() []instruments.Driver {
	return []instruments.Driver{
		contec.Stream(),
		contec.Board(),
		contec.PlainBoard(),
		contec.Packets(),
		nonin.Format2(),
		nonin.Format7(),
		nonin.Format8(),
		nonin.Format1(),
		nonin.Format13(),
		berry.USB(),
		berry.Module(),
		bedside.Masimo(),
		bedside.Nellcor(),
	}
}
