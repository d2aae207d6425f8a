package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
)

// fast is how much faster than life the instruments of these tests are.
const fast = "20"

// simulate runs aidpost simulate until the test ends, and returns its port.
func simulate(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan outcome, 1)
	env := Env{Stdout: in, Stdin: strings.NewReader("")}
	go func() {
		ended <- runEnv(ctx, t, env, append([]string{"simulate"}, args...)...)
		in.Close()
	}()
	t.Cleanup(func() {
		stop()
		if o := <-ended; o.code != ExitOK {
			t.Errorf("simulate ended with %+v", o)
		}
	})
	path, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(path)
}

// live is an environment with the real clock, as instruments need it.
func live() Env { return Env{Stdin: strings.NewReader("")} }

// loincCodes returns the first LOINC code of each line.
func loincCodes(t *testing.T, lines string) []string {
	t.Helper()
	var codes []string
	for line := range strings.Lines(lines) {
		var r struct {
			ResourceType string
			Status       string
			Code         struct{ Coding []struct{ Code string } }
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if r.ResourceType != "Observation" || r.Status != "final" {
			t.Fatalf("not a final Observation: %s", line)
		}
		codes = append(codes, r.Code.Coding[0].Code)
	}
	return codes
}

// TestReadEveryModel: what is on the port is found out without being told, and
// read.
func TestReadEveryModel(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"suntech-advantage":  {"85354-9", "8867-4"},
		"contec-cms50d-plus": {"2708-6", "8867-4"},
		"onetouch-ultra2":    {"41653-7"},
		"taidoc-td42xx":      {"41653-7"},
	}
	for _, d := range catalogue.Drivers() {
		m := d.Model()
		codes, ok := want[m.ID]
		if !ok {
			continue // the 5-byte stream fills its line at life's own speed; see TestReadStream
		}
		t.Run(m.ID, func(t *testing.T) {
			t.Parallel()
			port := simulate(t, m.ID, "--speed", fast, "--seed", "4")
			o := runEnv(t.Context(), t, live(), "read", "--port", port, "--since", "1h")
			if o.code != ExitOK {
				t.Fatalf("%+v", o)
			}
			if got := loincCodes(t, o.stdout); !slices.Equal(got, codes) {
				t.Errorf("read %q, want %q", got, codes)
			}
		})
	}
}

// TestReadFaults: exit codes and reasons.
func TestReadFaults(t *testing.T) {
	for _, test := range []struct {
		model, fault string
		code         int
		why          instruments.FaultCode
	}{
		{"suntech-advantage", "cuff-loose", ExitFault, instruments.CuffLoose},
		{"suntech-advantage", "hose-kinked", ExitFault, instruments.HoseBlocked},
		{"onetouch-ultra2", "no-result", ExitFault, instruments.NoNewResult},
		{"taidoc-td42xx", "control-solution", ExitFault, instruments.ControlTest},
	} {
		t.Run(test.model+" "+test.fault, func(t *testing.T) {
			t.Parallel()
			port := simulate(t, test.model, "--speed", fast, "--fault", test.fault)
			o := runEnv(t.Context(), t, live(), "read", "--port", port, "--model", test.model, "--since", "1h")
			if o.code != test.code || o.stdout != "" || !strings.Contains(o.stderr, string(test.why)) {
				t.Errorf("%+v", o)
			}
		})
	}
}

// TestReadNoInstrument: no port, a port that is silent, another model.
func TestReadNoInstrument(t *testing.T) {
	t.Parallel()
	o := runEnv(t.Context(), t, live(), "read", "--port", filepath.Join(t.TempDir(), "ttyUSB7"))
	if o.code != ExitNoInstrument || !strings.Contains(o.stderr, "no port") {
		t.Errorf("no port: %+v", o)
	}
	silent, err := simulated.OpenPty()
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	o = runEnv(t.Context(), t, live(), "read", "--port", silent.Path, "--model", "onetouch-ultra2")
	if o.code != ExitNoInstrument || !strings.Contains(o.stderr, "no-answer") {
		t.Errorf("a silent port: %+v", o)
	}
	other := simulate(t, "taidoc-td42xx")
	o = runEnv(t.Context(), t, live(), "read", "--port", other, "--model", "suntech-advantage")
	if o.code != ExitNoInstrument {
		t.Errorf("another model: %+v", o)
	}
}

// TestReadSleeper: a meter that sleeps through the first look is heard in the
// second.
func TestReadSleeper(t *testing.T) {
	t.Parallel()
	pty, err := simulated.OpenPty()
	if err != nil {
		t.Fatal(err)
	}
	twin, err := simulated.New("onetouch-ultra2", simulated.Options{Seed: 4, Speed: 50})
	if err != nil {
		t.Fatal(err)
	}
	twin.(interface{ Sleep(commands int) }).Sleep(3) // as many as a look has
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- twin.Run(ctx, pty.Port) }()
	defer func() {
		stop()
		pty.Close()
		<-ended
	}()
	o := runEnv(t.Context(), t, live(), "read", "--port", pty.Path, "--model", "onetouch-ultra2", "--since", "1h")
	if o.code != ExitOK {
		t.Errorf("%+v", o)
	}
}

