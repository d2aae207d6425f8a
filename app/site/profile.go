package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"aidpost/app/hygiene"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/quality"
	"aidpost/reports"
)

// ProfileName is the file in the data folder that says what the place is.
const ProfileName = "site.json"

// A Profile is what the screens and the paper say about the place. A field
// that the file leaves out keeps its default.
type Profile struct {
	Name     string   `json:"name"`
	Location string   `json:"location"` // where in the place the kiosk stands
	Kiosk    string   `json:"kiosk"`    // name of this machine
	Address  []string `json:"address"`  // lines of the letterhead
	Phone    string   `json:"phone"`
	// Emergency is the local emergency number. A kiosk does not open without
	// one, because its most urgent screen names it.
	Emergency string `json:"emergency"`
	// Country, as in ISO 3166-1 ("US"), gives the emergency number of a place that
	// does not say its own.
	Country string `json:"country"`
	// EscalateSeconds are how long after a call for help, unanswered, the next
	// ones are called, in order. Empty: after 60 and 120 seconds.
	EscalateSeconds []int `json:"escalateSeconds"`
	// Alarm is a program with its arguments that tells staff of a call for help: it
	// is run at every change of one. Empty: there is none.
	Alarm []string `json:"alarm"`
	// Unstaffed says that nobody is there to come when help is called, so that the
	// screens name the emergency number alone.
	Unstaffed bool `json:"unstaffed"`
	// ApprovedBy is the clinical lead who approved the guidelines here.
	ApprovedBy string `json:"approvedBy"`
	// ListenOnly names ports, by path or by the cable's serial number, on which
	// nothing is ever sent.
	ListenOnly []string `json:"listenOnly"`
	// Captures is a folder into which everything that crosses a wire is written,
	// to find a fault; relative to the data folder.
	Captures string `json:"captures"`
	// Languages are the tags of the languages that the start screen offers first,
	// in this order: those most used here. The others are a touch away.
	Languages []string `json:"languages"`
	// SwitchSeconds is how long each choice is offered to somebody who works the
	// kiosk with one switch, wired as the space key. Zero: there is no switch.
	SwitchSeconds float64 `json:"switchSeconds"`
	// Quality switches quality control on, panel by panel.
	Quality []quality.Plan `json:"quality"`
	// Refuse are models of instruments that may not be used here.
	Refuse []string `json:"refuse"`
	// Sharing are the meters that the site lends though they are made for one person.
	Sharing Sharing `json:"sharing"`
	// Cleaning says how instruments are cleaned between two people. The next one
	// waits for it.
	Cleaning []hygiene.Rule `json:"cleaning"`
	// KeepDays is how long visits are kept. Zero: until somebody erases them.
	KeepDays int `json:"keepDays"`
	// Protocol is how a blood pressure is taken and averaged: the id of a protocol
	// that the program carries, or a file of the data folder that ends in .json.
	Protocol string `json:"protocol"`
	// Printers are the queue and the paper for each kind of report; that of
	// "default" is for the others.
	Printers map[string]Printer `json:"printers"`
	// Issuer is the address on the web under which the site gives out the public
	// keys that check its papers, at .well-known/jwks.json. Empty: it does not.
	Issuer string `json:"issuer"`
	// Costs are what the site pays, for the report on its activity.
	Costs reports.Prices `json:"costs"`

	own  *guideline.Protocol // from that file
	zone *time.Location      // of the place; nil means UTC
}

// A Printer is where a kind of report is printed.
type Printer struct {
	Queue string `json:"queue"` // of CUPS; empty: its default
	Paper string `json:"paper"` // a4, letter or receipt; empty: a4
}

// PrinterFor returns where a kind of report is printed.
func (p Profile) PrinterFor(kind string) (queue string, on reports.Paper) {
	where, ok := p.Printers[kind]
	if !ok {
		where = p.Printers["default"]
	}
	on, _ = reports.ParsePaper(where.Paper) // checked when the profile was read
	return where.Queue, on
}

// ErrPrinters reports a profile with a printer that nothing can be printed on.
var ErrPrinters = errors.New("the printers cannot be used")

// checkPrinters names the first that is wrong.
func checkPrinters(all map[string]Printer) error {
	for kind, where := range all {
		if _, ok := reports.ParsePaper(where.Paper); !ok {
			return fmt.Errorf("%w: %.40q is no paper", ErrPrinters, where.Paper)
		}
		if kind != "default" && !reports.IsKind(kind) {
			return fmt.Errorf("%w: there is no report %.40q", ErrPrinters, kind)
		}
	}
	return nil
}

