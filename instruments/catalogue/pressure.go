package catalogue

import (
	"aidpost/instruments"
	"aidpost/instruments/omron"
	"aidpost/instruments/suntech"
	"aidpost/instruments/waitingroom"
)

// pressure are the cuffs and the stations that measure blood pressure.
func pressure() []instruments.Driver {
	return []instruments.Driver{
		suntech.New(),
		omron.HBP9030(),
		omron.HBP9020(),
		waitingroom.Terumo(),
		waitingroom.FT201(),
		waitingroom.BP868F(),
	}
}
