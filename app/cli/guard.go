package cli

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"aidpost/app/watchdog"
)

func guardVerb() verb {
	return verb{
		name: "guard", args: "[--patience DURATION] [-- FLAGS OF THE KIOSK]",
		brief: "run the kiosk, and start it again when it crashes or hangs",
		about: `
Runs the kiosk in a process of its own and starts it again when it crashes, or
when its window does not answer for as long as --patience says. It ends when
the kiosk is ended in order. What a crashed or hanging kiosk was doing stands in
crash-*.txt beside the records. Where systemd starts the kiosk it does this
itself; see assets/package.

    aidpost guard -- --lang es --port /dev/ttyUSB0`,
		exits: []int{ExitFailed},
		setup: setupGuard,
	}
}

// The times that a guard allows. A start may have to seal old records again.
const (
	defaultPatience = 20 * time.Second
	leastPatience   = 2 * time.Second
	startPatience   = 5 * time.Minute
)

func setupGuard(c *command) func(context.Context, []string) error {
	patience := c.flags.Duration("patience", defaultPatience, "how long the window may be silent, a `DURATION` like 20s")
	return func(ctx context.Context, args []string) error {
		if *patience < leastPatience {
			return usage("--patience is %s at least", leastPatience)
		}
		if c.Self == nil {
			return fail(ExitFailed, "this system cannot start the kiosk in a process of its own")
		}
		g := watchdog.Guard{
			Command: c.Self(args), Start: startPatience, Interval: *patience, Pause: time.Second,
			Log: slog.New(slog.NewTextHandler(c.Stderr, nil)),
		}
		err := g.Run(ctx)
		if errors.Is(err, watchdog.ErrNeverReady) {
			return fail(ExitFailed, "%w; what it said stands above", err)
		}
		return err
	}
}
