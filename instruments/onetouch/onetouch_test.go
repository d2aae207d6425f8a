package onetouch_test

import (
	"strconv"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/onetouch"
	"aidpost/instruments/simulated"
)

func TestTwin(t *testing.T) {
	kit := metertest.Kit{
		Driver:     onetouch.Ultra2(),
		NewTwin:    func(o simulated.Options) metertest.Meter { return simulated.NewUltra2(o) },
		Margin:     meter.SecondsMargin,
		Resolution: time.Second,
		Capacity:   500,
		Refused: map[simulated.ResultKind]instruments.FaultCode{
			simulated.ControlTest: instruments.ControlTest,
			simulated.Damaged:     instruments.DamagedRecord,
		},
		Traces:      func(mgPerDL int) []byte { return []byte(strconv.Itoa(mgPerDL)) },
		OtherSerial: "ABC123DEY",
	}
	metertest.Run(t, kit)
	t.Run("shows mmol/L", func(t *testing.T) {
		kit.NewTwin = func(o simulated.Options) metertest.Meter {
			twin := simulated.NewUltra2(o)
			twin.DisplayMmol()
			return twin
		}
		metertest.RunRanges(t, kit)
	})
}
