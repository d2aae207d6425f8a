package guideline

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"aidpost/records/rules"
	"aidpost/records/vitals"
)

//go:embed protocols/*.json
var procedures embed.FS

// DefaultProtocol is the id of the protocol of a site that has not chosen one.
const DefaultProtocol = ESC2024

// ErrUnknownProtocol reports a choice that names no protocol.
var ErrUnknownProtocol = errors.New("no such protocol")

// Protocols returns the protocols that the program carries, by id.
func (s *Set) Protocols() []Protocol { return slices.Clone(s.protocols) }

// loadProtocols reads every protocol of a directory, in the order of their files.
func loadProtocols(dir fs.FS) ([]Protocol, error) {
	all, err := rules.Load(dir, "*.json", ParseProtocol)
	if err != nil {
		return nil, err
	}
	for i, p := range all {
		if slices.ContainsFunc(all[:i], func(other Protocol) bool { return other.ID == p.ID }) {
			return nil, faulty("protocol %s is given twice", p.ID)
		}
	}
	return all, nil
}

// protocol returns the protocol of a choice.
func (s *Set) protocol(c Choice) (Protocol, error) {
	if c.Own != nil {
		return *c.Own, c.Own.check()
	}
	id := c.Protocol
	if id == "" {
		id = DefaultProtocol
	}
	for _, p := range s.protocols {
		if p.ID == id {
			return p, nil
		}
	}
	return Protocol{}, fmt.Errorf("choosing blood-pressure protocol %.40q: %w", id, ErrUnknownProtocol)
}

// ParseProtocol reads and checks one protocol, as the files under protocols have it.
func ParseProtocol(text []byte) (Protocol, error) {
	var p Protocol
	if err := rules.Decode(text, &p); err != nil {
		return Protocol{}, fmt.Errorf("reading a protocol: %w", err)
	}
	if err := p.check(); err != nil {
		return Protocol{}, err
	}
	return p, nil
}

// The most that a person can be asked to bear.
const (
	longestRest    = 30 * time.Minute
	longestPause   = 15 * time.Minute
	mostInflations = 10
)

// check refuses a protocol that would never end, never average, or squeeze an
// arm without a pause.
func (p Protocol) check() error {
	_, _, pressure := vitals.PlausibleRange(vitals.Systolic, p.SpreadLimit.Unit)
	zero := vitals.Int(0)
	switch {
	case p.ID == "" || p.Title == "" || p.Source == "":
		return faulty("a blood-pressure protocol does not say what it is and where it comes from")
	case p.Rest < 0 || p.Rest > longestRest, p.Interval < time.Second || p.Interval > longestPause:
		return faulty("protocol %s has an impossible rest or interval", p.ID)
	case p.Readings < 1 || p.UseLast < 1 || p.UseLast > p.Readings,
		p.MaxInflations < p.Readings || p.MaxInflations > mostInflations,
		p.DiscardFirst && p.Readings < 2:
		return faulty("protocol %s has impossible numbers of readings", p.ID)
	case !pressure, p.SpreadLimit.Value.Cmp(zero) <= 0, p.SpreadLimit.Comparator != vitals.Exactly:
		return faulty("protocol %s has no spread limit", p.ID)
	case (p.EnoughBelow != Pressure{}) && (p.EnoughBelow.Diastolic.Cmp(zero) <= 0 || p.EnoughBelow.Systolic.Cmp(p.EnoughBelow.Diastolic) <= 0):
		return faulty("protocol %s has an impossible pressure that is enough", p.ID)
	}
	return nil
}

// protocolText is the form of a Protocol in the files.
type protocolText struct {
	ID            string          `json:"id"`
	Title         string          `json:"title"`
	Rest          string          `json:"rest"`
	Readings      int             `json:"readings"`
	Interval      string          `json:"interval"`
	MaxInflations int             `json:"maxInflations"`
	UseLast       int             `json:"useLast"`
	DiscardFirst  bool            `json:"discardFirst,omitempty"`
	SpreadLimit   vitals.Quantity `json:"spreadLimit"`
	EnoughBelow   *Pressure       `json:"enoughBelow,omitempty"`
	BothArms      bool            `json:"bothArms"`
	Source        string          `json:"source"`
}

// MarshalJSON writes the protocol as the files have it.
func (p Protocol) MarshalJSON() ([]byte, error) {
	text := protocolText{
		ID: p.ID, Title: p.Title, Rest: p.Rest.String(), Readings: p.Readings, Interval: p.Interval.String(),
		MaxInflations: p.MaxInflations, UseLast: p.UseLast, DiscardFirst: p.DiscardFirst,
		SpreadLimit: p.SpreadLimit, BothArms: p.BothArms, Source: p.Source,
	}
	if p.EnoughBelow != (Pressure{}) {
		text.EnoughBelow = &p.EnoughBelow
	}
	return json.Marshal(text)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (p *Protocol) UnmarshalJSON(data []byte) error {
	var text protocolText
	if err := rules.Decode(data, &text); err != nil {
		return err
	}
	rest, err := time.ParseDuration(text.Rest)
	if err != nil {
		return fmt.Errorf("reading the rest: %w", err)
	}
	interval, err := time.ParseDuration(text.Interval)
	if err != nil {
		return fmt.Errorf("reading the interval: %w", err)
	}
	*p = Protocol{
		ID: text.ID, Title: text.Title, Rest: rest, Readings: text.Readings, Interval: interval,
		MaxInflations: text.MaxInflations, UseLast: text.UseLast, DiscardFirst: text.DiscardFirst,
		SpreadLimit: text.SpreadLimit, BothArms: text.BothArms, Source: text.Source,
	}
	if text.EnoughBelow != nil {
		p.EnoughBelow = *text.EnoughBelow
	}
	return nil
}
