package rest

import (
	"slices"
	"time"
)

// A Sample is one look at the sensor.
type Sample struct {
	Pulse  int  // beats a minute; zero: none
	Finger bool // is in
	// Doubt says that the sensor does not trust the pulse: it searches, the signal is
	// weak, or the hand moves.
	Doubt bool
}

// A Verdict is what the pulse says of the rest.
type Verdict string

// The verdicts. All but Steady are reasons to wait.
const (
	NoFinger Verdict = "no-finger"
	NoData   Verdict = "no-data"  // the sensor has fallen silent
	Watching Verdict = "watching" // not long enough yet to say
	Moving   Verdict = "moving"   // too little of the pulse can be trusted
	Falling  Verdict = "falling"  // the pulse still calms down
	Uneven   Verdict = "uneven"   // the pulse still goes up and down
	Steady   Verdict = "steady"
)

// Verdicts lists all verdicts.
func Verdicts() []Verdict {
	return []Verdict{NoFinger, NoData, Watching, Moving, Falling, Uneven, Steady}
}

// A Watch follows the pulse of one person from the beginning of their rest. It reads
// no clock, so that a recording is judged as the person was.
type Watch struct {
	rule    Rule
	began   time.Time
	heard   time.Time // the last sample
	contact time.Time // since when a finger is in; zero: none is
	second  time.Time // that is being counted
	good    []int     // its trusted pulses
	all     int       // its samples
	pulses  []int     // of the seconds past, one each; zero: none to be trusted
}

// NewWatch returns the watch over a rest that begins now.
func NewWatch(rule Rule, now time.Time) *Watch {
	return &Watch{rule: rule, began: now, second: now}
}

// Feed takes a sample in.
func (w *Watch) Feed(now time.Time, s Sample) {
	w.advance(now)
	w.heard = now
	switch {
	case !s.Finger:
		// Another finger may come: what was seen is not of it.
		w.contact = time.Time{}
		w.forget()
		return
	case w.contact.IsZero():
		w.contact = now
	}
	w.all++
	if s.Pulse > 0 && !s.Doubt {
		w.good = append(w.good, s.Pulse)
	}
}

func (w *Watch) forget() { w.pulses, w.good, w.all = w.pulses[:0], w.good[:0], 0 }

// advance ends the seconds that have passed. One is good if half of its samples are,
// or if it has none and the one before still stands.
func (w *Watch) advance(now time.Time) {
	for ; now.Sub(w.second) >= time.Second; w.second = w.second.Add(time.Second) {
		pulse := 0
		if w.all == 0 && len(w.pulses) > 0 && w.second.Sub(w.heard) < w.rule.Hold {
			pulse = w.pulses[len(w.pulses)-1]
		}
		if len(w.good) > 0 && 2*len(w.good) >= w.all {
			slices.Sort(w.good)
			pulse = w.good[len(w.good)/2]
		}
		w.pulses = append(w.pulses, pulse)
		w.good, w.all = w.good[:0], 0
	}
	if drop := len(w.pulses) - w.window(); drop > 0 {
		w.pulses = append(w.pulses[:0], w.pulses[drop:]...)
	}
}

func (w *Watch) window() int { return int(w.rule.Window / time.Second) }

// Verdict says how the rest stands now.
func (w *Watch) Verdict(now time.Time) Verdict {
	w.advance(now)
	switch {
	case w.heard.IsZero() && now.Sub(w.began) < w.rule.Quiet:
		return NoFinger // it has had no time to say anything
	case now.Sub(w.last()) >= w.rule.Quiet:
		return NoData
	case w.contact.IsZero():
		return NoFinger
	case now.Sub(w.contact) < w.rule.Window:
		return Watching
	}
	return w.judge(now)
}

func (w *Watch) last() time.Time {
	if w.heard.IsZero() {
		return w.began
	}
	return w.heard
}

// judge looks at a whole window.
func (w *Watch) judge(now time.Time) Verdict {
	half := len(w.pulses) / 2
	all, first, second := trusted(w.pulses), trusted(w.pulses[:half]), trusted(w.pulses[half:])
	if len(all) < w.rule.Good {
		return Moving
	}
	switch {
	case mean(first)-mean(second) >= float64(w.rule.Fall):
		return Falling
	case slices.Max(all)-slices.Min(all) > w.rule.Spread:
		return Uneven
	case now.Sub(w.began) < w.rule.Floor:
		return Watching
	}
	return Steady
}

func trusted(pulses []int) []int {
	return slices.DeleteFunc(slices.Clone(pulses), func(p int) bool { return p == 0 })
}

func mean(pulses []int) float64 {
	sum := 0
	for _, p := range pulses {
		sum += p
	}
	return float64(sum) / float64(max(len(pulses), 1))
}

// Pulse is the last trusted pulse of the finger that is in; zero if there is none.
func (w *Watch) Pulse() int {
	if all := trusted(w.pulses); len(all) > 0 && w.pulses[len(w.pulses)-1] > 0 {
		return all[len(all)-1]
	}
	return 0
}
