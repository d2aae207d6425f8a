package station

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// A Format knows the records of one model.
type Format interface {
	// Find tells where the first record in heard begins and ends. An end of
	// zero is none yet; what comes before begin then never will be part of one.
	Find(heard []byte) (begin, end int)
	// Parse reads a record that Find has found.
	Parse(record []byte) Record
	// Explain names all bytes of a record that Find has found.
	Explain(record []byte, n *instruments.Namer)
	// Between reports whether c may stand between records and mean nothing.
	Between(c byte) bool
}

// A Record is what a station says about one measurement.
type Record struct {
	Wall    time.Time // by the station's clock, see meter.Wall; zero if it tells none
	Result  cuff.Result
	Range   cuff.Range // what the station can measure
	Flags   []vitals.Flag
	Person  string // whose it is, as somebody told the station; empty if nobody did
	Name    string // what the station calls itself
	Note    string
	Refused *instruments.Fault // why it is no reading; beats the numbers
	// Aside says that this is not about a measurement, and is to be passed over.
	Aside bool
}

const (
	// course is how long before its record a measurement may have begun: some
	// stations write down the beginning, and they cut off the seconds.
	course = 2 * time.Minute
	// datedBefore is how much earlier than the visit a record may be dated in a
	// capture, of which nobody knows when it was made.
	datedBefore = 2 * time.Minute
)

// Event returns the reading of a record that arrived in frame f during the
// visit, or the *Fault that tells why it is none.
//
// Nobody sets the clocks of stations, and they cannot be asked. A record is
// believed to be new if its date is right, up to a quarter of an hour off, or
// off by whole hours, as by daylight saving; the date is kept beside the time
// of arrival. One that is off by anything else may be an old one that was sent
// once more.
func (r Record) Event(f instruments.Frame, job instruments.Job) instruments.Event {
	reading, fault := r.reading(f, job)
	switch {
	case fault != nil:
		return fault
	case r.strange(job):
		return instruments.NewFault(instruments.OtherPerson, "the station was told the number of somebody else")
	case r.Wall.IsZero():
		return reading
	}
	clock := meter.ReadClock(f.At, f.At, r.Wall, job.Location())
	reading.Drift = clock.Drift()
	switch meter.Classify(off(reading.Drift)) {
	case meter.Exact:
	case meter.Unset:
		return instruments.NewFault(instruments.ClockUnset,
			"the record is dated "+reading.InstrumentTime.Format("2006-01-02 15:04")+"; if it is not an old one, the station's clock is wrong")
	default:
		reading.Flags = append(reading.Flags, vitals.ClockDoubt)
	}
	return reading
}

// off is how far the clock is off, if the record was written down within
// course before it came.
func off(drift time.Duration) time.Duration {
	if drift < 0 {
		return min(drift+course, 0)
	}
	return drift
}

// captured returns the event of a record in a capture, or nil if it is of
// another visit. The station is taken at its word about the time.
func (r Record) captured(f instruments.Frame, job instruments.Job) instruments.Event {
	reading, fault := r.reading(f, job)
	if !r.Wall.IsZero() {
		taken := meter.UnreadClock(job.Location()).Taken(r.Wall)
		if !job.Since.IsZero() && (taken.Before(job.Since.Add(-datedBefore)) || r.strange(job)) {
			return nil
		}
		if reading != nil {
			reading.Taken = taken
		}
	}
	if fault != nil {
		return fault
	}
	return reading
}

// reading returns the record as a reading that was taken when it arrived.
func (r Record) reading(f instruments.Frame, job instruments.Job) (*instruments.Reading, *instruments.Fault) {
	if r.Refused != nil {
		return nil, r.Refused
	}
	values, flags, err := r.Result.Values(r.Range)
	if err != nil {
		var fault *instruments.Fault
		if !errors.As(err, &fault) {
			fault = instruments.Wrap(instruments.Internal, err)
		}
		return nil, fault
	}
	reading := &instruments.Reading{
		Panel: vitals.BloodPressure, Values: values, Flags: append(flags, r.Flags...),
		Taken: f.At, Identity: instruments.Identity{Name: r.Name},
		Capture: []instruments.Frame{f}, Note: r.Note,
	}
	if !r.Wall.IsZero() {
		reading.InstrumentTime = meter.UnreadClock(job.Location()).Shown(r.Wall)
	}
	return reading, nil
}

// strange reports that the record names a person, but not the one of the visit.
func (r Record) strange(job instruments.Job) bool {
	number := func(s string) string { return strings.TrimLeft(strings.TrimSpace(s), "0") }
	return number(r.Person) != "" && number(r.Person) != number(job.Person)
}

// Failed returns the fault of a measurement that a station gave up under a
// code that its maker does not explain in public.
func Failed(code string) *instruments.Fault {
	return &instruments.Fault{Code: instruments.Unstable, Device: code,
		Detail: "the station could not measure: arm in fully, sit still, start again"}
}

// Malformed returns the fault of a record whose parts contradict each other.
func Malformed(why string) *instruments.Fault {
	return instruments.NewFault(instruments.Garbled, "a record that cannot be: "+why)
}

// noise is the fault of bytes that are no record.
func noise(n int) *instruments.Fault {
	return instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d bytes that are no record", n))
}
