package catalogue

import (
	"aidpost/instruments"
	"aidpost/instruments/andscale"
	"aidpost/instruments/escscale"
	"aidpost/instruments/mtsics"
	"aidpost/instruments/suretemp"
)

// others are the scales and the thermometers.
func others() []instruments.Driver {
	return []instruments.Driver{
		escscale.Healthometer(),
		escscale.RiceLake(),
		mtsics.New(),
		andscale.New(),
		suretemp.New(),
	}
}
