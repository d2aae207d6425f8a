package spotcheck_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// walk makes up a person who fidgets: runs of frames of every kind, mostly
// good, with numbers that wander.
type walk struct {
	r     *rand.Rand
	left  int
	kind  int
	spo2  int
	pulse int
}

func (w *walk) next() instruments.PlethSample {
	if w.left == 0 {
		w.kind = w.r.IntN(24)
		w.left = 1 + w.r.IntN(4)
		switch {
		case w.kind >= 6:
			w.left = 1 + w.r.IntN(6*rate)
		case w.r.IntN(3) == 0:
			w.left = 1 + w.r.IntN(4*rate)
		}
		w.spo2 = min(max(w.spo2+w.r.IntN(3)-1, 90), 100)
		w.pulse = min(max(w.pulse+w.r.IntN(9)-4, 50), 150)
	}
	w.left--
	spo2, pulse := instruments.Number(w.spo2), instruments.Number(w.pulse+w.r.IntN(3))
	switch w.kind {
	case 0:
		return out
	case 1:
		return held
	case 2:
		return searching
	case 3:
		return with(sample(spo2, pulse), func(s *instruments.PlethSample) { s.Signal = instruments.Number(w.r.IntN(4)) })
	case 4:
		return sample(instruments.Missing, pulse)
	case 5:
		return sample(instruments.Number(w.r.IntN(101)), instruments.Number(w.r.IntN(256)))
	}
	return sample(spo2, pulse)
}

// acceptable says from the whole history, second by second and as the rule is
// written, whether a value may be taken now. It knows only the default rule.
func acceptable(history []instruments.PlethSample) bool {
	since := lastFingerIn(history)
	if since < 0 || len(history)-since < 60*rate {
		return false
	}
	var good []bool
	for at := 0; at+rate <= len(history); at += rate {
		good = append(good, goodSecond(history[at:at+rate]))
	}
	settled, bad, run := -1, 0, 0 // first good second; bad and good ones in a row
	for i, g := range good {
		if (i+1)*rate <= since {
			continue // of a former contact
		}
		if g {
			if settled < 0 {
				settled = i
			}
			bad = 0
			run++
			continue
		}
		run = 0
		if bad++; bad > 2 {
			settled = -1
		}
	}
	return settled >= 0 && len(good)-settled >= 20 && run >= 10 && stable(history[len(history)-10*rate:])
}

// lastFingerIn returns the frame at which the finger that is in went in, or -1.
// Out or in counts from 12 frames (200 ms) on.
func lastFingerIn(history []instruments.PlethSample) int {
	in, at, run := false, -1, 0
	for i, s := range history {
		if s.FingerOut == in {
			run++
		} else {
			run = 0
		}
		if run == 12 {
			in, run = !in, 0
			at = i - 11
		}
	}
	if !in {
		return -1
	}
	return at
}

func goodFrame(s instruments.PlethSample) bool {
	return !s.FingerOut && !s.Searching && s.Signal >= 3 && s.SpO2 >= 35 && s.SpO2 <= 100 && s.Pulse >= 25 && s.Pulse <= 250
}

func goodSecond(frames []instruments.PlethSample) bool {
	n := 0
	for _, s := range frames {
		if s.FingerOut {
			return false
		}
		if goodFrame(s) {
			n++
		}
	}
	return n >= 54 && goodFrame(frames[rate-1])
}

func stable(window []instruments.PlethSample) bool {
	var spo2, pulse, last []instruments.Number
	for i, s := range window {
		if !goodFrame(s) {
			continue
		}
		spo2, pulse = append(spo2, s.SpO2), append(pulse, s.Pulse)
		if i >= 5*rate {
			last = append(last, s.SpO2)
		}
	}
	return width(spo2) <= 2 && width(pulse) <= 10 && width(last) <= 1
}

func width(ns []instruments.Number) instruments.Number {
	low, high := ns[0], ns[0]
	for _, n := range ns {
		low, high = min(low, n), max(high, n)
	}
	return high - low
}

// A value is accepted in the very second in which the written rule first
// allows it and never in another, and it lies within the window.
func TestAgainstTheWrittenRule(t *testing.T) {
	accepted := 0
	for seed := range uint64(200) {
		w := &walk{r: rand.New(rand.NewPCG(seed, 7)), spo2: 97, pulse: 72}
		rule := spotcheck.Default()
		rule.GiveUp, rule.Limit = time.Hour, time.Hour
		c := spotcheck.New(rule, spotcheck.PerSecond(rate))
		var history []instruments.PlethSample
		for len(history) < 120*rate {
			s := w.next()
			history = append(history, s)
			got := c.Feed(&s).Verdict == spotcheck.Accepted
			if len(history)%rate != 0 {
				if got {
					t.Fatalf("seed %d: accepted within a second", seed)
				}
				continue
			}
			if want := acceptable(history); got != want {
				t.Fatalf("seed %d: second %d: accepted %v, the rule says %v", seed, len(history)/rate, got, want)
			}
			if got {
				accepted++
				checkWithin(t, c, history[len(history)-10*rate:])
				break
			}
		}
	}
	if accepted < 50 || accepted > 150 {
		t.Errorf("%d of 200 accepted: the walk tests too little", accepted)
	}
}

func checkWithin(t *testing.T, c *spotcheck.Check, window []instruments.PlethSample) {
	t.Helper()
	r, _ := c.Result()
	below, above, same := 0, 0, 0
	for i, s := range window {
		if s.FingerOut {
			t.Fatal("accepted with the finger out in the window")
		}
		if i < 5*rate || !goodFrame(s) {
			continue
		}
		switch {
		case s.Pulse < r.Pulse:
			below++
		case s.Pulse > r.Pulse:
			above++
		default:
			same++
		}
	}
	if same == 0 || below > above+same || above > below+same {
		t.Errorf("pulse %d is not the median: %d below, %d above, %d the same", r.Pulse, below, above, same)
	}
}
