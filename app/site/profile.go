package site

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"aidpost/app/hygiene"
	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/guideline"
	"aidpost/records/oximetry"
	"aidpost/records/phone"
	"aidpost/records/quality"
	"aidpost/records/vitals"
	"aidpost/reports"
)

// ProfileName is the file in the data folder with the settings of the place. It
// may be copied to any number of kiosks: what is of one machine alone stands in
// MachineName, and no secret stands in either.
const ProfileName = "site.json"

// SettingsVersion is that of the settings file's form.
const SettingsVersion = 1

// A Profile is the settings of a place, as they stand in its file. A field that
// the file leaves out keeps its default. Fields says more of each.
type Profile struct {
	Version  int      `json:"version"`  // SettingsVersion, or nothing said
	Name     string   `json:"name"`     // of the place
	Location string   `json:"location"` // where in the place the kiosk stands
	Kiosk    string   `json:"kiosk"`    // name of this machine
	Queue    string   `json:"queue"`    // stands before the numbers that it gives
	Address  []string `json:"address"`  // lines of the letterhead
	Phone    string   `json:"phone"`
	Logo     []byte   `json:"logo"` // PNG or JPEG, Base64 in the file
	// Emergency is the local emergency number. A kiosk does not open without
	// one, because its most urgent screen names it.
	Emergency string `json:"emergency"`
	// Country, as in ISO 3166-1 ("US"), gives the emergency number and the
	// guideline of a place that does not say its own.
	Country string `json:"country"`
	// EscalateSeconds are how long after a call for help, unanswered, the next
	// ones are called, in order. Empty: after 30, 60 and 120 seconds.
	EscalateSeconds []int `json:"escalateSeconds"`
	// Alarm is a program with its arguments that tells staff of a call for help: it
	// is run when one is new, goes up, is answered or is over. Empty: there is none.
	Alarm []string `json:"alarm"`
	// AlarmVolume is how loud the staff's window sounds an alarm, from 20 to 100.
	// What nobody has answered in time is as loud as the computer can be.
	AlarmVolume int `json:"alarmVolume"`
	// CallWhenSilent are the panels of which staff are called when their instrument
	// falls silent while it measures somebody. Not said: of blood pressure, since a
	// cuff may be tight.
	CallWhenSilent []vitals.Panel `json:"callWhenSilent"`
	// Unstaffed says that nobody is there to come when help is called, so that the
	// screens name the emergency number alone.
	Unstaffed bool `json:"unstaffed"`

	// Guideline judges blood pressures, by its id. Empty: that of the country.
	Guideline string `json:"guideline"`
	// Critical are limits of the place's own, besides those of the rules.
	Critical []guideline.Limit `json:"critical"`
	// ApprovedBy is the clinical lead who approved the guidelines here.
	ApprovedBy string `json:"approvedBy"`
	// Protocol is how a blood pressure is taken and averaged: the id of a protocol
	// that the program carries, or a file of the data folder that ends in .json.
	Protocol string `json:"protocol"`
	// Oximetry is when the value of an oximeter is taken: the id of a rule that the
	// program carries, or a file of the data folder that ends in .json.
	Oximetry string `json:"oximetry"`

	// Languages are the tags of the languages that the start screen offers first,
	// in this order: those most used here.
	Languages []string `json:"languages"`
	// OnlyLanguages says that no others are offered; else they are a touch away.
	OnlyLanguages bool `json:"onlyLanguages"`
	// Language is that of the start screen. Empty: that of the system.
	Language string `json:"language"`
	// Units are those in which values are typed first.
	Units []vitals.Unit `json:"units"`

	// Printers are the queue and the paper for each kind of report; that of
	// "default" is for the others.
	Printers map[string]Printer `json:"printers"`
	// Issuer is the address on the web under which the site gives out the public
	// keys that check its papers, at .well-known/jwks.json. Empty: it does not.
	Issuer string `json:"issuer"`
	// Costs are what the site pays, for the report on its activity.
	Costs reports.Prices `json:"costs"`

	// KeepDays is how long visits are kept. Zero: until somebody erases them.
	KeepDays int     `json:"keepDays"`
	Keep     Keeping `json:"keep"` // how long other things are
	Screen   Screen  `json:"screen"`
	// SwitchSeconds is how long each choice is offered to somebody who works the
	// kiosk with one switch, wired as the space key. Zero: there is no switch.
	SwitchSeconds float64 `json:"switchSeconds"`
	// Keypad are the keys of a person who does not look at the screen.
	Keypad Keypad `json:"keypad"`
	// StillPictures keeps the drawings from moving.
	StillPictures bool `json:"stillPictures"`

	// ListenOnly names ports, by path or by the cable's serial number, on which
	// nothing is ever sent.
	ListenOnly []string `json:"listenOnly"`
	// Captures is a folder into which everything that crosses a wire is written,
	// to find a fault; relative to the data folder.
	Captures string `json:"captures"`
	// Refuse are models of instruments that may not be used here.
	Refuse []string `json:"refuse"`
	// Quality switches quality control on, panel by panel.
	Quality []quality.Plan `json:"quality"`
	// Sharing are the meters that the site lends though they are made for one person.
	Sharing Sharing `json:"sharing"`
	// Cuffs say for which arms the cuffs are made that are on instruments here.
	Cuffs []CuffSize `json:"cuffs"`
	// Cleaning says how instruments are cleaned between two people. The next one
	// waits for it.
	Cleaning []hygiene.Rule `json:"cleaning"`
	// Sync says to which server records are sent. Nil: to none.
	Sync *SyncSettings `json:"sync"`

	own         *guideline.Protocol // from that file
	ownOximetry *oximetry.Rule      // likewise
	zone        *time.Location      // of the place; nil means UTC
}

