package astm

import (
	"cmp"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// An analysis is what an analyser has sent of a visit so far.
type analysis struct {
	job       instruments.Job
	selection *meter.Selection
	emit      func(instruments.Event)

	// Of the message under way.
	refused *instruments.Fault // nothing of it counts
	person  *instruments.Fault // it is somebody else's
	order   *instruments.Fault // it is not of blood
	control bool               // it is of control material
	all     bool               // and so is the whole message
	held    []held
	waiting []*instruments.Fault // results that are still to become final

	// Of the messages that have ended.
	events   []instruments.Event
	unplaced *instruments.Fault // of a result whose date cannot be
	messages int                // how many have ended
}

func newAnalysis(job instruments.Job, emit func(instruments.Event)) *analysis {
	// What its messages are dated does not tell how its clock is off: they may
	// have been made long ago. So it is taken at its word.
	clock := meter.UnreadClock(job.Location())
	return &analysis{job: job, emit: emit, selection: meter.NewSelection(job, clock, instruments.Identity{}, meter.SecondsMargin)}
}

func (a *analysis) aborted() {
	a.refused, a.person, a.order, a.held, a.waiting = nil, nil, nil, nil, nil
	a.control, a.all = false, false
}

func (a *analysis) record(r record, frames func() []instruments.Frame) error {
	switch r.kind {
	case 'H':
		return a.header(r)
	case 'P':
		a.person, a.order, a.control = a.patient(r), nil, a.all
	case 'O':
		a.order, a.control = specimen(r), a.all || r.part(fieldAction, 1) == quality
	case 'R':
		a.result(r, frames)
	case 'L':
		return a.end(r)
	}
	return nil
}

func (a *analysis) header(r record) error {
	a.aborted()
	if _, ok := contourProduct(r); ok {
		return instruments.NewFault(instruments.WrongModel, "a Contour meter, whose list begins with an average")
	}
	switch r.part(fieldProcessing, 1) {
	case "", "P":
	case quality:
		a.control, a.all = true, true
	default:
		a.refused = instruments.NewFault(instruments.ControlTest, "a message of training or of tests")
	}
	a.selection.SetIdentity(instruments.Identity{
		Name: printable(r.part(fieldSender, 1)), Firmware: printable(r.part(fieldSender, 2)), Serial: printable(r.part(fieldSender, 3)),
	})
	return nil
}

// The fields by which a patient record identifies somebody. One of the numbers
// must be the visit's; a name alone cannot be compared.
const (
	firstPatientID = 3
	lastPatientID  = 5
	patientName    = 6
)

func (a *analysis) patient(r record) *instruments.Fault {
	named := len(r.texts(patientName)) > 0
	for field := firstPatientID; field <= lastPatientID; field++ {
		id := r.part(field, 1)
		if id != "" && id == a.job.Person {
			return nil
		}
		named = named || id != ""
	}
	switch {
	case !named, a.selection.All() && a.job.Person == "":
		return nil
	case a.job.Person == "":
		return instruments.NewFault(instruments.OtherPerson, "the analyser was told whose result it is, and the visit was not")
	}
	return instruments.NewFault(instruments.OtherPerson, "the analyser was given another identity")
}

// specimen refuses an order that is not about somebody's blood.
func specimen(r record) *instruments.Fault {
	for _, text := range r.texts(fieldSpecimen) {
		switch strings.ToUpper(text) {
		case "U", "UR", "URINE", "CSF", "SAL", "SALIVA", "SWEAT", "FLUID", "STOOL":
			return instruments.NewFault(instruments.NotGlucose, "not of blood")
		}
	}
	return nil
}

// result looks at the time of a result, and at the rest only if it is of the
// visit.
func (a *analysis) result(r record, frames func() []instruments.Frame) {
	wall, timed := parseTime(cmp.Or(r.part(fieldCompleted, 1), r.part(fieldStarted, 1)))
	if !timed {
		wall = time.Time{} // a day alone does not tell whose visit it was
	}
	switch a.selection.Place(wall) {
	case meter.Earlier:
		return
	case meter.Unplaced:
		if a.unplaced == nil {
			a.unplaced = instruments.NewFault(instruments.DamagedRecord, "a result without the time of its completion")
			if !wall.IsZero() {
				a.unplaced = instruments.NewFault(instruments.ClockUnset, "a result is dated in the future")
			}
		}
		return
	}
	measure, refused := a.test(r)
	refused = cmp.Or(a.person, a.refused, a.order, refused)
	switch status := r.part(fieldStatus, 1); status {
	case "", "F":
	case "P", "I":
		a.waiting = append(a.waiting, &instruments.Fault{Code: instruments.NoNewResult, Device: status, Detail: "the result is not final yet"})
		return
	default:
		refused = cmp.Or(refused, &instruments.Fault{Code: instruments.DamagedRecord, Device: printable(status), Detail: "the result is not final"})
	}
	row := meter.Row{Wall: wall, Refused: refused, Record: printable(r.part(2, 1))}
	if refused == nil {
		row.Value, row.Refused = readQuantity(measure, r.part(fieldValue, 1), r.part(fieldUnits, 1), outOfScale(r))
	}
	if a.control {
		row.MarkControl()
	}
	if measure != vitals.Glucose {
		row.Control = vitals.Quantity{} // rows do not tell of others what they are
	}
	a.held = append(a.held, held{measure: measure, row: row, frames: frames()})
}

// test tells what a result measures.
func (a *analysis) test(r record) (vitals.Measure, *instruments.Fault) {
	code := cmp.Or(r.part(fieldTest, 4), r.part(fieldTest, 1))
	switch strings.ToUpper(code) {
	case "GLU", "GLUC", "GLUCOSE", "BLOOD GLUCOSE":
		return vitals.Glucose, nil
	case "HBA1C", "A1C":
		if a.selection.All() {
			return vitals.HbA1c, nil
		}
	}
	return "", &instruments.Fault{Code: instruments.NotGlucose, Device: printable(code), Detail: "another test"}
}

// outOfScale reads the flags < and >. HH and LL are alarms about a value that
// was measured.
func outOfScale(r record) (c vitals.Comparator) {
	for _, flag := range r.texts(fieldFlags) {
		if flag == string(vitals.Below) || flag == string(vitals.Above) {
			c = vitals.Comparator(flag)
		}
	}
	return c
}

// end takes over the results of a message that has ended as it should.
func (a *analysis) end(r record) error {
	defer a.aborted()
	if !endedWell(r.part(3, 1)) {
		return nil
	}
	a.messages++
	for _, h := range a.held {
		a.events = append(a.events, h.add(a.selection))
	}
	for _, fault := range a.waiting {
		a.emit(fault)
	}
	return nil
}

// endedWell judges the code of a last record: normal, or the last of what was
// asked for. With others the sender gave up.
func endedWell(code string) bool { return code == "" || code == "N" || code == "F" }

// decided reports whether something has come that ends the visit.
func (a *analysis) decided() bool { return len(a.events) > 0 || a.unplaced != nil && a.messages > 0 }

// verdict hands on what has come.
func (a *analysis) verdict() error {
	if len(a.events) == 0 {
		return a.unplaced
	}
	return a.selection.Deliver(a.events, a.emit)
}

// flush emits the results of messages that have ended, for a capture.
func (a *analysis) flush() {
	for _, e := range a.events {
		a.emit(e)
	}
	if a.unplaced != nil && a.messages > 0 {
		a.emit(a.unplaced)
	}
	a.events, a.unplaced = nil, nil
}
