// Package guideline judges readings by published thresholds. The thresholds
// are data, one file per published set under data, each with its edition and
// the source of every row; the code knows how to read them and no number.
//
// A reading is judged in the unit that the instrument reported, by that unit's
// own published bounds: 70 mg/dL is not low, although converted it would be
// below 3.9 mmol/L. When two numbers fall into different bands the band of
// greater concern counts. People outside the population that a set was
// published for get no band, yet critical limits are never switched off.
//
// The package informs and refers; it does not diagnose. It holds no words: the
// message catalogue has them under the ids of bands, reasons and caveats.
package guideline

import (
	"crypto/sha256"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"aidpost/records/oximetry"
	"aidpost/records/vitals"
)

//go:embed data/*.json
var published embed.FS

// A RuleSet names one published or configured set of thresholds.
type RuleSet struct {
	ID        string `json:"id"`
	Edition   string `json:"edition"` // the year for a guideline, a number for a product choice
	Title     string `json:"title"`
	Publisher string `json:"publisher"`
	Source    string `json:"source"` // citation for the print
}

// The blood-pressure guidelines to choose from.
const (
	AHA2025 = "aha-2025"
	ESC2024 = "esc-2024"
)

// A Choice is the operator's choice where guidelines differ.
type Choice struct {
	BP       string    // id of the blood-pressure guideline; "" means AHA2025
	Protocol string    // id of the protocol by which a pressure is taken; "" means DefaultProtocol
	Own      *Protocol // the site's own protocol, instead
	// Oximetry is the id of the rule by which an oximeter's value is taken; "" means
	// oximetry.DefaultID. OwnOximetry is the site's own rule, instead.
	Oximetry    string
	OwnOximetry *oximetry.Rule
	Critical    []Limit // the site's own critical limits, besides those of the rules
}

// ErrUnknownRuleSet reports a Choice that names no blood-pressure guideline.
var ErrUnknownRuleSet = errors.New("no such rule set")

// A Set is every rule set that the program carries. It does not change after
// Load.
type Set struct {
	files     []file
	bands     []Band // ascending concern within each part
	protocols []Protocol
}

// Load reads the embedded rule sets. An error means that the program was built
// with rules that are not complete, and nothing may be judged.
func Load() (*Set, error) {
	dir, err := fs.Sub(published, "data")
	if err != nil {
		return nil, fmt.Errorf("opening the guidelines: %w", err)
	}
	set, err := load(dir)
	if err != nil {
		return nil, err
	}
	if dir, err = fs.Sub(procedures, "protocols"); err != nil {
		return nil, fmt.Errorf("opening the protocols: %w", err)
	}
	if set.protocols, err = loadProtocols(dir); err != nil {
		return nil, err
	}
	return set, nil
}

// Bands returns every band with what the kiosk does about it, in ascending
// concern within each part.
func (s *Set) Bands() []Band { return slices.Clone(s.bands) }

// BloodPressure returns the guidelines that Choice.BP may name.
func (s *Set) BloodPressure() []RuleSet {
	var choices []RuleSet
	for i := range s.files {
		if s.files[i].hasScale(vitals.Systolic) {
			choices = append(choices, s.files[i].RuleSet)
		}
	}
	return choices
}

// RuleSets returns all that may judge anything.
func (s *Set) RuleSets() []RuleSet {
	all := make([]RuleSet, len(s.files))
	for i := range s.files {
		all[i] = s.files[i].RuleSet
	}
	return all
}

// Choose returns the rules of one choice.
func (s *Set) Choose(c Choice) (*Rules, error) {
	if c.BP == "" {
		c.BP = AHA2025
	}
	rules := newRules()
	var err error
	if rules.protocol, err = s.protocol(c); err != nil {
		return nil, err
	}
	chosen := false
	var counting []file
	for i := range s.files {
		f := &s.files[i]
		if f.hasScale(vitals.Systolic) {
			if f.ID != c.BP {
				continue
			}
			chosen = true
		}
		rules.add(f, s.bands)
		counting = append(counting, *f)
	}
	if !chosen {
		return nil, fmt.Errorf("choosing blood-pressure guideline %.40q: %w", c.BP, ErrUnknownRuleSet)
	}
	if err := rules.limit(c.Critical); err != nil {
		return nil, err
	}
	if err := rules.checkTotal(); err != nil {
		return nil, err
	}
	if rules.oximetry, err = c.oximetry(); err != nil {
		return nil, err
	}
	rules.version, err = version(c, counting, rules)
	return rules, err
}

