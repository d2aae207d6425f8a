package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"aidpost/instruments"
)

// ErrDiverged reports that the driver sends something else than was sent when
// the capture was made: another driver, or one that has changed.
var ErrDiverged = errors.New("the driver does not say what it said in the capture")

// A Pace is how fast a capture is played.
type Pace int

// The paces. At full speed a driver that waits by its own clock still does,
// and what it once said by that clock alone, such as a sign of life every few
// seconds, is not waited for.
const (
	FullSpeed Pace = iota // bytes are there as soon as they are wanted
	RealSpeed             // bytes come when they came
)

// grace is how much longer than it once took the host may be silent before
// what it said then is passed over at full speed.
const grace = 100 * time.Millisecond

// A Player is a port on which a captured session happens once more. Bytes of
// the instrument come no earlier than those of the host before them.
type Player struct {
	session *Session
	pace    Pace
	begun   time.Time

	mu       sync.Mutex
	moved    chan struct{} // closed when something changed
	events   []Event       // what is left
	sent     []byte        // of the next Sent event, already matched
	unread   []byte        // of the last Received event
	reached  time.Duration
	silent   time.Time // since when the host reads and should speak; full speed
	passed   [][]byte  // what it did not say; full speed
	deadline time.Time
	closed   bool
	err      error // the end: diverged, or the end of the capture
}

// Play returns a port that plays the session.
func Play(s *Session, pace Pace) *Player {
	return &Player{session: s, pace: pace, begun: time.Now(), events: slices.Clone(s.Events), moved: make(chan struct{})}
}

// Now is the clock of the captured session: the time of the last event that
// happened, or at real speed the time that has passed since.
func (p *Player) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	after := p.reached
	if p.pace == RealSpeed {
		after = time.Since(p.begun)
	}
	return p.session.Started.Add(after)
}

// Err returns ErrDiverged, with where, or nil.
func (p *Player) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if errors.Is(p.err, ErrDiverged) {
		return p.err
	}
	return nil
}

// Read returns the next bytes of the instrument.
func (p *Player) Read(b []byte) (int, error) {
	for {
		n, wait, moved, err := p.take(b)
		if n > 0 || err != nil {
			return n, err
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-moved:
		}
		timer.Stop()
	}
}

// take returns bytes that are due, or how long to wait for more.
func (p *Player) take(b []byte) (n int, wait time.Duration, moved chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.skipLines()
	wait = time.Minute
	if !p.deadline.IsZero() {
		wait = time.Until(p.deadline)
	}
	switch {
	case p.closed:
		return 0, 0, nil, os.ErrClosed
	case len(p.unread) > 0:
	case p.err != nil:
		return 0, 0, nil, p.err
	case len(p.events) == 0 || p.events[0].Kind == Ended:
		if due := p.due(); due > 0 {
			return p.later(min(due, wait), wait)
		}
		p.err = io.EOF
		return 0, 0, nil, p.err
	case p.events[0].Kind == Received:
		if due := p.due(); due > 0 {
			return p.later(min(due, wait), wait)
		}
		p.reached, p.unread = p.events[0].After, p.events[0].Bytes
		p.events = p.events[1:]
	default: // the host has to speak first
		return p.later(p.patience(wait), wait)
	}
	n = copy(b, p.unread)
	p.unread = p.unread[n:]
	return n, 0, nil, nil
}

// patience is how long to wait for the host to say what comes next, at most
// so long. At full speed it passes over what the host should have said.
func (p *Player) patience(most time.Duration) time.Duration {
	if p.pace == RealSpeed || len(p.sent) > 0 {
		return most
	}
	if p.silent.IsZero() {
		p.silent = time.Now()
	}
	left := p.events[0].After - p.reached + grace - time.Since(p.silent)
	if left > 0 {
		return min(left, most)
	}
	p.passed = append(p.passed, p.events[0].Bytes)
	p.said(0)
	return 0
}

func (p *Player) later(wait, toDeadline time.Duration) (int, time.Duration, chan struct{}, error) {
	if toDeadline <= 0 {
		return 0, 0, nil, os.ErrDeadlineExceeded
	}
	return 0, wait, p.moved, nil
}

// due is how long the next event is still to come.
func (p *Player) due() time.Duration {
	if p.pace == FullSpeed || len(p.events) == 0 {
		return 0
	}
	return time.Until(p.begun.Add(p.events[0].After))
}

// skipLines passes over the modem lines, which have no effect on a replay.
func (p *Player) skipLines() {
	for len(p.events) > 0 && p.events[0].Kind == Lines {
		p.events = p.events[1:]
	}
}

// Write takes what the host says and compares it with the capture.
func (p *Player) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return 0, os.ErrClosed
	}
	if len(p.sent) == 0 && p.late(b) {
		return len(b), nil
	}
	for i, c := range b {
		at := p.nextSent()
		if at < 0 || p.events[at].Bytes[len(p.sent)] != c {
			p.err = fmt.Errorf("%w: byte %02X after %s", ErrDiverged, c, p.reached)
			return i, p.err
		}
		p.sent = append(p.sent, c)
		if len(p.sent) == len(p.events[at].Bytes) {
			p.said(at)
		}
	}
	return len(b), nil
}

// late reports whether b is something that was passed over.
func (p *Player) late(b []byte) bool {
	i := slices.IndexFunc(p.passed, func(passed []byte) bool { return bytes.Equal(passed, b) })
	if i < 0 {
		return false
	}
	p.passed = slices.Delete(p.passed, i, i+1)
	return true
}

// nextSent returns the index of the next bytes of the host. Bytes of the
// instrument may stand before them: the host need not have read those yet.
func (p *Player) nextSent() int {
	for i, e := range p.events {
		if e.Kind == Sent {
			return i
		}
	}
	return -1
}

// said passes over the bytes of the host that have been sent.
func (p *Player) said(at int) {
	if at == 0 {
		p.reached = p.events[0].After
		p.events = p.events[1:]
	} else {
		p.events = slices.Delete(p.events, at, at+1)
	}
	p.sent, p.silent = p.sent[:0], time.Time{}
	close(p.moved)
	p.moved = make(chan struct{})
}

// SetReadDeadline bounds reads that begin after the call.
func (p *Player) SetReadDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deadline = t
	return nil
}

// SetModemLines has no effect.
func (p *Player) SetModemLines(dtr, rts bool) error { return nil }

// Discard has no effect: what was discarded then is not in the capture.
func (p *Player) Discard() error { return nil }

// Close ends the replay.
func (p *Player) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.closed = true
		close(p.moved)
		p.moved = make(chan struct{})
	}
	return nil
}

// Replay runs the driver on the session and hands what happens to emit. The
// error is the driver's, or matches ErrDiverged.
func Replay(ctx context.Context, d instruments.Driver, s *Session, pace Pace, emit func(instruments.Event)) error {
	p := Play(s, pace)
	defer p.Close()
	job, err := s.Job(p.Now)
	if err != nil {
		return fmt.Errorf("replaying: %w", err)
	}
	err = d.Measure(ctx, p, job, emit)
	if diverged := p.Err(); diverged != nil {
		return diverged
	}
	return err
}
