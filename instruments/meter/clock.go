package meter

import (
	"errors"
	"fmt"
	"time"

	"aidpost/instruments"
)

// ErrWallTime reports fields that are no date or no time of day.
var ErrWallTime = errors.New("not a date and time")

// Wall returns the time that a meter's clock shows, with its fields read as if
// they were UTC: meters know neither zone nor daylight saving. It fails with
// ErrWallTime for fields such as a 30 February or a 24th hour.
func Wall(year, month, day, hour, minute, second int) (time.Time, error) {
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	y, m, d := t.Date()
	if y != year || int(m) != month || d != day || t.Hour() != hour || t.Minute() != minute || t.Second() != second {
		return time.Time{}, fmt.Errorf("%04d-%02d-%02d %02d:%02d:%02d: %w", year, month, day, hour, minute, second, ErrWallTime)
	}
	return t, nil
}

// A Clock relates a meter's wall clock to ours. The zero value is a clock that
// could not be read, in UTC.
type Clock struct {
	zone *time.Location
	host time.Time // when the meter was asked
	wall time.Time // what it said, see Wall
}

// ReadClock returns the clock of a meter that said wall to a question sent
// before and answered after. zone is where its wall clock stands.
func ReadClock(before, after, wall time.Time, zone *time.Location) Clock {
	return Clock{zone: zone, host: before.Add(after.Sub(before) / 2), wall: wall}
}

// UnreadClock returns the clock of a meter that cannot be asked, such as the
// one behind a capture. It is taken at its word.
func UnreadClock(zone *time.Location) Clock { return Clock{zone: zone} }

// Known reports whether the clock could be read.
func (c Clock) Known() bool { return !c.host.IsZero() }

// Drift returns the meter's clock minus ours; zero if it could not be read. On
// a meter that shows whole minutes an exact clock has a drift of -60 s to 0.
func (c Clock) Drift() time.Duration {
	if !c.Known() {
		return 0
	}
	h := c.host.In(c.location())
	year, month, day := h.Date()
	ours := time.Date(year, month, day, h.Hour(), h.Minute(), h.Second(), h.Nanosecond(), time.UTC)
	return c.wall.Sub(ours)
}

// Taken returns when, by our clock, something happened that the meter stored
// under wall. It counts back from the moment the clock was read, so a night on
// which the hour is set back does not blur it.
func (c Clock) Taken(wall time.Time) time.Time {
	if !c.Known() {
		return c.Shown(wall)
	}
	return c.host.Add(wall.Sub(c.wall)).In(c.location()).Round(0)
}

// Shown returns wall as a time in the clock's zone, uncorrected.
func (c Clock) Shown(wall time.Time) time.Time {
	year, month, day := wall.Date()
	return time.Date(year, month, day, wall.Hour(), wall.Minute(), wall.Second(), 0, c.location())
}

// twice reports whether wall is of the hour that comes twice in a night on
// which clocks are set back, so that without reading the meter's clock nobody
// can tell which of the two is meant. On Lord Howe Island it is half an hour.
func (c Clock) twice(wall time.Time) bool {
	shown := c.Shown(wall)
	for _, by := range []time.Duration{-time.Hour, -30 * time.Minute, 30 * time.Minute, time.Hour} {
		other := shown.Add(by)
		if other.Hour() == shown.Hour() && other.Minute() == shown.Minute() && other.Day() == shown.Day() {
			return true
		}
	}
	return false
}

func (c Clock) location() *time.Location {
	if c.zone == nil {
		return time.UTC
	}
	return c.zone
}

// A Trust says how far the times in a meter's memory can be believed.
type Trust int

// The degrees of trust.
const (
	Exact   Trust = iota // within two minutes of ours
	Drifted              // up to a quarter of an hour off: correct and say so
	Shifted              // off by whole hours, a zone or daylight saving: correct and ask staff to set it
	Unset                // lost its time; what it stored may be from before and after the loss
)

func (t Trust) String() string {
	switch t {
	case Exact:
		return "exact"
	case Drifted:
		return "drifted"
	case Shifted:
		return "off by whole hours"
	case Unset:
		return "not set"
	}
	return "unknown"
}

// The limits of Classify. A quarter of an hour is where the Tidepool uploader
// begins to ask (lib/commonFunctions.js).
const (
	exactWithin   = 2 * time.Minute
	driftedWithin = 15 * time.Minute
	nearHour      = 5 * time.Minute // a shifted clock drifts like any other
	farthestShift = 26 * time.Hour  // from UTC-12 to UTC+14
)

// Classify tells what a drift means. A wrong date or year is more than any
// zone explains and so is Unset.
func Classify(drift time.Duration) Trust {
	off := drift.Abs()
	switch {
	case off <= exactWithin:
		return Exact
	case off <= driftedWithin:
		return Drifted
	case off <= farthestShift+nearHour && (off-off.Round(time.Hour)).Abs() <= nearHour:
		return Shifted
	}
	return Unset
}

// Trust classifies the clock's drift. A clock that could not be read is Exact:
// there is nothing to hold against it.
func (c Clock) Trust() Trust { return Classify(c.Drift()) }

// Check returns a ClockUnset *Fault if the times in the memory cannot be
// believed.
func (c Clock) Check() error {
	if c.Trust() != Unset {
		return nil
	}
	return instruments.NewFault(instruments.ClockUnset,
		"the meter's clock shows "+c.wall.Format("2006-01-02 15:04")+", so the times it stored cannot be trusted")
}

// CheckFor is Check, unless a job wants results whatever the clock says.
func (c Clock) CheckFor(job instruments.Job) error {
	if job.AnyClock && job.Since.IsZero() {
		return nil
	}
	return c.Check()
}

// Believed returns a clock that was asked for, unless the times in the memory
// cannot be believed and the job does not want them all the same.
func Believed(job instruments.Job, c Clock, err error) (Clock, error) {
	if err == nil {
		err = c.CheckFor(job)
	}
	return c, err
}

// note tells staff how the time of a reading was formed; empty if the clock
// was fine.
func (c Clock) note() string {
	switch c.Trust() {
	case Drifted:
		return fmt.Sprintf("time corrected: the meter's clock is off by %s", c.Drift().Round(time.Second))
	case Shifted:
		return fmt.Sprintf("time corrected: the meter's clock is off by %s, as by a zone or daylight saving", c.Drift().Round(time.Second))
	}
	return ""
}

// RunningFrom returns a clock that shows t now and runs on from there: what
// a meter's clock is to be set to by the time that the meter listens.
func RunningFrom(t time.Time) func() time.Time {
	begun := time.Now()
	return func() time.Time { return t.Add(time.Since(begun)) }
}

// CheckYear returns an error for a time that a meter's clock cannot show.
func CheckYear(t time.Time, first, last int) error {
	if year := t.Year(); year < first || year > last {
		return fmt.Errorf("setting a clock that knows the years %d to %d to %d: %w", first, last, year, ErrWallTime)
	}
	return nil
}
