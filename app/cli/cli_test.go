package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/staff"
)

var update = flag.Bool("update", false, "write the golden files anew")

// An outcome is what a command left behind.
type outcome struct {
	code           int
	stdout, stderr string
}

var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// run runs a command without a terminal, at noon, with a language and a home.
func run(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	return runEnv(t.Context(), t, Env{Stdin: strings.NewReader(stdin), Now: func() time.Time { return noon }}, args...)
}

func runEnv(ctx context.Context, t *testing.T, env Env, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	if env.Stdout == nil {
		env.Stdout = &out
	}
	env.Stderr = &errs
	env.System = "linux"
	env.PINCost = staff.Cost{Passes: 1, KiB: 8, Threads: 1}
	if env.Getenv == nil {
		home := homeOf(t)
		env.Getenv = func(name string) string {
			return map[string]string{"HOME": home, "TZ": "UTC", "LANG": "C.UTF-8"}[name]
		}
	}
	code := Run(ctx, args, env)
	return outcome{code, out.String(), errs.String()}
}

// homeOf is the home of whoever runs the commands of one test.
func homeOf(t *testing.T) string { return filepath.Join(filepath.Dir(t.TempDir()), "home") }

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s", path, got)
	}
}

// TestGolden: what people and programs read must not change unnoticed.
func TestGolden(t *testing.T) {
	for name, args := range map[string][]string{
		"help.txt":         {"help"},
		"help-read.txt":    {"help", "read"},
		"help-visit.txt":   {"visit", "--help"},
		"help-kiosk.txt":   {"--help"},
		"instruments.txt":  {"instruments"},
		"instruments.json": {"instruments", "--json"},
		"simulate.txt":     {"simulate", "--list"},
		"simulate.json":    {"simulate", "--list", "--json"},
	} {
		t.Run(name, func(t *testing.T) {
			o := run(t, "", args...)
			if o.code != ExitOK || o.stderr != "" {
				t.Fatalf("exit %d, %s", o.code, o.stderr)
			}
			golden(t, name, o.stdout)
		})
	}
}

// TestEveryVerbHasHelp with its exit codes, reached in both ways.
func TestEveryVerbHasHelp(t *testing.T) {
	for _, v := range verbs() {
		direct, byHelp := run(t, "", v.name, "--help"), run(t, "", "help", v.name)
		if direct.code != ExitOK || direct != byHelp {
			t.Errorf("%s --help: %+v; help %s: %+v", v.name, direct, v.name, byHelp)
		}
		for _, part := range []string{"aidpost " + v.name, "Exit codes:", exitMeanings[ExitUsage]} {
			if !strings.Contains(direct.stdout, part) {
				t.Errorf("the help of %s lacks %q", v.name, part)
			}
		}
		if overview := run(t, "", "help").stdout; !strings.Contains(overview, v.brief) {
			t.Errorf("%s is not in the overview", v.name)
		}
	}
}

