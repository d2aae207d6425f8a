// Package watchdog brings a kiosk back that crashed or hangs. The kiosk says at
// a steady pace that its window still answers (Beat), to systemd or to a guard;
// the guard (Guard) starts it again when it ends by a fault or falls silent.
//
// A kiosk that starts again opens on its start screen, lets go of every cuff it
// finds and has every result that was shown as saved, so ending it is safe.
package watchdog

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// The variable by which a guard tells the kiosk to send its beats down the
// standard output, and how often at least.
const envInterval = "AIDPOST_GUARD_INTERVAL"

// A Message is what a kiosk says to whoever watches it. Its text is that of
// systemd's sd_notify(3).
type Message string

// The messages.
const (
	Ready    Message = daemon.SdNotifyReady    // the window is open
	Alive    Message = daemon.SdNotifyWatchdog // it still answers
	Stopping Message = daemon.SdNotifyStopping // it ends in order
)

// A Watcher is whoever watches this process. The zero Watcher is nobody.
type Watcher struct {
	// Interval is how long a beat may take at most; 0: none is expected.
	Interval time.Duration
	// Tell says a message; nil: nobody listens.
	Tell func(Message) error
}

// Find returns who watches this process: systemd if it asked for that in the
// environment, a guard if it started us, or nobody. Beats for a guard go to out.
func Find(getenv func(string) string, out io.Writer) (Watcher, error) {
	if asked := getenv(envInterval); asked != "" {
		interval, err := time.ParseDuration(asked)
		if err != nil || interval <= 0 {
			return Watcher{}, fmt.Errorf("%s=%q is no interval", envInterval, asked)
		}
		return Watcher{Interval: interval, Tell: func(m Message) error {
			_, err := fmt.Fprintln(out, m)
			return err
		}}, nil
	}
	if getenv("NOTIFY_SOCKET") == "" {
		return Watcher{}, nil
	}
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		return Watcher{}, fmt.Errorf("reading systemd's watchdog interval: %w", err)
	}
	return Watcher{Interval: interval, Tell: func(m Message) error {
		_, err := daemon.SdNotify(false, string(m))
		return err
	}}, nil
}

// Beat says that the process is ready, then keeps saying that it is alive,
// until ctx ends, when it says that it is stopping. Before each beat it asks
// whether the process still answers: ask has to call answer from where the work
// is done, soon. While no answer comes nothing is said, and whoever watches
// will act. Beat returns the first error of telling, or nil.
func Beat(ctx context.Context, w Watcher, ask func(answer func())) error {
	if w.Tell == nil {
		return nil
	}
	if err := w.Tell(Ready); err != nil {
		return fmt.Errorf("telling the watchdog: %w", err)
	}
	if w.Interval > 0 {
		if err := beats(ctx, w, ask); err != nil {
			return fmt.Errorf("telling the watchdog: %w", err)
		}
	}
	<-ctx.Done()
	// Nobody may be there any more to hear it.
	_ = w.Tell(Stopping)
	return nil
}

// beats asks and tells until ctx ends. Three beats fit into an interval, so
// that a slow one does no harm.
func beats(ctx context.Context, w Watcher, ask func(answer func())) error {
	tick := time.NewTicker(w.Interval / 3)
	defer tick.Stop()
	for {
		answered := make(chan struct{})
		ask(func() { close(answered) })
		select {
		case <-answered:
		case <-ctx.Done():
			return nil
		}
		if err := w.Tell(Alive); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
