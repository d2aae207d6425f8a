package quality

import (
	"time"

	"aidpost/records/vitals"
)

// A Stored is a result that a meter has marked as one of control solution, as it
// was read out of its memory. The meter does not know which solution it was, so no
// rule looks at it: a Run is what staff put on record.
type Stored struct {
	Instrument Instrument      `json:"instrument"`
	Panel      vitals.Panel    `json:"panel"`
	Measure    vitals.Measure  `json:"measure"`
	Value      vitals.Quantity `json:"value"`
	Taken      time.Time       `json:"taken,omitzero"` // by our clock; zero without a date
	Shown      time.Time       `json:"shown,omitzero"` // what the meter's clock said then
	Record     string          `json:"record,omitempty"`
	At         time.Time       `json:"at"` // when it was read first
}

// same reports that two are the same result, or two that nobody can tell apart. The
// time is the meter's own, as it stands in its memory: by ours it would be another
// one each time the meter's clock was asked. Its place moves with each new result.
func (s Stored) same(o Stored) bool {
	return s.Instrument == o.Instrument && s.Measure == o.Measure && s.Value == o.Value && s.Shown.Equal(o.Shown)
}

// StoredOf returns what was read out of an instrument's memory, in the order it was
// written down.
func (l *Log) StoredOf(i Instrument) (all []Stored) {
	for _, s := range l.Stored {
		if s.Instrument == i {
			all = append(all, s)
		}
	}
	return all
}

// NotYet returns those of one download that are not on record. Where a meter has
// several alike, as many more are new as it has more of them than are on record.
func (l *Log) NotYet(read []Stored) (fresh []Stored) {
	count := func(all []Stored, like Stored) (n int) {
		for _, s := range all {
			if s.same(like) {
				n++
			}
		}
		return n
	}
	for i, s := range read {
		if count(read[:i+1], s) > count(l.Stored, s) {
			fresh = append(fresh, s)
		}
	}
	return fresh
}
