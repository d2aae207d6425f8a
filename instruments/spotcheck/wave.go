package spotcheck

import (
	"fmt"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/pulsewave"
	"aidpost/records/vitals"
)

// waveOf returns what counts the beats of a stream's plethysmogram, or nil where
// its samples come too seldom to draw one.
func waveOf(pace Pace) *pulsewave.Detector {
	if pace.Unit != time.Second {
		return nil
	}
	return pulsewave.New(pace.Frames)
}

// feedWave follows the plethysmogram. What the check would not take a value from
// is no wave to count either.
func (s *Session) feedWave() {
	switch {
	case s.wave == nil:
	case s.check.Left():
		s.wave.Reset() // the next finger may be another person's
	case s.sample.Pleth.Valid() && s.rule.good(&s.sample):
		s.wave.Feed(int(s.sample.Pleth))
	default:
		s.wave.Break()
	}
}

// crossCheck holds the reading's pulse against the wave it was made of. Where the
// wave cannot be counted it says nothing.
func (s *Session) crossCheck(r *instruments.Reading) {
	if s.wave == nil {
		return
	}
	rhythm, ok := s.wave.Rhythm()
	if !ok {
		return
	}
	r.WavePulse = vitals.Of(rhythm.PerMinute, vitals.PerMinute)
	r.Note += fmt.Sprintf("; the wave itself beats %d times a minute", rhythm.PerMinute)
	if vitals.PulsesDiffer(vitals.Pulses(r.Values, vitals.Quantity{}), []vitals.Quantity{r.WavePulse}) {
		r.Flags = append(r.Flags, vitals.WaveDiffers)
	}
	if rhythm.Uneven && !slices.Contains(r.Flags, vitals.IrregularPulse) {
		r.Flags = append(r.Flags, vitals.IrregularPulse)
	}
}