// DefaultProfile is a place that has not said anything of itself. 112 is the
// emergency number of most countries; the others must set theirs.
func DefaultProfile() Profile {
	return Profile{Name: "Aidpost", Location: "Kiosk", Kiosk: "kiosk-1", Emergency: "112"}
}

// ErrNoEmergency reports a profile that takes the emergency number away.
var ErrNoEmergency = errors.New("the site has no emergency number")

// ErrIssuer reports a profile with an issuer that no phone can ask.
var ErrIssuer = errors.New("the issuer is no address that begins with https://")

// ErrKeepDays reports a profile with a retention that is no number of days.
var ErrKeepDays = errors.New("keepDays is below zero")

// LoadProfile reads the profile in a data folder; without a file it is the
// default one. What the operator last asked makes it stricter.
func LoadProfile(folder string) (Profile, error) {
	p, err := readProfile(folder)
	if err != nil {
		return p, err
	}
	orders, err := loadOrders(folder)
	return p.ordered(orders), err
}

func readProfile(folder string) (Profile, error) {
	p := DefaultProfile()
	text, err := os.ReadFile(filepath.Join(folder, ProfileName))
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return p, fmt.Errorf("reading the site's profile: %w", err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return p, fmt.Errorf("reading the site's profile %s: %w", ProfileName, err)
	}
	if err := p.emergencyOf(text); err != nil {
		return p, fmt.Errorf("%s: %w", ProfileName, err)
	}
	if _, err := p.Waits(); err != nil {
		return p, fmt.Errorf("%s: %w", ProfileName, err)
	}
	if strings.TrimSpace(p.Emergency) == "" {
		return p, fmt.Errorf("%s: %w", ProfileName, ErrNoEmergency)
	}
	if err := checkPlans(p.Quality); err != nil {
		return p, fmt.Errorf("reading the site's profile %s: %w", ProfileName, err)
	}
	if err := p.checkMeant(); err != nil {
		return p, fmt.Errorf("reading the site's profile %s: %w", ProfileName, err)
	}
	if p.Issuer != "" && !strings.HasPrefix(p.Issuer, "https://") {
		return p, fmt.Errorf("%s: %w", ProfileName, ErrIssuer)
	}
	if err := checkPrinters(p.Printers); err != nil {
		return p, fmt.Errorf("reading the site's profile %s: %w", ProfileName, err)
	}
	if err := p.Costs.Check(); err != nil {
		return p, fmt.Errorf("reading the site's profile %s: %w", ProfileName, err)
	}
	if p.KeepDays < 0 {
		return p, fmt.Errorf("%s: %w", ProfileName, ErrKeepDays)
	}
	if p.own, err = ownProtocol(folder, p.Protocol); err != nil {
		return p, fmt.Errorf("reading the site's profile %s: %w", ProfileName, err)
	}
	if _, err := Rules(p.Choice("")); err != nil {
		return p, fmt.Errorf("reading the site's profile %s: %w", ProfileName, err)
	}
	return p, nil
}

// ownProtocol reads the site's own protocol for blood pressure, if the profile
// names a file.
func ownProtocol(folder, name string) (*guideline.Protocol, error) {
	if !strings.HasSuffix(name, ".json") {
		return nil, nil
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(folder, name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the site's protocol: %w", err)
	}
	own, err := guideline.ParseProtocol(text)
	return &own, err
}

// Choice returns what the site chose where guidelines differ, with the
// blood-pressure guideline of an id.
func (p Profile) Choice(id string) guideline.Choice {
	c := guideline.Choice{BP: id, Own: p.own}
	if p.own == nil {
		c.Protocol = p.Protocol
	}
	return c
}

// Fill adds to c, which comes from flags, what the profile says of the place and
// its ports. A flag wins where there can be only one.
func (p Profile) Fill(c *Config) {
	c.Place, c.KeepDays, c.profile = p.Place(), p.KeepDays, p.In(c.Zone)
	c.ListenOnly = append(c.ListenOnly, p.ListenOnly...)
	if c.Captures == "" && p.Captures != "" {
		c.Captures = p.Captures
		if !filepath.IsAbs(c.Captures) {
			c.Captures = filepath.Join(c.Data, c.Captures)
		}
	}
}

// In returns the profile of a place in a zone, by whose clock shifts begin.
func (p Profile) In(zone *time.Location) Profile {
	p.zone = zone
	return p
}

// Place returns the profile as an encounter notes it.
func (p Profile) Place() records.Place {
	return records.Place{Organization: p.Name, Location: p.Location, Kiosk: p.Kiosk}
}
