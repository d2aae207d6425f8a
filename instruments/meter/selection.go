package meter

import (
	"errors"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// A Range is what a meter can measure, in mg/dL, both ends included.
type Range struct{ Low, High int }

// Quantity returns the meter's number as a value. A number outside the range
// is the meter's way to write LO or HI and becomes the limit with a
// comparator: it was never measured.
func (r Range) Quantity(mgPerDL int) vitals.Quantity {
	switch {
	case mgPerDL < r.Low:
		return r.Lo()
	case mgPerDL > r.High:
		return r.Hi()
	}
	return vitals.Of(mgPerDL, vitals.MgPerDL)
}

// Lo returns "below the range".
func (r Range) Lo() vitals.Quantity {
	return vitals.Quantity{Value: vitals.Int(r.Low), Unit: vitals.MgPerDL, Comparator: vitals.Below}
}

// Hi returns "above the range".
func (r Range) Hi() vitals.Quantity {
	return vitals.Quantity{Value: vitals.Int(r.High), Unit: vitals.MgPerDL, Comparator: vitals.Above}
}

// A Row is one stored result, as its meter wrote it.
type Row struct {
	Wall    time.Time      // by the meter's clock, see Wall; zero if the row has none
	Measure vitals.Measure // what the value is; empty means glucose
	Value   vitals.Quantity
	Meal    vitals.Meal
	// Pressures are the values of a cuff that keeps its results, in place of
	// Value; Measure is then Systolic.
	Pressures vitals.Values
	Flags     []vitals.Flag      // cautions of the instrument
	Refused   *instruments.Fault // why there is no value; nil if there is one
	Record    string             // its place in the memory
	// Control is what a control solution gave, where the meter marks that. The row
	// is then Refused, since it is nobody's, and quality control keeps it.
	Control vitals.Quantity
}

// MarkControl makes a row that was read like any other one of control solution: it
// has no value, and what the solution gave is for quality control.
func (r *Row) MarkControl() {
	if r.Refused == nil {
		r.Control = r.Value
	}
	r.Value, r.Refused = vitals.Quantity{}, instruments.NewFault(instruments.ControlTest, "")
}

// measured returns the panel of the row and its values.
func (r Row) measured() (vitals.Panel, vitals.Values) {
	if r.Measure == vitals.Systolic {
		return vitals.BloodPressure, r.Pressures
	}
	panel, measure := vitals.BloodGlucose, vitals.Glucose
	switch r.Measure {
	case vitals.Ketone:
		panel, measure = vitals.BloodKetone, r.Measure
	case vitals.Urate:
		panel, measure = vitals.UricAcid, r.Measure
	case vitals.TotalCholesterol:
		panel, measure = vitals.Cholesterol, r.Measure
	case vitals.PackedCells:
		panel, measure = vitals.Haematocrit, r.Measure
	}
	return panel, vitals.Values{{Measure: measure, Quantity: r.Value}}
}

// How much earlier than the visit, or later than now, a result of this visit
// may seem to be.
const (
	SecondsMargin = 30 * time.Second // for meters that store seconds
	MinutesMargin = 90 * time.Second // for meters that store whole minutes
	unreadMargin  = 2 * time.Minute  // where the clock could not be read
)

// A Place is where a result lies in time.
type Place int

// The places.
const (
	Wanted   Place = iota // of this visit; every row if the job has no Since
	Earlier               // from before the visit: another person's, or another day's
	Unplaced              // in the future or without a date, and not wanted
)

// A Selection picks the results of one visit out of a meter's memory. Rows are
// offered in the order of the memory, the newest first.
type Selection struct {
	job      instruments.Job
	clock    Clock
	identity instruments.Identity
	margin   time.Duration
	panel    vitals.Panel // that a visit asks for

	controls []*instruments.Control

	placed   int
	results  int
	refused  *instruments.Fault // the first wanted row that was no result
	unplaced *instruments.Fault // set if the newest row has no usable time
}

// NewSelection returns a selection for job. The identity is given to every
// reading, with the clock's drift.
func NewSelection(job instruments.Job, clock Clock, identity instruments.Identity, margin time.Duration) *Selection {
	s := &Selection{job: job, clock: clock, margin: margin, panel: vitals.BloodGlucose}
	if !clock.Known() {
		s.margin = max(margin, unreadMargin)
	}
	s.SetIdentity(identity)
	return s
}

// For makes it a selection of results of a panel other than blood glucose, and
// returns it.
func (s *Selection) For(panel vitals.Panel) *Selection {
	s.panel = panel
	return s
}

// other returns why a result of another panel does not count in a visit.
func (s *Selection) other(panel vitals.Panel) *instruments.Fault {
	switch {
	case s.All(), panel == s.panel:
		return nil
	case s.panel == vitals.BloodGlucose:
		return instruments.NewFault(instruments.NotGlucose, "a result of "+string(panel))
	}
	return instruments.NewFault(instruments.NoNewResult, "the stored result is of another kind: "+string(panel))
}

// SetIdentity replaces the identity, where it is learnt along the way.
func (s *Selection) SetIdentity(identity instruments.Identity) {
	identity.Drift, identity.HasClock = s.clock.Drift(), s.clock.Known()
	s.identity = identity
}

// Place tells where a result stored under wall lies. It is asked once for each
// row, before anything else of the row is read. The zero time is no date.
func (s *Selection) Place(wall time.Time) Place {
	s.placed++
	place, fault := s.place(wall)
	if place == Unplaced && s.placed == 1 {
		s.unplaced = fault
	}
	if s.All() {
		return Wanted
	}
	return place
}

func (s *Selection) place(wall time.Time) (Place, *instruments.Fault) {
	if wall.IsZero() {
		return Unplaced, undated()
	}
	taken := s.clock.Taken(wall)
	switch {
	case !s.clock.Known() && !s.All() && s.clock.twice(wall):
		return Unplaced, instruments.NewFault(instruments.ClockUnset, "a stored result is of the hour that comes twice")
	case taken.After(s.job.Clock()().Add(s.margin)):
		return Unplaced, instruments.NewFault(instruments.ClockUnset, "a stored result is dated in the future")
	case !s.job.Since.IsZero() && taken.Before(s.job.Since.Add(-s.margin)):
		return Earlier, nil
	}
	return Wanted, nil
}

func undated() *instruments.Fault {
	return instruments.NewFault(instruments.DamagedRecord, "a stored result has no valid date")
}

// Add turns a row that Place called Wanted into a *Reading, or into the *Fault
// that tells why it is none. A visit asks for one panel alone: others are
// readings where everything is asked for, and refused otherwise. frames are
// those of this row alone.
func (s *Selection) Add(row Row, frames ...instruments.Frame) instruments.Event {
	if row.Control.Unit != "" {
		s.addControl(row)
	}
	panel, values := row.measured()
	refused := s.other(panel)
	if refused == nil {
		refused = row.Refused
	}
	if _, fault := s.place(row.Wall); fault != nil {
		refused = fault
	}
	if refused != nil {
		if s.refused == nil {
			s.refused = refused
		}
		return refused
	}
	s.results++
	taken := s.clock.Taken(row.Wall)
	reading := &instruments.Reading{
		Panel:          panel,
		Values:         values,
		Meal:           row.Meal,
		Flags:          row.Flags,
		Taken:          taken,
		InstrumentTime: s.clock.Shown(row.Wall),
		Drift:          s.clock.Drift(),
		Record:         row.Record,
		Identity:       s.identity,
		Capture:        frames,
		Note:           s.clock.note(),
	}
	if s.clock.Trust() != Exact {
		reading.Flags = append(reading.Flags, vitals.ClockDoubt)
	}
	if s.job.Clock()().Sub(taken) > vitals.StoredAfter {
		reading.Flags = append(reading.Flags, vitals.StoredReading)
	}
	return reading
}

// addControl keeps what a control solution gave.
func (s *Selection) addControl(row Row) {
	row.Value = row.Control
	panel, values := row.measured()
	c := &instruments.Control{
		Identity: s.identity, Panel: panel, Measure: values[0].Measure, Value: row.Control, Record: row.Record,
	}
	if !row.Wall.IsZero() {
		c.Taken, c.InstrumentTime, c.Drift = s.clock.Taken(row.Wall), s.clock.Shown(row.Wall), s.clock.Drift()
	}
	s.controls = append(s.controls, c)
}

// All reports whether every stored result is asked for.
func (s *Selection) All() bool { return s.job.Since.IsZero() }

// errSeveral is the detail of a choice that staff must make.
var errSeveral = errors.New("more than one result is newer than the visit's start")

// Deliver hands the controls to emit, and then the events of the added rows, unless
// controls alone are asked for. It returns the verdict: nil for exactly one result (or any number where all are asked for); a
// SeveralResults *Fault after all of them were emitted as readings, so that
// staff can choose; and, with nothing emitted, the fault of the newest row
// that is no result, or NoNewResult.
func (s *Selection) Deliver(events []instruments.Event, emit func(instruments.Event)) error {
	for _, c := range s.controls {
		emit(c)
	}
	if s.results == 0 || s.job.Controls {
		switch {
		case s.job.Controls && len(s.controls) > 0:
			return nil
		case s.job.Controls:
		case s.refused != nil:
			return s.refused
		case s.unplaced != nil:
			return s.unplaced
		}
		return instruments.NewFault(instruments.NoNewResult, "")
	}
	for _, e := range events {
		emit(e)
	}
	if s.results > 1 && !s.All() {
		return instruments.Wrap(instruments.SeveralResults, errSeveral)
	}
	return nil
}
