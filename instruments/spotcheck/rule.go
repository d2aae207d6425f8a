// Package spotcheck decides when the numbers of a pulse oximeter may be taken
// as the reading of one person. It is shared by every oximeter family.
//
// An oximeter shows a number long before it is right: while it searches, while
// its own averaging still holds a former finger, while the hand moves. A
// [Check] therefore waits until a finger has been in long enough and the
// numbers have stopped moving, and only then gives their median.
//
// It counts samples, never wall-clock time: at a known rate the samples are
// the clock, and a capture is judged exactly as the live stream was.
package spotcheck

import (
	"time"

	"aidpost/instruments"
	"aidpost/records/oximetry"
)

// A Rule holds every number of the decision. Spans are used in whole seconds,
// rounded up. Values without a named source are engineering choices, to be
// confirmed by the clinician who is responsible for the site.
type Rule struct {
	// A frame is good if both numbers are there and plausible, the instrument
	// raises no flag, and the signal is strong enough.

	SpO2Low, SpO2High   instruments.Number // percent
	PulseLow, PulseHigh instruments.Number // beats a minute
	// Signal is the least signal strength, of 8. Instruments without one pass.
	Signal instruments.Number
	// Perfusion is the least perfusion index in hundredths of a percent, where
	// the instrument gives one. Masimo shows less than 0.5 % in red.
	Perfusion instruments.Number

	// A second is good if its last frame and at least GoodShare percent of its
	// frames are, and no frame of it lacks the finger.

	GoodShare int
	// Settle is discarded from the first good second on: it covers an
	// averaging of 8 s (Rad-8 manual) and the 10 s for which some instruments
	// hold the values of a finger that left (Nonin 9560 specification).
	Settle time.Duration
	// Gap is the longest run of bad seconds that does not restart Settle.
	Gap time.Duration
	// Flicker is how long the finger must be seen out, or in, to be believed.
	// Out for longer is a new contact: it may be another finger.
	Flicker time.Duration

	// Window is the run of good seconds in which SpO2 and pulse may differ by
	// no more than these spreads.
	Window                  time.Duration
	SpO2Spread, PulseSpread instruments.Number
	// Final is the end of the window that gives the value, with a spread of
	// its own. Unchanged for five seconds: public patient guidance (NHS).
	Final       time.Duration
	FinalSpread instruments.Number

	// Contact is the least time since the finger went in. One minute: public
	// patient guidance (NHS). Thirty seconds serve where staff watch.
	Contact time.Duration

	// Weak is how long a weak signal lasts before it is mentioned.
	Weak time.Duration
	// Warn and GiveUp count from the last good second or the last change of
	// the finger. GiveUp also bounds a contact with good seconds that never
	// agree, but leaves at least Warn beyond the shortest possible reading.
	Warn, GiveUp time.Duration
	// Limit ends every check, whatever happens.
	Limit time.Duration

	// Confirm is how many samples in a row must be marked by the instrument as
	// good enough, and agree, for their median to be accepted at once. More
	// than two outvote a bit that flipped on a wire without a checksum.
	Confirm int

	// LowPerfusion is the perfusion index, in hundredths of a percent, below
	// which a reading carries a caution. Above 1 % is wanted: Rad-8 manual.
	LowPerfusion instruments.Number
}

// Default returns the rule for unattended use: that of a site that has not chosen
// one.
func Default() Rule {
	return Rule{
		SpO2Low: 35, SpO2High: 100,
		PulseLow: 25, PulseHigh: 250,
		Signal:    3,
		Perfusion: 50,
		GoodShare: 90,
		Settle:    10 * time.Second,
		Gap:       2 * time.Second,
		Flicker:   200 * time.Millisecond,
		Window:    10 * time.Second, SpO2Spread: 2, PulseSpread: 10,
		Final: 5 * time.Second, FinalSpread: 1,
		Contact:      time.Minute,
		Weak:         5 * time.Second,
		Warn:         time.Minute,
		GiveUp:       2 * time.Minute,
		Limit:        5 * time.Minute,
		Confirm:      3,
		LowPerfusion: 100,
	}
}

// By returns the rule with what the site chose. What a driver needs beside it, to
// wait for such a value, is its own.
func (r Rule) By(chosen oximetry.Rule) Rule {
	r.Signal = instruments.Number(chosen.Signal)
	r.Perfusion = instruments.Number(chosen.Perfusion.Value.Float()*100 + 0.5)
	r.GoodShare = 100 - chosen.Artefact
	r.Window = chosen.Stable
	r.SpO2Spread = instruments.Number(chosen.SpO2Spread.Value.Int())
	r.PulseSpread = instruments.Number(chosen.PulseSpread.Value.Int())
	r.Final = min(r.Final, r.Window)
	r.FinalSpread = min(r.FinalSpread, r.SpO2Spread)
	r.Contact = chosen.Alone
	return r
}

// good judges one frame.
func (r *Rule) good(s *instruments.PlethSample) bool {
	return (s.SmartPoint || !r.weak(s) && !s.Artifact) && r.credible(s)
}

// credible reports that the instrument shows two numbers that can be, of the
// finger that is in now.
func (r *Rule) credible(s *instruments.PlethSample) bool {
	return !s.FingerOut && !s.Searching && !s.SensorAlarm &&
		s.SpO2 >= r.SpO2Low && s.SpO2 <= r.SpO2High &&
		s.Pulse >= r.PulseLow && s.Pulse <= r.PulseHigh
}

// weak reports that the instrument gives a signal strength or a perfusion
// index and that it is too low.
func (r *Rule) weak(s *instruments.PlethSample) bool {
	return s.Signal.Valid() && s.Signal < r.Signal ||
		s.Perfusion.Valid() && s.Perfusion < r.Perfusion
}

// spans are the rule's times in units of the pace, as the check counts them.
type spans struct {
	settle, gap, window, final, contact int
	weak, warn, giveUp, limit           int
	// least is the shortest time from finger-in to a reading by the rule.
	least int
}

func (r *Rule) spans(pace Pace) spans {
	s := spans{
		settle: pace.units(r.Settle), gap: pace.units(r.Gap),
		window: max(pace.units(r.Window), 1), contact: pace.units(r.Contact),
		weak: pace.units(r.Weak), warn: pace.units(r.Warn), limit: pace.units(r.Limit),
	}
	s.final = min(max(pace.units(r.Final), 1), s.window)
	s.least = max(s.contact, s.settle+s.window)
	s.giveUp = max(pace.units(r.GiveUp), s.least+s.warn)
	s.limit = max(s.limit, s.giveUp)
	return s
}
