package instruments

import (
	"io"
	"os"
	"sync"
	"time"
)

// Pipe returns the two ends of a wire in memory: what is written to one end
// can be read from the other, with a buffer as a serial line has. Closing
// either end is a pulled cable: both sides fail from then on, after the bytes
// already under way to the other side have been read.
func Pipe() (host, instrument Port) {
	toHost, toInstrument := newStream(), newStream()
	host = &pipeEnd{in: toHost, out: toInstrument}
	instrument = &pipeEnd{in: toInstrument, out: toHost}
	return host, instrument
}

type pipeEnd struct {
	in, out *stream
}

func (p *pipeEnd) Read(b []byte) (int, error)        { return p.in.read(b) }
func (p *pipeEnd) Write(b []byte) (int, error)       { return p.out.write(b) }
func (p *pipeEnd) SetReadDeadline(t time.Time) error { p.in.setDeadline(t); return nil }
func (p *pipeEnd) SetModemLines(dtr, rts bool) error { return nil }
func (p *pipeEnd) Discard() error                    { p.in.discard(); return nil }

func (p *pipeEnd) Close() error {
	p.in.close()
	p.out.close()
	return nil
}

// stream is one direction of a pipe.
type stream struct {
	mu       sync.Mutex
	wake     *sync.Cond
	data     []byte
	closed   bool
	deadline time.Time
	alarm    *time.Timer
}

func newStream() *stream {
	s := &stream{}
	s.wake = sync.NewCond(&s.mu)
	return s
}

func (s *stream) read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.data) == 0 {
		switch {
		case s.closed:
			return 0, io.ErrClosedPipe
		case !s.deadline.IsZero() && !time.Now().Before(s.deadline):
			return 0, os.ErrDeadlineExceeded
		}
		s.wake.Wait()
	}
	n := copy(b, s.data)
	s.data = s.data[:copy(s.data, s.data[n:])]
	return n, nil
}

func (s *stream) write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, io.ErrClosedPipe
	}
	s.data = append(s.data, b...)
	s.wake.Broadcast()
	return len(b), nil
}

func (s *stream) setDeadline(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deadline = t
	switch {
	case t.IsZero() && s.alarm != nil:
		s.alarm.Stop()
	case t.IsZero():
	case s.alarm != nil:
		s.alarm.Reset(time.Until(t))
	default:
		s.alarm = time.AfterFunc(time.Until(t), s.ring)
	}
	s.wake.Broadcast()
}

// ring wakes readers at the deadline. It does so with the lock, or a reader
// between its check and its wait would miss the call.
func (s *stream) ring() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wake.Broadcast()
}

func (s *stream) discard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = s.data[:0]
}

func (s *stream) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.alarm != nil {
		s.alarm.Stop()
	}
	s.wake.Broadcast()
}
