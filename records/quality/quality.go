package quality

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"aidpost/records/vitals"
)

// An Instrument is one instrument as quality control knows it: by its model and
// by what is written on it, its serial number or that of its cable.
type Instrument struct {
	Model  string `json:"model"` // id of the driver's model
	Serial string `json:"serial,omitempty"`
}

// String writes the instrument as the command line takes it: MODEL/SERIAL.
func (i Instrument) String() string {
	if i.Serial == "" {
		return i.Model
	}
	return i.Model + "/" + i.Serial
}

// A Plan is what a site asks of the instruments of a panel before they measure
// anybody. The empty plan asks for no more than that an instrument is no stranger:
// see Log.Locks.
type Plan struct {
	Panel vitals.Panel `json:"panel"`
	// Enrolled are the instruments that measure people here, each as MODEL or
	// MODEL/SERIAL. Others, borrowed or unknown, measure nobody. Empty: all do.
	Enrolled []string `json:"enrolled,omitempty"`
	// When a control run is due: ControlEvery hours after the last, after
	// ControlAfter measurements, at the beginning of each of Shifts ("07:00", by the
	// clock of the place), and with each new lot of strips. Where none is set, none
	// is ever due.
	ControlEvery int      `json:"controlEvery,omitempty"`
	ControlAfter int      `json:"controlAfter,omitempty"`
	Shifts       []string `json:"shifts,omitempty"`
	ControlLots  bool     `json:"controlLots,omitempty"`
	// VolunteerEvery asks for a volunteer check so many days after the last; the other
	// controls are then due as if there were none. 0: one counts as any control does.
	VolunteerEvery int `json:"volunteerEvery,omitempty"`
	// Alternate asks for another level each time, where there are several, and for
	// all of them with a new lot.
	Alternate bool `json:"alternate,omitempty"`
	// Lots asks for a lot of strips in use that has not expired.
	Lots bool `json:"lots,omitempty"`
	// Kept is between which temperatures strips may be kept whose label nobody typed,
	// and StoreEvery after how many hours the temperature of their store is to be read
	// again; 0: whenever somebody does.
	Kept       Limits `json:"kept,omitzero"`
	StoreEvery int    `json:"storeEvery,omitempty"`
	// Calibration asks for a calibration that is not overdue.
	Calibration bool `json:"calibration,omitempty"`
	// Certificates asks members of staff for a certificate, to run a control and
	// to measure somebody. A person who measures themselves needs none.
	Certificates bool `json:"certificates,omitempty"`
	// EnrolledOnly asks for instruments that staff have enrolled on this computer,
	// besides being of the list above.
	EnrolledOnly bool `json:"enrolledOnly,omitempty"`
	// Observed asks for a test that was done under the eyes of whoever certifies.
	Observed bool `json:"observed,omitempty"`
	// Overrides is how many measurements overrides let through in a day; 0 means one.
	Overrides int `json:"overrides,omitempty"`
	// Brought says that the instrument is the person's own: it need not be one of
	// those that staff have enrolled, unless EnrolledOnly asks for that.
	Brought bool `json:"-"`
	// Zone is that of the shifts; nil means UTC.
	Zone *time.Location `json:"-"`
}

// A LotKind says what is in a lot.
type LotKind string

// The kinds of lots.
const (
	Reagent     LotKind = "reagent"     // strips
	Control     LotKind = "control"     // control solution
	Standard    LotKind = "standard"    // a gauge, a tester or a weight that instruments are held against
	Proficiency LotKind = "proficiency" // a sample from outside, of which only its sender knows the value
	Linearity   LotKind = "linearity"   // one of a series over the range of an instrument
)

// A Lot is a lot of strips or of control solution, or one level of a standard. A
// number names one solution: the levels of one box have their own.
type Lot struct {
	Number  string       `json:"number"`
	Kind    LotKind      `json:"kind"`
	Model   string       `json:"model,omitempty"` // for which it is
	Panel   vitals.Panel `json:"panel,omitempty"` // of a standard, which is for every model
	Expires time.Time    `json:"expires"`         // the first instant at which it may not be used
	Opened  time.Time    `json:"opened"`          // when it was put to use
	// Days is for how many days after that it may be used, by its maker; 0: as long as
	// its label says. Labelled is what the label says, where Expires is sooner.
	Days     int       `json:"days,omitempty"`
	Labelled time.Time `json:"labelled,omitzero"`
	Level    string    `json:"level,omitempty"` // all but strips
	Target   Target    `json:"target,omitzero"` // all but strips; of a sample it may be unknown
	// Kept is between which temperatures strips may be kept, by their label, and Store
	// where they are, see Storage.
	Kept  Limits `json:"kept,omitzero"`
	Store string `json:"store,omitempty"`
}

