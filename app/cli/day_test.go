package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDay: a note is left and read, the day is not closed while something is open
// without a reason, and its page can be written then.
func TestDay(t *testing.T) {
	folder, _ := recorded(t)
	if o := runNow(t, "", "report", "closing", "--out", "-", "--data", folder); o.code != ExitFailed || !strings.Contains(o.stderr, "no day was closed") {
		t.Errorf("before: %+v", o)
	}
	if o := runNow(t, "", "day", "note", "The", "cuff", "leaks", "--data", folder); o.code != ExitOK || o.stdout != "" {
		t.Errorf("a note: %+v", o)
	}
	o := runNow(t, "", "day", "status", "--data", folder)
	if o.code != ExitOK || !strings.Contains(o.stdout, "The cuff leaks") || !strings.Contains(o.stdout, "ada, ") || !strings.Contains(o.stdout, "backup      1") {
		t.Errorf("status: %+v", o)
	}
	if o := runNow(t, "", "day", "status", "--json", "--data", folder); o.code != ExitOK || !strings.Contains(o.stdout, `"name":"criticals"`) {
		t.Errorf("as JSON: %+v", o)
	}
	if o := runNow(t, "", "day", "close", "--data", folder); o.code != ExitFailed || !strings.Contains(o.stderr, `--left "backup=..."`) {
		t.Errorf("without a reason: %+v", o)
	}
	if o := runNow(t, "", "day", "close", "--left", "backup=no stick", "--data", folder); o.code != ExitOK || !strings.Contains(o.stdout, "1 check left open") {
		t.Errorf("closed: %+v", o)
	}
	page := filepath.Join(t.TempDir(), "day.pdf")
	if o := runNow(t, "", "report", "closing", "--out", page, "--data", folder); o.code != ExitOK {
		t.Errorf("the page: %+v", o)
	}
	if pdf, err := os.ReadFile(page); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("%v", err)
	}
	for _, args := range [][]string{{"day"}, {"day", "dance"}, {"day", "note"}, {"day", "close", "now"}, {"day", "close", "--left", "backup"}} {
		if o := runNow(t, "", append(args, "--data", folder)...); o.code != ExitUsage {
			t.Errorf("%v: %+v", args, o)
		}
	}
}

// TestDaySigned: an operator's closing is signed by a supervisor, who is asked for.
func TestDaySigned(t *testing.T) {
	folder, _ := recorded(t)
	add := func(stdin, name, role string) {
		must(t, stdin, "staff", "add", "--name", name, "--role", role, "--data", folder)
	}
	const boss, lead, nurse = "BADGE-1\n604183\n", "BADGE-2\n726384\n", "BADGE-3\n837495\n"
	add(boss, "Ada", "administrator")
	add(boss+"BADGE-2\n715294\n", "Lea", "supervisor")
	add(boss+"BADGE-3\n826305\n", "Nia", "operator")
	must(t, "BADGE-2\n715294\n726384\n", "staff", "reset-pin", "me", "--data", folder)
	must(t, "BADGE-3\n826305\n837495\n", "staff", "reset-pin", "me", "--data", folder)
	args := []string{"day", "close", "--left", "backup=no stick", "--data", folder}
	if o := runNow(t, nurse+nurse, args...); o.code != ExitDenied {
		t.Errorf("signed by an operator: %+v", o)
	}
	if o := runNow(t, nurse+lead, args...); o.code != ExitOK || !strings.Contains(o.stdout, "closed:") {
		t.Errorf("signed by a supervisor: %+v", o)
	}
	if o := runNow(t, lead, args...); o.code != ExitOK {
		t.Errorf("a supervisor alone: %+v", o)
	}
}
