package guideline

import (
	"fmt"
	"io/fs"
	"slices"

	"aidpost/records/rules"
	"aidpost/records/vitals"
)

// A file is one rule set as it is written under data. Rows carry the bounds as
// they were published; sources say where.
type file struct {
	RuleSet
	Applies    *audience     `json:"applies,omitempty"`
	Scales     []scale       `json:"scales,omitempty"`
	Advisories []advisoryRow `json:"advisories,omitempty"`
	Alerts     []alert       `json:"alerts,omitempty"`
	Bands      []Band        `json:"bands,omitempty"` // ascending concern within each part
}

// An audience is whom a rule set was published for.
type audience struct {
	FromAge  int  `json:"fromAge"` // completed years
	Pregnant bool `json:"pregnant,omitempty"`
}

// A scale divides every value of a measure in one unit into bands.
type scale struct {
	Measure vitals.Measure `json:"measure"`
	Unit    vitals.Unit    `json:"unit"`
	Step    vitals.Decimal `json:"step"`           // of the published numbers
	Meal    vitals.Meal    `json:"meal,omitempty"` // none: every meal without its own scale
	Rows    []bandRow      `json:"rows"`           // ascending values
}

type bandRow struct {
	Band string `json:"band"`
	limits
	Caveat Caveat `json:"caveat,omitempty"`
	Source string `json:"source"`
}

type advisoryRow struct {
	Band    string         `json:"band"`
	Measure vitals.Measure `json:"measure"`
	Unit    vitals.Unit    `json:"unit"`
	limits
	OffScale vitals.Comparator `json:"offScale,omitempty"` // LO or HI, whatever the meter's limit
	When     []condition       `json:"when,omitempty"`     // any of them; none: always
	Source   string            `json:"source"`
}

// An alert is a critical limit: it raises a reading to its tier in every
// guideline, without another band.
type alert struct {
	Measure vitals.Measure `json:"measure"`
	Unit    vitals.Unit    `json:"unit"`
	limits
	Severity       Severity       `json:"severity"`
	Interpretation Interpretation `json:"interpretation"`
	Tier           Tier           `json:"tier"`
	Source         string         `json:"source"`
}

// A condition narrows an advisory to some people.
type condition string

const (
	knownDiabetes condition = "diabetes"
	feelsUnwell   condition = "unwell"
)

func (c condition) holds(who Subject) bool {
	switch c {
	case knownDiabetes:
		return who.Diabetes
	case feelsUnwell:
		return who.Unwell
	}
	return false
}

func (f *file) hasScale(m vitals.Measure) bool {
	return slices.ContainsFunc(f.Scales, func(s scale) bool { return s.Measure == m })
}

// load reads and checks every rule set of a directory.
func load(dir fs.FS) (*Set, error) {
	files, err := rules.Load(dir, "*.json", decode)
	if err != nil {
		return nil, err
	}
	set := &Set{files: files}
	for _, f := range files {
		set.bands = append(set.bands, f.Bands...)
	}
	for i := range set.bands {
		set.bands[i].rank = i
	}
	if err := set.check(); err != nil {
		return nil, fmt.Errorf("checking the guidelines: %w", err)
	}
	return set, nil
}

func decode(text []byte) (file, error) {
	var f file
	return f, rules.Decode(text, &f)
}
