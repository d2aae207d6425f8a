package fhir

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"aidpost/records"
	"aidpost/records/vitals"
)

// ErrUnmappable reports an observation for which FHIR has no place: an unknown
// panel, a unit that does not fit its measure, a state nobody defined.
var ErrUnmappable = errors.New("no FHIR form")

// A Context is what surrounds an observation. The zero Context serves readings
// that belong to nobody yet.
type Context struct {
	// Base is the operator's URI for identifier and code systems, without a
	// slash at its end. Empty: neither identifiers nor local codes are given.
	Base string
	// Patient and Encounter are referred to if set.
	Patient, Encounter records.ID
	// Zone is the zone whose offset times carry. Nil: UTC.
	Zone *time.Location
	// Issued is when the kiosk accepted the values. Zero: left out.
	Issued time.Time
	// Operator is who of the staff measured. Zero: nobody did.
	Operator records.Clinician
	// Kiosk is the machine that the instrument was connected to, if it is to be
	// referred to.
	Kiosk records.ID
}

// An AbsentReason is a code of HL7's data-absent-reason.
type AbsentReason string

// Why there is no value.
const (
	AbsentError       AbsentReason = "error"          // leak, motion, weak signal, an error code
	AbsentDeclined    AbsentReason = "asked-declined" // the person did not want to
	AbsentNoDevice    AbsentReason = "not-performed"  // absent or unplugged
	AbsentUnsupported AbsentReason = "unsupported"    // the instrument cannot measure it
	AbsentMasked      AbsentReason = "masked"         // withheld by policy
	AbsentUnknown     AbsentReason = "unknown"
)

// Observations returns what o says in FHIR: one resource for the panel's main
// measure, with the ID of o, and one for each further measure, whose IDs follow
// from that of o, so that sending twice never doubles a result. A pressure
// whose other half is missing says so with a data-absent reason.
func Observations(o records.Observation, c Context) ([]Observation, error) {
	return build(o, c, AbsentUnknown)
}

// Absent returns what o says in FHIR when it failed: the panel's main resource
// without values, for the given reason. The values of o and what was judged of
// them are not looked at; a code of the instrument belongs into o.Method.
func Absent(o records.Observation, c Context, why AbsentReason) ([]Observation, error) {
	o.Values, o.Judged = nil, nil
	return build(o, c, why)
}

func build(o records.Observation, c Context, absent AbsentReason) ([]Observation, error) {
	if err := check(o); err != nil {
		return nil, err
	}
	b := builder{o: o, Context: c, absent: absent}
	switch o.Panel {
	case vitals.BloodPressure:
		return b.with(b.pressure(), measured{vitals.Pulse, cuffPulse}), nil
	case vitals.Oximetry:
		return b.with(b.saturation(), measured{vitals.Pulse, oximeterPulse}, measured{vitals.PerfusionIndex, perfusion}), nil
	case vitals.BloodGlucose:
		return []Observation{b.glucose()}, nil
	case vitals.BodyTemperature:
		return []Observation{b.plain()}, nil
	case vitals.BodyWeight:
		return b.with(b.plain(), measured{vitals.Height, bodyHeight}), nil
	}
	return []Observation{b.ofBlood(b.plain())}, nil
}

// A builder makes the resources of one observation.
type builder struct {
	Context
	o      records.Observation
	absent AbsentReason
}

// measured is a further measure of a panel that is an Observation of its own.
type measured struct {
	measure vitals.Measure
	code    []Coding
}

// with returns the main resource and those of the further measures that have
// a value.
func (b builder) with(main Observation, further ...measured) []Observation {
	all := []Observation{main}
	for _, m := range further {
		q, ok := b.o.Values.Get(m.measure)
		if !ok {
			continue
		}
		r := b.base(m.measure, m.code)
		r.ValueQuantity = quantity(q)
		r.Interpretation = b.interpretation(m.measure, q)
		all = append(all, r)
	}
	return all
}

func (b builder) pressure() Observation {
	panel, sys, dia := pressurePanel, systolic, diastolic
	mean := len(b.o.MeanOf) > 0
	if mean {
		panel, sys, dia = meanPressurePanel, meanSystolic, meanDiastolic
	}
	r := b.base(vitals.Systolic, panel)
	r.Component = []Component{b.component(vitals.Systolic, sys), b.component(vitals.Diastolic, dia)}
	if _, ok := b.o.Values.Get(vitals.MeanArterial); ok && !mean {
		r.Component = append(r.Component, b.component(vitals.MeanArterial, meanArterial))
	}
	r.Interpretation = b.interpretation(vitals.Systolic, vitals.Quantity{})
	return r
}

