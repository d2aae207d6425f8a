package arkray_test

import (
	"fmt"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/arkray"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
)

func TestVitalTwin(t *testing.T) {
	metertest.Run(t, metertest.Kit{
		Driver:      arkray.NewVital(),
		NewTwin:     func(o simulated.Options) metertest.Meter { return simulated.NewVital(o) },
		Margin:      meter.MinutesMargin,
		Resolution:  time.Minute,
		Capacity:    250,
		Refused:     map[simulated.ResultKind]instruments.FaultCode{simulated.ControlTest: instruments.ControlTest},
		Traces:      func(mgPerDL int) []byte { return fmt.Appendf(nil, "%02X%02X", mgPerDL&0xFF, mgPerDL>>8) },
		Unmarked:    true,
		OtherSerial: "GV1234567",
	})
}
