// Package oximetry says when the value of a pulse oximeter may be taken, as data:
// one file per rule under rules, with its source, and a site may write its own.
//
// A rule bounds what the person at the sensor may do while the value is formed, and
// how good the signal is. How a driver waits for it is in instruments/spotcheck.
package oximetry

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/rules"
	"aidpost/records/vitals"
)

//go:embed rules/*.json
var published embed.FS

// DefaultID is the rule of a site that has not chosen one.
const DefaultID = "spot-1"

// Errors of rules.
var (
	// ErrRule: a rule cannot be followed.
	ErrRule = errors.New("the rule for oximeters cannot be followed")
	// ErrUnknown: nobody knows a rule of that id.
	ErrUnknown = errors.New("no such rule for oximeters")
)

// A Rule says when a value may be taken.
type Rule struct {
	ID    string
	Title string // for whoever chooses one
	// Stable is the run of good seconds in which SpO2 and pulse differ by no more
	// than their spreads.
	Stable                  time.Duration
	SpO2Spread, PulseSpread vitals.Quantity // in percent, per minute
	// Signal is the least strength of the signal, of 8, and Perfusion the least
	// perfusion index in percent, where the instrument tells one.
	Signal    int
	Perfusion vitals.Quantity
	// Artefact is how many percent of the samples of a good second may be spoilt.
	Artefact int
	// Alone and Watched are the least times since the finger went in: where nobody
	// watches, and where staff do.
	Alone, Watched time.Duration
	Source         string
}

// A Taken says how a value came to be taken: its quality statement.
type Taken struct {
	Rule string `json:"rule"` // its id
	// ByInstrument says that the instrument itself accepted the value, so that the
	// rule did not ask for a steady run.
	ByInstrument bool `json:"byInstrument,omitempty"`
	Contact      int  `json:"contact"` // seconds since the finger went in
	Stable       int  `json:"stable"`  // seconds that were judged
	SpO2Spread   int  `json:"spo2Spread"`
	PulseSpread  int  `json:"pulseSpread"`
	// Signal is the strength of 8, and Perfusion the index in hundredths of a
	// percent; nil: the instrument does not tell.
	Signal    *int `json:"signal,omitempty"`
	Perfusion *int `json:"perfusion,omitempty"`
	Artefact  int  `json:"artefact"` // percent of the samples that were left out
}

// All returns the published rules, by id. An error means that the program was built
// with rules that cannot be read.
func All() ([]Rule, error) {
	return rules.Load(published, "rules/*.json", Parse)
}

// Find returns the published rule of an id; that of nobody's choice for "".
func Find(id string) (Rule, error) {
	if id == "" {
		id = DefaultID
	}
	all, err := All()
	if err != nil {
		return Rule{}, err
	}
	i := slices.IndexFunc(all, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, fmt.Errorf("%w: %.40q", ErrUnknown, id)
	}
	return all[i], nil
}

// Parse reads and checks one rule, as the files under rules have it.
func Parse(text []byte) (Rule, error) {
	var r Rule
	if err := rules.Decode(text, &r); err != nil {
		return Rule{}, fmt.Errorf("%w: %w", ErrRule, err)
	}
	return r, r.Check()
}

// What any rule may ask for: less is no rule, and more no finger keeps.
const (
	leastStable, mostStable = 3 * time.Second, time.Minute
	mostContact             = 3 * time.Minute
	mostSpO2Spread          = 4  // percent: the accuracy that ISO 80601-2-61 asks for
	mostPulseSpread         = 30 // per minute
	mostSignal              = 8
	mostPerfusion           = 5 // percent
	mostArtefact            = 50
)

// Check refuses a rule by which any value would be taken, or none.
func (r Rule) Check() error {
	switch {
	case r.ID == "" || r.Title == "" || r.Source == "":
		return fmt.Errorf("%w: it does not say what it is and where it comes from", ErrRule)
	case r.Stable < leastStable || r.Stable > mostStable || r.Stable%time.Second != 0:
		return fmt.Errorf("%w: stable is whole seconds from %s to %s", ErrRule, leastStable, mostStable)
	case !within(r.SpO2Spread, vitals.Percent, mostSpO2Spread) || !whole(r.SpO2Spread):
		return fmt.Errorf("%w: spo2Spread is a whole number of percent up to %d", ErrRule, mostSpO2Spread)
	case !within(r.PulseSpread, vitals.PerMinute, mostPulseSpread) || !whole(r.PulseSpread):
		return fmt.Errorf("%w: pulseSpread is a whole number per minute up to %d", ErrRule, mostPulseSpread)
	case r.Signal < 0 || r.Signal > mostSignal:
		return fmt.Errorf("%w: signal is of %d", ErrRule, mostSignal)
	case !within(r.Perfusion, vitals.Percent, mostPerfusion):
		return fmt.Errorf("%w: perfusion is up to %d percent", ErrRule, mostPerfusion)
	case r.Artefact < 0 || r.Artefact > mostArtefact:
		return fmt.Errorf("%w: artefact is up to %d percent", ErrRule, mostArtefact)
	case r.Watched < r.Stable || r.Alone < r.Watched || r.Alone > mostContact:
		return fmt.Errorf("%w: stable, watched and alone grow, up to %s", ErrRule, mostContact)
	}
	return nil
}

// within reports a plain number of a unit from zero up.
func within(q vitals.Quantity, u vitals.Unit, most int) bool {
	return q.Unit == u && q.Comparator == vitals.Exactly && q.Value.Cmp(vitals.Int(0)) >= 0 && q.Value.Cmp(vitals.Int(most)) <= 0
}

func whole(q vitals.Quantity) bool { return q.Value.Cmp(vitals.Int(q.Value.Int())) == 0 }

// ruleText is the form of a Rule in the files.
type ruleText struct {
	ID          string          `json:"id"`
	Title       string          `json:"title"`
	Stable      string          `json:"stable"`
	SpO2Spread  vitals.Quantity `json:"spo2Spread"`
	PulseSpread vitals.Quantity `json:"pulseSpread"`
	Signal      int             `json:"signal"`
	Perfusion   vitals.Quantity `json:"perfusion"`
	Artefact    int             `json:"artefact"`
	Alone       string          `json:"alone"`
	Watched     string          `json:"watched"`
	Source      string          `json:"source"`
}

// MarshalJSON writes the rule as the files have it.
func (r Rule) MarshalJSON() ([]byte, error) {
	return json.Marshal(ruleText{
		r.ID, r.Title, r.Stable.String(), r.SpO2Spread, r.PulseSpread, r.Signal, r.Perfusion, r.Artefact,
		r.Alone.String(), r.Watched.String(), r.Source,
	})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Rule) UnmarshalJSON(data []byte) error {
	var text ruleText
	if err := rules.Decode(data, &text); err != nil {
		return err
	}
	*r = Rule{
		ID: text.ID, Title: text.Title, SpO2Spread: text.SpO2Spread, PulseSpread: text.PulseSpread, Signal: text.Signal,
		Perfusion: text.Perfusion, Artefact: text.Artefact, Source: text.Source,
	}
	for _, span := range []struct {
		name, text string
		to         *time.Duration
	}{{"stable", text.Stable, &r.Stable}, {"alone", text.Alone, &r.Alone}, {"watched", text.Watched, &r.Watched}} {
		var err error
		if *span.to, err = time.ParseDuration(span.text); err != nil {
			return fmt.Errorf("reading %s: %w", span.name, err)
		}
	}
	return nil
}
