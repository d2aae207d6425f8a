package spotcheck_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
	"aidpost/records/vitals"
)

const rate = 60

// sample returns a good frame with these numbers.
func sample(spo2, pulse instruments.Number) instruments.PlethSample {
	return instruments.PlethSample{
		Rate: rate, SpO2: spo2, Pulse: pulse, Signal: 7, Perfusion: instruments.Missing,
	}
}

// with returns a copy of s, changed.
func with(s instruments.PlethSample, change func(*instruments.PlethSample)) instruments.PlethSample {
	change(&s)
	return s
}

var (
	good      = sample(97, 72)
	out       = with(sample(instruments.Missing, instruments.Missing), func(s *instruments.PlethSample) { s.FingerOut = true })
	held      = with(good, func(s *instruments.PlethSample) { s.FingerOut = true }) // a value held after the finger left
	searching = with(sample(instruments.Missing, instruments.Missing), func(s *instruments.PlethSample) { s.Searching = true })
	weak      = with(good, func(s *instruments.PlethSample) { s.Signal = 2 })
	seeking   = with(good, func(s *instruments.PlethSample) { s.Searching = true })
	fair      = with(good, func(s *instruments.PlethSample) { s.Perfusion, s.Signal = 50, 3 })
	faint     = with(good, func(s *instruments.PlethSample) { s.Perfusion = 49 })
)

// A part is a run of equal frames.
type part struct {
	frames int
	sample instruments.PlethSample
}

func secs(n int, s instruments.PlethSample) part { return part{n * rate, s} }

// repeat joins n copies of parts.
func repeat(n int, parts ...part) []part {
	var all []part
	for range n {
		all = append(all, parts...)
	}
	return all
}

// An end is what came of a run of parts.
type end struct {
	verdict spotcheck.Verdict
	at      int // frames fed until the verdict
	cause   instruments.FaultCode
	passing []instruments.FaultCode
}

func run(c *spotcheck.Check, parts []part) (e end) {
	for _, p := range parts {
		for range p.frames {
			s := p.sample
			step := c.Feed(&s)
			e.at++
			if step.Passing != "" {
				e.passing = append(e.passing, step.Passing)
			}
			if e.verdict = step.Verdict; e.verdict != spotcheck.Pending {
				e.cause = c.Cause()
				return e
			}
		}
	}
	return e
}

