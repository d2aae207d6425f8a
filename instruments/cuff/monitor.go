package cuff

import (
	"fmt"
	"time"

	"aidpost/instruments"
)

// What the pressure curve shows, in mmHg.
const (
	// turn is how far the pressure falls from its peak, or rises from its
	// lowest, before the direction is believed: a moving arm swings it.
	turn = 8
	// letGo is a pressure under every step of a deflation that still measures.
	letGo = 40
)

// A Monitor watches the cuff pressure of one inflation and tells from its
// curve what the instrument is doing. The zero value is ready for Begin.
type Monitor struct {
	phase  instruments.Phase
	peak   int // highest pressure of the whole inflation
	crest  int // highest since the pump last ran
	lowest int // lowest since the pressure fell
	last   int
	seen   time.Time
}

// Begin starts to watch an inflation that was started at now.
func (m *Monitor) Begin(now time.Time) {
	*m = Monitor{phase: instruments.Inflating, seen: now}
}

// Observe takes the pressure at now, in mmHg. An Overpressure *Fault says that
// the host must stop the instrument.
func (m *Monitor) Observe(now time.Time, pressure int) error {
	m.seen, m.last = now, pressure
	m.peak = max(m.peak, pressure)
	if pressure >= Ceiling {
		return instruments.NewFault(instruments.Overpressure, fmt.Sprintf("the cuff reached %d mmHg", Ceiling))
	}
	switch m.phase {
	case instruments.Inflating:
		m.crest = max(m.crest, pressure)
		if m.crest-pressure >= turn {
			m.phase, m.lowest = instruments.Measuring, pressure
		}
	case instruments.Measuring:
		m.lowest = min(m.lowest, pressure)
		switch {
		case pressure < letGo:
			m.phase = instruments.Releasing
		case pressure-m.lowest >= 2*turn: // the first inflation was too low
			m.phase, m.crest = instruments.Inflating, pressure
		}
	}
	return nil
}

// Finish notes that the instrument says it has finished.
func (m *Monitor) Finish() { m.phase = instruments.Releasing }

// Phase tells what the instrument is doing: Inflating, Measuring or Releasing.
func (m *Monitor) Phase() instruments.Phase { return m.phase }

// Peak returns the highest pressure seen, in mmHg.
func (m *Monitor) Peak() int { return m.peak }

// Emptied reports that the cuff was tight and is empty again.
func (m *Monitor) Emptied() bool { return m.peak >= letGo && m.last < Empty }

// Empty reports that the last pressure was that of an empty cuff.
func (m *Monitor) Empty() bool { return m.last < Empty }

// Overdue returns a NoAnswer *Fault when no pressure was observed for the time
// of the Watchdog.
func (m *Monitor) Overdue(now time.Time) error {
	if now.Sub(m.seen) < Watchdog {
		return nil
	}
	return instruments.NewFault(instruments.NoAnswer, "no cuff pressure for "+Watchdog.String())
}
