package quality

import "time"

// A ControlStatus is how the controls of an instrument stood when it measured.
type ControlStatus string

// The statuses. None is asked for where it is empty.
const (
	NotAsked     ControlStatus = ""
	InControl    ControlStatus = "in-control"
	Uncontrolled ControlStatus = "no-control" // no run yet, and none is needed
	Rejected     ControlStatus = "out-of-control"
	OverrideUsed ControlStatus = "overridden" // locked, and let through
)

// A Standing is how an instrument stood with quality control at an instant.
type Standing struct {
	Lot     Lot // of the strips in use; without a number if none is known
	Control ControlStatus
	At      time.Time // of the last control run
}

// Standing returns how an instrument stands, by what a site asks of it.
func (l *Log) Standing(p Plan, i Instrument, now time.Time) Standing {
	var s Standing
	s.Lot, _ = l.InUse(Reagent, i.Model, now)
	runs := l.RunsOf(i, "")
	if len(runs) > 0 {
		s.At = runs[len(runs)-1].At
	}
	switch {
	case len(l.Locks(p, i, now)) > 0:
		s.Control = OverrideUsed
	case len(runs) > 0 && Judge(runs).Rejected():
		s.Control = Rejected
	case len(runs) > 0:
		s.Control = InControl
	case p.Scheduled() || s.Lot.Number != "":
		s.Control = Uncontrolled
	}
	return s
}
