package astm

import (
	"context"
	"time"

	"aidpost/instruments"
)

// lineQuiet is how long a line feed is waited for. Adapters hold bytes back for
// up to 16 ms.
const lineQuiet = 100 * time.Millisecond

// A session is the host's end of a link.
type session struct {
	port  instruments.Port
	now   func() time.Time
	in    receiver
	steps []step // that happened and were not looked at
	chunk [256]byte
}

// close forgets what was received: some of it may be about other people.
func (s *session) close() {
	s.in.wipe()
	clear(s.chunk[:])
}

// next returns what happens next on the link, or a NoAnswer fault after wait
// without a byte. The caller must answer a step before it asks for the next.
func (s *session) next(ctx context.Context, wait time.Duration) (step, error) {
	keep := func(st step) {
		st.frame = st.frame.clone() // the receiver needs its buffer for the next
		s.steps = append(s.steps, st)
	}
	for len(s.steps) == 0 {
		patience := wait
		if s.in.unsettled() {
			patience = lineQuiet
		}
		n, err := instruments.ReadSome(ctx, s.port, s.chunk[:], patience)
		switch {
		case err == nil:
			s.in.push(s.chunk[:n], keep)
		case ctx.Err() != nil:
			return step{}, context.Cause(ctx)
		case s.in.unsettled() && instruments.CodeOf(err) == instruments.NoAnswer:
			s.in.settle(keep)
		default:
			return step{}, err
		}
	}
	st := s.steps[0]
	s.steps = s.steps[:copy(s.steps, s.steps[1:])]
	return st, nil
}

// say sends one control character; zero is nothing.
func (s *session) say(c byte) error {
	if c == 0 {
		return nil
	}
	return instruments.WriteAll(s.port, []byte{c})
}
