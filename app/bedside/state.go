package bedside

import (
	"slices"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// A Phase is what the screen is about.
type Phase string

// The phases, in their usual order.
const (
	Identify Phase = "identify" // is this the person of the records?
	Choose   Phase = "choose"   // what to measure, and what was measured
	Rest     Phase = "rest"     // seated, before the first inflation
	Ready    Phase = "ready"    // one press starts the instrument
	Running  Phase = "running"
	Stopping Phase = "stopping"
	Pause    Phase = "pause"   // between two inflations
	Confirm  Phase = "confirm" // which of these does the instrument show?
	ByHand   Phase = "by-hand"
	Review   Phase = "review" // what was measured, before it is accepted
	Clean    Phase = "clean"  // an instrument, before the next person
	Tell     Phase = "tell"   // a critical result has to be told and read back
	Finished Phase = "finished"
)

// A State is everything a screen may show. It is a copy.
type State struct {
	Phase Phase
	// Remaining and Total of the countdown; Total is zero without one.
	Remaining, Total time.Duration

	Visit  *records.Encounter
	First  bool // the person's first visit with a result
	Offers []visit.Offer

	Panel  vitals.Panel
	Arm    vitals.Arm // of the next attempt
	Spared vitals.Arm // no cuff goes on it
	// Cuff is for which arms the cuff is made that would be used, zero if that is not
	// known and nobody is asked; Lie, OtherCuff and Girth are what was said of it.
	Cuff      intended.Range
	Lie       intended.Lie
	OtherCuff bool
	Girth     int // around the arm, in centimetres; zero: not measured
	Meal      vitals.Meal
	Live      visit.Live
	Fault     *instruments.Fault // of the last attempt
	Locks     []quality.Lock     // why quality control refused it
	Attempts  []Attempt
	Series    guideline.Series
	More      bool // the protocol asks for another reading
	CanMore   bool // another one is allowed
	// Result is what the attempts come to, if they come to anything.
	Result     *Result
	Candidates []instruments.Reading
	// OtherMeter says, while it is confirmed what the person's own meter shows, that it
	// is another one than they have brought before.
	OtherMeter bool
	// Warnings are what the instrument that would be used is not meant for.
	Warnings []intended.Objection
	Cleaning Cleaning // of the phase Clean
	Identity Identity // of the phase Identify
	// ToClean are the instruments that the next person waits for, when finished.
	ToClean []instruments.Attached
	Untold  []records.Observation // critical, first the oldest
	// TellError says why the last read-back was not taken.
	TellError error

	Saving, Saved bool
	SaveError     error
	// Joined says that somebody else has added to this visit, and that both are
	// kept.
	Joined bool
	// Elsewhere says that a result turned out to be in another visit already, and was
	// left there.
	Elsewhere bool
}

// An Attempt is one try of a series, as shown.
type Attempt struct {
	Reading *instruments.Reading // nil: it failed
	From    instruments.Attached
	Arm     vitals.Arm
	Use     guideline.Use
	Aside   string // why it was set aside
	Fault   *instruments.Fault
}

// A Result is what a series comes to.
type Result struct {
	Panel   vitals.Panel
	Values  vitals.Values
	Of      int // readings
	Verdict guideline.Verdict
	Judged  []guideline.Judgement
	Tier    guideline.Tier
	Notes   []string
	Flags   []vitals.Flag
	// WavePulse is the rate of the wave that the pulse was counted from, if any.
	WavePulse vitals.Quantity
	Grade     string
	Reasons   []string
	// RepeatDue says that a critical result must be repeated, or a reason given, Repeat
	// how it stands with that, and Agree by how much two may differ where that is stated.
	RepeatDue bool
	Repeat    Repeat
	Agree     guideline.Agreement
}

// State returns what to show now.
func (b *Bedside) State() State {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := State{
		Phase: b.phase, Total: b.total, Visit: cloneOf(b.encounter), First: b.first, Offers: b.offers(),
		Panel: b.m.panel, Arm: b.m.arm, Spared: b.spared(), Meal: b.m.meal, Live: b.m.live, Fault: b.m.fault, Locks: b.m.locks,
		Candidates: slices.Clone(b.m.candidates), Cleaning: b.clean.Cleaning, Untold: b.encounter.Untold(), TellError: b.tellError,
		Saving: b.busy(), SaveError: b.trouble(), Joined: b.joined, Elsewhere: b.elsewhere,
		Saved: !b.unsaved && !b.busy() && b.encounter.Revision > 0,
	}
	if !b.until.IsZero() {
		s.Remaining = max(b.until.Sub(b.cfg.Now()), 0)
	}
	switch b.phase {
	case Rest, Ready, Pause:
		s.Cuff, s.Lie = b.asked()
		s.OtherCuff, s.Girth = b.m.cuff.other, b.m.cuff.arm
	}
	switch b.phase {
	case Identify:
		s.Identity = b.identity()
	case Confirm:
		s.OtherMeter = b.m.otherMeter
	case Rest, Ready:
		s.Warnings = b.warnings()
	case Finished:
		s.ToClean = b.toClean()
	}
	s.Series = b.series(false)
	for i, a := range b.m.attempts {
		s.Attempts = append(s.Attempts, Attempt{Reading: a.reading, From: a.from, Arm: a.arm, Use: s.Series.Uses[i], Aside: a.aside, Fault: a.fault})
	}
	s.CanMore = b.canMore()
	s.More = s.CanMore && b.wantsMore()
	if r, ok := b.result(); ok {
		s.Result = &r
	}
	return s
}

// Live returns what the instrument shows now; cheaper than State.
func (b *Bedside) Live() visit.Live {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.m.live
}

// offers lists what can be measured now with an instrument.
func (b *Bedside) offers() []visit.Offer {
	return visit.OffersOf(b.cfg.Instruments.Attached())
}
