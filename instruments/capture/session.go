package capture

import (
	"time"

	"aidpost/instruments"
)

// A Header says what was captured.
type Header struct {
	Model   string        // of the driver, as in the catalogue
	Driver  string        // its version
	Line    string        // as instruments.Line writes it: "9600 8N1"
	Started time.Time     // to the microsecond
	Zone    string        // IANA name of the zone of the job; empty: UTC
	Since   time.Time     // of the job; zero if every stored result was asked for
	Contact time.Duration // of the job; zero: the driver's own
	Note    string        // one line for people

	// Person is of the job, too, but is never written: a capture does not say
	// whose it is. Whoever replays one of a named person has to know.
	Person string
}

// HeaderOf describes a session that a driver of the model is about to have.
func HeaderOf(m instruments.Model, job instruments.Job) Header {
	return Header{
		Model: m.ID, Driver: m.Version, Line: m.Line.String(),
		Zone: job.Location().String(), Since: job.Since.Round(0), Contact: job.Contact,
	}
}

// A Kind is what an event is.
type Kind byte

// The kinds of event, as they are written.
const (
	Received Kind = '<' // bytes from the instrument
	Sent     Kind = '>' // bytes to the instrument
	Lines    Kind = '=' // the modem lines were set
	Ended    Kind = '!' // the wire was gone
)

// An Event is something that happened on the wire.
type Event struct {
	Kind     Kind
	After    time.Duration // since the start, in whole microseconds
	Bytes    []byte        // of Received and Sent
	DTR, RTS bool          // of Lines
}

// A Session is a whole capture.
type Session struct {
	Header
	Events []Event
}

// Frames returns the bytes of both directions, for [instruments.Explainer].
func (s *Session) Frames() []instruments.Frame {
	var frames []instruments.Frame
	for _, e := range s.Events {
		if e.Kind == Received || e.Kind == Sent {
			frames = append(frames, instruments.Frame{
				At: s.Started.Add(e.After), Direction: instruments.Direction(e.Kind), Bytes: e.Bytes,
			})
		}
	}
	return frames
}

// Job returns the job of the captured session, with a clock that is to be set.
func (s *Session) Job(now func() time.Time) (instruments.Job, error) {
	zone, err := time.LoadLocation(s.Zone)
	return instruments.Job{Since: s.Since, Zone: zone, Contact: s.Contact, Person: s.Person, Now: now}, err
}
