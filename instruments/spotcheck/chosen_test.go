package spotcheck_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
	"aidpost/records/oximetry"
	"aidpost/records/vitals"
)

// TestDefaultIsPublished: a driver that is told no rule follows that of nobody's
// choice.
func TestDefaultIsPublished(t *testing.T) {
	rule, err := oximetry.Find("")
	if err != nil {
		t.Fatal(err)
	}
	if got := spotcheck.Default().By(rule); got != spotcheck.Default() {
		t.Errorf("%s makes %+v, want %+v", rule.ID, got, spotcheck.Default())
	}
}

// anyRule makes up a rule that can be followed.
func anyRule(r *rand.Rand) oximetry.Rule {
	rule := oximetry.Rule{
		ID: "made-up", Title: "made up", Source: "a test",
		Stable:     time.Duration(3+r.IntN(12)) * time.Second,
		SpO2Spread: vitals.Of(r.IntN(5), vitals.Percent), PulseSpread: vitals.Of(2+r.IntN(20), vitals.PerMinute),
		Signal: r.IntN(7), Perfusion: vitals.Of(r.IntN(2), vitals.Percent), Artefact: r.IntN(51),
	}
	rule.Watched = rule.Stable + time.Duration(r.IntN(20))*time.Second
	rule.Alone = rule.Watched + time.Duration(r.IntN(20))*time.Second
	return rule
}

// stricter makes one thing in a rule harder.
func stricter(r *rand.Rand, rule oximetry.Rule) oximetry.Rule {
	switch r.IntN(6) {
	case 0:
		rule.Stable += 2 * time.Second
		rule.Watched, rule.Alone = rule.Watched+2*time.Second, rule.Alone+2*time.Second
	case 1:
		rule.SpO2Spread = vitals.Of(max(0, rule.SpO2Spread.Value.Int()-1), vitals.Percent)
	case 2:
		rule.PulseSpread = vitals.Of(rule.PulseSpread.Value.Int()/2, vitals.PerMinute)
	case 3:
		rule.Signal = min(8, rule.Signal+2)
	case 4:
		rule.Artefact /= 2
	case 5:
		rule.Alone += 10 * time.Second
	}
	return rule
}

// follow feeds a fidgeting person to a check and returns what it had seen when it
// accepted; nil if it never did.
func follow(rule spotcheck.Rule, seed uint64) ([]instruments.PlethSample, spotcheck.Result) {
	w := &walk{r: rand.New(rand.NewPCG(seed, 7)), spo2: 97, pulse: 72}
	rule.GiveUp, rule.Limit = time.Hour, time.Hour
	c := spotcheck.New(rule, spotcheck.PerSecond(rate))
	var history []instruments.PlethSample
	for len(history) < 150*rate {
		s := w.next()
		if s.Perfusion = instruments.Missing; seed%2 == 0 {
			s.Perfusion = instruments.Number(30 + w.r.IntN(400))
		}
		history = append(history, s)
		if c.Feed(&s).Verdict == spotcheck.Accepted {
			r, _ := c.Result()
			return history, r
		}
	}
	return nil, spotcheck.Result{}
}

// TestChosenRules: whatever rule a site chooses, the value that is taken obeys it, and
// its quality statement says what was seen.
func TestChosenRules(t *testing.T) {
	rules, err := oximetry.All()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 5))
	for range 60 {
		rules = append(rules, anyRule(r))
	}
	accepted := 0
	for n, rule := range rules {
		if err := rule.Check(); err != nil {
			t.Fatalf("%+v: %v", rule, err)
		}
		for seed := range uint64(12) {
			history, result := follow(spotcheck.Default().By(rule), seed)
			if history == nil {
				continue
			}
			accepted++
			obeys(t, fmt.Sprintf("rule %d %+v, seed %d", n, rule, seed), rule, history, result)
		}
	}
	if accepted < 300 {
		t.Errorf("only %d values were taken: the walk tests too little", accepted)
	}
}

// obeys checks a value that was taken against the rule as it is written.
func obeys(t *testing.T, what string, rule oximetry.Rule, history []instruments.PlethSample, result spotcheck.Result) {
	t.Helper()
	window := history[len(history)-int(rule.Stable/time.Second)*rate:]
	var spo2, pulse []instruments.Number
	for at := 0; at < len(window); at += rate {
		spoilt := 0
		for _, s := range window[at : at+rate] {
			poor := s.Signal.Valid() && int(s.Signal) < rule.Signal || s.Perfusion.Valid() && float64(s.Perfusion) < 100*rule.Perfusion.Value.Float()
			if s.FingerOut || s.Searching || poor || s.SpO2 < 35 || s.SpO2 > 100 || s.Pulse < 25 || s.Pulse > 250 {
				spoilt++
				continue
			}
			spo2, pulse = append(spo2, s.SpO2), append(pulse, s.Pulse)
		}
		if 100*spoilt > rule.Artefact*rate {
			t.Errorf("%s: %d of %d samples of a second are spoilt", what, spoilt, rate)
		}
	}
	if int(width(spo2)) > rule.SpO2Spread.Value.Int() || int(width(pulse)) > rule.PulseSpread.Value.Int() {
		t.Errorf("%s: differ by %d %% and %d /min", what, width(spo2), width(pulse))
	}
	if since := lastFingerIn(history); since < 0 || time.Duration(len(history)-since)*time.Second < rule.Alone*rate {
		t.Errorf("%s: taken %d samples after the finger went in", what, len(history)-since)
	}
	said := result.Taken(rule.ID)
	left := 100 * (len(window) - len(spo2))
	if said.Rule != rule.ID || said.Stable != int(rule.Stable/time.Second) || said.Contact < int(rule.Alone/time.Second) ||
		said.SpO2Spread != int(width(spo2)) || said.PulseSpread != int(width(pulse)) ||
		said.Artefact*len(window) < left || (said.Artefact-1)*len(window) >= left && left > 0 || (said.Perfusion == nil) != !result.Perfusion.Valid() {
		t.Errorf("%s: the statement is %+v", what, said)
	}
}

// TestStricterIsNeverSooner: a rule that asks for more takes no value before one that
// asks for less.
func TestStricterIsNeverSooner(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 1))
	later := 0
	for n := range 150 {
		rule := anyRule(r)
		harder := stricter(r, rule)
		seed := uint64(n)
		soon, _ := follow(spotcheck.Default().By(rule), seed)
		late, _ := follow(spotcheck.Default().By(harder), seed)
		switch {
		case soon == nil && late != nil, late != nil && len(late) < len(soon):
			t.Errorf("%+v took %d samples, and %+v %d", rule, len(soon), harder, len(late))
		case late == nil && soon != nil, len(late) > len(soon):
			later++
		}
	}
	if later < 20 {
		t.Errorf("only %d of 150 were later: what is stricter tests too little", later)
	}
}
