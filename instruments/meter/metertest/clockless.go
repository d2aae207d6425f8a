package metertest

import (
	"testing"
	"time"

	"aidpost/instruments"
)

// testUnreadClocks: a result whose own time is not in the visit is not taken.
func (k Kit) testUnreadClocks(t *testing.T) {
	for off, code := range map[time.Duration]instruments.FaultCode{
		0: "", -10 * time.Second: "", 2 * time.Minute: "", -4 * time.Minute: "",
		-14 * time.Minute: instruments.NoNewResult, -time.Hour: instruments.NoNewResult,
		10 * time.Minute: instruments.ClockUnset, time.Hour: instruments.ClockUnset,
		time.Date(2001, 1, 1, 0, 0, 0, 0, zone).Sub(start): instruments.NoNewResult, // and no earlier, where years have two digits
		365 * 24 * time.Hour: instruments.ClockUnset,
	} {
		k.in(t, func(t *testing.T, v *visit) {
			v.meter.SetClockError(off)
			v.meter.AddResult(ago(24*time.Hour, 333))
			v.meter.AddResult(ago(2*time.Minute, 104))
			out := k.measure(t, v)
			if code != "" {
				out.want(t, code)
				return
			}
			out.want(t, "", "104 mg/dL")
			r := out.readings[0]
			shown := start.Add(-2 * time.Minute).Add(off).Truncate(k.Resolution)
			if !r.Taken.Equal(shown) || !r.InstrumentTime.Equal(shown) || r.InstrumentTime.Location() != zone || r.Drift != 0 || r.Identity.HasClock {
				t.Errorf("off by %s: taken %s, instrument time %s, want %s", off, r.Taken, r.InstrumentTime, shown.In(zone))
			}
		})
	}
}
