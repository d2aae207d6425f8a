package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/vitals"
)

// clinic makes records with visits of several people on several days.
func clinic(t *testing.T, visits int) (folder string, people []records.ID) {
	t.Helper()
	folder, _ = recorded(t)
	store, err := site.OpenStore(t.Context(), folder, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for n := range visits {
		p := &records.Patient{ID: records.NewID(), Given: "Ana 😀", Family: fmt.Sprint("Pérez ", n), BirthDate: records.Date{Year: 1960, Month: 2, Day: 1 + n%28}}
		people = append(people, p.ID)
		began := time.Now().Add(-time.Duration(n+2) * time.Hour)
		e := &records.Encounter{
			ID: records.NewID(), Status: records.Finished, Started: began, Ended: began.Add(time.Minute), Zone: "UTC", Language: "es", Patient: p,
			Observations: []records.Observation{{
				ID: records.NewID(), Panel: vitals.BloodGlucose, State: records.Confirmed, Taken: began,
				Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(100+n, vitals.MgPerDL)}},
				Origin: records.Origin{Device: records.Device{Maker: "LifeScan", Model: "OneTouch Ultra2", Serial: "X1"}, Driver: "onetouch-ultra2"},
			}},
		}
		if err := store.Save(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	profile := `{"costs": {"currency": "EUR", "visit": "0.1", "panels": {"blood-glucose": "0.42"}}}`
	if err := os.WriteFile(filepath.Join(folder, site.ProfileName), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder, people
}

// TestReportKinds writes each kind of report, on each paper, to a file and to
// standard output.
func TestReportKinds(t *testing.T) {
	folder, people := clinic(t, 2)
	visit := strings.Fields(must(t, "", "encounters", "--limit", "1", "--data", folder))[5]
	yesterday := time.Now().AddDate(0, 0, -1).Format(time.DateOnly)
	for i, args := range [][]string{
		{visit}, {"visit", visit}, {"person", "--patient", string(people[0])}, {"trend", "--patient", string(people[0])},
		{"trend", "--patient", string(people[0]), "--from", "2020-01-01", "--to", "2020-02-01"},
		{"referral", visit, "--for", "Dr. B", "--reason", "high", "--done", "rest", "--due", "2026-12-01"},
		{"days"}, {"days", "--from", yesterday}, {"quality"}, {"instruments"}, {"activity", "--from", "48h"},
		{"audit"}, {"audit", "--from", yesterday, "--about", string(people[0])}, {"audit", "--about", visit},
	} {
		args = append(append([]string{"report"}, args...), "--data", folder)
		if o := runNow(t, "", append(args, "--out", "-", "--lang", "ar")...); o.code != ExitOK || !strings.HasPrefix(o.stdout, "%PDF-1.3") || o.stderr != "" {
			t.Errorf("%v: exit %d, %.30q, %s", args, o.code, o.stdout, o.stderr)
		}
		page := filepath.Join(t.TempDir(), "x.pdf")
		if o := runNow(t, "", append(args, "--out", page, "--paper", []string{"letter", "receipt"}[i%2])...); o.code != ExitOK || o.stdout != "" {
			t.Errorf("%v: %+v", args, o)
		}
		isPDF(t, page)
		alone(t, filepath.Dir(page), "x.pdf")
	}
}

// runNow runs a command at the present time: visits of today are of today.
func runNow(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	return runEnv(t.Context(), t, Env{Stdin: strings.NewReader(stdin), User: "ada"}, args...)
}

// alone finds what else is in a folder.
func alone(t *testing.T, folder string, names ...string) {
	t.Helper()
	var got []string
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("in the folder: %v, want %v", got, names)
	}
}

func TestReportRefuses(t *testing.T) {
	folder, people := clinic(t, 1)
	out := filepath.Join(t.TempDir(), "out")
	id := string(people[0])
	for _, test := range []struct {
		code int
		args []string
	}{
		{ExitUsage, []string{"visit"}}, {ExitUsage, []string{"person"}}, {ExitUsage, []string{"referral"}},
		{ExitUsage, []string{"days", id}}, {ExitUsage, []string{"days", "--patient", id}}, {ExitUsage, []string{"days", "--from", "soon"}},
		{ExitUsage, []string{"days", "--from", "2026-03-02", "--to", "2026-03-01"}}, {ExitUsage, []string{"visit", id, "--from", "24h"}},
		{ExitUsage, []string{"trend", "--patient", ""}}, {ExitUsage, []string{"referral", id, "--due", "31.3."}},
		{ExitFailed, []string{"person", "--patient", string(records.NewID())}}, {ExitFailed, []string{"person", "--patient", "nobody"}},
		{ExitFailed, []string{"visit", string(records.NewID())}}, {ExitFailed, []string{"person", "--patients", "no-such-file"}},
		{ExitUsage, []string{"days", "--about", id}}, {ExitUsage, []string{"audit", "--patient", id}},
		{ExitFailed, []string{"visit", "--from", "2020-01-01", "--to", "2020-01-02"}},
	} {
		args := append(append([]string{"report"}, test.args...), "--out", out, "--data", folder)
		if o := runNow(t, "", args...); o.code != test.code || o.stdout != "" || !strings.HasPrefix(o.stderr, "aidpost: ") || strings.Contains(o.stderr, "rez") {
			t.Errorf("%v: %+v", args, o)
		}
		alone(t, filepath.Dir(out))
	}
}

// TestReportMany: many reports go into one new folder, under names that tell of
// nobody.
func TestReportMany(t *testing.T) {
	folder, people := clinic(t, 3)
	for name, args := range map[string][]string{
		"listed": {"person", "--patients", "-"}, "of a time": {"visit", "--from", "72h"}, "who came": {"trend", "--from", "72h"},
	} {
		out := filepath.Join(t.TempDir(), "many")
		stdin := fmt.Sprintf("%s\n\n%s\n", people[0], people[2])
		o := runNow(t, stdin, append(append([]string{"report"}, args...), "--out", out, "--data", folder)...)
		want := map[string]int{"listed": 2, "of a time": 4, "who came": 4}[name]
		files, _ := filepath.Glob(filepath.Join(out, args[0]+"-*.pdf"))
		if o.code != ExitOK || len(files) != want || !strings.Contains(o.stdout, fmt.Sprint(want, " reports")) {
			t.Errorf("%s: %d files, %+v", name, len(files), o)
		}
		for _, f := range files {
			isPDF(t, f)
		}
		alone(t, filepath.Dir(out), "many")
	}
}

// stopper stops a command as soon as it shows a certain progress.
type stopper struct {
	at   string
	stop context.CancelFunc
}

func (s stopper) Write(p []byte) (int, error) {
	if strings.Contains(string(p), s.at) {
		s.stop()
	}
	return len(p), nil
}

// TestReportStopped: whoever presses Ctrl-C finds nothing half done, neither
// under the name nor beside it.
func TestReportStopped(t *testing.T) {
	folder, people := clinic(t, 4)
	for name, args := range map[string][]string{
		"2 of 4": {"person", "--patients", "-"}, "Drawing": {"days"},
	} {
		ctx, stop := context.WithCancel(t.Context())
		out := filepath.Join(t.TempDir(), "out")
		var list strings.Builder
		for _, id := range people {
			fmt.Fprintln(&list, id)
		}
		env := Env{Stdin: strings.NewReader(list.String()), Stdout: io.Discard, Stderr: stopper{name, stop}, Terminal: true, User: "ada",
			Getenv: func(string) string { return "" }}
		code := Run(ctx, append(append([]string{"report"}, args...), "--out", out, "--data", folder), env)
		if code != ExitInterrupted {
			t.Errorf("%s: exit %d", name, code)
		}
		alone(t, filepath.Dir(out))
		stop()
	}
}

// A file that is replaced is there until the new one is whole.
func TestReportReplaces(t *testing.T) {
	folder, people := clinic(t, 1)
	out := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(out, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"report", "person", "--out", out, "--data", folder, "--patient"}
	if o := runNow(t, "", append(args, string(people[0]))...); o.code != ExitFailed || !strings.Contains(o.stderr, "--force") {
		t.Errorf("without --force: %+v", o)
	}
	if o := runNow(t, "", append(args, string(records.NewID()), "--force")...); o.code != ExitFailed {
		t.Errorf("nobody: %+v", o)
	}
	if text, _ := os.ReadFile(out); string(text) != "old" {
		t.Errorf("the old file is %.10q", text)
	}
	if o := runNow(t, "", append(args, string(people[0]), "--force")...); o.code != ExitOK {
		t.Errorf("with --force: %+v", o)
	}
	isPDF(t, out)
	alone(t, filepath.Dir(out), "x.pdf")
}
