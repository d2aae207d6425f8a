// Package intended knows what instruments are meant for: who may share a meter by
// what its maker says, which arms a cuff is made for, whether it was validated, on
// whom, and who says so.
// From that it judges whether an instrument suits a person.
//
// The table in labels.json holds what public sources said when they were looked
// up, and no more; what nobody was found to say stands there as such. It is no
// list of approvals, and absence from it proves nothing about an instrument.
package intended

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
)

// LookedUp is when the sources were last searched.
const LookedUp = "2026-11"

//go:embed labels.json
var table embed.FS

// A Sharing is what the maker of a meter that takes blood says of using it for
// more than one person. FDA and CDC ask that a meter not labelled for it is not
// shared (FDA, "Use of Fingerstick Devices on More than One Person Poses Risk for
// Transmitting Bloodborne Pathogens", 2010).
type Sharing string

// What makers say. Empty: the instrument takes no blood, and nothing is asked.
const (
	Several Sharing = "several" // made for one person after the other
	One     Sharing = "one"     // for one person alone
	Unsaid  Sharing = "unsaid"  // at home and in clinics, and nothing of sharing
	Unknown Sharing = "unknown" // no public source was found
)

// A Status says how well the accuracy of a cuff is published.
type Status string

// The statuses.
const (
	Published Status = "published"  // a study of this model, or of one the driver's model stands for
	Sibling   Status = "sibling"    // of another model of the same maker alone
	Claimed   Status = "claimed"    // the maker says so; no study was found
	NoneFound Status = "none-found" // nothing
)

// A Group is a group of people that a study was of.
type Group string

// The groups, as ISO 81060-2 has them: its general one is of people above twelve.
const (
	Adults    Group = "adults"
	Children  Group = "children" // of three to twelve years
	Pregnancy Group = "pregnancy"
)

// ageOfAdults is from when on a person belongs to the general group.
const ageOfAdults = 13

// A Cuff is what the maker prints on a cuff.
type Cuff struct {
	Arm    Range  `json:"arm"`
	Source string `json:"source"`
}

// A Validation is what is published of a cuff's accuracy.
type Validation struct {
	Status   Status  `json:"status"`
	Of       string  `json:"of,omitempty"`       // the very model that was studied
	Protocol string  `json:"protocol,omitempty"` // by which
	Groups   []Group `json:"groups,omitempty"`   // on whom
	Arm      Range   `json:"arm,omitzero"`       // of those who were studied
	Source   string  `json:"source,omitempty"`   // citation
}

// A Label is what an instrument is meant for.
type Label struct {
	Model   string `json:"model"` // id of the driver's model
	Sharing struct {
		By     Sharing `json:"by"`
		Source string  `json:"source,omitempty"`
	} `json:"sharing,omitzero"`
	// Validation is nil for what has no cuff.
	Validation *Validation `json:"validation,omitempty"`
	// Cuff is nil where it is not known, or where cuffs of several sizes are made
	// for the instrument.
	Cuff *Cuff `json:"cuff,omitempty"`
}

// Labels are the labels by model. They do not change after Load.
type Labels struct{ by map[string]Label }

// Load reads the embedded table.
func Load() (*Labels, error) {
	text, err := table.ReadFile("labels.json")
	if err != nil {
		return nil, fmt.Errorf("opening the table of what instruments are meant for: %w", err)
	}
	return parse(text)
}

func parse(text []byte) (*Labels, error) {
	var rows []Label
	if err := json.Unmarshal(text, &rows); err != nil {
		return nil, fmt.Errorf("reading the table of what instruments are meant for: %w", err)
	}
	l := &Labels{by: make(map[string]Label, len(rows))}
	for _, row := range rows {
		if _, twice := l.by[row.Model]; twice || !row.sound() {
			return nil, fmt.Errorf("reading the table of what instruments are meant for: the row of %.40q cannot be", row.Model)
		}
		l.by[row.Model] = row
	}
	return l, nil
}

// sound reports whether whatever is claimed has a source.
func (l Label) sound() bool {
	v := l.Validation
	if l.Model == "" || (v == nil) == (l.Sharing.By == "") {
		return false
	}
	if c := l.Cuff; c != nil && (v == nil || c.Source == "" || !c.Arm.Sound()) {
		return false
	}
	if v == nil {
		known := slices.Contains([]Sharing{Several, One, Unsaid, Unknown}, l.Sharing.By)
		return known && (l.Sharing.By == Unknown) == (l.Sharing.Source == "")
	}
	if v.Arm.From > v.Arm.To || v.Arm.From < 0 {
		return false
	}
	switch v.Status {
	case NoneFound:
		return v.Of == "" && v.Source == "" && len(v.Groups) == 0
	case Published, Sibling, Claimed:
		return v.Of != "" && v.Source != "" && v.Protocol != ""
	}
	return false
}

// Of returns the label of a model; that of one that is not in the table says
// nothing.
func (l *Labels) Of(model string) Label {
	if found, ok := l.by[model]; ok {
		return found
	}
	return Label{Model: model}
}
