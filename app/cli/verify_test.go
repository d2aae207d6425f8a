package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aidpost/records/proof"
)

// TestVerify: what a report carries is valid against this kiosk's key and
// against the file of its keys, and against no other; a changed digit shows.
func TestVerify(t *testing.T) {
	folder, people := clinic(t, 2)
	other, _ := clinic(t, 1)
	dir := t.TempDir()
	page := filepath.Join(dir, "x.pdf")
	for _, args := range [][]string{{"person", "--patient", string(people[0])}, {"trend", "--patient", string(people[1]), "--paper", "receipt"}} {
		if o := runNow(t, "", append(append([]string{"report"}, args...), "--out", page, "--force", "--data", folder)...); o.code != ExitOK {
			t.Fatalf("%+v", o)
		}
		o := runNow(t, "", "verify", page, "--data", folder)
		if o.code != ExitOK || !strings.HasPrefix(o.stdout, "valid: signed for Aidpost on ") || !strings.Contains(o.stdout, "Ana 😀 Pérez") || !strings.Contains(o.stdout, " mg/dL") {
			t.Errorf("%v: %+v", args, o)
		}
	}
	keys, theirs := filepath.Join(dir, "keys"), filepath.Join(dir, "theirs")
	for file, of := range map[string]string{keys: folder, theirs: other} {
		if err := os.WriteFile(file, []byte(must(t, "", "verify", "--show-keys", "--data", of)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	content, _ := os.ReadFile(page)
	token := string(tokenForm.Find(content))
	for name, test := range map[string]struct {
		stdin string
		args  []string
		code  int
		says  string
	}{
		"text":            {"", []string{token, "--keys", keys}, ExitOK, "valid: "},
		"standard input":  {"scanned:\n" + token + "\n", []string{"-", "--keys", keys}, ExitOK, "valid: "},
		"either key":      {"", []string{token, "--keys", theirs, "--keys", keys}, ExitOK, "valid: "},
		"another's key":   {"", []string{token, "--keys", theirs}, ExitNotValid, "wrong key: "},
		"another's kiosk": {"", []string{token, "--data", other}, ExitNotValid, "wrong key: "},
		"changed":         {"", []string{changed(token), "--keys", keys}, ExitNotValid, "changed: "},
		"cut":             {"", []string{token[:300], "--keys", keys}, ExitNotValid, "not valid: "},
		"no code":         {"hello", []string{"-", "--keys", keys}, ExitNotValid, "not valid: there is no signed code"},
		"no file":         {"", []string{"nothing-here"}, ExitFailed, "nothing-here"},
		"no keys":         {"", []string{token, "--keys", page}, ExitFailed, "no public keys"},
		"nothing":         {"", nil, ExitUsage, "name what to check"},
	} {
		o := runNow(t, test.stdin, append([]string{"verify"}, test.args...)...)
		if o.code != test.code || !strings.Contains(o.stdout+o.stderr, test.says) || (test.code == ExitOK) != (o.stdout != "") {
			t.Errorf("%s: %+v", name, o)
		}
	}
	var s proof.Statement
	if err := json.Unmarshal([]byte(must(t, "", "verify", token, "--keys", keys, "--json")), &s); err != nil || len(s.Values) == 0 || s.Born == "" {
		t.Errorf("%+v, %v", s, err)
	}
}

// changed returns a code with one character of what was signed in another's
// place, which both are letters.
func changed(token string) string {
	const a, b = "52", "53" // 'a' and 'b', as digits
	for i := len(proof.Prefix) + 400; ; i += 2 {
		if token[i:i+2] == a {
			return token[:i] + b + token[i+2:]
		}
	}
}
