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
// anybody. Without a plan nothing is asked.
type Plan struct {
	Panel vitals.Panel `json:"panel"`
	// Enrolled are the instruments that measure people here, each as MODEL or
	// MODEL/SERIAL. Others, borrowed or unknown, measure nobody. Empty: all do.
	Enrolled []string `json:"enrolled,omitempty"`
	// ControlEvery is how long a control run in control holds, in hours; 0: none
	// is needed.
	ControlEvery int `json:"controlEvery,omitempty"`
	// Lots asks for a lot of strips in use that has not expired.
	Lots bool `json:"lots,omitempty"`
	// Calibration asks for a calibration that is not overdue.
	Calibration bool `json:"calibration,omitempty"`
	// Certificates asks members of staff for a certificate, to run a control and
	// to measure somebody. A person who measures themselves needs none.
	Certificates bool `json:"certificates,omitempty"`
	// EnrolledOnly asks for instruments that staff have enrolled on this computer,
	// besides being of the list above.
	EnrolledOnly bool `json:"enrolledOnly,omitempty"`
	// Overrides is how many measurements one override lets through; 0 means one.
	Overrides int `json:"overrides,omitempty"`
}

// A LotKind says what is in a lot.
type LotKind string

// The kinds of lots.
const (
	Reagent LotKind = "reagent" // strips
	Control LotKind = "control" // control solution
)

// A Lot is a lot of strips or of control solution.
type Lot struct {
	Number  string    `json:"number"`
	Kind    LotKind   `json:"kind"`
	Model   string    `json:"model"`           // for which it is
	Expires time.Time `json:"expires"`         // the first instant at which it may not be used
	Opened  time.Time `json:"opened"`          // when it was put to use
	Level   string    `json:"level,omitempty"` // of a control solution
	Target  Target    `json:"target,omitzero"` // of a control solution
}

// A Calibration is a check of an instrument against a standard: a pressure
// gauge, a test finger, a known weight.
type Calibration struct {
	Instrument Instrument `json:"instrument"`
	At         time.Time  `json:"at"`
	Due        time.Time  `json:"due"` // the next one
	Comment    string     `json:"comment,omitempty"`
}

// A Certificate lets a member of staff run the instruments of a panel.
type Certificate struct {
	Account string       `json:"account"`
	Panel   vitals.Panel `json:"panel"`
	Until   time.Time    `json:"until"`
	At      time.Time    `json:"at"`
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

// An Override lets a few measurements through a lock.
type Override struct {
	Instrument Instrument `json:"instrument"`
	Reason     string     `json:"reason"`
	Tests      int        `json:"tests"`
	At         time.Time  `json:"at"`
	Until      time.Time  `json:"until"`
}

// A Use is one measurement that an override let through.
type Use struct {
	Instrument Instrument `json:"instrument"`
	At         time.Time  `json:"at"`
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
}

// A Lock is why an instrument may not be used.
type Lock string

// The locks.
const (
	NotEnrolled    Lock = "not-enrolled"    // it is not one of those that measure people here
	NoLot          Lock = "no-lot"          // no lot of strips is in use
	LotExpired     Lock = "lot-expired"     // the one in use is past its date
	NoControl      Lock = "no-control"      // no control run yet with these strips
	ControlDue     Lock = "control-due"     // the last one is too old
	OutOfControl   Lock = "out-of-control"  // the last one was rejected
	NoCalibration  Lock = "no-calibration"  // it was never calibrated
	CalibrationDue Lock = "calibration-due" // the next calibration is overdue
	OnePerson      Lock = "one-person"      // it is for one person alone
	NoCertificate  Lock = "no-certificate"  // whoever measures has none that is valid today
)

// Locks returns why an instrument may not be used at an instant, in the order
// above; none: it may.
func (l *Log) Locks(p Plan, i Instrument, now time.Time) []Lock {
	var locks []Lock
	if lock := l.belongs(p, i); lock != "" {
		locks = append(locks, lock)
	}
	var opened time.Time
	if p.Lots {
		lot, ok := l.InUse(Reagent, i.Model, now)
		switch {
		case !ok:
			locks = append(locks, NoLot)
		case !now.Before(lot.Expires):
			locks = append(locks, LotExpired)
		}
		opened = lot.Opened
	}
	if p.ControlEvery > 0 {
		if lock := l.control(i, opened, now, time.Duration(p.ControlEvery)*time.Hour); lock != "" {
			locks = append(locks, lock)
		}
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
	case p.EnrolledOnly && (!ok || e.Retired):
		return NotEnrolled
	case len(p.Enrolled) > 0 && !slices.Contains(p.Enrolled, i.Model) && !slices.Contains(p.Enrolled, i.String()):
		return NotEnrolled
	}
	return ""
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

// control judges the control runs of an instrument: the last of each solution
// must be in control, and the last of all neither older than the strips nor
// than the plan lets it be. A clock that was set back makes a run be of the
// future; such a run does not count.
func (l *Log) control(i Instrument, opened, now time.Time, every time.Duration) Lock {
	runs := l.RunsOf(i, "")
	if len(runs) == 0 {
		return NoControl
	}
	judged := map[string]bool{}
	for n := len(runs); n > 0; n-- {
		if run := runs[n-1]; !judged[run.Control] {
			judged[run.Control] = true
			if Judge(runs[:n]).Rejected() && l.current(run.Control, now) {
				return OutOfControl
			}
		}
	}
	last := runs[len(runs)-1].At
	switch {
	case last.Before(opened):
		return NoControl
	case last.After(now.Add(time.Hour)), now.Sub(last) >= every:
		return ControlDue
	}
	return ""
}

// current reports whether a solution may still be used, so that a rejected run
// of one that was thrown away does not lock an instrument for ever.
func (l *Log) current(control string, now time.Time) bool {
	i := slices.IndexFunc(l.Lots, func(lot Lot) bool { return lot.Kind == Control && lot.Number == control })
	return i < 0 || now.Before(l.Lots[i].Expires)
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

// Certified reports whether an account may run the instruments of a panel. The
// last certificate counts, so that one can be taken back.
func (l *Log) Certified(account string, p vitals.Panel, now time.Time) bool {
	for _, c := range slices.Backward(l.Certificates) {
		if c.Account == account && c.Panel == p {
			return now.Before(c.Until)
		}
	}
	return false
}

// Left returns how many measurements an override still lets through the locks
// of an instrument.
func (l *Log) Left(i Instrument, now time.Time) int {
	for _, o := range slices.Backward(l.Overrides) {
		if o.Instrument != i {
			continue
		}
		if !now.Before(o.Until) || now.Before(o.At.Add(-time.Hour)) {
			return 0
		}
		used := 0
		for _, u := range l.Uses {
			if u.Instrument == i && !u.At.Before(o.At) {
				used++
			}
		}
		return max(0, o.Tests-used)
	}
	return 0
}

// A LockedError says why an instrument may not be used.
type LockedError struct {
	Instrument Instrument
	Locks      []Lock
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("%s is locked out: %v", e.Instrument, e.Locks)
}

// Instruments returns every instrument that anything is on record of, in order.
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
