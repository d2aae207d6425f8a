package catalogue

import (
	"aidpost/instruments"
	"aidpost/instruments/contec"
)

// oximetry are the pulse oximeters.
func oximetry() []instruments.Driver {
	return []instruments.Driver{
		contec.Stream(),
		contec.Packets(),
	}
}
