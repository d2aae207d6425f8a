package omron_test

import (
	"testing"

	"aidpost/instruments/omron"
	"aidpost/instruments/simulated"
	"aidpost/instruments/station/stationtest"
)

func TestHBP9030(t *testing.T) {
	stationtest.Run(t, stationtest.Kit{
		Driver: func() stationtest.Driver { return omron.HBP9030() }, Twin: simulated.NewHBP9030, Dated: true, Names: true,
	})
}

func TestHBP9020(t *testing.T) {
	stationtest.Run(t, stationtest.Kit{
		Driver: func() stationtest.Driver { return omron.HBP9020() }, Twin: simulated.NewHBP9020,
		Mean: true, Dated: true, Names: true, Marks: true,
	})
}