// OpenedFor returns the lot as it ends if it may be used for so many days after it was
// opened; 0: as long as its label says.
func (l Lot) OpenedFor(days int) Lot {
	l.Days = days
	if end := l.Opened.AddDate(0, 0, days); days > 0 && end.Before(l.Expires) {
		l.Labelled, l.Expires = l.Expires, end
	}
	return l
}

// EndsSoon is how long before its end something is said to end.
const EndsSoon = 14 * 24 * time.Hour

// Ending returns the lots in use that end soon, the first to end first.
func (l *Log) Ending(now time.Time) (ending []Lot) {
	for i, lot := range l.Lots {
		replaced := slices.ContainsFunc(l.Lots[i+1:], func(o Lot) bool { return o.Kind == lot.Kind && o.Number == lot.Number })
		if used, ok := l.InUse(Reagent, lot.Model, now); lot.Kind == Reagent && (!ok || used.Number != lot.Number) {
			continue
		}
		if left := lot.Expires.Sub(now); !replaced && left > 0 && left <= EndsSoon {
			ending = append(ending, lot)
		}
	}
	slices.SortStableFunc(ending, func(a, b Lot) int { return a.Expires.Compare(b.Expires) })
	return ending
}

// Fits reports whether a lot is for an instrument, which is of a panel.
func (l Lot) Fits(i Instrument, p vitals.Panel) bool {
	if l.Kind == Standard {
		return l.Panel == p
	}
	return l.Model == i.Model
}

// A Calibration is a check of an instrument against a standard: a pressure
// gauge, a test finger, a known weight.
type Calibration struct {
	Instrument Instrument `json:"instrument"`
	At         time.Time  `json:"at"`
	Due        time.Time  `json:"due"` // the next one
	Comment    string     `json:"comment,omitempty"`
}

// An Enrolment says that an instrument belongs here, and where. The last one of
// an instrument counts.
type Enrolment struct {
	Instrument Instrument `json:"instrument"`
	Place      string     `json:"place"` // where it is kept
	// OnePerson: its maker allows it for one person alone.
	OnePerson bool      `json:"onePerson,omitempty"`
	Retired   bool      `json:"retired,omitempty"` // it is not used here any more
	At        time.Time `json:"at"`
}

// A Log is everything on record about quality, each list in the order it was
// written down.
type Log struct {
	Lots         []Lot
	Runs         []Run
	Calibrations []Calibration
	Certificates []Certificate
	Overrides    []Override
	Uses         []Use
	Enrolments   []Enrolment
	Samples      []Run // of proficiency and linearity; no rule looks at them
	Tallies      []Tally
	Observed     []Observed
	Passports    []Passport // that were given out here
	Revoked      []Revoked
	Issuers      []Issuer // whose passports are good here
	Stored       []Stored // results of control solution in the memories of meters
	Sightings    []Sighting
	Happenings   []Happening
	Storages     []Storage // temperatures of where strips are kept
}

// A Lock is why an instrument may not be used.
type Lock string

// The locks.
const (
	NotEnrolled    Lock = "not-enrolled"    // it is not one of those that measure people here
	NoLot          Lock = "no-lot"          // no lot of strips is in use
	LotExpired     Lock = "lot-expired"     // the one in use is past its date
	LotSpoilt      Lock = "lot-spoilt"      // it was kept too cold or too warm
	NoControl      Lock = "no-control"      // no control run yet with these strips
	ControlDue     Lock = "control-due"     // the last one is too old
	Altered        Lock = "altered"         // dropped, opened or with new firmware since the last one
	OutOfControl   Lock = "out-of-control"  // the last one was rejected
	NoCalibration  Lock = "no-calibration"  // it was never calibrated
	CalibrationDue Lock = "calibration-due" // the next calibration is overdue
	OnePerson      Lock = "one-person"      // it is for one person alone
	NoCertificate  Lock = "no-certificate"  // whoever measures has none that is valid today
)

