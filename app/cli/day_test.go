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
