package records

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"aidpost/records/vitals"
)

// An ID names one record for ever, on this kiosk and on every server. It is a
// random UUID in its usual text form and becomes the FHIR id.
//
// The observations of a visit may begin like the visit's own ID, see [ID.Part].
type ID string

// NewID makes an ID.
func NewID() ID { return ID(uuid.NewString()) }

// Part makes the ID of something that is kept with what id names. It begins as that
// does and is random from there on (74 bits; RFC 9562 calls this version 8): what is saved
// together is then found close together, and not on as many pages as it has parts.
func (id ID) Part() ID {
	part := uuid.New()
	copy(part[:6], id.bytes())
	part[6] = part[6]&0x0f | 0x80
	return ID(part.String())
}

// bytes returns the ID as columns have it; the zero UUID for what is none.
func (id ID) bytes() []byte {
	parsed, err := uuid.Parse(string(id))
	if err != nil {
		parsed = uuid.Nil
	}
	return parsed[:]
}

// Errors that callers decide on.
var (
	ErrNotFound = errors.New("no such record")
	ErrInvalid  = errors.New("invalid record")
)

// A Patient is a person the kiosk knows by name. A guest has no Patient.
type Patient struct {
	ID        ID     `json:"id"`
	Given     string `json:"given,omitempty"`
	Family    string `json:"family,omitempty"`
	BirthDate Date   `json:"birthDate,omitzero"`
	// BirthEstimated says that only the year of birth is meant, worked out from
	// an age that somebody told; day and month of BirthDate are the first of July.
	BirthEstimated bool         `json:"birthEstimated,omitempty"`
	Sex            Sex          `json:"sex,omitempty"`
	Identifiers    []Identifier `json:"identifiers,omitempty"`
	Marks          []Mark       `json:"marks,omitempty"`
	Language       string       `json:"language,omitempty"` // BCP 47
	Created        time.Time    `json:"created"`
}

// A Sex is what a person's papers say, in FHIR's words. Empty: nobody asked.
type Sex string

// The sexes that are told apart.
const (
	Female     Sex = "female"
	Male       Sex = "male"
	OtherSex   Sex = "other"
	UnknownSex Sex = "unknown" // asked, and not said
)

// Sexes returns them in the order of a list on screen.
func Sexes() []Sex { return []Sex{Female, Male, OtherSex, UnknownSex} }

// EstimatedBirth returns the birth date that stands for an age in whole years
// on a day: the middle of the year that is likeliest.
func EstimatedBirth(age int, on time.Time) Date {
	return Date{Year: on.AddDate(0, -6, 0).Year() - age, Month: 7, Day: 1}
}

// PhoneSystem is the system of an identifier that is a phone number.
const PhoneSystem = "phone"

// An Identifier is a number that somebody gave a person: a card, a record
// number.
type Identifier struct {
	System string `json:"system"` // "card" until the site names its own URI
	Value  string `json:"value"`
}

// An Encounter is one visit of one person.
type Encounter struct {
	ID ID `json:"id"`
	// Revision counts the saved versions of this encounter from 1; Store.Save
	// sets it.
	Revision int `json:"revision"`
	// Patient is nil for a guest.
	Patient  *Patient  `json:"patient,omitempty"`
	Status   Status    `json:"status"`
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended,omitzero"`
	Zone     string    `json:"zone"`     // IANA name of the zone it happened in
	Language string    `json:"language"` // BCP 47
	Place    Place     `json:"place"`
	Consents []Consent `json:"consents,omitempty"`
	Answers  []Answer  `json:"answers,omitempty"`
	// Observations in the order taken; a mean follows the readings it is made of.
	Observations []Observation `json:"observations"`
	// Operator is who measured; empty for a person alone at a kiosk.
	Operator Clinician `json:"operator,omitzero"`
	// Identity is how the operator made sure who the person is.
	Identity Identity `json:"identity,omitzero"`
	// Paper says that the visit was written on a form before it was typed in.
	Paper    FromPaper `json:"paper,omitzero"`
	Remarks  []Remark  `json:"remarks,omitempty"`
	Tellings []Telling `json:"tellings,omitempty"` // of critical results

	Referrals []Referral `json:"referrals,omitempty"`
	Turns     Turns      `json:"turns,omitempty"`  // in the queue
	Ticket    int        `json:"ticket,omitempty"` // number in the queue of that day; 0: none was given
	Orphan    *Orphan    `json:"orphan,omitempty"` // of a reading that came without a person
}

// A Status is the state of an encounter, in FHIR's words.
type Status string

// The states of an encounter.
const (
	InProgress Status = "in-progress"
	Finished   Status = "finished"
	Cancelled  Status = "cancelled"
	// Unclaimed is no visit: a reading that came without a person. It is in the
	// tray until somebody says whose it is.
	Unclaimed Status = "unclaimed"
)

// Visit reports whether somebody came: it was neither cancelled nor is it a
// reading that waits in the tray.
func (s Status) Visit() bool { return s == InProgress || s == Finished }

// A Place is where the kiosk stands.
type Place struct {
	Organization string `json:"organization"`
	Location     string `json:"location"`
	Kiosk        string `json:"kiosk"` // name of this machine
	// Queue stands before the numbers that this machine gives, where several give some.
	Queue string `json:"queue,omitempty"`
}

// Ticket is how the number of a visit in the queue is called and written; "" of 0.
func (p Place) Ticket(number int) string {
	if number == 0 {
		return ""
	}
	return p.Queue + strconv.Itoa(number)
}

// The purposes that a person is asked to agree to.
const (
	ConsentMeasure = "measure"
	ConsentKeep    = "keep"
	ConsentShare   = "share" // with the server
)

