// Package vitals holds the words of measurement: what is measured, in which
// unit, and how large it is. It imports nothing of Aidpost, so that drivers,
// records, guidelines and reports can share it.
//
// Numbers are exact decimals, never floating point: 98.0 stays 98.0 from the
// wire to the paper. A number never travels without its unit.
package vitals

import "time"

// A Panel is a group of measures that one instrument takes together.
type Panel string

// The panels that a visit offers. No guideline of ours judges a weight.
const (
	BloodPressure   Panel = "blood-pressure"
	Oximetry        Panel = "oximetry"
	BloodGlucose    Panel = "blood-glucose"
	BodyTemperature Panel = "body-temperature"
	BodyWeight      Panel = "body-weight"
)

// The panels that instruments report, or that somebody enters, and that no
// visit offers.
const (
	BloodKetone         Panel = "blood-ketone"
	UricAcid            Panel = "uric-acid"
	Cholesterol         Panel = "cholesterol"
	Haematocrit         Panel = "haematocrit"
	GlycatedHaemoglobin Panel = "hba1c"
	Laboratory          Panel = "laboratory" // what a bench analyser names itself
)

// Panels lists the panels that a visit offers, in that order.
func Panels() []Panel {
	return []Panel{BloodPressure, Oximetry, BloodGlucose, BodyTemperature, BodyWeight}
}

// AllPanels lists every panel that may be in the records, in the order of a
// summary.
func AllPanels() []Panel {
	return append(Panels(), BloodKetone, UricAcid, Cholesterol, Haematocrit, GlycatedHaemoglobin)
}

// Main lists the measures that a panel is about. A reading without the first
// of them is none of the panel.
func (p Panel) Main() []Measure {
	switch p {
	case BloodPressure:
		return []Measure{Systolic, Diastolic}
	case Oximetry:
		return []Measure{SpO2}
	case BloodGlucose:
		return []Measure{Glucose}
	case BodyTemperature:
		return []Measure{Temperature}
	case BodyWeight:
		return []Measure{Weight}
	case BloodKetone:
		return []Measure{Ketone}
	case UricAcid:
		return []Measure{Urate}
	case Cholesterol:
		return []Measure{TotalCholesterol}
	case Haematocrit:
		return []Measure{PackedCells}
	case GlycatedHaemoglobin:
		return []Measure{HbA1c}
	}
	return nil
}

// A Measure is one measurable thing.
type Measure string

// The measures, each with the unit the instruments report it in.
const (
	Systolic         Measure = "systolic"        // mm[Hg]
	Diastolic        Measure = "diastolic"       // mm[Hg]
	MeanArterial     Measure = "mean-arterial"   // mm[Hg]
	Pulse            Measure = "pulse"           // /min
	SpO2             Measure = "spo2"            // %
	PerfusionIndex   Measure = "perfusion-index" // %
	Glucose          Measure = "glucose"         // mg/dL or mmol/L
	Weight           Measure = "weight"          // kg or [lb_av]
	Height           Measure = "height"          // cm or [in_i]
	Temperature      Measure = "temperature"     // Cel or [degF]
	Ketone           Measure = "ketone"          // mmol/L
	Urate            Measure = "urate"           // mg/dL
	TotalCholesterol Measure = "cholesterol"     // mg/dL, total
	PackedCells      Measure = "haematocrit"     // %
	HbA1c            Measure = "hba1c"           // % (NGSP)
)

// A Value is one measured thing with its size.
type Value struct {
	Measure  Measure  `json:"measure"`
	Quantity Quantity `json:"quantity"`
}

// Values are the values of one reading; a measure occurs at most once.
type Values []Value

// Get returns the quantity of measure m and whether there is one.
func (vs Values) Get(m Measure) (Quantity, bool) {
	for _, v := range vs {
		if v.Measure == m {
			return v.Quantity, true
		}
	}
	return Quantity{}, false
}

// A Meal says how a glucose value relates to eating.
type Meal string

// Meal contexts. MealUnknown is judged as a random test.
const (
	MealUnknown Meal = ""
	Fasting     Meal = "fasting"     // eight hours or more without calories
	BeforeMeal  Meal = "before-meal" // as marked on a meter; not necessarily fasting
	AfterMeal   Meal = "after-meal"  // within about two hours
	AfterLoad   Meal = "after-load"  // two hours after drinking 75 g of glucose, supervised by staff
	RandomMeal  Meal = "random"
)

// A Flag is a caution that an instrument attached to a reading, or whoever took it. It travels
// with the value to screen, paper and server and is never hidden.
type Flag string

// The cautions.
const (
	IrregularPulse Flag = "irregular-pulse"
	WaveDiffers    Flag = "pulse-unlike-wave" // the pulse wave of an oximeter beats at another rate than its number
	Movement       Flag = "movement"
	LowPerfusion   Flag = "low-perfusion"
	WidePulse      Flag = "pulse-pressure"     // systolic minus diastolic under 15 or over 120 mmHg
	StoredReading  Flag = "stored"             // taken more than 24 h before it was read
	ClockDoubt     Flag = "clock-doubt"        // the instrument's clock was corrected by more than two minutes
	BackEntered    Flag = "back-entered"       // written on paper, and typed in later
	TimeDoubt      Flag = "time-doubt"         // whoever wrote it down was not sure when it was
	Overridden     Flag = "control-overridden" // quality control had locked the instrument out, and an override let it through
)

// StoredAfter is the age from which a reading counts as stored.
const StoredAfter = 24 * time.Hour

// An Arm is the arm that a cuff was on, as whoever put it there said.
type Arm string

// The arms. A kiosk does not know which one a person has put into the cuff.
const (
	UnknownArm Arm = ""
	LeftArm    Arm = "left"
	RightArm   Arm = "right"
)