func (b builder) component(m vitals.Measure, code []Coding) Component {
	c := Component{Code: CodeableConcept{Coding: code}}
	if q, ok := b.o.Values.Get(m); ok {
		c.ValueQuantity = quantity(q)
	} else {
		c.DataAbsentReason = b.absence()
	}
	return c
}

func (b builder) saturation() Observation { return b.single(vitals.SpO2, saturation) }

// plain is a panel of one measure that has one code.
func (b builder) plain() Observation {
	m := b.main()
	return b.single(m, plainCodes[m])
}

// main is what the panel is about: what an analyser names itself is the one
// value there is.
func (b builder) main() vitals.Measure {
	if b.o.Panel == vitals.Laboratory {
		return b.o.Values[0].Measure
	}
	return b.o.Panel.Main()[0]
}

// ofBlood says that r was found in a drop of blood.
func (b builder) ofBlood(r Observation) Observation {
	r.Contained = append(r.Contained, Specimen{
		ResourceType: "Specimen", ID: "specimen", Type: capillaryBlood, Subject: r.Subject,
	})
	r.Specimen = &Reference{Reference: "#specimen"}
	return r
}

func (b builder) glucose() Observation {
	q, ok := b.o.Values.Get(vitals.Glucose)
	if !ok {
		q.Unit = vitals.MgPerDL
	}
	codes := glucoseCodes[q.Unit]
	code := codes.any
	if b.o.Meal == vitals.Fasting {
		code = codes.fasting
	}
	r := b.ofBlood(b.single(vitals.Glucose, []Coding{code}))
	if m := b.o.Meal; strings.TrimSpace(string(m)) != "" && m != vitals.Fasting {
		value := b.local(string(m))
		r.Component = []Component{{Code: b.local(mealContext), ValueCodeableConcept: &value}}
	}
	return r
}

// local is a meaning that has no code but the operator's own.
func (b builder) local(name string) CodeableConcept {
	c := CodeableConcept{Text: plain(name)}
	if b.Base != "" {
		c.Coding = []Coding{{System: b.Base + "/codes", Code: name}}
	}
	return c
}

// single is a resource with one value.
func (b builder) single(m vitals.Measure, code []Coding) Observation {
	r := b.base(m, code)
	q, ok := b.o.Values.Get(m)
	if !ok {
		r.DataAbsentReason = b.absence()
		return r
	}
	r.ValueQuantity = quantity(q)
	r.Interpretation = b.interpretation(m, q)
	return r
}

func (b builder) absence() *CodeableConcept {
	return &CodeableConcept{Coding: []Coding{{System: absentReasons, Code: string(b.absent)}}}
}

// base is what all resources of the observation share; m is the measure that
// tells their IDs apart.
func (b builder) base(m vitals.Measure, code []Coding) Observation {
	r := Observation{
		ResourceType: "Observation",
		ID:           string(idOf(b.o.ID, m)),
		Status:       statuses[b.o.State],
		Category:     []CodeableConcept{{Coding: []Coding{category(b.o.Panel)}}},
		Code:         CodeableConcept{Coding: code},
		Subject:      reference("Patient", b.Patient),
		Encounter:    reference("Encounter", b.Encounter),
		Note:         b.notes(),
		Method:       b.method(),
		BodySite:     bodySites[b.o.Arm],
	}
	if b.Base != "" && r.ID != "" {
		r.Identifier = []Identifier{{System: b.Base + "/ids/record", Value: r.ID}}
	}
	if !b.o.Taken.IsZero() {
		r.EffectiveDateTime = b.time(b.o.Taken)
	}
	if !b.Issued.IsZero() {
		r.Issued = b.time(b.Issued)
	}
	for _, id := range b.o.MeanOf {
		r.DerivedFrom = append(r.DerivedFrom, *reference("Observation", idOf(id, m)))
	}
	if who := clinician(b.Operator); who != nil && b.backEntered() {
		r.Performer = []Reference{*who} // who measured; who typed it in is in the notes
		return r
	}
	if by := strings.TrimSpace(b.o.Origin.EnteredBy); by != "" {
		// Nobody knows which instrument showed the value, if any did.
		r.Performer = []Reference{{Display: by}}
		return r
	}
	if who := clinician(b.Operator); who != nil {
		r.Performer = []Reference{*who}
	}
	b.device(&r)
	b.situation(&r)
	return r
}