// Locks returns why an instrument may not be used at an instant, in the order
// above; none: it may. Where staff have enrolled instruments of its model, whatever
// the plan asks, it is a stranger unless it is one of them.
func (l *Log) Locks(p Plan, i Instrument, now time.Time) []Lock {
	var locks []Lock
	if lock := l.belongs(p, i); lock != "" {
		locks = append(locks, lock)
	}
	if p.Lots {
		lot, ok := l.InUse(Reagent, i.Model, now)
		switch {
		case !ok:
			locks = append(locks, NoLot)
		case !now.Before(lot.Expires):
			locks = append(locks, LotExpired)
		}
		if _, spoilt := l.Spoilt(p, lot); ok && spoilt {
			locks = append(locks, LotSpoilt)
		}
	}
	if lock := l.Due(p, i, now).Lock; lock != "" {
		locks = append(locks, lock)
	}
	if p.Calibration {
		c, ok := l.Calibrated(i)
		switch {
		case !ok:
			locks = append(locks, NoCalibration)
		case !now.Before(c.Due):
			locks = append(locks, CalibrationDue)
		}
	}
	return locks
}

// belongs judges whether an instrument belongs here.
func (l *Log) belongs(p Plan, i Instrument) Lock {
	e, ok := l.Enrolled(i)
	switch {
	case ok && e.OnePerson:
		return OnePerson // whatever the plan asks
	case p.EnrolledOnly && (!ok || e.Retired), !ok && !p.Brought && l.enrols(i.Model):
		return NotEnrolled
	case len(p.Enrolled) > 0 && !slices.Contains(p.Enrolled, i.Model) && !slices.Contains(p.Enrolled, i.String()):
		return NotEnrolled
	}
	return ""
}

// enrols reports whether an instrument of a model is on the list of those that
// measure people here.
func (l *Log) enrols(model string) bool {
	return slices.ContainsFunc(l.Enrolments, func(e Enrolment) bool {
		last, _ := l.Enrolled(e.Instrument)
		return e.Instrument.Model == model && !last.Retired && !last.OnePerson
	})
}

// Enrolled returns the last enrolment of an instrument, or false.
func (l *Log) Enrolled(i Instrument) (found Enrolment, ok bool) {
	for _, e := range l.Enrolments {
		if e.Instrument == i {
			found, ok = e, true
		}
	}
	return found, ok
}

// InUse returns the lot of a kind that was put to use last.
func (l *Log) InUse(kind LotKind, model string, now time.Time) (found Lot, ok bool) {
	for _, lot := range l.Lots {
		if lot.Kind == kind && lot.Model == model && !lot.Opened.After(now) && (!ok || !lot.Opened.Before(found.Opened)) {
			found, ok = lot, true
		}
	}
	return found, ok
}

// LotOf returns the lot with a number, or false.
func (l *Log) LotOf(kind LotKind, number string) (Lot, bool) {
	for _, lot := range slices.Backward(l.Lots) {
		if lot.Kind == kind && lot.Number == number {
			return lot, true
		}
	}
	return Lot{}, false
}

// Solution returns the control solution or the standard with a number, or false.
func (l *Log) Solution(number string) (Lot, bool) {
	for _, lot := range slices.Backward(l.Lots) {
		if (lot.Kind == Control || lot.Kind == Standard) && lot.Number == number {
			return lot, true
		}
	}
	return Lot{}, false
}

// RunsOf returns the control runs of an instrument, of one solution unless its
// number is empty.
func (l *Log) RunsOf(i Instrument, control string) []Run {
	var runs []Run
	for _, r := range l.Runs {
		if r.Instrument == i && (control == "" || r.Control == control) {
			runs = append(runs, r)
		}
	}
	return runs
}

// Calibrated returns the last calibration of an instrument, or false.
func (l *Log) Calibrated(i Instrument) (found Calibration, ok bool) {
	for _, c := range l.Calibrations {
		if c.Instrument == i {
			found, ok = c, true
		}
	}
	return found, ok
}

// A LockedError says why an instrument may not be used.
type LockedError struct {
	Instrument Instrument
	Locks      []Lock
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("%s is locked out: %v", e.Instrument, e.Locks)
}

// Instruments returns every instrument that staff have put anything on record of, in
// order. One of which there are but controls out of its memory may be somebody's own.
func (l *Log) Instruments() []Instrument {
	var all []Instrument
	for _, e := range l.Enrolments {
		all = append(all, e.Instrument)
	}
	for _, r := range l.Runs {
		all = append(all, r.Instrument)
	}
	for _, c := range l.Calibrations {
		all = append(all, c.Instrument)
	}
	for _, o := range l.Overrides {
		all = append(all, o.Instrument)
	}
	slices.SortFunc(all, func(x, y Instrument) int {
		return cmp.Or(cmp.Compare(x.Model, y.Model), cmp.Compare(x.Serial, y.Serial))
	})
	return slices.Compact(all)
}
