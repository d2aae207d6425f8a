package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCaptureAndReplay: what was read from an instrument is read from its
// capture, too, and a capture is never written over another file.
func TestCaptureAndReplay(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "session.capture")
	port := simulate(t, "taidoc-td42xx", "--speed", fast, "--seed", "4")
	read := func() outcome {
		return runEnv(t.Context(), t, live(), "read", "--port", port, "--model", "taidoc-td42xx", "--since", "1h", "--capture", file)
	}
	first := read()
	if first.code != ExitOK || first.stdout == "" {
		t.Fatalf("%+v", first)
	}
	if again := read(); again.code != ExitFailed || again.stdout != "" {
		t.Errorf("written over: %+v", again)
	}
	for _, speed := range []string{"full", "real"} {
		o := runEnv(t.Context(), t, live(), "replay", "--speed", speed, file)
		if o.code != ExitOK || value(t, o.stdout) != value(t, first.stdout) {
			t.Errorf("replayed %+v, want %s", o, first.stdout)
		}
	}
}

// value returns what a line of FHIR says was measured, and when. When it was
// written down is another matter.
func value(t *testing.T, line string) string {
	t.Helper()
	var o struct {
		EffectiveDateTime string
		ValueQuantity     struct {
			Value json.Number
			Unit  string
		}
	}
	if err := json.Unmarshal([]byte(line), &o); err != nil || o.ValueQuantity.Value == "" {
		t.Fatalf("no value in %s (%v)", line, err)
	}
	return o.EffectiveDateTime + " " + o.ValueQuantity.Value.String() + " " + o.ValueQuantity.Unit
}

// TestReplayRefuses what is no capture, has no driver, or is another driver's.
func TestReplayRefuses(t *testing.T) {
	head := "aidpost-capture 1\nstarted 2026-03-10T09:30:15Z\n"
	for name, test := range map[string]struct {
		text, why string
		code      int
	}{
		"no capture":  {"hello", "not a capture", ExitFailed},
		"no driver":   {head + "model astrolabe\n< 0 41\n", "astrolabe", ExitFailed},
		"another's":   {head + "model taidoc-td42xx\n> 0 52\n", "does not say what it said", ExitFailed},
		"cut off":     {head + "model contec-cms50d\n< 0 C1 20\n! 1 unplugged\n", "unplugged", ExitFault},
		"wrong speed": {head, "speed", ExitUsage},
	} {
		file := filepath.Join(t.TempDir(), "c")
		if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"replay", file}
		if name == "wrong speed" {
			args = append(args, "--speed", "warp")
		}
		if o := runEnv(t.Context(), t, live(), args...); o.code != test.code || !strings.Contains(o.stderr, test.why) {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// TestCaptureOfNothing leaves no file behind.
func TestCaptureOfNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "session.capture")
	o := runEnv(t.Context(), t, live(), "read", "--port", filepath.Join(t.TempDir(), "tty"), "--capture", file)
	if _, err := os.Stat(file); o.code != ExitNoInstrument || err == nil {
		t.Errorf("%+v, %v", o, err)
	}
	o = runEnv(t.Context(), t, live(), "read", "--port", "/dev/null", "--model", "taidoc-td42xx", "--listen-only")
	if o.code != ExitUsage || !strings.Contains(o.stderr, "asked") {
		t.Errorf("%+v", o)
	}
}

// TestTrace: every byte of an observation is shown once, beside its meaning.
func TestTrace(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	script := filepath.Join(folder, "visit.txt")
	if err := os.WriteFile(script, []byte("who Maria Lopez 1956-04-30\nconsent keep\nmeasure blood-glucose\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := runEnv(t.Context(), t, live(), "visit", "--script", script, "--simulate", "--speed", fast, "--data", folder); o.code != ExitOK {
		t.Fatalf("%+v", o)
	}
	o := runEnv(t.Context(), t, live(), "encounters", "--data", folder)
	encounter := firstWord(o.stdout, 1)
	o = runEnv(t.Context(), t, live(), "trace", encounter, "--data", folder)
	if o.code != ExitOK || !strings.Contains(o.stdout, "glucose") {
		t.Fatalf("%+v", o)
	}
	o = runEnv(t.Context(), t, live(), "trace", firstWord(o.stdout, 1), "--data", folder)
	for _, want := range []string{"OneTouch Ultra2", "frame 1", "0   50 20", "checksum", "mg/dL"} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("no %q in %s", want, o.stdout)
		}
	}
	o = runEnv(t.Context(), t, live(), "trace", "nothing", "--data", folder)
	if o.code != ExitFailed || !strings.Contains(o.stderr, "no observation") {
		t.Errorf("%+v", o)
	}
}

// firstWord returns the first word of the n-th line, counted from 0.
func firstWord(text string, n int) string {
	lines := strings.Split(text, "\n")
	if n >= len(lines) || lines[n] == "" {
		return ""
	}
	return strings.Fields(lines[n])[0]
}
