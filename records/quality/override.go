package quality

import (
	"slices"
	"time"
)

// An Override lets a few measurements through a lock.
type Override struct {
	Instrument Instrument `json:"instrument"`
	Reason     string     `json:"reason"`
	Tests      int        `json:"tests"`
	At         time.Time  `json:"at"`
	Until      time.Time  `json:"until"`
}

// A Use is one measurement that an override let through.
type Use struct {
	Instrument Instrument `json:"instrument"`
	At         time.Time  `json:"at"`
}

// Left returns how many measurements an override still lets through the locks
// of an instrument.
func (l *Log) Left(i Instrument, now time.Time) int {
	for _, o := range slices.Backward(l.Overrides) {
		if o.Instrument != i {
			continue
		}
		if !now.Before(o.Until) || now.Before(o.At.Add(-time.Hour)) {
			return 0
		}
		used := 0
		for _, u := range l.Uses {
			if u.Instrument == i && !u.At.Before(o.At) {
				used++
			}
		}
		return max(0, o.Tests-used)
	}
	return 0
}

// Allowed returns how many measurements an override may still let through: what the
// plan allows in a day, less those of the last 24 hours.
func (l *Log) Allowed(p Plan, i Instrument, now time.Time) int {
	left := max(1, p.Overrides)
	for _, u := range l.Uses {
		if u.Instrument == i && u.At.After(now.Add(-24*time.Hour)) {
			left--
		}
	}
	return max(0, left)
}
