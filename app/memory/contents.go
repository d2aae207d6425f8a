// Package memory sorts what a person's own instrument has kept: a glucose meter, a
// blood-pressure monitor, or an oximeter that recorded a night. It knows no records and
// no screens.
package memory

import (
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// A Kind is a kind of instrument that people bring.
type Kind string

// The kinds.
const (
	Meter    Kind = "meter"
	Oximeter Kind = "oximeter"
	Cuff     Kind = "cuff"
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Meter, Oximeter, Cuff} }

// Panel is what an instrument of the kind measures.
func (k Kind) Panel() vitals.Panel {
	switch k {
	case Oximeter:
		return vitals.Oximetry
	case Cuff:
		return vitals.BloodPressure
	}
	return vitals.BloodGlucose
}

// Reads reports whether instruments of a model are of the kind and keep results.
func (k Kind) Reads(m instruments.Model) bool { return m.Panel == k.Panel() && m.Abilities.Memory }

// Job asks an instrument for everything, whatever its clock says: the person decides
// about that.
func Job(zone *time.Location) instruments.Job { return instruments.Job{Zone: zone, AnyClock: true} }

// Contents are what came out of a memory. The zero value is ready for Take.
type Contents struct {
	// Readings are its results, the newest first.
	Readings   []instruments.Reading
	Recordings []instruments.Recording
	// Controls are tests of a control solution: they are nobody's. Unread are results
	// that cannot be understood, or of which nobody knows when they were.
	Controls, Unread int
}

// Take takes what a driver hands out.
func (c *Contents) Take(e instruments.Event) {
	switch e := e.(type) {
	case *instruments.Reading:
		c.Readings = append(c.Readings, *e)
	case *instruments.Recording:
		c.Recordings = append(c.Recordings, *e)
	case *instruments.Fault:
		if e.Code == instruments.ControlTest {
			c.Controls++
		} else {
			c.Unread++
		}
	}
}

// Sort puts the newest result first, and the newest recording last.
func (c *Contents) Sort() {
	slices.SortStableFunc(c.Readings, func(a, b instruments.Reading) int { return b.Taken.Compare(a.Taken) })
	slices.SortStableFunc(c.Recordings, func(a, b instruments.Recording) int { return a.Began.Compare(b.Began) })
}

// Whole are the recordings of which all came.
func (c *Contents) Whole() (whole []*instruments.Recording) {
	for i := range c.Recordings {
		if r := &c.Recordings[i]; r.Whole() {
			whole = append(whole, r)
		}
	}
	return whole
}

// Serial is the serial number that the instrument tells; empty if it tells none.
func (c *Contents) Serial() string {
	for _, r := range c.Readings {
		return r.Identity.Serial
	}
	for _, r := range c.Recordings {
		return r.Identity.Serial
	}
	return ""
}

// Drift is how far the instrument's clock is ahead of ours, and whether that is worth a
// question.
func (c *Contents) Drift() (drift time.Duration, asks bool) {
	for _, r := range c.Readings {
		if r.Identity.HasClock {
			return r.Identity.Drift, meter.Classify(r.Identity.Drift) != meter.Exact
		}
	}
	return 0, false
}

// A ClockChoice is what is done about a clock that is off.
type ClockChoice string

// The choices. The instrument's own time and its difference stay with each result,
// whatever was chosen, and nothing is set on it.
const (
	KeepTimes  ClockChoice = "keep"  // its times hold as they stand
	ShiftTimes ClockChoice = "shift" // they are shifted by the difference
)

// AsShown is when a result was taken by the instrument's own clock, uncorrected.
func AsShown(r instruments.Reading) time.Time {
	if r.InstrumentTime.IsZero() {
		return r.Taken
	}
	return r.InstrumentTime
}

// Summary is what a person is shown of their results of one kind.
type Summary struct {
	Count           int
	Newest          instruments.Reading
	Lowest, Highest vitals.Quantity // of the first measure
}

// Summarise looks at the readings of a panel.
func (c *Contents) Summarise(p vitals.Panel) Summary {
	var s Summary
	for _, r := range c.Readings {
		if r.Panel != p {
			continue
		}
		q, ok := r.Values.Get(p.Main()[0])
		if !ok {
			continue
		}
		if s.Count++; s.Count == 1 {
			s.Newest, s.Lowest, s.Highest = r, q, q
		}
		if below(q, s.Lowest) {
			s.Lowest = q
		}
		if below(s.Highest, q) {
			s.Highest = q
		}
	}
	return s
}

// below reports whether a is less than b; LO is less than its limit, and HI more.
func below(a, b vitals.Quantity) bool {
	if b, ok := b.In(a.Unit); ok {
		if c := a.Value.Cmp(b.Value); c != 0 {
			return c < 0
		}
		rank := map[vitals.Comparator]int{vitals.Below: -1, vitals.Above: 1}
		return rank[a.Comparator] < rank[b.Comparator]
	}
	return false
}
