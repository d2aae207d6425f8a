package cli

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/vault"
)

// A machine is an environment with a home, a key store and answers to questions.
type machine struct {
	home    string
	store   vault.Store
	answers []string
	asked   []string
}

func (m *machine) run(t *testing.T, args ...string) outcome {
	t.Helper()
	env := Env{
		Stdin: strings.NewReader(""), Now: func() time.Time { return noon }, KeyStore: m.store,
		Getenv: func(name string) string {
			return map[string]string{"HOME": m.home, "TZ": "UTC", "LANG": "C.UTF-8"}[name]
		},
	}
	if m.answers != nil {
		env.Secret = func(_ context.Context, question string) (string, error) {
			m.asked = append(m.asked, question)
			if len(m.answers) == 0 {
				return "", io.EOF
			}
			answer := m.answers[0]
			m.answers = m.answers[1:]
			return answer, nil
		}
	}
	return runEnv(t.Context(), t, env, args...)
}

func (m *machine) ok(t *testing.T, args ...string) string {
	t.Helper()
	o := m.run(t, args...)
	if o.code != ExitOK {
		t.Fatalf("%q: exit %d, %s", args, o.code, o.stderr)
	}
	return o.stdout
}

// fails runs a command that must fail with a text.
func (m *machine) fails(t *testing.T, text string, args ...string) {
	t.Helper()
	if o := m.run(t, args...); o.code != ExitFailed || !strings.Contains(o.stderr, text) {
		t.Errorf("%q: exit %d, %s; want %q", args, o.code, o.stderr, text)
	}
}

// memoryStore is a key store for tests.
type memoryStore map[string][]byte

func (m memoryStore) Get(ring string) ([]byte, error) {
	if secret, ok := m[ring]; ok {
		return secret, nil
	}
	return nil, vault.ErrNoSecret
}
func (m memoryStore) Set(ring string, secret []byte) error { m[ring] = secret; return nil }
func (m memoryStore) Delete(ring string) error             { delete(m, ring); return nil }

// TestKeys: a kiosk's records from the first start to another machine.
func TestKeys(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first := &machine{home: t.TempDir()}
	first.ok(t, "keys", "init", "--data", data)
	key := filepath.Join(first.home, ".config", "aidpost", "records.key")
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("key file: %v, %v", info, err)
	}
	if status := first.ok(t, "keys", "--data", data); !strings.Contains(status, "key-file") || !strings.Contains(status, "no recovery key") {
		t.Errorf("status: %s", status)
	}
	said := first.ok(t, "keys", "recovery", "--data", data)
	printed := regexp.MustCompile(`^[0-9A-Z]{4}(-[0-9A-Z]{4}){8}\n`).FindString(said)
	if printed == "" {
		t.Fatalf("recovery: %s", said)
	}
	first.answers = []string{"correct horse battery", "correct horse battery"}
	first.ok(t, "keys", "passphrase", "--data", data)
	var lines []keyLine
	if err := json.Unmarshal([]byte(first.ok(t, "keys", "--data", data, "--json")), &lines); err != nil || len(lines) != 3 {
		t.Fatalf("%+v, %v", lines, err)
	}
	first.ok(t, "keys", "rotate", "--data", data)

	// The folder comes to another machine.
	other := &machine{home: t.TempDir()}
	other.fails(t, "the records are locked", "encounters", "--data", data)
	other.ok(t, "keys", "--data", data) // needs no key
	for _, typed := range []string{printed, strings.ToLower(printed), "correct horse battery"} {
		other.answers = []string{typed}
		other.ok(t, "encounters", "--data", data)
	}
	other.answers = []string{"wrong horse battery"}
	other.fails(t, "does not open", "encounters", "--data", data)
	mistyped := "A" + printed[1:]
	if mistyped == printed {
		mistyped = "B" + printed[1:]
	}
	other.answers = []string{mistyped}
	other.fails(t, "mistyped", "encounters", "--data", data)
	other.answers, other.store = []string{printed}, memoryStore{}
	other.ok(t, "keys", "machine", "--data", data)
	other.answers = nil
	other.ok(t, "encounters", "--data", data)

	// And the first is shut out.
	other.ok(t, "keys", "remove", "1", "--data", data)
	first.answers = nil
	first.fails(t, "locked", "encounters", "--data", data)
	other.fails(t, "no key 9", "keys", "remove", "9", "--data", data)
	if trail := other.ok(t, "audit", "list", "--data", data); strings.Count(trail, "keys.") < 5 {
		t.Errorf("the trail:\n%s", trail)
	}
}

func TestKeysAreRefused(t *testing.T) {
	data := t.TempDir()
	m := &machine{home: t.TempDir()}
	m.ok(t, "keys", "init", "--data", data)
	m.fails(t, "terminal", "keys", "passphrase", "--data", data)
	for text, answers := range map[string][]string{
		"at least":  {"short"},
		"different": {"correct horse battery", "correct horse batteri"},
		"EOF":       {"correct horse battery"},
	} {
		m.answers = answers
		m.fails(t, text, "keys", "passphrase", "--data", data)
	}
	m.fails(t, "last one", "keys", "remove", "1", "--data", data)
	key := filepath.Join(m.home, ".config", "aidpost", "records.key")
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	m.fails(t, "others can read the key file", "encounters", "--data", data)
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	m.fails(t, "key file is missing", "encounters", "--data", data)
	// Nothing makes another key for records that have one.
	m.fails(t, "locked", "keys", "init", "--data", data)
	if _, err := os.Stat(key); err == nil {
		t.Error("a key was made that opens nothing")
	}
}

// TestRecordsFromBefore are sealed when a kiosk opens them.
func TestRecordsFromBefore(t *testing.T) {
	data := t.TempDir()
	store, err := site.OpenStore(t.Context(), data, records.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	m := &machine{home: t.TempDir()}
	if status := m.ok(t, "keys", "--data", data); !strings.Contains(status, "not sealed") {
		t.Errorf("before: %s", status)
	}
	m.ok(t, "keys", "init", "--data", data)
	if status := m.ok(t, "keys", "--data", data); !strings.Contains(status, "key-file") {
		t.Errorf("after: %s", status)
	}
}