// TestWrongUse: one line says what is wrong, one how it is meant; nothing on
// standard output; exit code 2.
func TestWrongUse(t *testing.T) {
	for _, args := range [][]string{
		{"dance"},
		{"help", "dance"},
		{"--dance"},
		{"stray argument"},
		{"--window", "12"}, {"--window", "1280x800x3"}, {"--window", "10x10"}, {"--window", "-1280x800"},
		{"--bp-guideline", "grandmother"}, {"--zone", "Atlantis/Poseidon"},
		{"--simulate", "--port", "/dev/ttyUSB0"}, {"--port", "/dev/ttyUSB0=crystal-ball"}, {"--port", ""},
		{"instruments", "all"}, {"instruments", "--attached=perhaps"},
		{"simulate"}, {"simulate", "crystal-ball"}, {"simulate", "contec-cms50d", "twice"},
		{"simulate", "contec-cms50d", "--fault", "hiccups"}, {"simulate", "contec-cms50d", "--speed", "0"},
		{"simulate", "contec-cms50d", "--speed", "NaN"}, {"simulate", "contec-cms50d", "--seed", "-1"},
		{"simulate", "--list", "contec-cms50d"},
		{"read"}, {"read", "--port", "x", "--model", "crystal-ball"}, {"read", "--port", "x", "--timeout", "0s"},
		{"read", "--port", "x", "--timeout", "soon"}, {"read", "--port", "x", "y"}, {"read", "--port", "x", "--since", "-1s"},
		{"decode", "--model", "contec-cms50d"}, {"decode", "-"}, {"decode", "--model", "crystal-ball", "-"},
		{"decode", "--model", "contec-cms50d", "-", "-"}, {"decode", "--model", "contec-cms50d", "--at", "noon", "-"},
		{"decode", "--model", "nonin-df2", "--recordings", "-"},
		{"recordings"}, {"recordings", "--port", "x", "--model", "nonin-df2"}, {"recordings", "--port", "x", "--model", "crystal-ball"},
		{"recordings", "--port", "x", "--timeout", "0s"}, {"recordings", "--port", "x", "y"},
		{"conformance"}, {"conformance", "--port", "x"}, {"conformance", "--port", "x", "--model", "crystal-ball"},
		{"conformance", "--port", "x", "--model", "contec-cms50d", "--since", "0s"},
		{"visit"}, {"visit", "--script", "-", "more"}, {"visit", "--script", "-", "--speed", "-1"},
		{"encounters", "all"}, {"encounters", "--since", "yesterday"}, {"encounters", "--limit", "-1"},
		{"report", "--out", "x.pdf"}, {"report", "17"}, {"report", "17", "--out", "-", "--paper", "a3"},
	} {
		o := run(t, "dance\n", args...)
		if o.code != ExitUsage || o.stdout != "" || !strings.HasPrefix(o.stderr, "aidpost: ") {
			t.Errorf("%q: exit %d, stdout %q, stderr %q", args, o.code, o.stdout, o.stderr)
		}
		if n := strings.Count(o.stderr, "\n"); n > 2 {
			t.Errorf("%q: %d lines:\n%s", args, n, o.stderr)
		}
	}
	if o := run(t, "dance\n", "visit", "--script", "-", "--simulate"); o.code != ExitUsage || !strings.Contains(o.stderr, "line 1") {
		t.Errorf("a wrong script: %+v", o)
	}
}

// TestFlagsStandAnywhere, since people write them where they think of them.
func TestFlagsStandAnywhere(t *testing.T) {
	flags := func() (*flag.FlagSet, *string, *bool) {
		f := flag.NewFlagSet("", flag.ContinueOnError)
		f.SetOutput(io.Discard)
		return f, f.String("a", "", ""), f.Bool("b", false, "")
	}
	for _, test := range []struct {
		args, rest []string
		a          string
		b          bool
	}{
		{[]string{"x", "--a", "1", "y", "--b"}, []string{"x", "y"}, "1", true},
		{[]string{"--b", "-", "--a=2"}, []string{"-"}, "2", true},
		{[]string{"--a", "3", "--", "--b", "--"}, []string{"--b", "--"}, "3", false},
		{nil, nil, "", false},
	} {
		f, a, b := flags()
		rest, err := parse(f, test.args)
		if err != nil || !slices.Equal(rest, test.rest) || *a != test.a || *b != test.b {
			t.Errorf("%q: %q, a %q, b %t, %v", test.args, rest, *a, *b, err)
		}
	}
}

