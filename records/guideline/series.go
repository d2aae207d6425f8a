package guideline

import (
	"slices"

	"aidpost/records/vitals"
)

// An Attempt is one inflation of a series.
type Attempt struct {
	Values vitals.Values // nil: it failed, which is no reading but an inflation
	Arm    vitals.Arm
	// SetAside says that whoever measured does not let it count: the person
	// talked, the cuff slipped.
	SetAside bool
}

// A Use says what became of one attempt of a series.
type Use string

// The uses.
const (
	Counts     Use = "counts"
	Failed     Use = "failed"          // no reading
	OffScale   Use = "off-scale"       // past the cuff's range: a limit has no mean
	First      Use = "first-of-series" // the first is often higher
	Superseded Use = "superseded"      // the protocol averages later ones
	OtherArm   Use = "other-arm"       // the arm with the lower pressure
	SetAside   Use = "set-aside"       // by whoever measured
)

// A Series is what a protocol makes of the attempts so far.
type Series struct {
	Average
	Uses []Use // of each attempt
	// Arm is the one whose readings count, and ArmsDiffer reports that the other
	// one's pressure is further away than the protocol's spread.
	Arm        vitals.Arm
	ArmsDiffer bool
}

// Series selects and averages the readings of one series in the order in which
// they were taken. Ended says that no further attempt will be made, because the
// person stopped or the value must be acted upon.
//
// If both arms were measured, those of the arm with the higher systolic
// pressure count, as every protocol that asks for both says.
func (p Protocol) Series(attempts []Attempt, ended bool) Series {
	s := Series{Uses: make([]Use, len(attempts))}
	s.Arm, s.ArmsDiffer = p.chooseArm(attempts)
	var valid []int
	for i, a := range attempts {
		if s.Uses[i] = a.use(s.Arm); s.Uses[i] == Counts {
			valid = append(valid, i)
		}
	}
	used := valid[max(0, len(valid)-p.UseLast):]
	if p.DiscardFirst && len(used) > 1 && used[0] == valid[0] {
		used = used[1:]
	}
	for n, i := range valid[:len(valid)-len(used)] {
		s.Uses[i] = Superseded
		if n == 0 {
			s.Uses[i] = First
		}
	}
	readings := make([]vitals.Values, len(used))
	for n, i := range used {
		readings[n] = attempts[i].Values
	}
	s.Mean, s.Of = mean(readings), len(readings)
	s.Verdict = p.verdict(readings, len(valid), ended || len(attempts) >= p.MaxInflations)
	return s
}

// use says what an attempt may be used for, before the protocol chooses among
// those that count.
func (a Attempt) use(arm vitals.Arm) Use {
	switch {
	case len(a.Values) == 0:
		return Failed
	case a.SetAside:
		return SetAside
	case !measured(a.Values, vitals.Systolic), !measured(a.Values, vitals.Diastolic):
		return OffScale
	case a.Arm != arm:
		return OtherArm
	}
	return Counts
}

func measured(reading vitals.Values, m vitals.Measure) bool {
	q, ok := reading.Get(m)
	return ok && q.Comparator == vitals.Exactly
}

func (p Protocol) verdict(used []vitals.Values, valid int, final bool) Verdict {
	wide := p.spread(used, vitals.Systolic) || p.spread(used, vitals.Diastolic)
	enough := valid == 1 && p.enoughAlone(used[0])
	switch {
	case !final && !enough && (wide || valid < p.Readings):
		return NeedMore
	case len(used) == 0:
		return NoReading
	case len(used) == 1 && !enough:
		return SingleReading
	case wide:
		return SpreadNoted
	}
	return Enough
}

// enoughAlone reports whether a first reading ends the series.
func (p Protocol) enoughAlone(reading vitals.Values) bool {
	if p.EnoughBelow == (Pressure{}) {
		return false
	}
	systolic, _ := reading.Get(vitals.Systolic)
	diastolic, _ := reading.Get(vitals.Diastolic)
	return systolic.Value.Cmp(p.EnoughBelow.Systolic) < 0 && diastolic.Value.Cmp(p.EnoughBelow.Diastolic) < 0
}

// chooseArm returns the arm whose readings count: that with the higher first
// systolic pressure if both were measured.
func (p Protocol) chooseArm(attempts []Attempt) (arm vitals.Arm, differ bool) {
	first := map[vitals.Arm]vitals.Quantity{}
	var arms []vitals.Arm
	for _, a := range attempts {
		if a.use(a.Arm) != Counts || slices.Contains(arms, a.Arm) {
			continue
		}
		arms = append(arms, a.Arm)
		first[a.Arm], _ = a.Values.Get(vitals.Systolic)
	}
	for i, a := range arms {
		if i == 0 || first[a].Value.Cmp(first[arm].Value) > 0 {
			arm = a
		}
	}
	for _, a := range arms {
		differ = differ || apart(first[a], first[arm]).Cmp(p.SpreadLimit.Value) > 0
	}
	return arm, differ
}

// NextArm proposes the arm of the next attempt: at a first visit both once, if
// the protocol asks for it, and then the one that counts. Before one does it is the
// usual one, which earlier visits have found.
func (p Protocol) NextArm(attempts []Attempt, firstVisit bool, usual vitals.Arm) vitals.Arm {
	seen := map[vitals.Arm]bool{}
	for _, a := range attempts {
		seen[a.Arm] = seen[a.Arm] || a.use(a.Arm) == Counts
	}
	if firstVisit && p.BothArms {
		for _, arm := range []vitals.Arm{vitals.LeftArm, vitals.RightArm} {
			if !seen[arm] {
				return arm
			}
		}
	}
	if arm, _ := p.chooseArm(attempts); arm != vitals.UnknownArm {
		return arm
	}
	if usual != vitals.UnknownArm {
		return usual
	}
	return vitals.LeftArm
}