// Keeping is how long what lies beside the records is kept.
type Keeping struct {
	BackupDays  int `json:"backupDays"`  // one backup of each of so many days
	BackupWeeks int `json:"backupWeeks"` // and one of each of so many weeks
	SummaryDays int `json:"summaryDays"` // summaries that were saved as a file; 0: for good
	AsideDays   int `json:"asideDays"`   // databases that a restore set aside, and copies from before an upgrade; 0: for good
	CaptureDays int `json:"captureDays"` // files of captures; 0: for good
}

// A Screen is how the patients' screen behaves towards everybody.
type Screen struct {
	AskSeconds   int  `json:"askSeconds"`   // untouched, before it asks whether somebody is there
	EndSeconds   int  `json:"endSeconds"`   // from then until the visit ends
	CoverSeconds int  `json:"coverSeconds"` // until an urgent result that nobody touches is covered
	Covered      bool `json:"covered"`      // results are covered until they are touched
	Silent       bool `json:"silent"`       // nothing is read aloud
	Volume       int  `json:"volume"`       // of the voice, 20 to 100
	Shared       bool `json:"shared"`       // staff have no other: they come to it by a hidden gesture
}

// MachineID is the id that this kiosk has in the records that leave it.
func (p Profile) MachineID() records.ID {
	return fhir.Operator{Base: p.Base()}.KioskID(p.Place())
}

// Base is the operator's URI in the records that leave this kiosk; empty if none was
// named.
func (p Profile) Base() string {
	if p.Sync == nil {
		return ""
	}
	return p.Sync.Base
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

// DefaultProfile is a place that has not said anything of itself. 112 is the
// emergency number of most countries; the others must set theirs.
func DefaultProfile() Profile {
	kept := DefaultRetention()
	return Profile{
		Version: SettingsVersion, Name: "Aidpost", Location: "Kiosk", Kiosk: "kiosk-1", Emergency: "112", AlarmVolume: 70,
		Keep:   Keeping{BackupDays: kept.Days, BackupWeeks: kept.Weeks, SummaryDays: 30, AsideDays: 90},
		Screen: Screen{AskSeconds: 60, EndSeconds: 30, CoverSeconds: 60, Volume: 60},
	}
}

// ErrNoEmergency reports a profile that takes the emergency number away.
var ErrNoEmergency = errors.New("the site has no emergency number")

// Phones is how people write phone numbers in the country, if that was said.
func (p Profile) Phones() phone.Plan {
	plan, _ := phone.PlanOf(p.Country)
	return plan
}

// ErrIssuer reports a profile with an issuer that no phone can ask.
var ErrIssuer = errors.New("the issuer is no address that begins with https://")

// ErrKeepDays reports a profile with a retention that is no number of days.
var ErrKeepDays = errors.New("keepDays is below zero")

// LoadProfile reads the settings in a data folder; without a file they are the
// default ones. What is of this machine alone is added, and what the operator
// last asked makes them stricter.
func LoadProfile(folder string) (Profile, error) {
	p, err := readProfile(folder)
	if err != nil {
		return p, err
	}
	m, err := LoadMachine(folder)
	if err != nil {
		return p, err
	}
	p = p.on(m)
	orders, err := loadOrders(folder)
	return p.ordered(orders), err
}

func readProfile(folder string) (Profile, error) {
	text, err := readSettings(folder)
	if err != nil || text == nil {
		return DefaultProfile(), err
	}
	p, err := ParseProfile(folder, text)
	if p.Kiosk == "" {
		p.Kiosk = host()
	}
	return p, err
}

// readSettings returns what is in the settings file; nil if there is none.
func readSettings(folder string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(folder, ProfileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	return text, nil
}

// ownFile reads what the site has written for itself in the place of what the
// program carries, if the profile names a file.
func ownFile[T any](folder, name string, parse func([]byte) (T, error)) (*T, error) {
	if !strings.HasSuffix(name, ".json") {
		return nil, nil
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(folder, name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading what the site has written itself: %w", err)
	}
	own, err := parse(text)
	return &own, err
}

// GuidelineID is the guideline that judges blood pressures here: that of
// Europe's cardiologists in their countries, else the American one.
func (p Profile) GuidelineID() string {
	switch {
	case p.Guideline != "":
		return p.Guideline
	case european[strings.ToUpper(p.Country)]:
		return guideline.ESC2024
	}
	return guideline.AHA2025
}

// Choice returns what the site chose where guidelines differ. An id of a
// guideline for blood pressure wins over the site's.
func (p Profile) Choice(id string) guideline.Choice {
	if id == "" {
		id = p.GuidelineID()
	}
	c := guideline.Choice{BP: id, Own: p.own, Critical: p.Critical}
	if p.own == nil {
		c.Protocol = p.Protocol
	}
	if c.OwnOximetry = p.ownOximetry; c.OwnOximetry == nil {
		c.Oximetry = p.Oximetry
	}
	return c
}

// Fill adds to c, which comes from flags, what the profile says of the place and
// its ports. A flag wins where there can be only one.
func (p Profile) Fill(c *Config) {
	c.Place, c.profile = p.Place(), p.In(c.Zone)
	c.ListenOnly = append(c.ListenOnly, p.ListenOnly...)
	if p.Language != "" && !c.LanguageNamed {
		c.Language = p.Language
	}
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
	return records.Place{Organization: p.Name, Location: p.Location, Kiosk: p.Kiosk, Queue: p.Queue}
}
