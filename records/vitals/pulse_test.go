package vitals_test

import (
	"testing"

	"aidpost/records/vitals"
)

// TestPulseTriangle: a cuff, an oximeter and the oximeter's wave. All three sides
// have to agree.
func TestPulseTriangle(t *testing.T) {
	rate := func(n int) vitals.Quantity {
		if n == 0 {
			return vitals.Quantity{}
		}
		return vitals.Of(n, vitals.PerMinute)
	}
	values := func(n int) vitals.Values {
		if n == 0 {
			return nil
		}
		return vitals.Values{{Measure: vitals.Pulse, Quantity: rate(n)}}
	}
	for _, tt := range []struct {
		cuff, oximeter, wave int // zero: it says nothing
		want                 bool
	}{
		{72, 72, 72, false}, {72, 82, 72, false}, {72, 83, 72, true}, {83, 72, 80, true},
		{72, 82, 83, true}, // the oximeter agrees with both, but they do not
		{72, 82, 82, false}, {72, 72, 61, true}, {72, 72, 62, false},
		{0, 72, 120, false}, {72, 0, 0, false}, {72, 90, 0, true}, {72, 0, 120, true},
	} {
		cuff, clip := vitals.Pulses(values(tt.cuff), vitals.Quantity{}), vitals.Pulses(values(tt.oximeter), rate(tt.wave))
		if got := vitals.PulsesDiffer(cuff, clip); got != tt.want {
			t.Errorf("cuff %d, oximeter %d, wave %d: %t", tt.cuff, tt.oximeter, tt.wave, got)
		}
		if got := vitals.PulsesDiffer(clip, cuff); got != tt.want {
			t.Errorf("the other way round, cuff %d, oximeter %d, wave %d: %t", tt.cuff, tt.oximeter, tt.wave, got)
		}
	}
}
