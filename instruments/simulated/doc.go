// Package simulated holds the instruments as seen from the other end of the
// wire: twins that speak the same bytes as the real ones on a pseudo-terminal,
// or on a pipe in memory where the system has none. They serve the tests, the
// program's demonstration mode and `aidpost simulate`, and can be told to
// misbehave in every way that real instruments and cables do.
package simulated

import (
	"context"
	"time"

	"aidpost/instruments"
)

// A Twin is one simulated instrument. Its methods may be called from one
// goroutine; what a test wants to know while Run runs is read through methods
// that are documented as safe.
type Twin interface {
	// Model is the ID of the model it imitates.
	Model() string
	// Line is the line it expects; on another one it would send noise.
	Line() instruments.Line
	// Run speaks on wire until ctx ends (nil) or the host is gone (an error).
	Run(ctx context.Context, wire instruments.Port) error
}

// A Fault names one way to misbehave.
type Fault string

// The faults of any wire, made by Disturb for every twin.
const (
	None          Fault = ""
	Garbage       Fault = "garbage"        // noise before the first frame
	MidFrame      Fault = "mid-frame"      // the stream begins in the middle of a frame
	ChecksumError Fault = "checksum-error" // every few frames a bit is flipped
	Stall         Fault = "stall"          // falls silent for good after a while
	Unplug        Fault = "unplug"         // the wire is gone after a while
	Trickle       Fault = "trickle"        // one byte at a time, slowly
)

// The faults of instruments. A twin ignores those that its model cannot have.
const (
	LowBattery Fault = "low-battery"
	FingerOut  Fault = "finger-out"
	WeakSignal Fault = "weak-signal"
	Unstable   Fault = "unstable"
	CuffLoose  Fault = "cuff-loose"
	Movement   Fault = "movement"
	HoseKinked Fault = "hose-kinked"
	Overshoot  Fault = "overpressure"
	StuckCuff  Fault = "stuck-cuff" // the pressure never falls after an abort
	High       Fault = "hi"
	Low        Fault = "lo"
	Control    Fault = "control-solution"
	WrongClock Fault = "wrong-clock"
	NoResult   Fault = "no-result"   // nothing newer than the visit in memory
	Critical   Fault = "critical"    // not a fault of the instrument: alarming values
	Uneven     Fault = "uneven"      // nor this: a heart whose beats come by chance
	FalsePulse Fault = "false-pulse" // an oximeter that shows another pulse than its wave has
)

// Faults lists all faults, wire faults first.
func Faults() []Fault {
	return []Fault{
		Garbage, MidFrame, ChecksumError, Stall, Unplug, Trickle,
		LowBattery, FingerOut, WeakSignal, Unstable, CuffLoose, Movement, HoseKinked, Overshoot,
		StuckCuff, High, Low, Control, WrongClock, NoResult, Critical, Uneven, FalsePulse,
	}
}

// Options tell a twin how to behave.
type Options struct {
	Seed  uint64 // the same seed gives the same values and the same noise
	Fault Fault
	// Speed divides the waiting times of the instrument's own process (a cuff
	// that inflates, a finger that settles). Zero means 1, real time.
	Speed float64
	// Now is the twin's clock; nil means time.Now.
	Now func() time.Time
	// Zone is where the twin's wall clock stands; nil means UTC.
	Zone *time.Location
}

// Clock returns the twin's clock.
func (o Options) Clock() func() time.Time {
	if o.Now != nil {
		return o.Now
	}
	return time.Now
}

// Location returns the twin's zone.
func (o Options) Location() *time.Location {
	if o.Zone != nil {
		return o.Zone
	}
	return time.UTC
}

// After returns the time that d of the instrument's process takes.
func (o Options) After(d time.Duration) time.Duration {
	if o.Speed <= 0 {
		return d
	}
	return time.Duration(float64(d) / o.Speed)
}
