package quality

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Tally is how many measurements an instrument has made, where a plan counts
// them. The greatest of an instrument counts.
type Tally struct {
	Instrument Instrument `json:"instrument"`
	Tests      int        `json:"tests"`
}

// Tests returns how many measurements an instrument has made.
func (l *Log) Tests(i Instrument) int {
	n := 0
	for _, t := range l.Tallies {
		if t.Instrument == i {
			n = max(n, t.Tests)
		}
	}
	return n
}

// ErrShift reports the beginning of a shift that is no time of day.
var ErrShift = errors.New("not a time of day like 07:00")

// CheckShifts returns an error for beginnings of shifts that are no times.
func CheckShifts(shifts []string) error {
	for _, s := range shifts {
		if _, err := time.Parse("15:04", s); err != nil {
			return fmt.Errorf("%.40q: %w", s, ErrShift)
		}
	}
	return nil
}

// Scheduled reports whether a plan ever asks for a control run.
func (p Plan) Scheduled() bool { return p.VolunteerEvery > 0 || p.regular() }

// regular reports whether it asks for others than volunteer checks.
func (p Plan) regular() bool {
	return p.ControlEvery > 0 || p.ControlAfter > 0 || len(p.Shifts) > 0 || p.ControlLots
}

// shifts returns when the shift at an instant began and when the next one
// begins; zero without shifts.
func (p Plan) shifts(now time.Time) (began, next time.Time) {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	year, month, day := now.In(zone).Date()
	for _, s := range p.Shifts {
		at, err := time.Parse("15:04", s)
		if err != nil {
			continue // no plan is loaded with one
		}
		for d := -1; d <= 1; d++ {
			t := time.Date(year, month, day+d, at.Hour(), at.Minute(), 0, 0, zone)
			switch {
			case t.After(now):
				if next.IsZero() || t.Before(next) {
					next = t
				}
			case began.IsZero() || t.After(began):
				began = t
			}
		}
	}
	return began, next
}

// A Due says when the next control run of an instrument is due.
type Due struct {
	Lock Lock      // why it is due now; empty: it is not
	At   time.Time // when it will be by the clock; zero: not by the clock
	// Left is after how many measurements it will be; below zero: they are not
	// counted.
	Left int
	// Next is the solution or standard to take, the one that was run the longest
	// time ago; without a number where none is on record.
	Next Lot
}

// Due returns when the next control run of an instrument is due, and with what.
// A clock that was set back makes a run be of the future; such a run does not
// count.
func (l *Log) Due(p Plan, i Instrument, now time.Time) Due {
	due := Due{Left: -1}
	if !p.Scheduled() {
		return due
	}
	solutions, runs := l.Solutions(p, i, now), l.RunsOf(i, "")
	if p.VolunteerEvery == 0 {
		due = l.due(p, i, now, solutions, runs)
	} else {
		if p.regular() {
			lots, of := split(solutions, runs, false)
			due = l.due(p, i, now, lots, of)
		}
		lots, of := split(solutions, runs, true)
		due = due.or(l.due(Plan{Panel: p.Panel, ControlEvery: 24 * p.VolunteerEvery}, i, now, lots, of))
	}
	if len(runs) > 0 && l.rejected(runs, now) {
		due.Lock = OutOfControl
	}
	return due
}

// or returns the one of two that is due, or will be sooner.
func (d Due) or(o Due) Due {
	later := d.At.IsZero() || !o.At.IsZero() && o.At.Before(d.At)
	if d.Lock == "" && (o.Lock != "" || later) {
		o.Left = d.Left
		return o
	}
	return d
}

