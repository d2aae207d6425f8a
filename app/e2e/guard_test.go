//go:build e2e && linux

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestGuardedKiosk kills the kiosk under its guard, then lets the display hang
// so that the window cannot answer: each time it opens again, the second time
// with the stacks of where it hung on file. It ends when the guard is stopped.
func TestGuardedKiosk(t *testing.T) {
	need(t, "Xvfb")
	dir := t.TempDir()
	program := filepath.Join(dir, "aidpost")
	run(t, nil, "go", "build", "-o", program, "aidpost/app")
	screen := startScreen(t)
	data := filepath.Join(dir, "data")
	guard, logged := start(t, screen.display, data, program, "guard", "--patience", "4s", "--",
		"--simulate", "--data", data, "--lang", "en", "--zone", "UTC")
	logged("window open", 1)
	time.Sleep(2 * time.Second) // the first beats

	kill(t, child(t, guard.Process.Pid), syscall.SIGKILL)
	logged("the kiosk is started again", 1)
	logged("window open", 2)
	logged("instrument recognised", 4)

	kill(t, screen.server.Process.Pid, syscall.SIGSTOP)
	logged("the kiosk is started again", 2)
	kill(t, screen.server.Process.Pid, syscall.SIGCONT)
	logged("window open", 3)
	crashes, err := filepath.Glob(filepath.Join(data, "crash-*.txt"))
	if err != nil || len(crashes) != 1 {
		t.Fatalf("crashes on file: %q, %v", crashes, err)
	}
	if stacks, err := os.ReadFile(crashes[0]); err != nil || !strings.Contains(string(stacks), "goroutine 1") {
		t.Errorf("no stacks on file: %v", err)
	}

	kill(t, guard.Process.Pid, syscall.SIGTERM)
	done := make(chan error, 1)
	go func() { done <- guard.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("the guard ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Error("the guard did not end")
	}
}

// TestNoWayOut tries what a person at the keyboard of a kiosk would try to get
// out of it, with a keypad set up, whose keys do something there.
func TestNoWayOut(t *testing.T) {
	need(t, "Xvfb", "xdotool")
	dir := t.TempDir()
	program := filepath.Join(dir, "aidpost")
	run(t, nil, "go", "build", "-o", program, "aidpost/app")
	display := serveDisplay(t)
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	pad := `{"keypad": {"previous": "Up", "next": "Down", "select": "Return", "back": "Escape", "help": "F1"}}`
	if err := os.WriteFile(filepath.Join(data, "site.json"), []byte(pad), 0o600); err != nil {
		t.Fatal(err)
	}
	kiosk, logged := open(t, program, display, data)
	logged("window open", 1)
	time.Sleep(time.Second)
	env := []string{"DISPLAY=" + display}
	before := geometry(t, env)
	if want := "1280x800"; before != want {
		t.Fatalf("the kiosk's window is %s, want the whole screen, %s", before, want)
	}
	for _, keys := range []string{
		"alt+F4", "Escape", "ctrl+q", "ctrl+w", "ctrl+c", "super", "super+d", "F11", "F1", "alt+Tab", "alt+space", "alt+F2",
		"ctrl+alt+Delete", "ctrl+alt+BackSpace", "ctrl+alt+F1", "ctrl+shift+Escape", "ctrl+n", "ctrl+t", "ctrl+o", "ctrl+s",
		"ctrl+p", "Print", "Menu", "shift+F10",
	} {
		run(t, env, "xdotool", "key", keys)
	}
	// Right and middle clicks, a long press, and what a window manager sends
	// when somebody asks it to close a window.
	run(t, env, "xdotool", "mousemove", "640", "300", "click", "3", "click", "2", "mousedown", "1", "sleep", "2", "mouseup", "1")
	quit := exec.Command("xdotool", "search", "--name", "Aidpost", "windowquit")
	quit.Env = append(clean(os.Environ()), env...)
	if err := quit.Run(); err != nil {
		t.Log("this xdotool cannot ask a window to close: that was not tried")
	} else {
		logged("somebody asked the window to close", 1)
	}
	time.Sleep(2 * time.Second)
	if err := kiosk.Process.Signal(syscall.Signal(0)); err != nil {
		t.Fatalf("the kiosk is gone: %v", err)
	}
	if after := geometry(t, env); after != before {
		t.Errorf("the window is %s now, was %s", after, before)
	}
	if n := len(windows(t, env)); n != 1 {
		t.Errorf("%d windows are open, want the kiosk's alone", n)
	}
}

// child returns the only child of a process.
func child(t *testing.T, of int) int {
	t.Helper()
	id := strconv.Itoa(of)
	list, err := os.ReadFile(filepath.Join("/proc", id, "task", id, "children"))
	children := strings.Fields(string(list))
	if err != nil || len(children) == 0 {
		// A Go program may start its children from any of its threads.
		out, err := exec.Command("pgrep", "-P", id).Output()
		if children = strings.Fields(string(out)); err != nil || len(children) == 0 {
			t.Fatalf("the guard runs no kiosk: %v", err)
		}
	}
	pid, err := strconv.Atoi(children[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func kill(t *testing.T, pid int, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, sig); err != nil {
		t.Fatal(err)
	}
}

// windows returns the windows that a person can see.
func windows(t *testing.T, env []string) []string {
	t.Helper()
	c := exec.Command("xdotool", "search", "--onlyvisible", "--name", ".")
	c.Env = append(clean(os.Environ()), env...)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("looking for windows: %v", err)
	}
	return slices.Compact(strings.Fields(string(out)))
}

// geometry returns the size of the kiosk's window.
func geometry(t *testing.T, env []string) string {
	t.Helper()
	c := exec.Command("xdotool", "search", "--onlyvisible", "--name", "Aidpost", "getwindowgeometry", "--shell")
	c.Env = append(clean(os.Environ()), env...)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("looking for the window: %v", err)
	}
	var width, height string
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch name {
		case "WIDTH":
			width = value
		case "HEIGHT":
			height = value
		}
	}
	return width + "x" + height
}
