package guideline

import (
	"fmt"
	"strings"
)

// A Severity is the look of a judgement: one colour and one shape.
type Severity uint8

// The severities. Unjudged has no colour: there is no band to show.
const (
	Unjudged Severity = iota
	Usual
	Watch
	High
	Low
	Urgent
)

var severityNames = [...]string{"none", "usual", "watch", "high", "low", "urgent"}

// String returns the severity's name in the data files.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("severity %d", uint8(s))
}

// MarshalText writes the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, name := range severityNames {
		if name == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("%.40q is not a severity", text)
}

// An Interpretation is a code of HL7's v3-ObservationInterpretation.
type Interpretation string

// The interpretations. NotInterpreted goes with a number that has no band.
const (
	NotInterpreted Interpretation = ""
	Normal         Interpretation = "N"
	HighValue      Interpretation = "H"
	LowValue       Interpretation = "L"
	CriticalHigh   Interpretation = "HH"
	CriticalLow    Interpretation = "LL"
)

func (i Interpretation) known() bool {
	switch i {
	case NotInterpreted, Normal, HighValue, LowValue, CriticalHigh, CriticalLow:
		return true
	}
	return false
}

// A Tier says how soon somebody should act. The highest tier of a visit decides
// its last screen.
type Tier uint8

// The tiers. NoAction also goes with a number that has no band, so it alone
// does not mean that a value is usual.
const (
	NoAction     Tier = iota // keep the reading
	CheckAgain               // outside the usual range: check on another day
	ContactSoon              // contact care within days
	ContactToday             // contact care today
	Emergency                // ask for symptoms, call for help
)

// Escalate returns the tier once the symptom question has an answer. Symptoms
// beat numbers: with any of them even a usual value is an emergency.
func (t Tier) Escalate(symptoms bool) Tier {
	if symptoms {
		return Emergency
	}
	return t
}

// A Band is a named range of values and what the kiosk does about it. Words for
// it are in the message catalogue, by its id.
type Band struct {
	ID             string         `json:"id"` // "bp.stage1"
	Severity       Severity       `json:"severity"`
	Interpretation Interpretation `json:"interpretation,omitempty"`
	Tier           Tier           `json:"tier"` // once confirmed, without symptoms
	Source         string         `json:"source"`

	rank int // greater concern, greater rank; comparable within one part
}

// Part returns what the band judges, or "" when its id names no part.
func (b Band) Part() Part {
	prefix, _, _ := strings.Cut(b.ID, ".")
	for i := range parts {
		if parts[i].prefix == prefix {
			return parts[i].id
		}
	}
	return ""
}

func find(bands []Band, id string) *Band {
	for i := range bands {
		if bands[i].ID == id {
			return &bands[i]
		}
	}
	return nil
}
