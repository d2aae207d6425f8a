package catalogue

import (
	"aidpost/instruments"
)

// others are the scales, the thermometers and what has no wire.
func others() []instruments.Driver {
	return []instruments.Driver{}
}
