//go:build e2e && linux

package e2e

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A typist works at the staff's window by keyboard alone.
type typist struct {
	t       *testing.T
	display string
	key     time.Duration // from one letter to the next; 0: 110 ms
	rest    time.Duration // after what was done; 0: 400 ms
}

func (k typist) do(args ...string) {
	k.t.Helper()
	run(k.t, []string{"DISPLAY=" + k.display}, "xdotool", args...)
	time.Sleep(cmp.Or(k.rest, 400*time.Millisecond))
}

func (k typist) press(keys ...string) {
	k.t.Helper()
	k.do(append([]string{"key", "--delay", "150"}, keys...)...)
}

// types types as fingers do, and Return.
func (k typist) types(text string) {
	k.t.Helper()
	k.do("type", "--delay", fmt.Sprint(cmp.Or(k.key, 110*time.Millisecond).Milliseconds()), text)
	k.press("Return")
}

// scans types as a scanner does.
func (k typist) scans(code string) {
	k.t.Helper()
	k.do("type", "--args", "1", "--delay", "8", code, "key", "Return")
	time.Sleep(time.Second)
}

// writesDown fills the form for somebody new and saves it. Tab goes from the
// field behind the date over the choices to what is agreed to, and on to the
// button.
func (k typist) writesDown(given, family, born, card string) {
	k.t.Helper()
	k.press("ctrl+n")
	time.Sleep(time.Second)
	k.types(given)
	k.types(family)
	k.types(born)
	if card != "" {
		k.scans(card)
	}
	k.press(strings.Fields(strings.Repeat("Tab ", 8))...)
	k.press("space")
	k.press("Tab", "Tab", "Tab", "Return")
	time.Sleep(2 * time.Second)
}

const (
	deskBadge = "BADGE-2041"
	deskPIN   = "604183"
)

// asStaff returns what a verb of the command line says in the hands of the test's
// administrator.
func asStaff(t *testing.T, program, data string, args ...string) []byte {
	t.Helper()
	c := exec.Command(program, append(args, "--data", data, "--json")...)
	c.Env = append(os.Environ(), keyOf(data))
	c.Stdin = strings.NewReader(deskBadge + "\n" + deskPIN + "\n")
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("aidpost %s: %v", strings.Join(args, " "), err)
	}
	return out
}

// waiting returns the visits in the records.
func waiting(t *testing.T, program, data string) (visits []map[string]any) {
	t.Helper()
	out := asStaff(t, program, data, "encounters")
	if err := json.Unmarshal(out, &visits); err != nil {
		t.Fatalf("no JSON: %v\n%s", err, out)
	}
	return visits
}

// TestDeskInARealWindow sets a computer up, writes three people down, is warned
// of a fourth who is one of them, finds somebody and signs out: all by keyboard
// and scanner.
func TestDeskInARealWindow(t *testing.T) {
	need(t, "Xvfb", "xdotool")
	dir := t.TempDir()
	program := filepath.Join(dir, "aidpost")
	run(t, nil, "go", "build", "-o", program, "aidpost/app")
	display := serveDisplay(t)
	data := filepath.Join(dir, "data")
	_, logged := start(t, display, data, program, "clinic", "--simulate", "--data", data, "--lang", "en", "--zone", "UTC")
	logged("window open", 1)
	time.Sleep(2 * time.Second)

	k := typist{t: t, display: display}
	k.types("Amina Haddad")
	k.scans(deskBadge)
	k.types(deskPIN)
	k.types(deskPIN)
	time.Sleep(3 * time.Second)
	k.writesDown("Fatima", "al-Rashid", "30041956", "C-10042")
	k.writesDown("Nyota", "Mwangi", "01071961", "C-10312")
	k.writesDown("Kwame", "Mensah", "12121990", "C-20111")
	visits := waiting(t, program, data)
	if len(visits) != 3 {
		picture(t, display)
		t.Fatalf("%d people wait, want 3", len(visits))
	}
	for _, v := range visits {
		patient, _ := v["patient"].(map[string]any)
		if ids, _ := patient["identifiers"].([]any); len(ids) != 1 || v["status"] != "in-progress" {
			t.Errorf("%v", v)
		}
	}
	k.writesDown("Fatma", "al-Rashid", "30041956", "") // has to be compared first
	k.press("Return")                                  // it is the same person: open her
	k.press("ctrl+f")
	time.Sleep(time.Second)
	k.do("type", "--delay", "110", "mensah k")
	time.Sleep(time.Second)
	k.press("Return")
	k.press("ctrl+l") // cover
	k.types("000000")
	k.types(deskPIN)
	time.Sleep(2 * time.Second)
	if visits = waiting(t, program, data); len(visits) != 3 {
		picture(t, display)
		t.Errorf("%d visits after somebody who was known already, want 3", len(visits))
	}
	seen := map[string]int{}
	for line := range bytes.Lines(asStaff(t, program, data, "audit", "list")) {
		var e struct{ Action, Outcome string }
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("no JSON: %v\n%s", err, line)
		}
		seen[strings.TrimSpace(e.Action+" "+e.Outcome)]++
	}
	for _, want := range []string{"staff.sign-in", "staff.sign-in failed", "patient.search", "encounter.list"} {
		if seen[want] == 0 {
			t.Errorf("no %q in the trail: %v", want, seen)
		}
	}
}
