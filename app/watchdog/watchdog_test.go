package watchdog

import (
	"bytes"
	"context"
	"errors"
	"net"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestBeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var heard []Message
		w := Watcher{Interval: 30 * time.Second, Tell: func(m Message) error { heard = append(heard, m); return nil }}
		done := make(chan error, 1)
		hangs := false
		var late func()
		go func() {
			done <- Beat(ctx, w, func(answer func()) {
				if late = answer; !hangs {
					answer()
				}
			})
		}()
		time.Sleep(29 * time.Second)
		synctest.Wait()
		if want := []Message{Ready, Alive, Alive, Alive}; !slices.Equal(heard, want) {
			t.Fatalf("in 29 s heard %q, want %q", heard, want)
		}
		hangs, heard = true, nil
		time.Sleep(time.Hour)
		if len(heard) > 0 {
			t.Fatalf("while it hung heard %q", heard)
		}
		hangs = false
		late()
		time.Sleep(time.Second)
		synctest.Wait()
		if len(heard) == 0 || heard[0] != Alive {
			t.Fatalf("after it answered late heard %q", heard)
		}
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if last := heard[len(heard)-1]; last != Stopping {
			t.Errorf("at the end heard %q", last)
		}
	})
}

// TestBeatHangs checks that a window that hangs does not keep the program from
// ending.
func TestBeatHangs(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	w := Watcher{Interval: time.Hour, Tell: func(Message) error { return nil }}
	if err := Beat(ctx, w, func(func()) { stop() }); err != nil {
		t.Error(err)
	}
}

func TestBeatNobody(t *testing.T) {
	if err := Beat(t.Context(), Watcher{}, func(func()) { t.Error("asked although nobody watches") }); err != nil {
		t.Error(err)
	}
}

func TestBeatBrokenPipe(t *testing.T) {
	broken := errors.New("broken pipe")
	w := Watcher{Interval: time.Second, Tell: func(Message) error { return broken }}
	if err := Beat(t.Context(), w, func(answer func()) { answer() }); !errors.Is(err, broken) {
		t.Errorf("Beat: %v", err)
	}
}

func TestFindGuard(t *testing.T) {
	env := func(value string) func(string) string {
		return func(name string) string {
			if name == envInterval {
				return value
			}
			return ""
		}
	}
	var out bytes.Buffer
	w, err := Find(env("20s"), &out)
	if err != nil || w.Interval != 20*time.Second {
		t.Fatalf("Find: %v, %v", w.Interval, err)
	}
	if err := w.Tell(Alive); err != nil || out.String() != "WATCHDOG=1\n" {
		t.Errorf("told %q, %v", out.String(), err)
	}
	for _, bad := range []string{"often", "-1s", "0"} {
		if _, err := Find(env(bad), &out); err == nil {
			t.Errorf("%q was taken for an interval", bad)
		}
	}
	if w, err := Find(env(""), &out); err != nil || w.Tell != nil {
		t.Errorf("where nobody watches: %v", err)
	}
}

// TestFindSystemd listens where systemd would.
func TestFindSystemd(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Skipf("no datagram sockets here: %v", err)
	}
	defer conn.Close()
	t.Setenv("NOTIFY_SOCKET", socket)
	t.Setenv("WATCHDOG_USEC", "20000000")
	t.Setenv("WATCHDOG_PID", "")
	w, err := Find(func(name string) string {
		if name == "NOTIFY_SOCKET" {
			return socket
		}
		return ""
	}, nil)
	if err != nil || w.Interval != 20*time.Second {
		t.Fatalf("Find: %v, %v", w.Interval, err)
	}
	if err := w.Tell(Alive); err != nil {
		t.Fatal(err)
	}
	var b [64]byte
	n, err := conn.Read(b[:])
	if err != nil || string(b[:n]) != "WATCHDOG=1" {
		t.Errorf("systemd heard %q, %v", b[:n], err)
	}
}
