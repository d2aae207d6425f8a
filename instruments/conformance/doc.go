// Package conformance holds the checks that every driver must pass on its
// instrument, a real one or a simulated one. `aidpost conformance` runs them on
// a port; package drivertest runs them in virtual time over each simulated
// instrument, and adds what a test can do to a wire and a person cannot.
//
// To add a check is to add a line to the list in checks.go.
package conformance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// A Subject is an instrument with the driver that is to be checked on it.
type Subject struct {
	Driver instruments.Driver
	// Open opens the instrument's port with the line of the driver's model. It
	// is called for each check anew; the port is closed after it.
	Open func(ctx context.Context) (instruments.Port, error)
	// Job is what the measurements are for.
	Job instruments.Job
	// Pump allows the checks that inflate a cuff: it must be on an arm.
	Pump bool
	// Watch is told what happens during measurements, for a person to see. It
	// may be nil. Samples are valid until it returns.
	Watch func(instruments.Event)
	// Seen tells what the instrument was told and must never be. Only a
	// simulated instrument can say; nil for others.
	Seen func() []string
}

// An Outcome is how a check ended.
type Outcome string

// The outcomes.
const (
	Pass Outcome = "pass"
	Fail Outcome = "fail"
	Skip Outcome = "skip" // the check does not apply, or was not allowed
)

// A Result is a check that was made.
type Result struct {
	Check   string  `json:"check"`
	Purpose string  `json:"purpose"`
	Outcome Outcome `json:"outcome"`
	// Detail says why it failed or was skipped, or what was found. It holds no
	// measured value.
	Detail string        `json:"detail,omitempty"`
	Took   time.Duration `json:"-"`
}

// ErrNoInstrument reports that the port cannot be opened, or that no
// instrument of the model is on it.
var ErrNoInstrument = errors.New("no instrument of this model on the port")

// ErrStuck reports that a driver kept its port although its context had ended
// and the port was closed. Nothing more can be checked.
var ErrStuck = errors.New("the driver does not return")

// Run makes every check in turn and hands each result to report. The error says
// why not all could be made: it wraps ErrNoInstrument or ErrStuck, or is the
// cause of ctx. A check that fails is no error.
func Run(ctx context.Context, s Subject, report func(Result)) error {
	b := &bench{Subject: s}
	for _, c := range checks() {
		began := time.Now()
		v := c.run(ctx, b)
		if err := context.Cause(ctx); err != nil {
			return err
		}
		report(Result{Check: c.name, Purpose: c.purpose, Outcome: v.outcome, Detail: v.detail, Took: time.Since(began)})
		if v.end != nil {
			return fmt.Errorf("checking a %s: %w", s.Driver.Model().ID, v.end)
		}
	}
	return nil
}

// A check is one line of the report.
type check struct {
	name, purpose string
	run           func(context.Context, *bench) verdict
}

// A verdict is what a check found. With end set no other check is made.
type verdict struct {
	outcome Outcome
	detail  string
	end     error
}

func passed(detail string) verdict { return verdict{outcome: Pass, detail: detail} }

func failed(format string, args ...any) verdict {
	return verdict{outcome: Fail, detail: fmt.Sprintf(format, args...)}
}

func skipped(why string) verdict { return verdict{outcome: Skip, detail: why} }

// Plausible returns why the values cannot be those of one living person, or
// nil. What a bench analyser names itself has no range of ours.
func Plausible(r *instruments.Reading) error {
	if r.Panel == vitals.Laboratory {
		return nil
	}
	return vitals.CheckPlausible(r.Values)
}
