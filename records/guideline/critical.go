package guideline

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"

	"aidpost/records/vitals"
)

//go:embed limits/limits.json
var bounds []byte

// A Side is the end of a scale that a limit stands at.
type Side string

// The sides. A high limit is passed at its value and above, a low one at its
// value and below.
const (
	HighSide Side = "high"
	LowSide  Side = "low"
)

// A Limit is a site's own critical value. It makes the rules stricter: what
// passes it is to be acted on today, whatever the guideline says, and what was
// critical without it still is.
type Limit struct {
	Measure vitals.Measure `json:"measure"`
	Unit    vitals.Unit    `json:"unit"`
	Side    Side           `json:"side"`
	At      vitals.Decimal `json:"at"`
}

// A Bound is where a site may put a limit of its own, both ends included.
type Bound struct {
	Measure vitals.Measure `json:"measure"`
	Unit    vitals.Unit    `json:"unit"`
	Side    Side           `json:"side"`
	Least   vitals.Decimal `json:"least"`
	Most    vitals.Decimal `json:"most"`
	Source  string         `json:"source"`
}

// ErrLimit reports a limit that no site may set.
var ErrLimit = errors.New("a critical limit is out of bounds")

// Bounds lists the limits that a site may set. An error means that the program
// was built with bounds that cannot be read.
func Bounds() ([]Bound, error) {
	var all []Bound
	if err := json.Unmarshal(bounds, &all); err != nil {
		return nil, fmt.Errorf("reading the bounds of critical limits: %w", err)
	}
	return all, nil
}

// BoundOf returns where a limit may stand; false if there may be none.
func BoundOf(all []Bound, l Limit) (Bound, bool) {
	for _, b := range all {
		if b.Measure == l.Measure && b.Unit == l.Unit && b.Side == l.Side {
			return b, true
		}
	}
	return Bound{}, false
}

// CheckLimits names the first limit that may not be set, by its place in the
// list; -1 if all may.
func CheckLimits(limits []Limit) (at int, err error) {
	all, err := Bounds()
	if err != nil {
		return 0, err
	}
	type place struct {
		measure vitals.Measure
		unit    vitals.Unit
		side    Side
	}
	seen := map[place]bool{}
	for i, l := range limits {
		b, ok := BoundOf(all, l)
		key := place{l.Measure, l.Unit, l.Side}
		switch {
		case !ok:
			return i, fmt.Errorf("%w: there is none for %s in %s, %s", ErrLimit, l.Measure, l.Unit, l.Side)
		case l.At.Cmp(b.Least) < 0, l.At.Cmp(b.Most) > 0:
			return i, fmt.Errorf("%w: %s %s must be from %s to %s %s", ErrLimit, l.Measure, l.Side, b.Least, b.Most, b.Unit)
		case seen[key]:
			return i, fmt.Errorf("%w: %s %s is given twice", ErrLimit, l.Measure, l.Side)
		}
		seen[key] = true
	}
	return -1, nil
}

// limit adds a site's own limits to the rules.
func (r *Rules) limit(limits []Limit) error {
	if _, err := CheckLimits(limits); err != nil {
		return err
	}
	for _, l := range limits {
		at := l.At
		a := alert{Measure: l.Measure, Unit: l.Unit, Severity: Urgent, Tier: ContactToday, Source: "limit of this site"}
		if a.From, a.Interpretation = &at, CriticalHigh; l.Side == LowSide {
			a.From, a.To, a.Interpretation = nil, &at, CriticalLow
		}
		r.alerts = append(r.alerts, a)
	}
	return nil
}
