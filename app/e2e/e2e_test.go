//go:build e2e && linux

package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The window is 1280 by 800; these are the middles of what is touched on it.
type spot struct{ x, y int }

var (
	keep       = spot{993, 653}
	card       = spot{935, 300}
	keypadNext = spot{932, 710}
	agree      = spot{945, 705}
	oximeter   = spot{640, 450}
	none       = spot{932, 729}
	ready      = spot{1080, 735}
)

// digit returns where a digit is on the number pad.
func digit(n int) spot {
	if n == 0 {
		return spot{932, 573}
	}
	return spot{744 + (n-1)%3*188, 170 + (n-1)/3*134}
}

// TestVisitInARealWindow identifies a person by card, takes an oximeter
// reading over a pseudo-terminal by touch alone, kills the program the moment
// the reading is in the records, and looks whether it is still there.
func TestVisitInARealWindow(t *testing.T) {
	need(t, "Xvfb", "xdotool")
	dir := t.TempDir()
	program := filepath.Join(dir, "aidpost")
	run(t, nil, "go", "build", "-o", program, "aidpost/app")
	display := serveDisplay(t)
	data := filepath.Join(dir, "data")
	kiosk, logged := open(t, program, display, data)
	logged("window open", 1)
	logged("instrument recognised", 3)
	time.Sleep(time.Second)

	tap := func(s spot) {
		t.Helper()
		run(t, []string{"DISPLAY=" + display}, "xdotool", "mousemove", fmt.Sprint(s.x), fmt.Sprint(s.y), "sleep", "0.2",
			"mousedown", "1", "sleep", "0.08", "mouseup", "1", "sleep", "1.8")
	}
	tap(keep)
	tap(card)
	for _, d := range []int{4, 7, 1, 1} {
		tap(digit(d))
	}
	for _, s := range []spot{keypadNext, agree, oximeter, none, ready} {
		tap(s)
	}
	var visits []map[string]any
	for range 60 {
		time.Sleep(3 * time.Second)
		if visits = list(t, program, data); len(visits) > 0 {
			break
		}
	}
	if len(visits) != 1 {
		picture(t, display)
		t.Fatalf("%d visits in the records after an oximeter reading, want 1", len(visits))
	}
	if err := kiosk.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = kiosk.Wait()
	if after := list(t, program, data); len(after) != 1 {
		t.Fatalf("%d visits after kill -9, want 1", len(after))
	}
	id, _ := visits[0]["id"].(string)
	page := filepath.Join(dir, "page.pdf")
	run(t, []string{keyOf(data)}, program, "report", id, "--data", data, "--out", page)
	if pdf, err := os.ReadFile(page); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Fatalf("no summary: %v", err)
	}
}

// TestSignalEndsInOrder checks that a terminated kiosk stops without an error.
func TestSignalEndsInOrder(t *testing.T) {
	need(t, "Xvfb")
	dir := t.TempDir()
	program := filepath.Join(dir, "aidpost")
	run(t, nil, "go", "build", "-o", program, "aidpost/app")
	kiosk, logged := open(t, program, serveDisplay(t), filepath.Join(dir, "data"))
	logged("window open", 1)
	if err := kiosk.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- kiosk.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("the kiosk ended with %v", err)
			logged("why", 1) // fails, too, and shows what it said
		}
	case <-time.After(20 * time.Second):
		t.Error("the kiosk did not end")
	}
}

// TestNoDisplay checks the one clear line for a machine without a display.
func TestNoDisplay(t *testing.T) {
	program := filepath.Join(t.TempDir(), "aidpost")
	run(t, nil, "go", "build", "-o", program, "aidpost/app")
	for _, display := range []string{"", ":4711"} {
		c := exec.Command(program, "--simulate", "--data", t.TempDir())
		c.Env = append(clean(os.Environ()), "DISPLAY="+display)
		out, err := c.CombinedOutput()
		var exit *exec.ExitError
		if !asExit(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("DISPLAY=%q: %v, want exit code 1", display, err)
		}
		if n := strings.Count(strings.TrimSpace(string(out)), "\n"); n != 0 || len(out) == 0 {
			t.Errorf("DISPLAY=%q: want one line, got %q", display, out)
		}
	}
}

func asExit(err error, target **exec.ExitError) bool {
	e, ok := err.(*exec.ExitError)
	*target = e
	return ok
}

func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed: nothing was tested", p)
		}
	}
}

