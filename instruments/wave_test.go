package instruments_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// TestWaveOfEveryOximeter: of each model that sends a wave its rate is counted; of
// healthy people nothing is said against it, and of an uneven heart, or a number
// that is not the wave's, it is.
func TestWaveOfEveryOximeter(t *testing.T) {
	for _, id := range []string{"contec-cms50d", "contec-oem", "contec-cms50d-plus", "nonin-df2", "nonin-df7", "berry-bci"} {
		for seed := range uint64(6) {
			for fault, want := range map[simulated.Fault]vitals.Flag{
				simulated.None: "", simulated.Uneven: vitals.IrregularPulse, simulated.FalsePulse: vitals.WaveDiffers,
			} {
				if fault == simulated.Uneven && strings.HasPrefix(id, "nonin") {
					continue // it accepts its numbers after 12 s, too soon to tell
				}
				t.Run(fmt.Sprint(id, " ", fault, " ", seed), func(t *testing.T) {
					twinsOnCounter(t, map[string]string{"sim1": id}, func(t *testing.T, bus *simulated.Bus, rack *instruments.Rack) {
						plugTwin(t, bus, id, simulated.Options{Seed: seed, Fault: fault})
						time.Sleep(20 * time.Second)
						synctest.Wait()
						var reading *instruments.Reading
						err := rack.Measure(t.Context(), rack.Attached()[0].ID, instruments.Job{Since: time.Now()}, func(e instruments.Event) {
							if r, ok := e.(*instruments.Reading); ok {
								reading = r
							}
						})
						if err != nil || reading == nil {
							t.Fatal(err)
						}
						if reading.WavePulse.Unit != vitals.PerMinute {
							t.Errorf("its wave was not counted: %s", reading.Note)
						}
						for _, doubt := range []vitals.Flag{vitals.WaveDiffers, vitals.IrregularPulse} {
							if fault == simulated.Uneven && doubt == vitals.WaveDiffers {
								continue // ten seconds of it need not have its mean
							}
							if got := slices.Contains(reading.Flags, doubt); got != (doubt == want) {
								t.Errorf("%s is %t: %v, with a wave of %s", doubt, got, reading.Values, reading.WavePulse)
							}
						}
					})
				})
			}
		}
	}
}
