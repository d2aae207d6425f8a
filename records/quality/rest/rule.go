// Package rest judges from the pulse whether a person is at rest, so that the seated
// rest before a blood pressure can be measured and not only timed. What counts as rest
// is a rule that is data, with its reasons.
package rest

import (
	_ "embed"
	"errors"
	"fmt"
	"time"

	"aidpost/records/rules"
)

//go:embed rule.json
var published []byte

// A Rule says when a pulse is that of a person at rest.
type Rule struct {
	ID string
	// Window is the time that is looked at, back from now, and Good how many of its
	// seconds must have a pulse that can be trusted.
	Window time.Duration
	Good   int
	// Spread is how far the highest and the lowest pulse of the window may be apart,
	// and Fall how far its second half may lie under its first, in beats a minute.
	Spread, Fall int
	// Floor is the least rest, however steady the pulse is.
	Floor time.Duration
	// Hold is how long a pulse stands for the next one: some sensors speak seldom.
	Hold time.Duration
	// Quiet is how long nothing may come from the sensor before that is said.
	Quiet time.Duration
	// SoundBelow is the systolic pressure, in mmHg, from which on a rest shorter than
	// the guideline's is a caution.
	SoundBelow int
	Why        string // for whoever reviews the rule
}

// Load reads the rule that the program carries.
func Load() (Rule, error) { return parse(published) }

// ruleText is the form of a Rule in its file.
type ruleText struct {
	ID         string `json:"id"`
	Window     string `json:"window"`
	Good       int    `json:"good"`
	Spread     int    `json:"spread"`
	Fall       int    `json:"fall"`
	Floor      string `json:"floor"`
	Hold       string `json:"hold"`
	Quiet      string `json:"quiet"`
	SoundBelow int    `json:"soundBelow"`
	Why        string `json:"why"`
}

func parse(text []byte) (Rule, error) {
	var t ruleText
	if err := rules.Decode(text, &t); err != nil {
		return Rule{}, fmt.Errorf("reading the rule of rest: %w", err)
	}
	r := Rule{ID: t.ID, Good: t.Good, Spread: t.Spread, Fall: t.Fall, SoundBelow: t.SoundBelow, Why: t.Why}
	for _, span := range []struct {
		to   *time.Duration
		text string
	}{{&r.Window, t.Window}, {&r.Floor, t.Floor}, {&r.Hold, t.Hold}, {&r.Quiet, t.Quiet}} {
		var err error
		if *span.to, err = time.ParseDuration(span.text); err != nil {
			return Rule{}, fmt.Errorf("reading the rule of rest: %w", err)
		}
	}
	return r, r.check()
}

// check refuses a rule that everybody would pass, or nobody.
func (r Rule) check() error {
	seconds := int(r.Window / time.Second)
	switch {
	case r.ID == "" || r.Why == "":
		return errors.New("the rule of rest does not say what it is and why")
	case r.Window%time.Second != 0, seconds < 10, r.Good < seconds/2+1, r.Good > seconds:
		return errors.New("the rule of rest has an impossible window")
	case r.Spread < 1, r.Fall < 1, r.Fall > r.Spread:
		return errors.New("the rule of rest has an impossible spread")
	case r.Floor < r.Window, r.Quiet < time.Second, r.Quiet > 5*time.Second, r.Hold < 0 || r.Hold >= r.Quiet, r.SoundBelow < 1:
		return errors.New("the rule of rest has impossible limits")
	}
	return nil
}