// TestReadTimeout ends a reading that takes too long; the finger never stays.
// It runs alone: on a busy machine a stream at life's own speed has holes as
// long as those of one that ended.
func TestReadTimeout(t *testing.T) {
	port := simulate(t, "contec-cms50d")
	o := runEnv(t.Context(), t, live(), "read", "--port", port, "--model", "contec-cms50d", "--timeout", "4s")
	if o.code != ExitFault || !strings.Contains(o.stderr, "4s") {
		t.Errorf("%+v", o)
	}
}

// TestInterruptLetsGoTheCuff: a command that is stopped while a cuff is tight
// does not end before the cuff is empty.
func TestInterruptLetsGoTheCuff(t *testing.T) {
	t.Parallel()
	pty, err := simulated.OpenPty()
	if err != nil {
		t.Fatal(err)
	}
	cuff := simulated.NewSunTech(simulated.Options{Speed: 5})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- cuff.Run(ctx, pty) }()
	defer func() {
		stop()
		pty.Close()
		<-ended
	}()
	reading, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	samples, lines := io.Pipe()
	go func() {
		tight := bufio.NewScanner(samples)
		for tight.Scan() {
			var s struct {
				Pressure *int `json:"cuff_pressure"`
			}
			if json.Unmarshal(tight.Bytes(), &s) == nil && s.Pressure != nil && *s.Pressure > 60 {
				interrupt()
			}
		}
	}()
	env := live()
	env.Stdout = lines
	o := runEnv(reading, t, env, "read", "--port", pty.Path, "--model", "suntech-advantage", "--samples")
	lines.Close()
	if o.code != ExitInterrupted {
		t.Errorf("%+v", o)
	}
	if p, tally := cuff.Pressure(), cuff.Tally(); p > 15 || tally.Starts != 1 || tally.Aborts == 0 || tally.Forbidden != 0 {
		t.Errorf("left at %d mmHg after %+v", p, tally)
	}
}

// TestReaderGoesAway: who reads the output leaves while the cuff is tight, as
// head does; the cuff is let go and the command fails.
func TestReaderGoesAway(t *testing.T) {
	t.Parallel()
	pty, err := simulated.OpenPty()
	if err != nil {
		t.Fatal(err)
	}
	cuff := simulated.NewSunTech(simulated.Options{Speed: 5})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- cuff.Run(ctx, pty) }()
	defer func() {
		stop()
		pty.Close()
		<-ended
	}()
	env := live()
	env.Stdout = &leaver{lines: 6}
	o := runEnv(t.Context(), t, env, "read", "--port", pty.Path, "--model", "suntech-advantage", "--samples")
	if o.code != ExitFailed || !strings.Contains(o.stderr, errLeft.Error()) {
		t.Errorf("%+v", o)
	}
	if p := cuff.Pressure(); p > 15 || cuff.Tally().Aborts == 0 {
		t.Errorf("left at %d mmHg", p)
	}
}

// A leaver takes some lines and then no more.
type leaver struct{ lines int }

var errLeft = errors.New("nobody reads any more")

func (l *leaver) Write(b []byte) (int, error) {
	if l.lines--; l.lines < 0 {
		return 0, errLeft
	}
	return len(b), nil
}

// TestAttached: what is on the ports, as table and as JSON; a port that is not
// there is an exit code of its own.
func TestAttached(t *testing.T) {
	t.Parallel()
	cuff, meter := simulate(t, "suntech-advantage"), simulate(t, "onetouch-ultra2")
	args := []string{"instruments", "--attached", "--port", cuff + "=suntech-advantage", "--port", meter}
	o := runEnv(t.Context(), t, live(), append(args, "--json")...)
	var list []instruments.Attached
	if err := json.Unmarshal([]byte(withoutLines(o.stdout)), &list); o.code != ExitOK || err != nil {
		t.Fatalf("%v: %+v", err, o)
	}
	models := map[string]string{}
	for _, a := range list {
		if a.State == instruments.Ready {
			models[a.Endpoint.Path] = a.Model.ID
		}
	}
	if len(list) != 2 || models[cuff] != "suntech-advantage" || models[meter] != "onetouch-ultra2" {
		t.Errorf("%+v", models)
	}
	gone := filepath.Join(t.TempDir(), "ttyUSB9")
	o = runEnv(t.Context(), t, live(), append(args, "--port", gone)...)
	if o.code != ExitNoInstrument || !strings.Contains(o.stdout, meter) || !strings.Contains(o.stderr, gone) {
		t.Errorf("%+v", o)
	}
}

