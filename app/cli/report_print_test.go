package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"aidpost/app/site"
	"aidpost/reports/cups"
)

// paperTray is a print service that does what the test says, job by job.
type paperTray struct {
	mu        sync.Mutex
	ends      []cups.Phase // of each job; the last is of all that follow
	pages     []cups.Page
	queues    []string
	cancelled []cups.JobID
	reason    string
	status    cups.Status
}

func (p *paperTray) Queues(context.Context) ([]cups.Queue, error) {
	return []cups.Queue{{Name: "q", Default: true, Status: p.status, Reason: p.reason}}, nil
}

func (p *paperTray) Print(_ context.Context, queue string, page cups.Page) (cups.JobID, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages, p.queues = append(p.pages, page), append(p.queues, queue)
	return cups.JobID(fmt.Sprint("q-", len(p.pages))), nil
}

func (p *paperTray) Job(_ context.Context, id cups.JobID) (cups.Job, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := min(len(p.pages), len(p.ends)) - 1
	return cups.Job{ID: id, Phase: p.ends[n], Reason: p.reason}, nil
}

func (p *paperTray) Cancel(_ context.Context, id cups.JobID) error {
	p.cancelled = append(p.cancelled, id)
	return nil
}

func (p *paperTray) run(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	return runEnv(t.Context(), t, Env{Stdin: strings.NewReader(stdin), User: "ada", Printer: p}, args...)
}

// TestPrintCopies: the first paper of a visit is the first, each further one is
// marked and says why; what did not come out does not count.
func TestPrintCopies(t *testing.T) {
	folder, _ := clinic(t, 1)
	visit := strings.Fields(must(t, "", "encounters", "--limit", "1", "--data", folder))[5]
	tray := &paperTray{ends: []cups.Phase{cups.Aborted, cups.Complete}, reason: "Out of paper", status: cups.OutOfPaper}
	again := []string{"report", visit, "--print", "--data", folder}
	if o := tray.run(t, "", again...); o.code != ExitFailed || !strings.Contains(o.stderr, "out of paper: Out of paper") {
		t.Errorf("without paper: %+v", o)
	}
	tray.status, tray.reason = cups.Ready, ""
	if o := tray.run(t, "", again...); o.code != ExitOK || o.stdout != "printed 1 of 1\n" {
		t.Errorf("with paper: %+v", o)
	}
	if o := tray.run(t, "", again...); o.code != ExitFailed || !strings.Contains(o.stderr, "--again") || len(tray.pages) != 2 {
		t.Errorf("once more: %+v, %d pages", o, len(tray.pages))
	}
	if o := tray.run(t, "", append(again, "--again", "the first got wet")...); o.code != ExitOK {
		t.Errorf("with a reason: %+v", o)
	}
	if o := tray.run(t, "", "report", "referral", visit, "--print", "--data", folder); o.code != ExitOK {
		t.Errorf("another paper of the visit: %+v", o)
	}
	trail := must(t, "", "audit", "list", "--about", visit, "--data", folder)
	for _, want := range []string{", copy 2: the first got wet", "failed", "referral paper"} {
		if !strings.Contains(trail, want) {
			t.Errorf("%q is not on record:\n%s", want, trail)
		}
	}
	if strings.Contains(trail, "copy 3") || strings.Contains(trail, "referral paper, copy") {
		t.Errorf("counted wrongly:\n%s", trail)
	}
}

// TestPrintWhere: the site's settings name queue and paper for each kind.
func TestPrintWhere(t *testing.T) {
	folder, people := clinic(t, 1)
	profile := `{"printers": {"person": {"queue": "tm88", "paper": "receipt"}, "default": {"queue": "office", "paper": "letter"}}}`
	if err := os.WriteFile(filepath.Join(folder, site.ProfileName), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	tray := &paperTray{ends: []cups.Phase{cups.Complete}}
	for _, args := range [][]string{
		{"person", "--patient", string(people[0])}, {"days"}, {"days", "--queue", "other", "--paper", "a4", "--again", "for the other desk"},
	} {
		if o := tray.run(t, "", append(append([]string{"report"}, args...), "--print", "--data", folder)...); o.code != ExitOK {
			t.Errorf("%v: %+v", args, o)
		}
	}
	var got []string
	for i, p := range tray.pages {
		got = append(got, tray.queues[i]+" "+p.Media)
	}
	if fmt.Sprint(got) != "[tm88 Receipt office Letter other A4]" {
		t.Errorf("printed on %v", got)
	}
	for _, bad := range []string{`{"printers": {"person": {"paper": "a5"}}}`, `{"printers": {"novel": {}}}`} {
		if err := os.WriteFile(filepath.Join(folder, site.ProfileName), []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if o := tray.run(t, "", "report", "days", "--print", "--data", folder); o.code != ExitFailed || !strings.Contains(o.stderr, "printers") {
			t.Errorf("%s: %+v", bad, o)
		}
	}
	for _, args := range [][]string{{"--print", "--out", "x"}, {"--out", "x", "--queue", "q"}, {"--out", "x", "--again", "y"}} {
		if o := tray.run(t, "", append([]string{"report", "days", "--data", folder}, args...)...); o.code != ExitUsage {
			t.Errorf("%v: %+v", args, o)
		}
	}
}

// TestPrintMany prints one after the other, and Ctrl-C cancels the job at hand
// and those that would follow.
func TestPrintMany(t *testing.T) {
	folder, people := clinic(t, 3)
	var list strings.Builder
	for _, id := range people {
		fmt.Fprintln(&list, id)
	}
	args := []string{"report", "person", "--patients", "-", "--print", "--data", folder}
	tray := &paperTray{ends: []cups.Phase{cups.Complete}}
	if o := tray.run(t, list.String(), args...); o.code != ExitOK || o.stdout != "printed 3 of 3\n" || len(tray.pages) != 3 {
		t.Errorf("all: %+v, %d pages", o, len(tray.pages))
	}
	tray = &paperTray{ends: []cups.Phase{cups.Complete, cups.Sending}}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var said strings.Builder
	env := Env{Stdin: strings.NewReader(list.String()), Stdout: &said, Stderr: stopper{"2 of 3", stop}, Terminal: true, User: "ada", Printer: tray,
		Getenv: func(string) string { return "" }}
	if code := Run(ctx, append(args, "--again", "the first were smudged"), env); code != ExitInterrupted {
		t.Errorf("exit %d", code)
	}
	if len(tray.pages) != 2 || len(tray.cancelled) != 1 || tray.cancelled[0] != "q-2" || said.String() != "printed 1 of 3\n" {
		t.Errorf("%d pages, cancelled %v, said %q", len(tray.pages), tray.cancelled, said.String())
	}
}
