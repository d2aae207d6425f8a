package memory

import (
	"fmt"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// A Night is what an oximeter recorded on its own, in a few numbers.
type Night struct {
	Began time.Time // zero: the instrument does not say
	// OfDay is set where it says the time of day and no date.
	OfDay  bool
	Length time.Duration
	// SpO2 and Pulse are medians, and Lowest the lowest oxygen; Missing if there is none.
	SpO2, Pulse, Lowest instruments.Number
	Below               time.Duration // for how long the oxygen was below Low
}

// Low is the oxygen below which the time of a night is counted, in percent.
const Low = 90

// NightOf looks at a recording. Where the instrument tells the time of day alone, it
// began when it was last that late, so that it is over by now.
func NightOf(r instruments.Recording, now time.Time) Night {
	n := Night{Began: r.Began, Length: time.Duration(len(r.Samples)) * r.Every, SpO2: instruments.Missing, Pulse: instruments.Missing, Lowest: instruments.Missing}
	var oxygen, pulses []instruments.Number
	for _, s := range r.Samples {
		if s.SpO2.Valid() && s.SpO2 > 0 {
			oxygen = append(oxygen, s.SpO2)
			if s.SpO2 < Low {
				n.Below += r.Every
			}
		}
		if s.Pulse.Valid() && s.Pulse > 0 {
			pulses = append(pulses, s.Pulse)
		}
	}
	if len(oxygen) > 0 {
		slices.Sort(oxygen)
		n.SpO2, n.Lowest = oxygen[len(oxygen)/2], oxygen[0]
	}
	if len(pulses) > 0 {
		slices.Sort(pulses)
		n.Pulse = pulses[len(pulses)/2]
	}
	if at, err := time.Parse("15:04", r.TimeOfDay); err == nil && n.Began.IsZero() {
		n.OfDay = true
		n.Began = time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, now.Location())
		for n.Began.Add(n.Length).After(now) {
			n.Began = n.Began.AddDate(0, 0, -1)
		}
	}
	return n
}

// Guess is a beginning to ask about: as if it had ended now.
func (n Night) Guess(now time.Time) time.Time {
	if !n.Began.IsZero() {
		return n.Began
	}
	return now.Add(-n.Length).Truncate(10 * time.Minute)
}

// Reading returns the night as one reading that began then. Unsure says that nobody
// knows when that was.
func (n Night) Reading(r instruments.Recording, began time.Time, unsure bool) (instruments.Reading, bool) {
	if !n.SpO2.Valid() {
		return instruments.Reading{}, false
	}
	reading := instruments.Reading{
		Panel:  vitals.Oximetry,
		Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(int(n.SpO2), vitals.Percent)}},
		Flags:  []vitals.Flag{vitals.StoredReading}, Taken: began, InstrumentTime: r.Began, Identity: r.Identity, Record: r.Place,
		Note: fmt.Sprintf("median of a recording of %s, lowest %d %%, %s below %d %%", n.Length, n.Lowest, n.Below, Low),
	}
	if short := r.Announced - len(r.Samples); short > 0 {
		reading.Note += fmt.Sprintf("; %d of %d samples did not come", short, r.Announced)
	}
	if n.Pulse.Valid() {
		reading.Values = append(reading.Values, vitals.Value{Measure: vitals.Pulse, Quantity: vitals.Of(int(n.Pulse), vitals.PerMinute)})
	}
	if unsure {
		reading.Flags = append(reading.Flags, vitals.ClockDoubt)
	}
	return reading, true
}
