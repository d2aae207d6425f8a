//go:build e2e && linux

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// corner holds a spot of the screen for as long as staff do.
func (k typist) corner(x, y string) {
	k.t.Helper()
	k.do("mousemove", x, y, "sleep", "0.2", "mousedown", "1", "sleep", "2", "mouseup", "1")
}

// takesScreen asks for the patients' screen.
func (k typist) takesScreen() {
	k.t.Helper()
	k.corner("6", "6")
	k.corner("1273", "793")
	time.Sleep(time.Second)
}

// TestStaffShareTheScreen sets a kiosk with one screen up behind the hidden
// gesture, writes somebody down, and gives the screen back. Without the gesture
// keys reach nothing of staff's, with it they open no way out, and it does not
// cover a visit for longer than nobody signs in.
func TestStaffShareTheScreen(t *testing.T) {
	need(t, "Xvfb", "xdotool")
	dir := t.TempDir()
	program := filepath.Join(dir, "aidpost")
	run(t, nil, "go", "build", "-o", program, "aidpost/app")
	screen := startScreen(t)
	display := screen.display
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "site.json"), []byte(`{"version": 1, "screen": {"shared": true}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, logged := open(t, program, display, data)
	logged("window open", 1)
	logged("instrument recognised", 3)
	time.Sleep(time.Second)
	env := []string{"DISPLAY=" + display}
	start := shown(t, screen)

	k := typist{t: t, display: display}
	k.press("ctrl+n", "ctrl+t", "F1", "Escape")
	if !alike(shown(t, screen), start) {
		picture(t, display)
		t.Fatal("a key of staff's changed the patients' screen")
	}
	k.takesScreen()
	k.types("Amina Haddad")
	k.scans(deskBadge)
	k.types(deskPIN)
	k.types(deskPIN)
	time.Sleep(3 * time.Second)
	k.writesDown("Fatima", "al-Rashid", "30041956", "C-10042")
	for _, keys := range []string{"alt+F4", "ctrl+q", "ctrl+w", "F11", "super", "alt+Tab"} {
		k.press(keys)
	}
	if n := len(windows(t, env)); n != 1 {
		t.Errorf("%d windows are open, want one", n)
	}
	k.press("ctrl+l")
	time.Sleep(time.Second)
	if !alike(shown(t, screen), start) {
		picture(t, display)
		t.Error("covering does not give the screen back to the patients")
	}
	k.press("ctrl+n")
	k.takesScreen()
	if alike(shown(t, screen), start) {
		t.Error("the gesture works once only")
	}
	time.Sleep(32 * time.Second) // nobody signs in
	if !alike(shown(t, screen), start) {
		picture(t, display)
		t.Error("a screen to sign in that is left does not go")
	}
	if visits := waiting(t, program, data); len(visits) != 1 || !strings.Contains(visits[0]["status"].(string), "progress") {
		t.Errorf("on record: %v, want one person who waits", visits)
	}
}