// TestPorts: a path may have an equals sign of its own.
func TestPorts(t *testing.T) {
	var p portList
	for _, s := range []string{"/dev/ttyS0", "COM3=contec-cms50d", "/dev/by=id=taidoc-td42xx"} {
		if err := p.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	want := portList{{Path: "/dev/ttyS0"}, {Path: "COM3", Model: "contec-cms50d"}, {Path: "/dev/by=id", Model: "taidoc-td42xx"}}
	if !slices.Equal(p, want) {
		t.Errorf("got %+v", p)
	}
}

func TestKiosk(t *testing.T) {
	var got Window
	window := func(_ context.Context, w Window) error {
		got = w
		return nil
	}
	getenv := func(display string) func(string) string {
		return func(name string) string {
			return map[string]string{"HOME": "/home/ana", "DISPLAY": display, "LANG": "es_BO.UTF-8", "TZ": "UTC"}[name]
		}
	}
	args := []string{"--simulate", "--window", "1280x800", "--bp-guideline", "esc-2024", "--zone", "America/La_Paz"}
	o := runEnv(t.Context(), t, Env{Window: window, Getenv: getenv(":0")}, args...)
	if o.code != ExitOK || got.Width != 1280 || got.Height != 800 || !got.Simulate || got.Guideline != "esc-2024" ||
		got.Language != "es-BO" || got.Zone.String() != "America/La_Paz" || got.Data != filepath.Join("/home/ana/.local/share/aidpost") {
		t.Errorf("%+v opened %+v", o, got)
	}
	o = runEnv(t.Context(), t, Env{Window: window, Getenv: getenv("")}, args...)
	if o.code != ExitFailed || strings.Count(o.stderr, "\n") != 1 || !strings.Contains(o.stderr, "display") {
		t.Errorf("without a display: %+v", o)
	}
	if o := runEnv(t.Context(), t, Env{Getenv: getenv(":0")}); o.code != ExitFailed {
		t.Errorf("in a build without a window: %+v", o)
	}
	failing := func(context.Context, Window) error { return records.ErrNewer }
	o = runEnv(t.Context(), t, Env{Window: failing, Getenv: getenv(":0")})
	if o.code != ExitFailed || strings.Count(o.stderr, "\n") != 1 || !strings.Contains(o.stderr, "newer Aidpost") {
		t.Errorf("with newer records: %+v", o)
	}
	if o := runEnv(t.Context(), t, Env{Version: "1.2.3"}, "--version"); o.stdout != "aidpost 1.2.3\n" {
		t.Errorf("version: %+v", o)
	}
}

func TestSystemLanguage(t *testing.T) {
	for _, test := range []struct{ all, messages, lang, want string }{
		{"", "", "es_BO.UTF-8", "es-BO"},
		{"ar_EG", "fr_FR.UTF-8", "es_ES.UTF-8", "ar-EG"},
		{"", "fr_FR@euro", "es_ES.UTF-8", "fr-FR"},
		{"C", "", "es_ES.UTF-8", "en"},
		{"", "", "C.UTF-8", "en"},
		{"", "", "", "en"},
	} {
		got := systemLanguage(func(name string) string {
			return map[string]string{"LC_ALL": test.all, "LC_MESSAGES": test.messages, "LANG": test.lang}[name]
		})
		if got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

// TestExplain: every fault has plain words, in one line.
func TestExplain(t *testing.T) {
	for _, code := range instruments.FaultCodes() {
		text := explain(&instruments.Fault{Code: code, Device: "57", Detail: "two\nlines"})
		if strings.Contains(text, "\n") || !strings.Contains(text, string(code)) || !strings.Contains(text, "57") {
			t.Errorf("%s is explained as %q", code, text)
		}
	}
	if text := explain(errors.New("odd")); !strings.Contains(text, "odd") {
		t.Errorf("an error that is no fault: %q", text)
	}
}

// TestRecordsThatCannotBeUsed: a clear line, a code that is not 0, and the file
// as it was.
func TestRecordsThatCannotBeUsed(t *testing.T) {
	for _, test := range []struct{ name, content, why string }{
		{"nothing", "", "no records yet"},
		{"text", strings.Repeat("no database. ", 1000), "not a database"},
	} {
		folder := t.TempDir()
		file := filepath.Join(folder, site.DatabaseName)
		if test.content != "" {
			if err := os.WriteFile(file, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		commands := [][]string{
			{"encounters", "--data", folder},
			{"report", "5b1b8f0e-6c53-4e2f-8a3b-0c6a4f0d9e01", "--out", filepath.Join(folder, "x.pdf"), "--data", folder},
		}
		if test.content != "" {
			commands = append(commands, []string{"visit", "--script", "-", "--simulate", "--data", folder})
		}
		for _, args := range commands {
			o := run(t, "guest\n", args...)
			if o.code != ExitFailed || o.stdout != "" || strings.Count(o.stderr, "\n") != 1 || !strings.Contains(o.stderr, test.why) {
				t.Errorf("%s, %s: %+v", test.name, args[0], o)
			}
		}
		if now, err := os.ReadFile(file); test.content != "" && (err != nil || string(now) != test.content) {
			t.Errorf("%s was changed: %v", test.name, err)
		}
	}
}

// TestStoreFailure: every way in which records fail has a line that says what
// to do, and code 1.
func TestStoreFailure(t *testing.T) {
	for _, cause := range []error{
		records.ErrCorrupt, records.ErrForeign, records.ErrNewer, records.ErrReadOnly, records.ErrFull,
		records.ErrBusy, records.ErrDisk, os.ErrNotExist,
	} {
		err := storeFailure("/data", fmt.Errorf("opening: %w", cause))
		var f *failure
		if !errors.As(err, &f) || f.code != ExitFailed || !errors.Is(err, cause) || !strings.HasPrefix(err.Error(), "/data: ") {
			t.Errorf("%v becomes %v", cause, err)
		}
	}
}

// TestDecodeDamaged: hostile bytes give no reading, no crash, and exit code 4.
func TestDecodeDamaged(t *testing.T) {
	for _, d := range catalogue.Drivers() {
		for name, bytes := range map[string]string{
			"nothing": "", "noise": strings.Repeat("\xff\x00\x80\x7f", 5000), "text": strings.Repeat("hello ", 1000),
		} {
			o := run(t, bytes, "decode", "--model", d.Model().ID, "-")
			if o.code != ExitFault || o.stdout != "" || !strings.HasPrefix(o.stderr, "aidpost: ") {
				t.Errorf("%s of %s: %+v", name, d.Model().ID, o)
			}
		}
	}
	if o := run(t, "", "decode", "--model", "contec-cms50d", filepath.Join(t.TempDir(), "missing")); o.code != ExitFailed {
		t.Errorf("a missing file: %+v", o)
	}
}

// TestDecodeIsInterruptible while it waits for a person to type.
func TestDecodeIsInterruptible(t *testing.T) {
	typing, _ := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := runEnv(ctx, t, Env{Stdin: typing}, "decode", "--model", "contec-cms50d", "-")
	if o.code != ExitInterrupted {
		t.Errorf("%+v", o)
	}
}

// TestSamples: every sample is a line, null where the instrument has none. The
// two frames are written by the description of the 5-byte protocol: finger
// out, and then a pulse of 72 at 98 %.
func TestSamples(t *testing.T) {
	out := strings.Repeat("\xd0\x40\x70\x7f\x7f", 20)
	in := strings.Repeat("\x87\x40\x05\x48\x62", 20)
	o := run(t, out+in, "decode", "--model", "contec-cms50d", "--samples", "-")
	if o.code != ExitOK {
		t.Fatalf("%+v", o)
	}
	lines := strings.Split(strings.TrimSpace(o.stdout), "\n")
	if len(lines) < 30 {
		t.Fatalf("%d samples of 40 frames", len(lines))
	}
	type sample struct {
		SpO2, Pulse, Pleth, Signal *int
		FingerOut                  bool            `json:"finger_out"`
		Perfusion                  json.RawMessage `json:"perfusion_index"`
	}
	var first, last sample
	if err := errors.Join(json.Unmarshal([]byte(lines[0]), &first), json.Unmarshal([]byte(lines[len(lines)-1]), &last)); err != nil {
		t.Fatal(err)
	}
	if !first.FingerOut || first.SpO2 != nil || first.Pulse != nil || string(first.Perfusion) != "null" {
		t.Errorf("finger out: %s", lines[0])
	}
	if last.FingerOut || last.SpO2 == nil || *last.SpO2 != 98 || last.Pulse == nil || *last.Pulse != 72 || *last.Pleth != 64 {
		t.Errorf("finger in: %s", lines[len(lines)-1])
	}
}

func TestHundredths(t *testing.T) {
	for n, want := range map[instruments.Number]string{instruments.Missing: "null", 0: "0.00", 5: "0.05", 410: "4.10"} {
		if got, err := json.Marshal(hundredths(n)); err != nil || string(got) != want {
			t.Errorf("%d is written %s, %v", n, got, err)
		}
	}
}

// TestNamesDoNotSteerTheTerminal, whatever somebody typed at a kiosk.
func TestNamesDoNotSteerTheTerminal(t *testing.T) {
	if got := person(&records.Patient{Given: "Ana\x1b[2J", Family: "\u009bLópez\r"}); got != "Ana?[2J ?López" {
		t.Errorf("%q", got)
	}
}

// TestProgress is written for a person alone, and taken away again.
func TestProgress(t *testing.T) {
	var terminal bytes.Buffer
	c := &command{Env: Env{Terminal: true, Stderr: &terminal}}
	p := c.progress()
	p.show("one")
	p.show("one")
	p.show("two")
	p.clear()
	p.clear()
	if got := terminal.String(); got != "\r\x1b[Kone\r\x1b[Ktwo\r\x1b[K" {
		t.Errorf("%q", got)
	}
	terminal.Reset()
	c.Terminal = false
	c.progress().show("one")
	if terminal.Len() > 0 {
		t.Errorf("nobody watches, and still %q", &terminal)
	}
}
