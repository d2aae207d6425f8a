// Package cuff holds what every blood-pressure cuff has in common, whatever
// bytes it speaks: how it is let go and seen to be empty, how its pressure is
// watched while it measures, and what counts as a reading.
//
// An inflating cuff is the only actuator of the kiosk. A driver of a family
// that the host starts sends its start command inside [Run] and nowhere else:
// Run tells the cuff to let go on every way out but a finished reading, also
// when the caller's context has ended or a caller panics.
package cuff

import "time"

// The limits of one inflation. Pressures are mmHg of an adult cuff.
const (
	// Empty is the pressure under which a cuff no longer holds an arm.
	Empty = 15
	// Ceiling is the pressure at which the host stops an instrument that did
	// not stop itself.
	Ceiling = 300
	// Limit bounds a measurement, from the start to the empty cuff.
	Limit = 180 * time.Second
	// Watchdog is the longest time without a known pressure.
	Watchdog = 2 * time.Second
	// Poll is the time between two questions for the pressure.
	Poll = 200 * time.Millisecond
	// Interval is the least time from an empty cuff to the next start.
	Interval = 5 * time.Second
)
