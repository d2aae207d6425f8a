package capture

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"aidpost/instruments"
)

// A Recorder writes down what crosses a port. A capture that cannot be written
// does not disturb the measurement: the error waits in Err.
type Recorder struct {
	started time.Time
	now     func() time.Time

	mu    sync.Mutex
	to    io.Writer
	line  []byte
	last  time.Duration
	ended bool
	err   error
}

// NewRecorder writes the header and returns what records behind it. now is the
// clock; nil means time.Now. The header's start is set from it.
func NewRecorder(to io.Writer, h Header, now func() time.Time) *Recorder {
	if now == nil {
		now = time.Now
	}
	h.Started = now().Round(0).Truncate(time.Microsecond)
	r := &Recorder{started: h.Started, now: now, to: to}
	_, r.err = io.WriteString(to, h.text())
	return r
}

// Err returns why the capture is not whole, or nil.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// CloseFile closes the file that was written to. One that is not whole gets another
// name, so that nobody takes it for a session that is; the error says so.
func (r *Recorder) CloseFile(file *os.File) error {
	err := r.Err()
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		return nil
	}
	end := filepath.Ext(file.Name())
	part := strings.TrimSuffix(file.Name(), end) + ".part" + end
	if renamed := os.Rename(file.Name(), part); renamed != nil {
		return errors.Join(err, renamed)
	}
	return fmt.Errorf("%s is not whole: %w", part, err)
}

// Port returns p with everything that crosses it written down. Closing it
// closes p.
func (r *Recorder) Port(p instruments.Port) instruments.Port { return &recorded{p, r} }

// note writes one event with the time of now, which never runs backwards in a
// capture even where the clock is set back.
func (r *Recorder) note(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil || r.ended {
		return
	}
	e.After = max(r.now().Sub(r.started).Truncate(time.Microsecond), r.last)
	r.last, r.ended = e.After, e.Kind == Ended
	r.line = e.appendTo(r.line[:0])
	_, r.err = r.to.Write(r.line)
}

type recorded struct {
	instruments.Port
	r *Recorder
}

func (p *recorded) Read(b []byte) (int, error) {
	n, err := p.Port.Read(b)
	if n > 0 {
		p.r.note(Event{Kind: Received, Bytes: b[:n]})
	}
	p.lost(err)
	return n, err
}

func (p *recorded) Write(b []byte) (int, error) {
	n, err := p.Port.Write(b)
	if n > 0 {
		p.r.note(Event{Kind: Sent, Bytes: b[:n]})
	}
	p.lost(err)
	return n, err
}

func (p *recorded) SetModemLines(dtr, rts bool) error {
	p.r.note(Event{Kind: Lines, DTR: dtr, RTS: rts})
	return p.Port.SetModemLines(dtr, rts)
}

// lost notes that the wire is gone, once.
func (p *recorded) lost(err error) {
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		p.r.note(Event{Kind: Ended})
	}
}
