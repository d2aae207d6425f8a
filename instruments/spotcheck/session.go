package spotcheck

import (
	"time"

	"aidpost/instruments"
	"aidpost/instruments/pulsewave"
	"aidpost/records/oximetry"
	"aidpost/records/vitals"
)

// A Stream describes the live samples of a family of oximeters.
type Stream struct {
	Pace Pace
	// Frame is the size of the longest frame in bytes.
	Frame int
	// Believe is how many whole frames in a row make a wire trustworthy.
	Believe int
	// Strict says that one frame is all but proof of the instrument, or as much of
	// one as a parser calls Opening.
	Strict bool
	// First is how long a silence, or noise, before the first sample means
	// that no instrument is there, and Lost the same afterwards.
	First, Lost time.Duration
	// Lead is how many frames before those of the window are captured, since
	// the numbers of the window rest on them.
	Lead int
}

// A Session turns what one instrument sends into samples, and by the rule of
// this package into a reading.
type Session struct {
	// Identity is given to the reading.
	Identity instruments.Identity

	stream Stream
	parser Parser
	rule   Rule
	ruled  string // its id
	check  *Check
	wave   *pulsewave.Detector // nil: too few samples a second
	recent recorder
	now    func() time.Time
	emit   func(instruments.Event)

	sample  instruments.PlethSample
	samples uint64
	// trust is how many whole frames in a row must come before samples are
	// handed out; zero once they are.
	trust, inRow int
	dropped      uint64 // as of the last whole frame
	left         bool   // the finger of the finished check has left
	battery      bool   // a low battery was told
}

// NewSession returns a session for job, which hands all that happens to emit.
func NewSession(p Parser, stream Stream, job instruments.Job, emit func(instruments.Event)) *Session {
	stream.Pace = stream.Pace.sound()
	s := &Session{
		stream: stream, parser: p, rule: Default(), ruled: oximetry.DefaultID, now: job.Clock(), emit: emit,
	}
	if job.Oximetry != nil {
		s.rule, s.ruled = s.rule.By(*job.Oximetry), job.Oximetry.ID
	}
	if job.Contact > 0 {
		s.rule.Contact = job.Contact
	}
	s.wave = waveOf(stream.Pace)
	s.restart()
	return s
}

// restart begins a new spot check.
func (s *Session) restart() {
	s.check = New(s.rule, s.stream.Pace)
	s.recent = newRecorder(s.check.Window()+s.stream.Lead, s.stream.Frame, s.stream.Pace.Frames)
	s.left = false
	if s.wave != nil {
		s.wave.Reset()
	}
}

// rearm begins a new check when the finger of a finished one has left and one
// is in again: a finger gives one reading.
func (s *Session) rearm() {
	if s.check.Verdict() == Pending {
		return
	}
	s.left = s.left || s.check.Left()
	if s.left && !s.sample.FingerOut {
		s.restart()
	}
}

// Feed takes in bytes up to the end of a check and hands out what happens on
// the way. It returns how many bytes it took and what ended the check, a
// *Reading or a *Fault, which is not handed out; nil if nothing has.
func (s *Session) Feed(b []byte) (n int, end instruments.Event) {
	at := s.now()
	for taken := 0; taken < len(b); {
		n, found := s.parser.Next(b[taken:])
		taken += n
		switch found {
		case Nothing:
			continue
		case Spoiled:
			return taken, s.parser.Tally().fault()
		}
		if f := s.parser.Refused(); f != nil {
			return taken, f
		}
		if !s.parser.Live(&s.sample) || !s.trusted() {
			continue
		}
		if end := s.judgeSample(at); end != nil {
			return taken, end
		}
	}
	return len(b), nil
}

// trusted counts whole frames in a row until there are enough of them.
func (s *Session) trusted() bool {
	if s.trust == 0 {
		return true
	}
	if d := s.parser.Tally().Dropped; d != s.dropped {
		s.dropped, s.inRow = d, 0
	}
	if p, can := s.parser.(interface{ Hollow() bool }); can && p.Hollow() {
		s.inRow = 0
		return false
	}
	s.inRow++
	if s.inRow < s.trust {
		return false
	}
	s.trust = 0
	return true
}

// judgeSample hands out the sample and what the acceptance rule says to it.
func (s *Session) judgeSample(at time.Time) instruments.Event {
	s.sample.Index = s.samples
	s.samples++
	s.emit(&s.sample)
	s.rearm()
	s.recent.add(at, s.parser.Frame())
	if s.check.Verdict() != Pending {
		s.check.Feed(&s.sample)
		return nil
	}
	step := s.check.Feed(&s.sample)
	s.feedWave()
	if s.check.Left() {
		s.recent.forget() // frames without a finger belong to no reading
	}
	if step.Changed {
		s.emit(&instruments.Progress{Phase: step.Progress.Phase, Done: step.Progress.Done, Total: step.Progress.Total})
	}
	if step.Passing != "" {
		s.emit(&instruments.Fault{Code: step.Passing})
	}
	if s.sample.LowBattery && !s.battery {
		s.battery = true
		s.emit(&instruments.Fault{Code: instruments.LowBattery})
	}
	switch step.Verdict {
	case Accepted:
		return s.accepted()
	case GaveUp:
		return instruments.NewFault(s.check.Cause(), "no stable value in time")
	}
	return nil
}

func (s *Session) accepted() instruments.Event {
	result, _ := s.check.Result()
	values, err := result.Values()
	if err != nil {
		return instruments.Wrap(instruments.Implausible, err)
	}
	r := &instruments.Reading{
		Panel:    vitals.Oximetry,
		Values:   values,
		Flags:    result.Flags(),
		Taken:    s.now(),
		Identity: s.Identity,
		Capture:  s.recent.frames(),
		Note:     result.Note(),
		Oximetry: result.Taken(s.ruled),
	}
	s.crossCheck(r)
	return r
}
