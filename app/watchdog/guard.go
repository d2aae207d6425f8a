package watchdog

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"time"
)

// A Guard keeps a kiosk running.
type Guard struct {
	// Command returns the kiosk, not started. The guard sets where its standard
	// output goes and how it is ended.
	Command func() *exec.Cmd
	// Start is how long the kiosk may take until it is ready, Interval how long
	// it may be silent after that.
	Start, Interval time.Duration
	// Pause is the wait before the first new start. It doubles with each start
	// that did not last, up to a minute.
	Pause time.Duration
	Log   *slog.Logger
}

const (
	longestPause = time.Minute
	// lasted is how long a kiosk must have run for its end to be news and not
	// one more of a row.
	lasted = 5 * time.Minute
	// mourning is the time that a hanging kiosk has to write down where it
	// hangs, and one that is stopped to let go of a cuff.
	mourning = 10 * time.Second
)

// ErrNeverReady reports a kiosk that ended by itself before it was ever ready:
// starting it again would not help, somebody has to look at what it said.
var ErrNeverReady = errors.New("the kiosk ended before it was ready")

// Run starts the kiosk, and again whenever it crashes or falls silent. It
// returns nil when the kiosk ends in order or when ctx ends.
func (g *Guard) Run(ctx context.Context) error {
	pause, everReady := g.Pause, false
	for n := 1; ; n++ {
		began := time.Now()
		ready, err := g.once(ctx)
		everReady = everReady || ready
		switch {
		case ctx.Err() != nil, err == nil:
			return nil
		case !everReady:
			return fmt.Errorf("%w: %w", ErrNeverReady, err)
		}
		if time.Since(began) >= lasted {
			pause = g.Pause
		}
		g.Log.Error("the kiosk is started again", "start", n+1, "after", time.Since(began).Round(time.Second), "in", pause, "cause", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// errSilent reports a kiosk that said nothing for too long.
var errSilent = errors.New("it did not answer any more")

// once runs one kiosk to its end.
func (g *Guard) once(ctx context.Context) (ready bool, err error) {
	c := g.Command()
	c.Env = append(c.Environ(), fmt.Sprintf("%s=%s", envInterval, g.Interval))
	out, err := c.StdoutPipe()
	if err != nil {
		return false, fmt.Errorf("starting the kiosk: %w", err)
	}
	if err := c.Start(); err != nil {
		return false, fmt.Errorf("starting the kiosk: %w", err)
	}
	said := make(chan Message)
	go listen(out, said)
	ready, heard := g.watch(ctx, said)
	switch {
	case heard != nil:
		mourn(c.Process, said)
	case ctx.Err() != nil:
		stop(c.Process, said)
	}
	return ready, errors.Join(heard, c.Wait())
}

// listen reads messages until the kiosk has ended, then closes said.
func listen(out io.Reader, said chan<- Message) {
	defer close(said)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said <- Message(lines.Text())
	}
}

// watch returns when the kiosk ends, falls silent (with errSilent) or ctx ends.
func (g *Guard) watch(ctx context.Context, said <-chan Message) (ready bool, err error) {
	patience := time.NewTimer(g.Start)
	defer patience.Stop()
	for {
		select {
		case m, more := <-said:
			switch {
			case !more:
				return ready, nil
			case m == Stopping:
				// It has its own time to end in order.
				patience.Reset(mourning)
			case m == Ready, m == Alive:
				ready = true
				patience.Reset(g.Interval)
			}
		case <-patience.C:
			return ready, errSilent
		case <-ctx.Done():
			return ready, nil
		}
	}
}

// mourn has a hanging kiosk write down where it hangs, then ends it.
func mourn(p *os.Process, said <-chan Message) {
	if err := p.Signal(dump); err == nil {
		if gone(said, mourning) {
			return
		}
	}
	_ = p.Kill()
	gone(said, mourning)
}

// stop asks the kiosk to end in order, and ends it if it does not.
func stop(p *os.Process, said <-chan Message) {
	if err := p.Signal(os.Interrupt); err == nil {
		if gone(said, mourning) {
			return
		}
	}
	_ = p.Kill()
	gone(said, mourning)
}

// gone waits until the kiosk's output is closed.
func gone(said <-chan Message, patience time.Duration) bool {
	late := time.After(patience)
	for {
		select {
		case _, more := <-said:
			if !more {
				return true
			}
		case <-late:
			return false
		}
	}
}
