package quality

import (
	"slices"
	"time"
)

// A Sighting is what an instrument told of itself when it was attached last. There
// is one of each instrument.
type Sighting struct {
	Instrument Instrument `json:"instrument"`
	Firmware   string     `json:"firmware,omitempty"`
	// Changed is since when it has that firmware, if it had another one before.
	Changed time.Time `json:"changed,omitzero"`
	Cable   string    `json:"cable,omitempty"` // what it hung on
	// Drift is how many seconds its clock was ahead of ours, if it has one.
	Drift int64     `json:"drift,omitempty"`
	Clock bool      `json:"clock,omitempty"`
	At    time.Time `json:"at"`
}

// After returns a sighting that comes after another one of the same instrument: what
// it does not tell is as it was before, and new firmware counts from now.
func (s Sighting) After(before Sighting) Sighting {
	if s.Firmware == "" {
		s.Firmware = before.Firmware
	}
	if s.Changed = before.Changed; before.Firmware != "" && s.Firmware != before.Firmware {
		s.Changed = s.At
	}
	if s.Cable == "" {
		s.Cable = before.Cable
	}
	if !s.Clock {
		s.Drift, s.Clock = before.Drift, before.Clock
	}
	return s
}

// A Happening is something after which an instrument may measure otherwise than
// before.
type Happening struct {
	Instrument Instrument `json:"instrument"`
	What       Mishap     `json:"what"`
	Comment    string     `json:"comment,omitempty"`
	At         time.Time  `json:"at"`
}

// A Mishap is a kind of happening.
type Mishap string

// Mishaps returns the kinds in the order of a list on screen.
func Mishaps() []Mishap { return []Mishap{"dropped", "battery", "repaired"} }

// SightingOf returns how an instrument was seen last, or false.
func (l *Log) SightingOf(i Instrument) (Sighting, bool) {
	n := slices.IndexFunc(l.Sightings, func(s Sighting) bool { return s.Instrument == i })
	if n < 0 {
		return Sighting{}, false
	}
	return l.Sightings[n], true
}

// altered is when an instrument was last dropped, opened, or given new firmware;
// zero: never.
func (l *Log) altered(i Instrument) time.Time {
	s, _ := l.SightingOf(i)
	at := s.Changed
	for _, h := range l.Happenings {
		if h.Instrument == i && h.At.After(at) {
			at = h.At
		}
	}
	return at
}

// An Entry is a line of the list of instruments.
type Entry struct {
	ID        Instrument `json:"id"`
	Enrolment Enrolment  `json:"enrolment,omitzero"` // zero: it was never enrolled
	Seen      Sighting   `json:"seen,omitzero"`      // zero: it never told anything
	Control   Run        `json:"control,omitzero"`   // the last one; zero: there was none
	Verdict   Verdict    `json:"verdict,omitzero"`
	// Calibrated is the last calibration; zero: there was none.
	Calibrated Calibration `json:"calibrated,omitzero"`
	Locks      []Lock      `json:"locks,omitempty"`
	Left       int         `json:"left,omitempty"` // measurements that an override lets through
	Due        Due         `json:"due,omitzero"`
}

// Inventory returns a line for each instrument that staff have put anything on
// record of and that is not retired, attached or not. Plan says what the site asks
// of each.
func (l *Log) Inventory(plan func(Instrument) Plan, now time.Time) []Entry {
	var all []Entry
	for _, id := range l.Instruments() {
		e := Entry{ID: id, Locks: l.Locks(plan(id), id, now), Left: l.Left(id, now), Due: l.Due(plan(id), id, now)}
		e.Enrolment, _ = l.Enrolled(id)
		if e.Enrolment.Retired {
			continue
		}
		e.Seen, _ = l.SightingOf(id)
		e.Calibrated, _ = l.Calibrated(id)
		if runs := l.RunsOf(id, ""); len(runs) > 0 {
			e.Control, e.Verdict = runs[len(runs)-1], Judge(runs)
		}
		all = append(all, e)
	}
	return all
}