// situation says through which machine the value came, and that the person sat,
// where a seated rest is on record.
func (b builder) situation(r *Observation) {
	if kiosk := reference("Device", b.Kiosk); kiosk != nil && r.Device != nil {
		r.Extension = append(r.Extension, Extension{URL: gatewayDevice, ValueReference: kiosk})
	}
	if s := b.o.Statement; s != nil && s.Rest != nil && b.o.Panel == vitals.BloodPressure {
		r.Extension = append(r.Extension, Extension{URL: bodyPosition, ValueCodeableConcept: &sitting})
	}
}

// time writes an instant with seconds and offset.
func (b builder) time(t time.Time) string {
	return t.In(cmp.Or(b.Zone, time.UTC)).Format(time.RFC3339)
}

func (b builder) method() *CodeableConcept {
	switch {
	case b.o.Origin.EnteredBy != "":
		return &CodeableConcept{Text: enteredByHand}
	case b.o.Panel == vitals.BloodPressure && len(b.o.MeanOf) > 0:
		return &CodeableConcept{Text: oscillometry.Text + ", mean of " + strconv.Itoa(len(b.o.MeanOf))}
	case b.o.Panel == vitals.BloodPressure:
		return &oscillometry
	case b.o.Panel == vitals.Oximetry:
		return &pulseOximetry
	}
	return nil
}

// backEntered reports whether the value was written on paper before it was typed in.
func (b builder) backEntered() bool {
	return slices.Contains(b.o.Flags, vitals.BackEntered) && b.o.Origin.EnteredBy != ""
}

// notes carry the cautions, how the value was formed, and why a reading does
// not count.
func (b builder) notes() []Annotation {
	var notes []Annotation
	add := func(text string) {
		if text = strings.TrimSpace(text); text != "" {
			notes = append(notes, Annotation{Text: text})
		}
	}
	for _, f := range b.o.Flags {
		add(cmp.Or(flagNotes[f], plain(string(f))))
	}
	for _, n := range b.o.Notes {
		add(plain(n))
	}
	if b.o.Excluded != "" {
		add("no result of its own: " + plain(b.o.Excluded))
	}
	switch {
	case b.backEntered():
		add("Typed in from paper by " + b.o.Origin.EnteredBy + ".")
	case b.o.Origin.EnteredBy != "":
		add("The values were entered by hand.")
	}
	add(b.o.Method)
	b.statement(add)
	if off := int64(b.o.Origin.Drift); off != 0 {
		add(fmt.Sprintf("the instrument's clock was %d s %s", max(off, -off), map[bool]string{true: "ahead", false: "behind"}[off > 0]))
	}
	return notes
}

// plain makes words of a catalogue key. One without words stays as it is:
// nothing in FHIR may be empty.
func plain(key string) string {
	words := strings.ReplaceAll(key, "-", " ")
	if strings.TrimSpace(words) == "" {
		return key
	}
	return words
}

// idOf is the ID of the resource for one measure of an observation: its own ID
// for the main measure, and one that follows from it for the others.
func idOf(o records.ID, m vitals.Measure) records.ID {
	switch m {
	case vitals.Pulse, vitals.PerfusionIndex, vitals.Height:
	default:
		return o
	}
	space, err := uuid.Parse(string(o))
	if err != nil {
		return ""
	}
	return records.ID(uuid.NewSHA1(space, []byte(m)).String())
}

func reference(kind string, id records.ID) *Reference {
	if id == "" {
		return nil
	}
	return &Reference{Reference: kind + "/" + string(id)}
}

func quantity(q vitals.Quantity) *Quantity {
	return &Quantity{
		Value: Decimal(q.Value), Comparator: string(q.Comparator),
		Unit: unitName(q.Unit), System: ucum, Code: string(q.Unit),
	}
}

// statuses are FHIR's words for the states.
var statuses = map[records.ObservationState]string{
	records.Arrived:   "preliminary",
	records.Confirmed: "final",
	records.Amended:   "amended",
	records.Voided:    "entered-in-error",
}