// A screen is a virtual X server.
type screen struct {
	display string
	server  *exec.Cmd
	file    string // in which the server keeps its picture
}

// startScreen starts a virtual X server of 1280 by 800.
func startScreen(t *testing.T) screen {
	t.Helper()
	return startScreenOf(t, "1280x800")
}

// startScreenOf starts one of another size. Keys do not repeat by themselves: on a
// busy machine one that is pressed for a moment would.
func startScreenOf(t *testing.T, size string) screen {
	t.Helper()
	dir := t.TempDir()
	c := exec.Command("Xvfb", "-displayfd", "1", "-screen", "0", size+"x24", "-fbdir", dir, "-nolisten", "tcp", "-r")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	number, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb: %v", err)
	}
	return screen{":" + strings.TrimSpace(number), c, filepath.Join(dir, "Xvfb_screen0")}
}

// serveDisplay starts a virtual X server and returns its display.
func serveDisplay(t *testing.T) string {
	t.Helper()
	return startScreen(t).display
}

// keyOf keeps the key of a test's records out of the home of whoever runs it.
func keyOf(data string) string {
	return "AIDPOST_KEY_FILE=" + filepath.Join(filepath.Dir(data), "records.key")
}

// open starts the kiosk; logged waits until words stand in so many lines of its
// log.
func open(t *testing.T, program, display, data string, more ...string) (kiosk *exec.Cmd, logged func(words string, times int)) {
	t.Helper()
	return start(t, display, data, program, append([]string{"--simulate", "--twin", "suntech-advantage", "--twin", "contec-cms50d-plus",
		"--twin", "onetouch-ultra2", "--data", data, "--lang", "en", "--zone", "UTC"}, more...)...)
}

// start starts a command that opens the kiosk.
func start(t *testing.T, display, data, program string, args ...string) (kiosk *exec.Cmd, logged func(words string, times int)) {
	t.Helper()
	kiosk = exec.Command(program, args...)
	kiosk.Env = append(clean(os.Environ()), "DISPLAY="+display, "LANG=en_US.UTF-8", keyOf(data))
	log, err := kiosk.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := kiosk.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(log); s.Scan(); {
			lines <- s.Text()
		}
	}()
	t.Cleanup(func() { _ = kiosk.Process.Kill() })
	var seen strings.Builder
	return kiosk, func(words string, times int) {
		t.Helper()
		late := time.After(90 * time.Second)
		for strings.Count(seen.String(), words) < times {
			select {
			case line, ok := <-lines:
				if !ok {
					t.Fatalf("the kiosk ended before it said %q; it said:\n%s", words, &seen)
				}
				if strings.Contains(line, "Fyne call thread") {
					t.Fatalf("a widget was touched from a wrong goroutine: %s", line)
				}
				fmt.Fprintln(&seen, line)
			case <-late:
				t.Fatalf("the kiosk never said %q %d times; it said:\n%s", words, times, &seen)
			}
		}
	}
}

// clean drops what the tests set themselves.
func clean(env []string) []string {
	var kept []string
	for _, e := range env {
		if !strings.HasPrefix(e, "DISPLAY=") && !strings.HasPrefix(e, "WAYLAND_DISPLAY=") && !strings.HasPrefix(e, "LC_ALL=") {
			kept = append(kept, e)
		}
	}
	return kept
}

// list returns what `aidpost encounters` lists.
func list(t *testing.T, program, data string) []map[string]any {
	t.Helper()
	c := exec.Command(program, "encounters", "--data", data, "--json")
	c.Env = append(os.Environ(), keyOf(data))
	out, err := c.Output()
	if err != nil {
		t.Fatalf("listing encounters: %v", err)
	}
	var visits []map[string]any
	if err := json.Unmarshal(out, &visits); err != nil {
		t.Fatalf("what encounters --json lists is no JSON: %v\n%s", err, out)
	}
	return visits
}

// picture keeps what the window showed when a test failed.
func picture(t *testing.T, display string) {
	path := filepath.Join(os.TempDir(), "aidpost-e2e.xwd")
	c := exec.Command("xwd", "-root", "-out", path)
	c.Env = append(os.Environ(), "DISPLAY="+display)
	if c.Run() == nil {
		t.Logf("what the window showed: %s", path)
	}
}

func run(t *testing.T, env []string, name string, args ...string) {
	t.Helper()
	c := exec.Command(name, args...)
	c.Env = append(os.Environ(), env...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}
