package arkray_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
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

// TestVitalRollsOver: a full memory gets one more result while it is read, which
// moves all indexes. None is read twice, and none left out.
func TestVitalRollsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		later := func() time.Time { return time.Now().AddDate(26, 2, 9) }
		twin := simulated.NewVital(simulated.Options{Now: later})
		twin.Clear()
		for i := range 250 {
			twin.AddResult(simulated.Result{At: later().Add(time.Duration(i-250) * time.Hour), MgPerDL: 99})
		}
		twin.AddResult(simulated.Result{At: later().Add(-4 * time.Minute), MgPerDL: 104})
		host, wire := instruments.Pipe()
		done := make(chan error)
		go func() { done <- twin.Run(t.Context(), wire) }()
		job := instruments.Job{Now: later, Since: later().Add(-5 * time.Minute)}
		var values []string
		stored := false
		err := arkray.NewVital().Measure(t.Context(), host, job, func(e instruments.Event) {
			switch e := e.(type) {
			case *instruments.Progress:
				if e.Phase == instruments.Downloading && e.Done == 1 && !stored {
					stored = true
					twin.AddResult(simulated.Result{At: later().Add(-time.Minute), MgPerDL: 111})
				}
			case *instruments.Reading:
				values = append(values, e.Values[0].Quantity.String())
			}
		})
		if want := []string{"111 mg/dL", "104 mg/dL"}; !stored || !slices.Equal(values, want) || instruments.CodeOf(err) != instruments.SeveralResults {
			t.Errorf("%q, %v", values, err)
		}
		host.Close()
		<-done
	})
}