func TestScenarios(t *testing.T) {
	const (
		pending  = spotcheck.Pending
		accepted = spotcheck.Accepted
		gaveUp   = spotcheck.GaveUp
	)
	fingerOut, weakSignal, unstable := instruments.FingerOut, instruments.WeakSignal, instruments.Unstable
	for name, c := range map[string]struct {
		parts   []part
		verdict spotcheck.Verdict
		second  int // of the verdict
		cause   instruments.FaultCode
		passing []instruments.FaultCode
	}{
		"a finger from the start":      {[]part{secs(70, good)}, accepted, 60, "", nil},
		"in after 3 s, found after 5":  {[]part{secs(3, out), secs(5, searching), secs(70, good)}, accepted, 63, "", nil},
		"a minute is not quite over":   {[]part{secs(3, out), secs(59, good)}, pending, 0, "", nil},
		"found late":                   {[]part{secs(50, searching), secs(70, good)}, accepted, 70, "", nil},
		"a short gap is bridged":       {[]part{secs(30, good), secs(2, searching), secs(70, good)}, accepted, 60, "", nil},
		"a short gap ends the window":  {[]part{secs(55, good), secs(2, searching), secs(70, good)}, accepted, 67, "", nil},
		"a long gap settles anew":      {[]part{secs(50, good), secs(3, searching), secs(70, good)}, accepted, 73, "", nil},
		"leaves and returns":           {[]part{secs(50, good), secs(1, out), secs(70, good)}, accepted, 111, "", []instruments.FaultCode{fingerOut}},
		"a value held is no value":     {[]part{secs(50, good), secs(200, held)}, gaveUp, 170, fingerOut, []instruments.FaultCode{fingerOut, fingerOut}},
		"never a finger":               {[]part{secs(200, out)}, gaveUp, 120, fingerOut, []instruments.FaultCode{fingerOut}},
		"a finger after 110 s":         {[]part{secs(110, out), secs(70, good)}, accepted, 170, "", []instruments.FaultCode{fingerOut}},
		"never a pulse":                {[]part{secs(200, searching)}, gaveUp, 120, weakSignal, []instruments.FaultCode{weakSignal}},
		"weak":                         {[]part{secs(200, weak)}, gaveUp, 120, weakSignal, []instruments.FaultCode{weakSignal, weakSignal}},
		"faint":                        {[]part{secs(200, faint)}, gaveUp, 120, weakSignal, []instruments.FaultCode{weakSignal, weakSignal}},
		"just strong enough":           {[]part{secs(70, fair)}, accepted, 60, "", nil},
		"numbers shown in the search":  {[]part{secs(200, seeking)}, gaveUp, 120, weakSignal, []instruments.FaultCode{weakSignal}},
		"weak for four seconds":        {[]part{secs(4, weak), secs(70, good)}, accepted, 60, "", nil},
		"SpO2 drifts too much":         {repeat(20, secs(5, good), secs(5, sample(94, 72))), gaveUp, 120, unstable, []instruments.FaultCode{unstable}},
		"pulse drifts too much":        {repeat(20, secs(5, good), secs(5, sample(97, 83))), gaveUp, 120, unstable, []instruments.FaultCode{unstable}},
		"just stable":                  {repeat(20, secs(5, sample(97, 82)), secs(5, sample(95, 72))), accepted, 60, "", nil},
		"settles at the end":           {append(repeat(6, secs(5, good), secs(5, sample(94, 72))), secs(20, good)), accepted, 70, "", []instruments.FaultCode{unstable}},
		"unstable, again":              {append(append(repeat(7, secs(5, good), secs(5, sample(94, 72))), secs(1, out)), append(repeat(7, secs(5, good), secs(5, sample(94, 72))), secs(20, good))...), accepted, 151, "", []instruments.FaultCode{unstable, fingerOut, unstable}},
		"motion that never lasts":      {repeat(40, secs(6, good), secs(3, searching)), gaveUp, 120, unstable, nil},
		"in and out":                   {repeat(40, secs(8, good), secs(2, out)), gaveUp, 300, fingerOut, slices.Repeat([]instruments.FaultCode{fingerOut}, 30)},
		"too low to be a living value": {[]part{secs(200, sample(34, 72))}, gaveUp, 120, weakSignal, []instruments.FaultCode{weakSignal}},
		"pulse too fast to be true":    {[]part{secs(200, sample(97, 251))}, gaveUp, 120, weakSignal, []instruments.FaultCode{weakSignal}},
		"one frame in ten is bad":      {repeat(700, part{1, weak}, part{9, good}), accepted, 60, "", nil},
		"one frame in eight is bad":    {repeat(1000, part{1, weak}, part{7, good}), gaveUp, 120, weakSignal, []instruments.FaultCode{weakSignal}},
		"a single frame without":       {[]part{{30, good}, {1, out}, secs(29, good), secs(70, good)}, accepted, 60, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			e := run(spotcheck.New(spotcheck.Default(), spotcheck.PerSecond(rate)), c.parts)
			second := 0
			if e.verdict != pending {
				second = (e.at + rate - 1) / rate
			}
			if e.verdict != c.verdict || second != c.second || e.cause != c.cause || !slices.Equal(e.passing, c.passing) {
				t.Errorf("verdict %d in second %d, %q, passing %v; want %d in %d, %q, %v",
					e.verdict, second, e.cause, e.passing, c.verdict, c.second, c.cause, c.passing)
			}
		})
	}
}

func TestResult(t *testing.T) {
	late := with(sample(95, 70), func(s *instruments.PlethSample) { s.Perfusion, s.Signal = 99, 5 })
	later := with(sample(96, 75), func(s *instruments.PlethSample) { s.Perfusion, s.Signal = 101, 6 })
	c := spotcheck.New(spotcheck.Default(), spotcheck.PerSecond(rate))
	e := run(c, []part{secs(55, sample(97, 80)), {150, late}, {150, later}})
	if e.verdict != spotcheck.Accepted {
		t.Fatalf("verdict %d, %v", e.verdict, e.passing)
	}
	got, ok := c.Result()
	want := spotcheck.Result{
		SpO2: 95, Pulse: 70, Signal: 5, Perfusion: 99, LowPerfusion: true,
		Contact: time.Minute, Final: 5 * time.Second, Window: 10 * time.Second, SpO2Spread: 2, PulseSpread: 10,
	}
	if !ok || got != want {
		t.Errorf("result %+v, want %+v", got, want)
	}
	vs, err := got.Values()
	if err != nil || len(vs) != 3 || vs[2].Quantity.String() != "0.99 %" {
		t.Errorf("values %v, %v", vs, err)
	}
}

// Below what a person can have and still speak of it, a steady number is
// refused by name.
func TestImplausibleResult(t *testing.T) {
	c := spotcheck.New(spotcheck.Default(), spotcheck.PerSecond(rate))
	run(c, []part{secs(60, sample(40, 72))})
	r, ok := c.Result()
	_, err := r.Values()
	var implausible *vitals.ImplausibleError
	if !ok || !errors.As(err, &implausible) || implausible.Measure != vitals.SpO2 {
		t.Errorf("%v, %v", ok, err)
	}
}

