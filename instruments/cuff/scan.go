package cuff

import (
	"bytes"
	"errors"
	"io"

	"aidpost/instruments"
)

// A Finding is what stands at the beginning of bytes.
type Finding int

// The findings.
const (
	Whole   Finding = iota // a good frame
	Short                  // the beginning of a frame whose rest has not come yet
	Noise                  // no frame begins here
	Filler                 // bytes between frames that mean nothing
	Damaged                // a frame whose check is wrong
)

// A Cut tells frames of a family in bytes. It is given at least one byte and
// returns what they begin with and how many bytes that is: at least one, unless
// it is Short. No frame is longer than the buffer of a [Scanner].
type Cut func(b []byte) (size int, what Finding)

// A Scanner cuts what arrives into frames, and finds its way again after
// damage. It makes no copies: read into Space, tell Added, then call Next until
// it has no more.
type Scanner struct {
	cut        Cut
	buf        [512]byte
	start, end int
	dropped    int // bytes that belonged to no frame since the last Forget
	failures   int // Damaged frames among them
}

// NewScanner returns a scanner for the frames that cut tells.
func NewScanner(cut Cut) Scanner { return Scanner{cut: cut} }

// Space returns where the next bytes go. It ends the life of earlier frames.
func (s *Scanner) Space() []byte {
	s.end = copy(s.buf[:], s.buf[s.start:s.end])
	s.start = 0
	return s.buf[s.end:]
}

// Added tells that n bytes have been put into Space.
func (s *Scanner) Added(n int) { s.end += n }

// Pending reports that the beginning of a frame is waiting for its rest.
func (s *Scanner) Pending() bool { return s.start < s.end }

// Next returns the next good frame, if a whole one is there, valid until the
// next call of Space. Less than one frame stays behind, so that Space is never
// empty.
func (s *Scanner) Next() ([]byte, bool) {
	for s.start < s.end {
		b := s.buf[s.start:s.end]
		size, what := s.cut(b)
		switch what {
		case Short:
			return nil, false
		case Whole:
			s.start += size
			return b[:size], true
		case Filler:
			s.start += size
			continue
		case Damaged:
			s.failures++
		}
		s.drop(size)
	}
	return nil, false
}

// GiveUp drops the beginning of a frame whose rest did not come.
func (s *Scanner) GiveUp() {
	if s.Pending() {
		s.drop(1)
	}
}

// Clear drops all that has come and is not yet cut.
func (s *Scanner) Clear() { s.start, s.end = 0, 0 }

func (s *Scanner) drop(n int) {
	s.start += n
	s.dropped += n
}

// Dropped returns how many bytes belonged to no frame since the last Forget.
func (s *Scanner) Dropped() int { return s.dropped }

// Failures returns how many frames were Damaged since the last Forget.
func (s *Scanner) Failures() int { return s.failures }

// Forget clears the counts of damage and returns the bytes that were dropped.
func (s *Scanner) Forget() int {
	n := s.dropped
	s.dropped, s.failures = 0, 0
	return n
}

// maxIdle is how many reads of a capture may bring nothing.
const maxIdle = 100

// Scan reads captured bytes to their end and hands over each frame, after the
// number of bytes that belonged to none before it. At the end frame may be
// called with nil and what was dropped last.
func Scan(captured io.Reader, cut Cut, frame func(dropped int, f []byte)) error {
	s := NewScanner(cut)
	frames := func() {
		for f, ok := s.Next(); ok; f, ok = s.Next() {
			frame(s.Forget(), f)
		}
	}
	for idle := 0; ; idle++ {
		n, err := captured.Read(s.Space())
		switch {
		case n > 0:
			idle = 0
		case err == nil && idle >= maxIdle:
			err = io.ErrNoProgress
		}
		s.Added(n)
		frames()
		if err == nil {
			continue
		}
		for s.Pending() {
			s.GiveUp()
			frames()
		}
		if n := s.Forget(); n > 0 {
			frame(n, nil)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
}

// Decoded is what a decoder emits for a result in a frame: its reading, as if it
// had been taken now, or the fault that says why there is none.
func Decoded(reading *instruments.Reading, err error, frame []byte, job instruments.Job) instruments.Event {
	var fault *instruments.Fault
	switch {
	case errors.As(err, &fault):
		return fault
	case err != nil:
		return instruments.Wrap(instruments.Internal, err)
	}
	kept := Kept(frame, job)
	reading.Taken, reading.Capture = kept.At, []instruments.Frame{kept}
	return reading
}

// Kept is a frame that came from the instrument now, for the capture of a
// reading.
func Kept(frame []byte, job instruments.Job) instruments.Frame {
	return instruments.Frame{At: job.Clock()(), Direction: instruments.FromInstrument, Bytes: bytes.Clone(frame)}
}

// Explain has explain name the bytes of each frame of a run, and leaves those
// between them without a name. Filler is handed to explain as a frame is.
func Explain(run []byte, cut Cut, n *instruments.Namer, explain func(f []byte)) {
	s := NewScanner(func(b []byte) (int, Finding) {
		size, what := cut(b)
		if what == Filler {
			what = Whole
		}
		return size, what
	})
	for len(run) > 0 || s.Pending() {
		taken := copy(s.Space(), run)
		s.Added(taken)
		run = run[taken:]
		for {
			f, ok := s.Next()
			n.Skip(s.Forget())
			if !ok {
				break
			}
			explain(f)
		}
		if len(run) == 0 {
			s.GiveUp()
		}
	}
}
