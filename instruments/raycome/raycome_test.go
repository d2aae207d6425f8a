package raycome_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff/cufftest"
	"aidpost/instruments/raycome"
	"aidpost/instruments/simulated"
)

// kit returns the driver with a twin that has some quirk.
func kit(p simulated.RaycomeQuirks) cufftest.Kit {
	return cufftest.Kit{
		Driver: func() cufftest.Driver {
			if p.Slow {
				return raycome.Maibobo()
			}
			return raycome.Raycome()
		},
		Twin: func(o simulated.Options, q simulated.CuffQuirks) *simulated.HostCuff {
			return simulated.NewQuirkyRaycome(o, q, p)
		},
		Takes:    30 * time.Second,
		Meanless: true,
		Phases:   []instruments.Phase{instruments.Inflating, instruments.Releasing},
		Faults: map[simulated.Fault]instruments.FaultCode{
			simulated.CuffLoose:  instruments.CuffLoose,
			simulated.HoseKinked: instruments.CuffLoose,
			simulated.Movement:   instruments.CuffLoose,
			simulated.Unstable:   instruments.CuffLoose,
			simulated.WeakSignal: instruments.NoPulse,
			simulated.Overshoot:  instruments.Overpressure,
			simulated.LowBattery: instruments.LowBattery,
		},
		Codes: map[int]instruments.FaultCode{
			0x01: instruments.Overpressure, 0x02: instruments.CuffLoose, 0x05: instruments.CuffLoose,
			0x06: instruments.NoPulse, 0x07: instruments.LowBattery, 0x09: instruments.OutOfOrder,
			0x0F: instruments.CuffLoose, 0x10: instruments.OutOfOrder, 0x7E: instruments.OutOfOrder,
		},
		Device: func(code int) string { return fmt.Sprintf("%02X", code) },
		NoEnd:  instruments.NoAnswer,
		Stale:  true,
	}
}

func TestRaycome(t *testing.T) { cufftest.Run(t, kit(simulated.RaycomeQuirks{})) }

func TestMaibobo(t *testing.T) { cufftest.Run(t, kit(simulated.RaycomeQuirks{Slow: true})) }

// TestMonitors are the habits of monitors.
func TestMonitors(t *testing.T) {
	for name, c := range map[string]struct {
		quirks simulated.RaycomeQuirks
		want   instruments.FaultCode
		starts int
	}{
		"just switched on":             {simulated.RaycomeQuirks{JustOn: true}, "", 1},
		"refuses once":                 {simulated.RaycomeQuirks{Refusals: 1}, "", 1},
		"refuses to start":             {simulated.RaycomeQuirks{Refusals: 9}, instruments.OutOfOrder, 0},
		"result with a pressure":       {simulated.RaycomeQuirks{Together: true}, "", 1},
		"clock never set":              {simulated.RaycomeQuirks{NoClock: true}, "", 1},
		"clock of tomorrow":            {simulated.RaycomeQuirks{Clock: 24 * time.Hour}, "", 1},
		"stopped at the monitor":       {simulated.RaycomeQuirks{Stopped: 9 * time.Second}, instruments.Stopped, 1},
		"stopped, and does not say so": {simulated.RaycomeQuirks{Stopped: 9 * time.Second, DeafStop: true}, instruments.Stopped, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				host, wire := instruments.Pipe()
				twin := simulated.NewQuirkyRaycome(simulated.Options{Seed: 1}, simulated.CuffQuirks{}, c.quirks)
				go func() { _ = twin.Run(t.Context(), wire) }()
				var readings []*instruments.Reading
				err := raycome.Raycome().Measure(t.Context(), host, instruments.Job{}, func(e instruments.Event) {
					if r, ok := e.(*instruments.Reading); ok {
						readings = append(readings, r)
					}
				})
				if instruments.CodeOf(err) != c.want || (len(readings) == 1) != (err == nil) {
					t.Errorf("%d readings, %v", len(readings), err)
				}
				for _, r := range readings {
					off := r.Drift - c.quirks.Clock
					if r.InstrumentTime.IsZero() != c.quirks.NoClock || !c.quirks.NoClock && off.Abs() > 2*time.Second ||
						time.Since(r.Taken) > 10*time.Second {
						t.Errorf("taken %s, by its clock %s, %s off", r.Taken, r.InstrumentTime, r.Drift)
					}
				}
				time.Sleep(time.Minute) // nothing starts afterwards
				if twin.Starts() != c.starts || twin.Pressure() > 0 || len(twin.Violations()) > 0 {
					t.Errorf("%d starts, %d mmHg, %q", twin.Starts(), twin.Pressure(), twin.Violations())
				}
				host.Close()
			})
		})
	}
}

// FuzzMeasure has arbitrary bytes answer the driver.
func FuzzMeasure(f *testing.F) {
	const (
		connected = "\xAA\x80\x03\x03\x01\x01\x00\x00"
		started   = "\xAA\x80\x03\x03\x01\x02\x00\x03"
		stopped   = "\xAA\x80\x03\x03\x01\x03\x00\x02"
		zero      = "\xAA\x80\x03\x04\x01\x05\x00\x00\x03"
		tight     = "\xAA\x80\x03\x04\x01\x05\x00\x82\x81"
		result    = "\xAA\x80\x03\x0F\x01\x06\x00\x1A\x07\x0B\x09\x05\x1E\x00\x80\x00\x52\x00\x47\x9A"
		failed    = "\xAA\x80\x03\x03\x01\x07\x05\x03"
	)
	cufftest.AddScripts(f,
		[]string{connected, started + tight + result, connected + zero},
		[]string{connected, started + tight + failed, stopped, connected},
		[]string{connected + tight, stopped, connected + zero, started + result},
		[]string{"", connected, "", connected, started + tight},
	)
	f.Fuzz(func(t *testing.T, data []byte) {
		cufftest.Script{
			Driver: raycome.Raycome(), Answers: data,
			Starts: func(command string) bool { return strings.HasPrefix(command, "\xCC\x80\x03\x03\x01\x02") },
			Stops:  func(command string) bool { return strings.HasPrefix(command, "\xCC\x80\x03\x03\x01\x03") },
		}.Run(t)
	})
}
