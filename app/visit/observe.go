package visit

import (
	"aidpost/instruments"
	"aidpost/records"
)

// ObservationOf returns a reading as the observation that a visit would keep of
// it, with the instrument it came from.
func ObservationOf(r *instruments.Reading, from instruments.Attached) records.Observation {
	return observation(r, from)
}
