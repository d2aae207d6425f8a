package catalogue

import (
	"aidpost/instruments"
	"aidpost/instruments/suntech"
)

// pressure are the cuffs and the stations that measure blood pressure.
func pressure() []instruments.Driver {
	return []instruments.Driver{
		suntech.New(),
	}
}
