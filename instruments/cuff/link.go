package cuff

import (
	"context"
	"time"

	"aidpost/instruments"
)

const (
	// interByte is how long the rest of a frame may take to arrive.
	interByte = 100 * time.Millisecond
	// maxFailures damaged frames in a row are a broken line.
	maxFailures = 3
)

// A Link receives the frames of an instrument on a port.
type Link struct {
	Port  instruments.Port
	scan  Scanner
	heard time.Time // when the last byte came in
	sent  time.Time // when the last command went out
}

// NewLink returns a link over port for the frames that cut tells.
func NewLink(port instruments.Port, cut Cut) *Link {
	return &Link{Port: port, scan: NewScanner(cut)}
}

// Open drops what has come before.
func (l *Link) Open() error {
	l.scan.Clear()
	if err := l.Port.Discard(); err != nil {
		return instruments.Wrap(instruments.Unplugged, err)
	}
	return nil
}

// Send writes a command, no sooner than gap after the one before.
func (l *Link) Send(ctx context.Context, gap time.Duration, command []byte) error {
	if err := instruments.Pause(ctx, gap-time.Since(l.sent)); err != nil {
		return err
	}
	l.sent = time.Now()
	return instruments.WriteAll(l.Port, command)
}

// Sent returns when the last command went out.
func (l *Link) Sent() time.Time { return l.sent }

// Next returns the next frame, valid until the following call, waiting no
// longer than until. It fails with the context's cause, or a NoAnswer,
// Unplugged or Garbled *Fault.
func (l *Link) Next(ctx context.Context, until time.Time) ([]byte, error) {
	for {
		if f, ok := l.scan.Next(); ok {
			l.scan.Forget()
			return f, nil
		}
		if l.scan.Failures() >= maxFailures {
			l.scan.Forget()
			return nil, instruments.NewFault(instruments.Garbled, "three damaged frames in a row")
		}
		wait := time.Until(until)
		if wait <= 0 {
			return nil, instruments.NewFault(instruments.NoAnswer, "")
		}
		if l.scan.Pending() {
			wait = min(wait, interByte)
		}
		n, err := instruments.ReadSome(ctx, l.Port, l.scan.Space(), wait)
		switch {
		case Unanswered(err):
			if time.Since(l.heard) >= interByte {
				l.scan.GiveUp()
			}
			continue
		case err != nil:
			return nil, err
		}
		l.heard = time.Now()
		l.scan.Added(n)
	}
}

// Silence is the fault of a question that was not answered: Garbled if bytes
// came that are no frame, and NoAnswer otherwise.
func (l *Link) Silence() error {
	if l.scan.Dropped() > 0 {
		return instruments.NewFault(instruments.Garbled, "no whole frame in the answer")
	}
	return instruments.NewFault(instruments.NoAnswer, "the question was not answered")
}

// Clear drops what has come of a frame whose rest cannot be wanted any more.
func (l *Link) Clear() { l.scan.Clear() }

// Unanswered reports that err says no more than that nothing came.
func Unanswered(err error) bool { return instruments.CodeOf(err) == instruments.NoAnswer }

// Passing reports that err may be gone at the next try.
func Passing(err error) bool {
	return Unanswered(err) || instruments.CodeOf(err) == instruments.Garbled
}