// A Consent records what a person agreed to, in which words.
type Consent struct {
	Purpose string    `json:"purpose"` // ConsentMeasure and so on
	Given   bool      `json:"given"`
	Version string    `json:"version"` // of the text shown
	At      time.Time `json:"at"`
}

// An Answer is what a person said to a question of the visit: suitability,
// symptoms, why the rest was skipped, whether they have fasted.
type Answer struct {
	Question string    `json:"question"` // the catalogue's key
	Answer   string    `json:"answer"`   // the catalogue's key, never free text
	At       time.Time `json:"at"`
}

// An Observation is what one reading said, and everything needed to replay
// and to judge it again years later.
type Observation struct {
	ID     ID               `json:"id"`
	Panel  vitals.Panel     `json:"panel"`
	Values vitals.Values    `json:"values"`
	Meal   vitals.Meal      `json:"meal,omitempty"`
	Flags  []vitals.Flag    `json:"flags,omitempty"`
	Taken  time.Time        `json:"taken"` // by our clock, UTC
	Judged []Judgement      `json:"judged,omitempty"`
	Origin Origin           `json:"origin"`
	State  ObservationState `json:"state"`
	// Number of the reading in its series, from 1; zero for a mean.
	Number int `json:"number,omitempty"`
	// MeanOf lists the readings a mean was made of.
	MeanOf []ID `json:"meanOf,omitempty"`
	// Excluded says why a reading is shown but not used: "first-of-series",
	// "repeat". Empty for one that counts.
	Excluded string `json:"excluded,omitempty"`
	// Notes are catalogue keys of the quality statement: rest not completed,
	// single reading, spread.
	Notes []string `json:"notes,omitempty"`
	// WavePulse is the rate at which an oximeter's own wave beat, if it was counted.
	WavePulse vitals.Quantity `json:"wavePulse,omitzero"`
	// Method is how the value was formed, for staff.
	Method string `json:"method,omitempty"`
	// Arm is the one that the cuff was on, if somebody saw it.
	Arm vitals.Arm `json:"arm,omitempty"`
	// Statement says how good the value is as a measurement; nil if nobody did.
	Statement *Statement `json:"statement,omitempty"`
	// Correction is the last one of an observation that is not Confirmed.
	Correction Correction `json:"correction,omitzero"`
	// Capture is the wire's own words for this very reading and nothing else.
	Capture []WireFrame `json:"capture,omitempty"`
}

// NoteOwnMeter is the note of what a person's own instrument measured: nobody here
// looks after it.
const NoteOwnMeter = "own-meter"

// Theirs reports whether the instrument of o is the person's own.
func (o Observation) Theirs() bool { return slices.Contains(o.Notes, NoteOwnMeter) }

// Result reports whether o stands for its panel on screen and paper: it was
// neither excluded nor folded into a mean.
func (o Observation) Result() bool {
	return o.Excluded == "" && o.State != Voided && o.State != Arrived
}

// An ObservationState is the state of one observation.
type ObservationState string

// The states of an observation; nothing is deleted by hand.
const (
	Arrived   ObservationState = "received" // without a person; see Orphan
	Confirmed ObservationState = "confirmed"
	Amended   ObservationState = "amended"
	Voided    ObservationState = "voided"
)

// A Judgement says in which published band a value lies.
type Judgement struct {
	Subject        string `json:"subject"`                  // "blood-pressure", "spo2", "pulse", "glucose"
	Band           string `json:"band,omitempty"`           // "bp.stage1"; empty where no band applies
	Also           string `json:"also,omitempty"`           // a band that Band outranks: "bp.low" beside "bp.stage2"
	Reason         string `json:"reason,omitempty"`         // why there is no band: "age-unknown", "pregnancy"
	Severity       string `json:"severity"`                 // guideline's: usual, watch, high, low, urgent, none
	Interpretation string `json:"interpretation,omitempty"` // HL7: N, H, L, HH, LL
	Tier           int    `json:"tier"`
	Guideline      string `json:"guideline"` // rule set id
	Edition        string `json:"edition"`
	Source         string `json:"source"` // citation as printed
}

// Low reports whether the result was judged too low.
func (j Judgement) Low() bool { return strings.HasPrefix(j.Interpretation, "L") }

// Origin is where an observation came from.
type Origin struct {
	Device        Device    `json:"device"`
	Driver        string    `json:"driver"` // model id of the driver
	DriverVersion string    `json:"driverVersion"`
	InstrumentAt  time.Time `json:"instrumentAt,omitzero"` // what the instrument's clock said
	Drift         Seconds   `json:"drift,omitempty"`       // instrument minus ours
	Record        string    `json:"record,omitempty"`      // place in the instrument's memory
	// EnteredBy says who typed the values in, as that person is called; empty if
	// an instrument gave them.
	EnteredBy string `json:"enteredBy,omitempty"`
}

// Seconds is a length of time in whole seconds.
type Seconds int64

// A Device is an instrument on the counter.
type Device struct {
	ID       ID     `json:"id"` // assigned by the store: the same serial gives the same ID
	Maker    string `json:"maker"`
	Model    string `json:"model"`
	Serial   string `json:"serial,omitempty"`
	Firmware string `json:"firmware,omitempty"`
	Adapter  string `json:"adapter,omitempty"` // USB serial number of the cable
}

// A WireFrame is a run of bytes that crossed the wire.
type WireFrame struct {
	At    time.Time `json:"at"`
	Sent  bool      `json:"sent,omitempty"` // by us, to the instrument
	Bytes []byte    `json:"bytes"`
}