// due is Due of some of the solutions and runs, whatever became of the runs.
func (l *Log) due(p Plan, i Instrument, now time.Time, solutions []Lot, runs []Run) Due {
	due := Due{Left: -1, Next: leastRun(solutions, runs)}
	counted := alternating(p, runs, l.levelOf, len(levels(solutions)) > 1)
	if len(counted) == 0 {
		due.Lock = NoControl
		return due
	}
	last := counted[len(counted)-1]
	began, next := p.shifts(now)
	every := time.Duration(p.ControlEvery) * time.Hour
	if every > 0 {
		due.At = last.At.Add(every)
	}
	if !next.IsZero() && (due.At.IsZero() || next.Before(due.At)) {
		due.At = next
	}
	if p.ControlAfter > 0 {
		due.Left = max(0, p.ControlAfter-max(0, l.Tests(i)-last.Tests))
	}
	switch {
	case l.lotUnproved(p, i, now, solutions, runs):
		due.Lock = NoControl
	case l.altered(i).After(runs[len(runs)-1].At):
		due.Lock = Altered
	case last.At.After(now.Add(time.Hour)), every > 0 && now.Sub(last.At) >= every,
		!began.IsZero() && last.At.Before(began), due.Left == 0:
		due.Lock = ControlDue
	}
	if due.Lock == ControlDue && due.At.After(now) {
		due.At = now
	}
	return due
}

// Solutions returns the control solutions and standards that an instrument may
// be checked with now, the last of each number.
func (l *Log) Solutions(p Plan, i Instrument, now time.Time) []Lot {
	var found []Lot
	for _, lot := range l.Lots {
		if lot.Kind != Control && lot.Kind != Standard || !lot.Fits(i, p.Panel) {
			continue
		}
		found = slices.DeleteFunc(found, func(o Lot) bool { return o.Number == lot.Number })
		if now.Before(lot.Expires) && !lot.Opened.After(now) {
			found = append(found, lot)
		}
	}
	return found
}

func (l *Log) levelOf(r Run) string {
	lot, _ := l.Solution(r.Control)
	return lot.Level
}

func levels(lots []Lot) []string {
	var all []string
	for _, lot := range lots {
		if !slices.Contains(all, lot.Level) {
			all = append(all, lot.Level)
		}
	}
	return all
}

// alternating returns the runs that a schedule counts: where levels alternate
// and there are several, not one more of the level before.
func alternating(p Plan, runs []Run, level func(Run) string, several bool) []Run {
	if !p.Alternate || !several {
		return runs
	}
	var counted []Run
	for _, r := range runs {
		if n := len(counted); n == 0 || level(counted[n-1]) != level(r) {
			counted = append(counted, r)
		}
	}
	return counted
}

// leastRun returns the solution that was run the longest time ago, or never.
func leastRun(solutions []Lot, runs []Run) (least Lot) {
	var when time.Time
	for n, lot := range solutions {
		var at time.Time
		for _, r := range runs {
			if r.Control == lot.Number {
				at = r.At
			}
		}
		if n == 0 || at.Before(when) {
			least, when = lot, at
		}
	}
	return least
}

// rejected reports whether the last run of a solution that may still be used was
// out of control.
func (l *Log) rejected(runs []Run, now time.Time) bool {
	judged := map[string]bool{}
	for n := len(runs); n > 0; n-- {
		if run := runs[n-1]; !judged[run.Control] {
			judged[run.Control] = true
			if Judge(runs[:n]).Rejected() && l.current(run.Control, now) {
				return true
			}
		}
	}
	return false
}

// lotUnproved reports whether strips are in use that no control was run with, or
// where levels alternate not every level.
func (l *Log) lotUnproved(p Plan, i Instrument, now time.Time, solutions []Lot, runs []Run) bool {
	if !p.Lots && !p.ControlLots {
		return false
	}
	lot, ok := l.InUse(Reagent, i.Model, now)
	if !ok {
		return false
	}
	var proved []string
	for _, r := range runs {
		if !r.At.Before(lot.Opened) && (r.Reagent == "" || r.Reagent == lot.Number) {
			proved = append(proved, l.levelOf(r))
		}
	}
	if !p.Alternate {
		return len(proved) == 0
	}
	return len(proved) == 0 || slices.ContainsFunc(levels(solutions), func(level string) bool { return !slices.Contains(proved, level) })
}

// current reports whether a solution may still be used, so that a rejected run
// of one that was thrown away does not lock an instrument for ever.
func (l *Log) current(control string, now time.Time) bool {
	lot, ok := l.Solution(control)
	return !ok || now.Before(lot.Expires)
}