// Rules judge readings by one choice of rule sets. They do not change and may
// be used from several goroutines.
type Rules struct {
	sources    []RuleSet
	scales     map[scaleKey][]rung // ascending; the first has no lower bound
	advisories map[scaleKey][]advisory
	alerts     []alert
	protocol   Protocol
	oximetry   oximetry.Rule
	version    string
}

// version names a choice of thresholds: another number, wherever it stands, is
// another version.
func version(c Choice, counting []file, rules *Rules) (string, error) {
	text, err := json.Marshal(struct {
		Files    []file
		Protocol Protocol
		Oximetry oximetry.Rule
		Critical []Limit
	}{counting, rules.protocol, rules.oximetry, c.Critical})
	if err != nil {
		return "", fmt.Errorf("the version of the thresholds: %w", err)
	}
	sum := sha256.Sum256(text)
	return fmt.Sprintf("%s/%X", c.BP, sum[:4]), nil
}

// Version names the thresholds, the protocol and the site's own limits that these
// rules are made of, for papers. The same ones have the same version everywhere.
func (r *Rules) Version() string { return r.version }

// scaleKey finds the scale of a measure in one unit. Blood glucose has a scale
// of its own for some meals; the key without meal is for all others.
type scaleKey struct {
	measure vitals.Measure
	unit    vitals.Unit
	meal    vitals.Meal
}

// A rung is one band of a scale, from its lower edge to the next rung's.
type rung struct {
	lower  edge
	band   *Band
	set    *file
	caveat Caveat
}

// An advisory is a band beside a scale: it counts where it is of greater
// concern than the scale's own band.
type advisory struct {
	rung
	within   limits
	offScale vitals.Comparator
	when     []condition
}

func newRules() *Rules {
	return &Rules{scales: make(map[scaleKey][]rung), advisories: make(map[scaleKey][]advisory)}
}

// add takes over a checked file.
func (r *Rules) add(f *file, bands []Band) {
	r.sources = append(r.sources, f.RuleSet)
	for _, sc := range f.Scales {
		key := scaleKey{sc.Measure, sc.Unit, sc.Meal}
		for _, row := range sc.Rows {
			lower, ok := row.lower()
			if !ok {
				lower = everything
			}
			r.scales[key] = append(r.scales[key], rung{lower, find(bands, row.Band), f, row.Caveat})
		}
	}
	for _, a := range f.Advisories {
		key := scaleKey{measure: a.Measure, unit: a.Unit}
		r.advisories[key] = append(r.advisories[key], advisory{
			rung: rung{band: find(bands, a.Band), set: f}, within: a.limits, offScale: a.OffScale, when: a.When,
		})
	}
	r.alerts = append(r.alerts, f.Alerts...)
}

// Sources returns every rule set in force, for the print and the settings.
func (r *Rules) Sources() []RuleSet { return slices.Clone(r.sources) }

// Protocol returns how a blood pressure is taken and averaged.
func (r *Rules) Protocol() Protocol { return r.protocol }

// Oximetry returns when the value of an oximeter may be taken.
func (r *Rules) Oximetry() oximetry.Rule { return r.oximetry }

// oximetry returns the rule for oximeters of a choice.
func (c Choice) oximetry() (oximetry.Rule, error) {
	if c.OwnOximetry != nil {
		return *c.OwnOximetry, c.OwnOximetry.Check()
	}
	return oximetry.Find(c.Oximetry)
}

// scale returns the rungs for a measure; a meal without a scale of its own is
// judged as a random test.
func (r *Rules) scale(m vitals.Measure, u vitals.Unit, meal vitals.Meal) []rung {
	if rungs, ok := r.scales[scaleKey{m, u, meal}]; ok {
		return rungs
	}
	return r.scales[scaleKey{measure: m, unit: u}]
}

// at returns the rung that p stands on, or nil for an empty scale.
func at(rungs []rung, p edge) *rung {
	for i := len(rungs) - 1; i >= 0; i-- {
		if rungs[i].lower == everything || p.cmp(rungs[i].lower) >= 0 {
			return &rungs[i]
		}
	}
	return nil
}
