package quality

import (
	"testing"
	"time"

	"aidpost/records/vitals"
)

// TestNotYet: what was read before is known again by the meter's own time, and of
// two alike as many are new as there are more of them.
func TestNotYet(t *testing.T) {
	at := time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)
	one := func(shown time.Time, value int) Stored {
		return Stored{Instrument: Instrument{"m", "1"}, Measure: vitals.Glucose, Value: vitals.Of(value, vitals.MgPerDL), Shown: shown, Taken: shown}
	}
	a, b := one(at, 110), one(at.Add(time.Minute), 110)
	elsewhere := one(at, 110)
	elsewhere.Instrument.Serial = "2"
	moved := a
	moved.Taken, moved.Record = at.Add(3*time.Second), "7"
	for name, c := range map[string]struct {
		known, read []Stored
		fresh       int
	}{
		"first":               {nil, []Stored{b, a}, 2},
		"again":               {[]Stored{b, a}, []Stored{b, a}, 0},
		"one more":            {[]Stored{a}, []Stored{b, a}, 1},
		"the clock was asked": {[]Stored{a}, []Stored{moved}, 0},
		"another value":       {[]Stored{a}, []Stored{one(at, 111)}, 1},
		"another instrument":  {[]Stored{a}, []Stored{elsewhere}, 1},
		"two alike":           {nil, []Stored{a, a}, 2},
		"two alike, one kept": {[]Stored{a}, []Stored{a, a}, 1},
		"a part of it":        {[]Stored{a, a, b}, []Stored{a}, 0},
	} {
		l := &Log{Stored: c.known}
		if got := l.NotYet(c.read); len(got) != c.fresh {
			t.Errorf("%s: %d are new, want %d", name, len(got), c.fresh)
		}
	}
}
