package onetouch_test

import (
	"bytes"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/onetouch"
	"aidpost/instruments/simulated"
)

// A full memory at 9600 baud of which one byte arrives damaged: the rest is
// let pass before it is sent again.
func TestDamagedDump(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, wire := instruments.Pipe()
		twin := simulated.NewUltra2(simulated.Options{Now: later})
		twin.Clear()
		for i := range 500 {
			twin.AddResult(simulated.Result{At: later().Add(-time.Duration(500-i) * time.Hour), MgPerDL: 100})
		}
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(t.Context(), &damaged{Port: simulated.Paced(wire, twin.Line()), at: 1000}) })
		begun := time.Now()
		readings := 0
		err := onetouch.Ultra2().Measure(t.Context(), host, instruments.Job{Now: later}, func(e instruments.Event) {
			if _, ok := e.(*instruments.Reading); ok {
				readings++
			}
		})
		if took := time.Since(begun); err != nil || readings != 500 || took > 66*time.Second {
			t.Errorf("%d readings, %v after %s", readings, err, took)
		}
		host.Close()
		run.Wait()
	})
}

// later is a clock for virtual time, which begins in 2000, before which no
// meter can count.
func later() time.Time { return time.Now().AddDate(26, 2, 9) }

// damaged changes one byte of all that is written.
type damaged struct {
	instruments.Port
	at int
}

func (d *damaged) Write(b []byte) (int, error) {
	b = bytes.Clone(b)
	if d.at >= 0 && d.at < len(b) {
		b[d.at] ^= 1
	}
	d.at -= len(b)
	return d.Port.Write(b)
}

func kit() metertest.Kit {
	return metertest.Kit{
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
}

func TestUltra2(t *testing.T) {
	k := kit()
	metertest.Run(t, k)
	t.Run("shows mmol/L", func(t *testing.T) {
		k.NewTwin = func(o simulated.Options) metertest.Meter {
			twin := simulated.NewUltra2(o)
			twin.DisplayMmol()
			return twin
		}
		metertest.RunRanges(t, k)
	})
}

func TestUltra(t *testing.T) {
	k := kit()
	k.Driver, k.OtherSerial, k.Capacity, k.Unmarked = onetouch.Ultra(), "ABC123DET", 150, true
	k.NewTwin = func(o simulated.Options) metertest.Meter { return simulated.NewUltra(o) }
	metertest.Run(t, k)
}

// TestOtherProduct: the two speak alike, and each driver wants its own.
func TestOtherProduct(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for driver, twin := range map[onetouch.Driver]*simulated.OneTouch{
			onetouch.Ultra():  simulated.NewUltra2(simulated.Options{Now: later}),
			onetouch.Ultra2(): simulated.NewUltra(simulated.Options{Now: later}),
		} {
			host, wire := instruments.Pipe()
			var run sync.WaitGroup
			run.Go(func() { _ = twin.Run(t.Context(), wire) })
			if _, err := driver.Probe(t.Context(), host); instruments.CodeOf(err) != instruments.WrongModel {
				t.Errorf("%s took a %s: %v", driver.Model().Name, twin.Model(), err)
			}
			host.Close()
			run.Wait()
		}
	})
}
