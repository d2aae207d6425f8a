package cli

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

// opened decrypts a file with the library, or fails.
func opened(t *testing.T, path string, by age.Identity) []byte {
	t.Helper()
	sealed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("%PDF")) || bytes.Contains(sealed, []byte("rez")) {
		t.Errorf("%s can be read without a key", path)
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), by)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// TestEncrypted: reports and exports leave encrypted, for a recipient or by a
// passphrase, and the stock tool opens them.
func TestEncrypted(t *testing.T) {
	folder, people := clinic(t, 2)
	dir := t.TempDir()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	to := key.Recipient().String()
	ok := func(stdin string, args ...string) {
		t.Helper()
		if o := runNow(t, stdin, append(args, "--data", folder)...); o.code != ExitOK {
			t.Fatalf("%v: %+v", args, o)
		}
	}
	one := filepath.Join(dir, "one.pdf.age")
	ok("", "report", "person", "--patient", string(people[0]), "--out", one, "--encrypt-to", to)
	if plain := opened(t, one, key); !bytes.HasPrefix(plain, []byte("%PDF-")) {
		t.Errorf("inside: %.10q", plain)
	}
	ok("", "report", "visit", "--from", "48h", "--out", filepath.Join(dir, "many"), "--encrypt-to", to)
	files, _ := filepath.Glob(filepath.Join(dir, "many", "*.pdf.age"))
	if len(files) != 3 {
		t.Errorf("%d files", len(files))
	}
	table := filepath.Join(dir, "all.csv.age")
	ok("correct horse battery\n", "export", "--out", table, "--encrypt")
	passphrase, err := age.NewScryptIdentity("correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := csv.NewReader(bytes.NewReader(opened(t, table, passphrase))).ReadAll(); err != nil || len(rows) < 3 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	ok("", "export", "--format", "ndjson", "--out", filepath.Join(dir, "fhir"), "--encrypt-to", to)
	if plain := opened(t, filepath.Join(dir, "fhir", "Patient.ndjson.age"), key); !strings.Contains(string(plain), "Pérez") {
		t.Errorf("inside: %.40q", plain)
	}
	about := filepath.Join(dir, "about")
	ok("", "person", string(people[0]), "--out", about, "--encrypt-to", to)
	if plain := opened(t, filepath.Join(about, "bundle.json.age"), key); !bytes.Contains(plain, []byte("collection")) {
		t.Errorf("inside: %.40q", plain)
	}
	papers, _ := filepath.Glob(filepath.Join(about, "*.pdf.age"))
	for _, paper := range papers {
		if plain := opened(t, paper, key); !bytes.HasPrefix(plain, []byte("%PDF-")) {
			t.Errorf("inside %s: %.10q", paper, plain)
		}
	}
	if all, _ := os.ReadDir(about); len(papers) == 0 || len(all) != 1+len(papers) {
		t.Errorf("%d papers among %v", len(papers), all)
	}
	for name, args := range map[string][]string{
		"no recipient": {"--encrypt-to", "age1nobody"}, "both": {"--encrypt", "--encrypt-to", to},
	} {
		if o := runNow(t, "", append([]string{"export", "--out", filepath.Join(dir, "x"), "--data", folder}, args...)...); o.code != ExitUsage {
			t.Errorf("%s: %+v", name, o)
		}
	}
	if o := runNow(t, "short\n", "export", "--out", filepath.Join(dir, "x"), "--data", folder, "--encrypt"); o.code != ExitFailed || !strings.Contains(o.stderr, "12 characters") {
		t.Errorf("a short passphrase: %+v", o)
	}
	stockTool(t, key, one)
}

// stockTool opens a file with age itself.
func stockTool(t *testing.T, key *age.X25519Identity, file string) {
	t.Helper()
	tool, err := exec.LookPath("age")
	if err != nil {
		t.Log("SKIPPED: age is not installed, no file was opened with it")
		return
	}
	identity := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(identity, []byte(key.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	plain, err := exec.CommandContext(t.Context(), tool, "--decrypt", "--identity", identity, file).Output()
	if err != nil || !bytes.HasPrefix(plain, []byte("%PDF-")) {
		t.Errorf("age says %v, %.10q", err, plain)
	}
}
