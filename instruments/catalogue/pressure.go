package catalogue

import (
	"aidpost/instruments"
	"aidpost/instruments/aandd"
	"aidpost/instruments/beurer"
	"aidpost/instruments/oemnibp"
	"aidpost/instruments/omron"
	"aidpost/instruments/par"
	"aidpost/instruments/raycome"
	"aidpost/instruments/suntech"
	"aidpost/instruments/taidoc"
	"aidpost/instruments/waitingroom"
)

// pressure are the cuffs and the stations that measure blood pressure.
func pressure() []instruments.Driver {
	return []instruments.Driver{
		suntech.New(),
		taidoc.Cuffs(),
		par.NIBP(),
		par.Combined(),
		raycome.Raycome(),
		raycome.Maibobo(),
		oemnibp.New(),
		aandd.TM2655(),
		aandd.TM2657(),
		omron.HBP9030(),
		omron.HBP9020(),
		waitingroom.Terumo(),
		waitingroom.FT201(),
		waitingroom.BP868F(),
		beurer.New(),
	}
}
