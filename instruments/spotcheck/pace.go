package spotcheck

import "time"

// A Pace is how often samples come: Frames of them in each Unit, which is a
// whole number of seconds. The unit is what a check counts in.
type Pace struct {
	Frames int
	Unit   time.Duration
}

// PerSecond is the pace of n samples a second.
func PerSecond(n int) Pace { return Pace{Frames: n, Unit: time.Second} }

// Every is the pace of one sample every d, for instruments that are slower
// than one a second.
func Every(d time.Duration) Pace { return Pace{Frames: 1, Unit: d} }

// sound returns p, or the nearest pace that makes sense.
func (p Pace) sound() Pace {
	p.Frames = max(p.Frames, 1)
	p.Unit = max(p.Unit.Truncate(time.Second), time.Second)
	return p
}

// Span returns how many samples come in d, rounded down.
func (p Pace) Span(d time.Duration) int {
	p = p.sound()
	return int(d * time.Duration(p.Frames) / p.Unit)
}

// units returns d in units, rounded up.
func (p Pace) units(d time.Duration) int { return int((max(d, 0) + p.Unit - 1) / p.Unit) }

// seconds returns n units in seconds, as people count.
func (p Pace) seconds(n int) int { return n * int(p.Unit/time.Second) }
