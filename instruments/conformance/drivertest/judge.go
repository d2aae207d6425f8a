package drivertest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/conformance"
)

// A rule says what may come of a trial.
type rule struct {
	// want are the values that may be read; nil: whatever is plausible.
	want []*instruments.Reading
	// reads demands a reading: nothing was lost.
	reads bool
	// never forbids a reading: nothing was there.
	never bool
	// pulled says that the cable was, which is to be noticed as such.
	pulled bool
	// cancelled is when the measurement was cancelled; zero: it was not.
	cancelled time.Duration
	// released says that a cuff must then be seen to be empty.
	released bool
	// garbledHost says that the instrument may have been told anything.
	garbledHost bool
}

// problems says what must not have come of a trial.
func (r rule) problems(out outcome) (found []string) {
	note := func(broken bool, format string, args ...any) {
		if broken {
			found = append(found, fmt.Sprintf(format, args...))
		}
	}
	code := instruments.CodeOf(out.err)
	typed := errors.As(out.err, new(*instruments.Fault))
	over := errors.Is(out.err, errOver)
	note(out.hung, "it went on after its context had ended")
	note(out.panicked != nil, "it panicked: %v", out.panicked)
	note(out.late, "something was emitted after the return")
	if out.hung || out.panicked != nil {
		return found
	}
	note(over && r.cancelled == 0, "it did not end by itself within %s", out.took)
	note(!over && out.err != nil && !typed, "not a fault: %v", out.err)
	note(code == instruments.Internal && typed, "an internal fault: %v", out.err)
	note(out.err == nil && len(out.readings) != 1, "no error and %d readings", len(out.readings))
	note(out.err != nil && len(out.readings) > 0 && code != instruments.SeveralResults, "a reading came with %v", out.err)
	note(r.reads && out.err != nil, "no reading: %v", out.err)
	note(r.never && len(out.readings) > 0, "a reading of nothing: %s", valuesOf(out.readings))
	note(r.pulled && out.err != nil && code != instruments.Unplugged, "the pulled cable was taken for %v", out.err)
	note(r.cancelled > 0 && out.took > r.cancelled+conformance.CancelLimit, "it ended %s after it was cancelled", out.took-r.cancelled)
	note(r.cancelled > 0 && r.released && code == instruments.AbortUnconfirmed, "cancelled: %v", out.err)
	for _, reading := range out.readings {
		note(r.want != nil && !r.wants(reading), "wrong: %s, want %s", valuesOf([]*instruments.Reading{reading}), valuesOf(r.want))
	}
	note(!r.garbledHost && len(out.told) > 0, "the instrument was told: %q", out.told)
	return slices.Concat(found, out.unfit, out.tight, out.after)
}

func (r rule) wants(got *instruments.Reading) bool {
	return slices.ContainsFunc(r.want, func(want *instruments.Reading) bool { return conformance.Alike(got, want) })
}

// valuesOf lists values of simulated people.
func valuesOf(readings []*instruments.Reading) string {
	var s string
	for i, r := range readings {
		if i > 0 {
			s += " or "
		}
		s += fmt.Sprint(r.Values)
	}
	return s
}
