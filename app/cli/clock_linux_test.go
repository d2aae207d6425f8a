package cli

import (
	"context"
	"strings"
	"testing"

	"aidpost/instruments/simulated"
)

// TestClock: a wrong clock is shown, and set only when that is asked for.
func TestClock(t *testing.T) {
	t.Parallel()
	pty, err := simulated.OpenPty()
	if err != nil {
		t.Fatal(err)
	}
	meter := simulated.NewUltra2(simulated.Options{})
	meter.SetClockError(-3 * 60 * 1e9)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- meter.Run(ctx, pty) }()
	defer func() {
		stop()
		pty.Close()
		<-ended
	}()
	run := func(args ...string) outcome {
		return runEnv(t.Context(), t, live(), append([]string{"clock", "--port", pty.Path, "--model", "onetouch-ultra2", "--zone", "UTC"}, args...)...)
	}
	if o := run(); o.code != ExitOK || !strings.Contains(o.stdout, "GMF600DCY: clock off by -3m") || len(meter.Violations()) > 0 {
		t.Errorf("%+v, %q", o, meter.Violations())
	}
	read := runEnv(t.Context(), t, live(), "read", "--port", pty.Path, "--model", "onetouch-ultra2", "--zone", "UTC")
	if read.code != ExitOK || !strings.Contains(read.stderr, "clock of the onetouch-ultra2 is 3m") || !strings.Contains(read.stdout, "s behind") {
		t.Errorf("read says %q and %.300q", read.stderr, read.stdout)
	}
	if o := run("--set"); o.code != ExitOK || !strings.Contains(o.stdout, "set; clock off by ") || strings.Contains(o.stdout, "-3m") {
		t.Errorf("%+v", o)
	}
	if o := run(); o.code != ExitOK || strings.Contains(o.stdout, "3m") {
		t.Errorf("after setting: %+v", o)
	}
}

// TestClockOfOthers: an instrument without a clock, and no instrument.
func TestClockOfOthers(t *testing.T) {
	t.Parallel()
	port := simulate(t, "suntech-advantage", "--speed", fast)
	o := runEnv(t.Context(), t, live(), "clock", "--port", port, "--model", "suntech-advantage", "--set")
	if o.code != ExitFailed || !strings.Contains(o.stderr, "cannot be set") {
		t.Errorf("%+v", o)
	}
	o = runEnv(t.Context(), t, live(), "clock", "--port", port, "--model", "suntech-advantage")
	if o.code != ExitOK || !strings.Contains(o.stdout, "cannot be read") {
		t.Errorf("%+v", o)
	}
	if o := runEnv(t.Context(), t, live(), "clock"); o.code != ExitUsage {
		t.Errorf("%+v", o)
	}
}
