package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPassport: what one site certifies is good at another that trusts it, until
// it is taken back.
func TestPassport(t *testing.T) {
	t.Parallel()
	home, admin, _ := controlledSite(t)
	away, _, otto := controlledSite(t)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	do := func(in, folder string, want int, args ...string) outcome {
		t.Helper()
		o := runEnv(t.Context(), t, Env{Stdin: strings.NewReader(in), Now: time.Now}, append(args, "--data", folder)...)
		if o.code != want {
			t.Fatalf("%v: %+v", args, o)
		}
		return o
	}
	nextYear := time.Now().AddDate(1, 0, 0).Format(time.DateOnly)
	do(admin, home, ExitFailed, "qc", "certify", "--account", "otto", "--panel", "blood-glucose", "--until", nextYear)
	do(admin, home, ExitOK, "qc", "observe", "--account", "otto", "--panel", "blood-glucose")
	do(admin, home, ExitOK, "qc", "certify", "--account", "otto", "--panel", "blood-glucose", "--until", nextYear)
	do(admin, home, ExitOK, "passport", "issue", "--account", "otto", "--out", file("otto.txt"))
	do(admin, home, ExitOK, "passport", "issue", "--account", "otto", "--out", file("otto.pdf"))
	if page, err := os.ReadFile(file("otto.pdf")); err != nil || !strings.HasPrefix(string(page), "%PDF-") {
		t.Errorf("the card: %v", err)
	}
	present := []string{"passport", "present", "--account", "otto", "--in", file("otto.txt")}
	if o := do(otto, away, ExitNotValid, present...); !strings.Contains(o.stderr, "not known") {
		t.Errorf("before the site is trusted: %s", o.stderr)
	}
	keys := do(admin, home, ExitOK, "passport", "key").stdout
	if err := os.WriteFile(file("keys.json"), []byte(keys), 0o600); err != nil {
		t.Fatal(err)
	}
	do(otto, away, ExitDenied, "passport", "trust", "--site", "Home", "--keys", file("keys.json"))
	do(admin, away, ExitOK, "passport", "trust", "--site", "Home", "--keys", file("keys.json"))
	if o := do(otto, away, ExitOK, present...); !strings.Contains(o.stdout, "blood-glucose until "+nextYear) {
		t.Errorf("presented: %s", o.stdout)
	}
	list := do(admin, home, ExitOK, "passport", "list").stdout
	id := strings.Fields(strings.Split(list, "\n")[1])[0]
	do(admin, home, ExitOK, "passport", "revoke", "--id", id, "--reason", "badge lost")
	if out := do(admin, home, ExitOK, "passport", "list").stdout; strings.Count(out, "taken back") != 1 || strings.Count(out, "good") != 1 {
		t.Errorf("the list: %s", out)
	}
	do(admin, home, ExitOK, "passport", "revoked", "--out", file("revoked.txt"))
	if o := do(admin, away, ExitOK, "passport", "take", "--in", file("revoked.txt")); o.stdout != "1 taken back\n" {
		t.Errorf("taken: %s", o.stdout)
	}
	if o := do(otto, away, ExitNotValid, present...); !strings.Contains(o.stderr, "taken back") {
		t.Errorf("after it was taken back: %s", o.stderr)
	}
	do(admin, away, ExitOK, "passport", "trust", "--site", "Home", "--never")
	do(otto, away, ExitNotValid, present...)
	for _, args := range [][]string{{}, {"dance"}, {"issue"}, {"trust", "--site", "x"}, {"trust", "--site", "x", "--never", "--keys", "y"}} {
		do(admin, home, ExitUsage, append([]string{"passport"}, args...)...)
	}
}
