package taidoc_test

import (
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
	"aidpost/instruments/taidoc"
)

func TestTwin(t *testing.T) {
	metertest.Run(t, metertest.Kit{
		Driver:     taidoc.New(),
		NewTwin:    func(o simulated.Options) metertest.Meter { return simulated.NewTaiDoc(o) },
		Margin:     meter.MinutesMargin,
		Resolution: time.Minute,
		Capacity:   450,
		Refused: map[simulated.ResultKind]instruments.FaultCode{
			simulated.ControlTest:  instruments.ControlTest,
			simulated.Ketone:       instruments.NotGlucose,
			simulated.Haematocrit:  instruments.NotGlucose,
			simulated.CuffPressure: instruments.NotGlucose,
			simulated.Damaged:      instruments.DamagedRecord,
		},
		Traces:      func(mgPerDL int) []byte { return []byte{0x26, byte(mgPerDL), byte(mgPerDL >> 8)} },
		Unread:      true,
		OtherSerial: "4277000112345679",
	})
}
