package arkray_test

import (
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/arkray"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
)

func TestTwin(t *testing.T) {
	metertest.Run(t, metertest.Kit{
		Driver:     arkray.NewExpression(),
		NewTwin:    func(o simulated.Options) metertest.Meter { return simulated.NewExpression(o) },
		Margin:     meter.MinutesMargin,
		Resolution: time.Minute,
		Capacity:   300,
		Refused: map[simulated.ResultKind]instruments.FaultCode{
			simulated.ControlTest: instruments.ControlTest,
			simulated.Damaged:     instruments.DamagedRecord,
		},
		Traces:      func(mgPerDL int) []byte { return []byte{byte(mgPerDL), byte(mgPerDL >> 8)} },
		Sparse:      17,
		AtLimits:    true,
		Unmarked:    true,
		OtherSerial: "87654321",
	})
}

// A meter that shows mmol/L is recognised, and what it stores refused.
func TestMmol(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		later := func() time.Time { return time.Now().AddDate(26, 2, 9) }
		twin := simulated.NewExpression(simulated.Options{Now: later})
		twin.ShowMmol()
		host, wire := instruments.Pipe()
		done := make(chan error)
		go func() { done <- twin.Run(t.Context(), wire) }()
		err := arkray.NewExpression().Measure(t.Context(), host, instruments.Job{Now: later, Since: later().Add(-time.Minute)}, func(e instruments.Event) {
			if _, ok := e.(*instruments.Reading); ok {
				t.Error("a value of unknown scale came out")
			}
		})
		if instruments.CodeOf(err) != instruments.DamagedRecord {
			t.Error(err)
		}
		host.Close()
		<-done
	})
}