// A missing perfusion index in any frame of the end means none.
func TestPerfusionMustBeWhole(t *testing.T) {
	with := with(good, func(s *instruments.PlethSample) { s.Perfusion = 300 })
	c := spotcheck.New(spotcheck.Default(), spotcheck.PerSecond(rate))
	run(c, []part{secs(59, with), {30, with}, {1, good}, {29, with}})
	if r, ok := c.Result(); !ok || r.Perfusion.Valid() {
		t.Errorf("%+v, %v", r, ok)
	}
}

// The ring on the screen fills without going back, and is full at the end.
func TestProgress(t *testing.T) {
	c := spotcheck.New(spotcheck.Default(), spotcheck.PerSecond(rate))
	var seen []instruments.Progress
	for _, p := range []part{secs(2, out), secs(4, searching), secs(60, good)} {
		for range p.frames {
			if step := c.Feed(&p.sample); step.Changed {
				seen = append(seen, step.Progress)
			}
		}
	}
	if len(seen) < 3 || seen[0].Phase != instruments.NoFinger || seen[1].Phase != instruments.Searching {
		t.Fatalf("begins with %v", seen[:min(len(seen), 3)])
	}
	done := 0
	for _, p := range seen[2:] {
		if p.Phase != instruments.Settling || p.Total != 60 || p.Done < done {
			t.Errorf("%+v after %d", p, done)
		}
		done = p.Done
	}
	if done != 60 {
		t.Errorf("ends at %d of 60", done)
	}
}

// While the numbers do not settle the ring is never full.
func TestProgressOfTheUnstable(t *testing.T) {
	c := spotcheck.New(spotcheck.Default(), spotcheck.PerSecond(rate))
	for _, p := range repeat(10, secs(5, good), secs(5, sample(94, 72))) {
		for range p.frames {
			if step := c.Feed(&p.sample); step.Progress.Phase == instruments.Settling && step.Progress.Done >= step.Progress.Total {
				t.Fatalf("%+v without a reading", step.Progress)
			}
		}
	}
}

// A site that wants a longer contact gets it: patience grows with it.
func TestLongContact(t *testing.T) {
	rule := spotcheck.Default()
	rule.Contact = 3 * time.Minute
	if e := run(spotcheck.New(rule, spotcheck.PerSecond(rate)), []part{secs(400, good)}); e.verdict != spotcheck.Accepted || e.at != 180*rate {
		t.Errorf("%+v", e)
	}
}

// After the verdict only the finger is watched.
func TestAfterTheVerdict(t *testing.T) {
	c := spotcheck.New(spotcheck.Default(), spotcheck.PerSecond(rate))
	run(c, []part{secs(60, good)})
	before, _ := c.Result()
	if c.Left() {
		t.Error("the finger is in")
	}
	for range 5 * rate {
		s := out
		if step := c.Feed(&s); step.Changed || step.Passing != "" || step.Verdict != spotcheck.Accepted {
			t.Fatalf("step %+v", step)
		}
	}
	if after, ok := c.Result(); !ok || after != before || !c.Left() {
		t.Errorf("result %+v, left %v", after, c.Left())
	}
}

// A rule of zeros, and any rate, still ends and never panics.
func TestOddRules(t *testing.T) {
	for _, r := range []int{-1, 0, 1, 75, 100} {
		c := spotcheck.New(spotcheck.Rule{}, spotcheck.PerSecond(r))
		for range 1000 {
			c.Feed(&good)
		}
		if c.Window() < 1 {
			t.Errorf("window of %d", c.Window())
		}
	}
}

func TestSamplesCostNoMemory(t *testing.T) {
	samples := []instruments.PlethSample{out, searching, weak, good}
	rule := spotcheck.Default()
	rule.GiveUp, rule.Limit = 24*time.Hour, 24*time.Hour
	c := spotcheck.New(rule, spotcheck.PerSecond(rate))
	r := rand.New(rand.NewPCG(1, 1))
	n := testing.AllocsPerRun(10_000, func() {
		c.Feed(&samples[r.IntN(len(samples))])
	})
	if n != 0 {
		t.Errorf("%v allocations for a sample", n)
	}
}

func BenchmarkFeed(b *testing.B) {
	rule := spotcheck.Default()
	rule.GiveUp, rule.Limit, rule.Contact = 1e9*time.Second, 1e9*time.Second, 1e9*time.Second
	c := spotcheck.New(rule, spotcheck.PerSecond(rate))
	b.ReportAllocs()
	for b.Loop() {
		c.Feed(&good)
	}
}

// The dearest case: the window is judged every second and never stable.
func BenchmarkFeedUnstable(b *testing.B) {
	rule := spotcheck.Default()
	rule.GiveUp, rule.Limit = 1e9*time.Second, 1e9*time.Second
	c := spotcheck.New(rule, spotcheck.PerSecond(rate))
	b.ReportAllocs()
	other := sample(90, 72)
	for i := 0; b.Loop(); i++ {
		s := &good
		if i/rate%4 == 0 {
			s = &other
		}
		c.Feed(s)
	}
}
