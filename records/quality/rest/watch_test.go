package rest

import (
	"math"
	"strings"
	"testing"
	"time"
)

func rule(t *testing.T) Rule {
	t.Helper()
	r, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A stretch is a time in which a sensor sends four samples a second; nil: nothing.
type stretch struct {
	seconds int
	sample  func(second int) Sample
}

func in(pulse int) Sample { return Sample{Pulse: pulse, Finger: true} }

func steady(pulse int) func(int) Sample { return func(int) Sample { return in(pulse) } }

func breathing(second int) Sample {
	return in(68 + int(math.Round(4*math.Sin(float64(second)*math.Pi/2))))
}

func out(int) Sample { return Sample{} }

func restless(second int) Sample {
	s := in(70)
	s.Doubt = second%4 == 0 // fifteen seconds of sixty
	return s
}

func calming(second int) Sample { return in(max(96-second/4, 60)) }

// seldom is a sensor that speaks every other second.
func seldom() []stretch {
	var all []stretch
	for range 80 {
		all = append(all, stretch{1, steady(64)}, stretch{1, nil})
	}
	return all
}

func racing(second int) Sample { return in(70 + 12*(second/10%2)) }

// play feeds the stretches and returns the verdict at each second of the rest.
func play(r Rule, all ...stretch) []Verdict {
	now := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	w := NewWatch(r, now)
	var verdicts []Verdict
	for _, s := range all {
		for second := range s.seconds {
			for range 4 {
				if s.sample != nil {
					w.Feed(now, s.sample(second))
				}
				now = now.Add(250 * time.Millisecond)
			}
			verdicts = append(verdicts, w.Verdict(now))
		}
	}
	return verdicts
}

func TestVerdict(t *testing.T) {
	r := rule(t)
	for _, test := range []struct {
		name   string
		rest   []stretch
		last   Verdict
		steady int // the second at which the rest is first steady; 0: never
	}{
		{"steady from the start", []stretch{{300, steady(64)}}, Steady, 120},
		{"breathing is no unrest", []stretch{{150, breathing}}, Steady, 120},
		{"the finger comes late", []stretch{{90, out}, {80, steady(64)}}, Steady, 150},
		{"it speaks every other second", seldom(), Steady, 120},
		{"nobody uses it", []stretch{{300, out}}, NoFinger, 0},
		{"nothing is sent", []stretch{{4, nil}}, NoFinger, 0},
		{"nothing is sent for five seconds", []stretch{{6, nil}}, NoData, 0},
		{"it falls silent", []stretch{{115, steady(64)}, {6, nil}}, NoData, 0},
		{"it falls silent and comes back", []stretch{{80, steady(64)}, {6, nil}, {40, steady(64)}}, Steady, 120},
		{"a silence longer than what may be missing", []stretch{{80, steady(64)}, {10, nil}, {40, steady(64)}}, Moving, 0},
		{"the hand moves", []stretch{{300, restless}}, Moving, 0},
		{"the pulse falls", []stretch{{130, calming}}, Falling, 0},
		{"the pulse has fallen", []stretch{{300, calming}}, Steady, 176},
		{"the pulse goes up and down", []stretch{{300, racing}}, Uneven, 0},
		{"another finger begins anew", []stretch{{119, steady(64)}, {2, out}, {30, steady(80)}}, Watching, 0},
		{"not long enough in", []stretch{{59, steady(64)}}, Watching, 0},
		{"under the floor", []stretch{{119, steady(64)}}, Watching, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			verdicts := play(r, test.rest...)
			if last := verdicts[len(verdicts)-1]; last != test.last {
				t.Errorf("in the end it is %s, want %s", last, test.last)
			}
			first := 0
			for i, v := range verdicts {
				if v == Steady {
					first = i + 1
					break
				}
			}
			if first != test.steady {
				t.Errorf("steady after %d s, want %d", first, test.steady)
			}
		})
	}
}

// However steady the pulse, the floor is kept, and no window with one beat more of
// spread than the rule allows passes.
func TestNothingPassesTheRule(t *testing.T) {
	r := rule(t)
	for spread := range 2 * r.Spread {
		for i, v := range play(r, stretch{180, func(second int) Sample { return in(70 + spread*(second%2)) }}) {
			if v == Steady && (time.Duration(i+1)*time.Second < r.Floor || spread > r.Spread) {
				t.Fatalf("a spread of %d is steady after %d s", spread, i+1)
			}
		}
	}
}

func TestPulse(t *testing.T) {
	now := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	w := NewWatch(rule(t), now)
	for _, step := range []struct {
		s    Sample
		want int
	}{{Sample{}, 0}, {in(71), 71}, {Sample{Pulse: 99, Finger: true, Doubt: true}, 0}, {in(72), 72}, {Sample{}, 0}} {
		w.Feed(now, step.s)
		now = now.Add(time.Second)
		w.Verdict(now)
		if got := w.Pulse(); got != step.want {
			t.Errorf("after %+v the pulse is %d, want %d", step.s, got, step.want)
		}
	}
}

func TestFaultyRulesAreRefused(t *testing.T) {
	for _, change := range [][2]string{
		{`"window": "1m0s"`, `"window": "5s"`}, {`"window": "1m0s"`, `"window": "soon"`}, {`"good": 54`, `"good": 61`}, {`"good": 54`, `"good": 30`},
		{`"spread": 10`, `"spread": 0`}, {`"fall": 4`, `"fall": 11`}, {`"floor": "2m0s"`, `"floor": "30s"`},
		{`"quiet": "5s"`, `"quiet": "6s"`}, {`"hold": "3s"`, `"hold": "5s"`}, {`"soundBelow": 140`, `"soundBelow": 0`}, {`"id": "aidpost-rest-1"`, `"id": ""`}, {`"good"`, `"god"`},
	} {
		text := strings.Replace(string(published), change[0], change[1], 1)
		if text == string(published) {
			t.Fatalf("%s is not in the rule", change[0])
		}
		if _, err := parse([]byte(text)); err == nil {
			t.Errorf("a rule with %s was taken", change[1])
		}
	}
}
