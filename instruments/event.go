package instruments

import (
	"math"
	"strconv"
	"time"

	"aidpost/records/oximetry"
	"aidpost/records/vitals"
)

// An Event is something that happened during a measurement: *PlethSample,
// *CuffSample, *Trial, *Progress, *Reading or *Fault; or what was found in a
// memory: *Recording or *Control.
//
// Samples are reused by the driver and are valid only until emit returns, so
// that sixty a second cost no memory; the others may be kept.
type Event interface{ event() }

// Missing stands for a number that the instrument marks as invalid.
const Missing Number = -1

// A Number is a small whole number of a live sample, or Missing.
type Number int16

// Valid reports whether there is a number.
func (n Number) Valid() bool { return n != Missing }

// MarshalJSON writes null for a missing number.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Valid() {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(n), 10), nil
}

// A PlethSample is one frame of a pulse oximeter.
type PlethSample struct {
	Index     uint64 `json:"index"`           // frames since the start, at Rate
	Rate      int    `json:"rate"`            // frames a second; zero if fewer than one
	SpO2      Number `json:"spo2"`            // percent
	Pulse     Number `json:"pulse"`           // beats a minute
	Pleth     Number `json:"pleth"`           // 0 to 127, no unit
	Bar       Number `json:"bar"`             // bar graph, 0 to 15
	Signal    Number `json:"signal"`          // 0 to 8
	Perfusion Number `json:"perfusion_index"` // hundredths of a percent
	Beat      bool   `json:"beat"`            // a pulse was seen
	FingerOut bool   `json:"finger_out"`
	Searching bool   `json:"searching"`
	Falling   bool   `json:"spo2_falling"`
	Artifact  bool   `json:"artifact"` // a beat that looks like no pulse
	// SensorAlarm reports that the numbers are held from before the finger
	// left: they are nobody's.
	SensorAlarm bool `json:"sensor_alarm"`
	// SmartPoint reports that the instrument itself holds the numbers for good
	// enough to be written down.
	SmartPoint bool `json:"smart_point"`
	LowBattery bool `json:"low_battery"`
}

// Trace returns how high a trace of the pulse stands, 0 to 127, and NaN where it has
// a gap: without a finger the instrument sees no pulse.
func (s *PlethSample) Trace() float64 {
	if s.FingerOut || !s.Pleth.Valid() {
		return math.NaN()
	}
	return float64(s.Pleth)
}

// A CuffSample is the pressure in a cuff while it measures.
type CuffSample struct {
	Pressure Number `json:"cuff_pressure"` // mmHg
}

// A Trial is what a scale or a thermometer shows before its value is final.
type Trial struct {
	Measure  vitals.Measure  `json:"measure"`
	Quantity vitals.Quantity `json:"quantity"`
}

// A Phase is what an instrument is doing.
type Phase string

// The phases, in the words of the person in front of it.
const (
	Connecting  Phase = "connecting"
	Inflating   Phase = "inflating"
	Measuring   Phase = "measuring" // the cuff lets go slowly, or a pulse is counted
	Releasing   Phase = "releasing"
	NoFinger    Phase = "no-finger"
	Searching   Phase = "searching" // looking for a pulse
	Settling    Phase = "settling"
	Downloading Phase = "downloading"
	Awaiting    Phase = "awaiting" // a person has to press start, step on, or hold still
)

// Progress says what the instrument is doing and how far it is. Total is zero
// where the end is not known. For Settling, Done and Total are seconds; for
// Downloading, records.
type Progress struct {
	Phase Phase
	Done  int
	Total int
}

// A Reading is a final result of one measurement.
type Reading struct {
	Panel  vitals.Panel
	Values vitals.Values
	Meal   vitals.Meal   // as marked on the meter
	Flags  []vitals.Flag // cautions, never hidden
	// Taken is when it was measured, by our clock: an instrument's own time is
	// corrected by its measured drift.
	Taken time.Time
	// InstrumentTime is what the instrument's clock said, in the job's zone;
	// zero if it has none.
	InstrumentTime time.Time
	Drift          time.Duration // valid if InstrumentTime is set and the clock could be read
	Record         string        // its place in the instrument's memory, if any
	Identity       Identity
	// WavePulse is the rate at which the plethysmogram itself beat, where there is
	// one and it could be counted; else zero.
	WavePulse vitals.Quantity
	// Oximetry is how a value of an oximeter came to be accepted; nil for others.
	Oximetry *oximetry.Taken
	// Capture holds the frames of this reading alone.
	Capture []Frame
	// EnteredBy says who typed the values in; empty if an instrument gave them.
	EnteredBy string
	// Note is how the value was formed, for staff: "median of 5 s after 60 s".
	Note string
}

// A Control is a result that a meter has marked as one of control solution. It
// says something of the meter, and is nobody's.
type Control struct {
	Identity       Identity
	Panel          vitals.Panel
	Measure        vitals.Measure
	Value          vitals.Quantity
	Taken          time.Time // by our clock, as in a Reading; zero if it has no date
	InstrumentTime time.Time // what the meter's clock said, in the job's zone; zero likewise
	Drift          time.Duration
	Record         string // its place in the memory, which moves with each new result
}

// A Recording is what an oximeter noted down by itself while it was elsewhere,
// such as a night. Whose finger that was it does not know, so that a recording
// is never the reading of a visit.
type Recording struct {
	Identity Identity
	// Place is where it is in the instrument's memory: "user 0, segment 1".
	// Empty where there is but one.
	Place string
	// Began is when it began by the instrument's clock, in the job's zone; zero
	// if it has none. TimeOfDay is what it says without a date: "23:30".
	Began     time.Time
	TimeOfDay string
	Every     time.Duration // from one sample to the next
	// Announced is how many samples the instrument said it has; zero if it did
	// not. Where fewer came, the recording is followed by a *Fault.
	Announced int
	Samples   []RecordedSample
}

// Whole reports that all of the recording came, as far as it was announced.
func (r *Recording) Whole() bool { return r.Announced > 0 && len(r.Samples) == r.Announced }

// A RecordedSample is one of a Recording.
type RecordedSample struct {
	SpO2      Number // percent
	Pulse     Number // beats a minute
	Perfusion Number // hundredths of a percent
}

// Direction of a frame.
type Direction byte

// Directions as the capture format writes them.
const (
	FromInstrument Direction = '<'
	ToInstrument   Direction = '>'
)

// A Frame is a run of bytes that crossed the wire in one direction.
type Frame struct {
	At        time.Time
	Direction Direction
	Bytes     []byte
}

func (*PlethSample) event() {}
func (*CuffSample) event()  {}
func (*Trial) event()       {}
func (*Progress) event()    {}
func (*Reading) event()     {}
func (*Control) event()     {}
func (*Recording) event()   {}
func (*Fault) event()       {}
