package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"aidpost/instruments"
)

const (
	// ProbeLimit bounds a probe; see instruments.Driver. A tenth of a second
	// more is forgiven, since a read may notice the end of its time late.
	ProbeLimit = 3 * time.Second
	forgiven   = 100 * time.Millisecond
	// CancelLimit bounds how long a cancelled measurement may go on. A cuff
	// takes five seconds at most to be let go.
	CancelLimit = 6 * time.Second
	// MeasureLimit bounds a measurement with everything that a person has to
	// do for it. A drop of blood in a bench analyser takes a quarter of an hour.
	MeasureLimit = 16 * time.Minute
	// closeGrace is how long a driver may take to notice a closed port.
	closeGrace = 5 * time.Second
)

var (
	errTooLong   = errors.New("the time is over")
	errCancelled = errors.New("cancelled by the check")
)

// A bench is an instrument under check, and what was found so far.
type bench struct {
	Subject
	identity instruments.Identity
	asked    []byte // what the probes have sent
	reading  *instruments.Reading
	heard    []byte        // from the instrument during the measurement of reading
	took     time.Duration // by that measurement
}

// A call is one use of the driver on a newly opened port.
type call struct {
	err         error
	took        time.Duration
	sent, heard []byte
	readings    []*instruments.Reading
	extra       int  // events after the first reading
	late        bool // an event came after the return
	panicked    any
	end         error // nothing more can be checked
}

// use opens the port and runs do on it until it returns, within limit and at
// most CancelLimit more.
func (b *bench) use(ctx context.Context, limit time.Duration, do func(context.Context, instruments.Port) error) *call {
	c := &call{}
	port, err := b.Open(ctx)
	if err != nil {
		c.err, c.end = err, fmt.Errorf("%w: %w", ErrNoInstrument, err)
		return c
	}
	t := &tap{Port: port}
	defer t.Close()
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errTooLong)
	defer cancel()
	done := make(chan struct{})
	began := time.Now()
	go func() {
		defer close(done)
		defer func() { c.panicked = recover() }()
		c.err = do(ctx, t)
	}()
	if !returned(ctx, done, t) {
		return &call{end: ErrStuck}
	}
	c.took = time.Since(began)
	c.sent, c.heard = t.crossed()
	return c
}

// returned waits for done. After ctx has ended it closes the port, and then
// gives up.
func returned(ctx context.Context, done <-chan struct{}, port instruments.Port) bool {
	select {
	case <-done:
		return true
	case <-ctx.Done():
	}
	for _, grace := range []time.Duration{CancelLimit, closeGrace} {
		select {
		case <-done:
			return true
		case <-time.After(grace):
			port.Close()
		}
	}
	return false
}

// measure takes a reading. It is cancelled after the time, unless that is zero.
func (b *bench) measure(ctx context.Context, after time.Duration) *call {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if after > 0 {
		defer time.AfterFunc(after, func() { cancel(errCancelled) }).Stop()
	}
	var e events
	c := b.use(ctx, MeasureLimit, func(ctx context.Context, port instruments.Port) error {
		defer e.close()
		return b.Driver.Measure(ctx, port, b.Job, func(event instruments.Event) {
			e.add(event)
			if b.Watch != nil {
				b.Watch(event)
			}
		})
	})
	c.readings, c.extra, c.late = e.taken()
	return c
}

// events are what a measurement emitted. A driver that emits from another
// goroutine, or after it has returned, must not upset the check.
type events struct {
	mu       sync.Mutex
	readings []*instruments.Reading
	extra    int
	closed   bool
	late     bool
}

func (e *events) add(event instruments.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r, ok := event.(*instruments.Reading)
	switch {
	case e.closed:
		e.late = true
	case ok:
		e.readings = append(e.readings, r)
	case len(e.readings) > 0:
		e.extra++
	}
}

func (e *events) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
}

func (e *events) taken() (readings []*instruments.Reading, extra int, late bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.readings, e.extra, e.late
}

// fault says what is wrong with how a call ended, whatever it was for.
func (c *call) fault() (verdict, bool) {
	switch {
	case c.end != nil:
		return verdict{Fail, c.end.Error(), c.end}, true
	case c.panicked != nil:
		return failed("the driver panicked: %v", c.panicked), true
	case c.late:
		return failed("something was emitted after the return"), true
	case c.err != nil && len(c.readings) > 0 && instruments.CodeOf(c.err) != instruments.SeveralResults:
		return failed("a reading came with the error: %v", c.err), true
	}
	return verdict{}, false
}

// A tap is a port that remembers what crosses it.
type tap struct {
	instruments.Port
	mu          sync.Mutex
	sent, heard bytes.Buffer
	closed      bool
}

func (t *tap) Read(b []byte) (int, error) {
	n, err := t.Port.Read(b)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.heard.Write(b[:n])
	return n, err
}

func (t *tap) Write(b []byte) (int, error) {
	n, err := t.Port.Write(b)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent.Write(b[:n])
	return n, err
}

func (t *tap) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil
	}
	t.closed = true
	return t.Port.Close()
}

func (t *tap) crossed() (sent, heard []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.sent.Bytes()), bytes.Clone(t.heard.Bytes())
}