// withoutLines takes away the serial settings, which are text for reading.
func withoutLines(s string) string {
	var kept []string
	for line := range strings.Lines(s) {
		if !strings.Contains(line, `"line":`) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// TestVisit takes somebody through a whole visit over pseudo-terminals into a
// real database, and reads it back in every way.
func TestVisit(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	page := filepath.Join(t.TempDir(), "summary.pdf")
	script := filepath.Join(t.TempDir(), "visit.txt")
	if err := os.WriteFile(script, []byte(`
who Maria Lopez 1956-04-30
consent keep
skip-rest hurry
one-reading
measure blood-pressure
measure oximetry
measure blood-glucose
expect saved yes
print `+page+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := func() Env { return Env{Stdin: strings.NewReader(""), Now: time.Now} }
	o := runEnv(t.Context(), t, env(), "visit", "--script", script, "--simulate", "--speed", fast, "--data", folder, "--json")
	if o.code != ExitOK {
		t.Fatalf("%+v", o)
	}
	var done struct {
		Event     string
		Encounter string
		Saved     bool
	}
	for line := range strings.Lines(o.stdout) {
		if err := json.Unmarshal([]byte(line), &done); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
	}
	if done.Event != "done" || !done.Saved {
		t.Errorf("the end is %+v", done)
	}
	isPDF(t, page)

	o = runEnv(t.Context(), t, env(), "encounters", "--data", folder)
	if o.code != ExitOK || !strings.Contains(o.stdout, done.Encounter) || !strings.Contains(o.stdout, "Maria Lopez") {
		t.Errorf("encounters: %+v", o)
	}
	o = runEnv(t.Context(), t, env(), "encounters", "--data", folder, "--since", "2999-01-01", "--json")
	if o.code != ExitOK || o.stdout != "[]\n" {
		t.Errorf("encounters of the future: %+v", o)
	}
	args := []string{"report", done.Encounter, "--data", folder, "--lang", "ar", "--paper", "letter", "--out"}
	o = runEnv(t.Context(), t, env(), append(args, page)...)
	if o.code != ExitFailed || !strings.Contains(o.stderr, "--force") {
		t.Errorf("a file that exists: %+v", o)
	}
	o = runEnv(t.Context(), t, env(), append(args, page, "--force")...)
	if o.code != ExitOK {
		t.Errorf("with --force: %+v", o)
	}
	isPDF(t, page)
	o = runEnv(t.Context(), t, env(), append(args, "-")...)
	if o.code != ExitOK || !strings.HasPrefix(o.stdout, "%PDF-") {
		t.Errorf("to standard output: exit %d, %.20q", o.code, o.stdout)
	}
	args[1] = "5b1b8f0e-6c53-4e2f-8a3b-0c6a4f0d9e01"
	if o = runEnv(t.Context(), t, env(), append(args, "-")...); o.code != ExitFailed || !strings.Contains(o.stderr, "no encounter") {
		t.Errorf("an encounter that is not there: %+v", o)
	}
}

func isPDF(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(text), "%PDF-") {
		t.Errorf("%s is no PDF: %v", path, err)
	}
}

// TestVisitExitCodes of a visit that does not go well.
func TestVisitExitCodes(t *testing.T) {
	for name, test := range map[string]struct {
		script string
		args   []string
		code   int
	}{
		"unexpected": {"measure blood-glucose\nexpect band bp.severe", []string{"--simulate"}, ExitUnexpected},
		"fault":      {"measure blood-glucose", []string{"--simulate", "--fault", "no-result"}, ExitFault},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := Env{Stdin: strings.NewReader(test.script)}
			args := append([]string{"visit", "--script", "-", "--data", t.TempDir(), "--speed", fast}, test.args...)
			if o := runEnv(t.Context(), t, env, args...); o.code != test.code || strings.Count(o.stderr, "\n") != 1 {
				t.Errorf("exit %d: %s", o.code, o.stderr)
			}
		})
	}
}

// TestCaptureAndDecode: the bytes that an instrument sends give the same
// result later as they did live.
func TestCaptureAndDecode(t *testing.T) {
	t.Parallel()
	port := simulate(t, "contec-cms50d", "--speed", "3", "--seed", "7")
	tty, err := os.Open(port)
	if err != nil {
		t.Fatal(err)
	}
	captured := make([]byte, 3000)
	if _, err := io.ReadFull(tty, captured); err != nil {
		t.Fatal(err)
	}
	tty.Close()
	o := run(t, string(captured), "decode", "--model", "contec-cms50d", "--samples", "-")
	if n := strings.Count(o.stdout, "\n"); o.code != ExitOK || n < 590 {
		t.Errorf("exit %d with %d samples of 600: %s", o.code, n, o.stderr)
	}
	if o := run(t, string(captured), "decode", "--model", "contec-cms50d", "-"); o.code != ExitFault || !strings.Contains(o.stderr, "--samples") {
		t.Errorf("a capture too short for a reading: %+v", o)
	}
}
