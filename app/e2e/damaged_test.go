//go:build e2e && linux

package e2e

import (
	"errors"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// repair leads staff from the first screen to what can be done about the records.
var repair = spot{995, 645}

// builtProgram is the program, which AIDPOST_PROGRAM may name.
func builtProgram(t *testing.T, dir string) string {
	t.Helper()
	if built := os.Getenv("AIDPOST_PROGRAM"); built != "" {
		return built
	}
	program := filepath.Join(dir, "aidpost")
	run(t, nil, "go", "build", "-o", program, "aidpost/app")
	return program
}

// keptVisit has somebody measured and kept without a window, and backs that up.
func keptVisit(t *testing.T, program, data string) {
	t.Helper()
	for _, args := range [][]string{{"visit", "--script", "-", "--simulate", "--speed", "20"}, {"backup"}} {
		c := exec.Command(program, append(args, "--data", data)...)
		c.Env = append(os.Environ(), keyOf(data))
		c.Stdin = strings.NewReader("who Ada Lovelace 1956-04-30\nconsent keep\nmeasure oximetry\nexpect saved yes\n")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v, %s", args, err, out)
		}
	}
}

// zeroed overwrites all of a database behind its first page.
func zeroed(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err == nil {
		_, err = f.WriteAt(make([]byte, info.Size()-4096), 4096)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestDamagedRecordsInARealWindow: with records of which nothing but the first page is
// left the kiosk opens, a guest is measured by touch, and staff bring the backup back
// by touch: what was kept before is there, and the next person can be kept again.
func TestDamagedRecordsInARealWindow(t *testing.T) {
	need(t, "Xvfb", "xdotool")
	dir := t.TempDir()
	program, data := builtProgram(t, dir), filepath.Join(dir, "data")
	keptVisit(t, program, data)
	zeroed(t, filepath.Join(data, "aidpost.db"))
	screen := startScreen(t)
	h := hand{typist{t: t, display: screen.display, key: 70 * time.Millisecond, rest: 250 * time.Millisecond}, screen, shotsFolder(t)}
	captures := filepath.Join(dir, "captures")
	args := []string{"--data", data, "--lang", "en", "--zone", "UTC", "--capture", captures}
	for model, speed := range map[string]int{"suntech-advantage": 4, "contec-cms50d-plus": 8, "onetouch-ultra2": 4} {
		w := &twin{t: t, program: program, model: model, port: filepath.Join(dir, model), speed: speed}
		w.plug()
		t.Cleanup(w.pull)
		args = append(args, "--port", w.port+"="+model)
	}
	kiosk, logged := start(t, screen.display, data, program, args...)
	logged("window open", 1)
	logged("instrument recognised", 3)
	h.still()
	h.shot("damaged-1-start")

	h.tap(beginning, 0)
	h.until("what can be measured", func(v view) bool { return len(tile.in(v)) == 3 })
	h.shot("damaged-2-choose")
	h.tap(tile, 1)
	h.until("whether it is for them", func(v view) bool { return len(bigButton.in(v)) == 1 })
	h.tap(bigButton, 0)
	h.until("how to get ready", func(v view) bool { return len(bigButton.in(v)) == 1 })
	h.tap(bigButton, 0)
	h.until("a result", func(v view) bool { return len(redButton.in(v)) == 0 && len(bigButton.in(v)) == 1 })
	h.shot("damaged-3-result")
	if all, err := filepath.Glob(filepath.Join(captures, "*contec*capture")); err != nil || len(all) == 0 {
		t.Errorf("nothing was measured: %v", err)
	}
	h.tap(bigButton, 0)
	h.until("the end", func(v view) bool { return len(answer.in(v)) >= 4 }) // no printer is there to print
	h.shot("damaged-4-end")
	h.tap(answer, -1) // done
	h.until("the first screen", atStart)

	h.does("the button for staff", func() { h.touch(image.Rect(repair.x, repair.y, repair.x, repair.y)) })
	h.until("what to do about the records", func(v view) bool { return !atStart(v) && len(mainButton.in(v)) == 1 })
	h.shot("damaged-5-staff")
	h.tap(mainButton, 0)
	logged("a backup was restored", 1)
	h.until("the first screen", atStart)
	h.shot("damaged-6-mended")
	if visits := list(t, program, data); len(visits) != 1 {
		t.Errorf("%d visits after the backup is back, want the one that was kept", len(visits))
	}
	if err := kiosk.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = kiosk.Wait()
}
