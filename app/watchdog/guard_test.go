package watchdog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain lets this test binary be the kiosk that a guard runs.
func TestMain(m *testing.M) {
	if acts := os.Getenv("TEST_KIOSK"); acts != "" {
		os.Exit(playKiosk(acts))
	}
	os.Exit(m.Run())
}

// playKiosk plays the act whose turn it is; each run of the kiosk takes the
// next of the acts.
func playKiosk(acts string) int {
	turn, err := nextTurn(os.Getenv("TEST_TURNS"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	list := strings.Fields(acts)
	act := list[min(turn, len(list)-1)]
	w, err := Find(os.Getenv, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	answer := func(answer func()) { answer() }
	switch act {
	case "refuse":
		return 2
	case "mute":
		<-ctx.Done()
		return 0
	case "crash":
		_ = w.Tell(Ready)
		panic("a crash that was asked for")
	case "hang":
		_ = Beat(ctx, w, func(func()) {})
	case "end":
		ctx, stop := context.WithTimeout(ctx, 50*time.Millisecond)
		defer stop()
		_ = Beat(ctx, w, answer)
	case "live":
		_ = Beat(ctx, w, answer)
	}
	return 0
}

// nextTurn counts the runs of the kiosk in a file.
func nextTurn(file string) (int, error) {
	seen, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, err
	}
	return len(seen), os.WriteFile(file, append(seen, '.'), 0o600)
}

type guarded struct {
	*Guard
	t     *testing.T
	turns string
	said  bytes.Buffer // what the kiosks wrote on their standard error
}

func newGuarded(t *testing.T, acts string) *guarded {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	g := &guarded{t: t, turns: filepath.Join(t.TempDir(), "turns")}
	g.Guard = &Guard{
		Command: func() *exec.Cmd {
			c := exec.Command(self)
			c.Env = append(os.Environ(), "TEST_KIOSK="+acts, "TEST_TURNS="+g.turns)
			c.Stderr = &g.said
			return c
		},
		Start: 20 * time.Second, Interval: 2 * time.Second, Pause: time.Millisecond,
		Log: slog.New(slog.DiscardHandler),
	}
	return g
}

func (g *guarded) started() int {
	turns, err := os.ReadFile(g.turns)
	if err != nil {
		g.t.Fatal(err)
	}
	return len(turns)
}

func TestGuard(t *testing.T) {
	tests := []struct {
		name, acts string
		starts     int
		err        error
		said       string // by a kiosk, before it went
	}{
		{"ends in order", "end", 1, nil, ""},
		{"crashes", "crash crash end", 3, nil, "a crash that was asked for"},
		{"crashes and then cannot start", "crash refuse end", 3, nil, ""},
		{"hangs", "hang end", 2, nil, "SIGQUIT"},
		{"never starts", "refuse", 1, ErrNeverReady, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGuarded(t, tt.acts)
			if err := g.Run(t.Context()); !errors.Is(err, tt.err) {
				t.Errorf("Run: %v, want %v", err, tt.err)
			}
			if got := g.started(); got != tt.starts {
				t.Errorf("started %d times, want %d", got, tt.starts)
			}
			if !strings.Contains(g.said.String(), tt.said) {
				t.Errorf("the kiosks did not say %q before they went", tt.said)
			}
		})
	}
}

// TestGuardNeverReady gives up a kiosk that starts but never opens its window.
func TestGuardNeverReady(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, "mute")
	g.Start = 300 * time.Millisecond
	if err := g.Run(t.Context()); !errors.Is(err, ErrNeverReady) || !errors.Is(err, errSilent) {
		t.Errorf("Run: %v", err)
	}
}

// TestGuardStops checks that stopping the guard ends a kiosk that lives, and
// that one that lives is left alone.
func TestGuardStops(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, "live")
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
	defer stop()
	if err := g.Run(ctx); err != nil {
		t.Errorf("Run: %v", err)
	}
	if got := g.started(); got != 1 {
		t.Errorf("started %d times although it lived", got)
	}
}
