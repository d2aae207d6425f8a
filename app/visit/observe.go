package visit

import (
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/quality"
)

// InstrumentOf returns an attached instrument as quality control knows it: by its
// serial number, or that of its cable where it tells none.
func InstrumentOf(a instruments.Attached) quality.Instrument {
	i := quality.Instrument{Model: a.Model.ID, Serial: a.Identity.Serial}
	if i.Serial == "" {
		i.Serial = a.Endpoint.Number()
	}
	return i
}

// ObservationOf returns a reading as the observation that a visit would keep of
// it, with the instrument it came from.
func ObservationOf(r *instruments.Reading, from instruments.Attached) records.Observation {
	return observation(r, from)
}
