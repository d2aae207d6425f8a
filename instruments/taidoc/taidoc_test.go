package taidoc_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
	"aidpost/instruments/taidoc"
)

// A meter that says it is ready is asked again at once.
func TestReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, wire := instruments.Pipe()
		var run sync.WaitGroup
		run.Go(func() { _ = simulated.NewTaiDoc(simulated.Options{Now: later}).Run(t.Context(), wire) })
		begun := time.Now()
		job := instruments.Job{Since: later().Add(-time.Minute), Now: later}
		err := taidoc.New().Measure(t.Context(), host, job, func(instruments.Event) {})
		if took := time.Since(begun); err != nil || took > 100*time.Millisecond {
			t.Errorf("%v after %s", err, took)
		}
		host.Close()
		run.Wait()
	})
}

// later is a clock for virtual time, which begins in 2000, before which no
// meter can count.
func later() time.Time { return time.Now().AddDate(26, 2, 9) }

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
