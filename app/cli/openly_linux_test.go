package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aidpost/app/site"
	"aidpost/records"
)

// A workday is what a site does in a day, with all that it leaves under one folder:
// the records, backups, captures, saved summaries, what is set aside, and what the
// program said beside its answers, as a service manager keeps it.
type workday struct {
	*testing.T
	data, home string
	said       bytes.Buffer
}

func (w *workday) run(stdin string, args ...string) outcome {
	w.Helper()
	env := Env{Stdin: strings.NewReader(stdin), Getenv: func(name string) string {
		return map[string]string{"HOME": w.home, "TZ": "UTC", "LANG": "C.UTF-8"}[name]
	}}
	o := runEnv(w.Context(), w.T, env, append(args, "--data", w.data)...)
	w.said.WriteString(o.stderr)
	if err := os.WriteFile(filepath.Join(w.data, "journal.log"), w.said.Bytes(), 0o600); err != nil {
		w.Fatal(err)
	}
	return o
}

func (w *workday) ok(stdin string, args ...string) string {
	w.Helper()
	o := w.run(stdin, args...)
	if o.code != ExitOK {
		w.Fatalf("%q: exit %d, %s %s", args, o.code, o.stdout, o.stderr)
	}
	return o.stdout
}

// sealSummary saves a summary of the newest visit as the kiosk does.
func (w *workday) sealSummary(paper string) {
	w.Helper()
	keys := site.KeySources{File: filepath.Join(w.home, ".config", "aidpost", "records.key")}.Keys()
	store, err := site.OpenStore(w.Context(), w.data, records.Options{Keys: keys})
	if err != nil {
		w.Fatal(err)
	}
	defer store.Close()
	for e, err := range store.Encounters(w.Context(), records.Filter{Limit: 1}) {
		if err != nil {
			w.Fatal(err)
		}
		sealed, err := store.SealSummary(w.Context(), e.ID, []byte(paper))
		folder := filepath.Join(w.data, site.SummaryFolder)
		err = errors.Join(err, os.MkdirAll(folder, 0o700), os.WriteFile(filepath.Join(folder, site.SummaryName(e.ID, noon)), sealed, 0o600))
		if err != nil {
			w.Fatal(err)
		}
	}
}

// holding returns the files under a folder that have a text in them, in any case.
func holding(t *testing.T, folder, text string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(bytes.ToLower(content), []byte(strings.ToLower(text))) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestNothingLiesOpenAfterADay: whatever a day at work leaves under the data folder,
// no file of it says who came or who cared for them; an export, which is for reading,
// does, so the search finds what it looks for.
func TestNothingLiesOpenAfterADay(t *testing.T) {
	w := &workday{T: t, data: t.TempDir(), home: t.TempDir()}
	captures := filepath.Join(w.data, "captures")
	visit := func(script string) {
		t.Helper()
		w.ok(script, "visit", "--script", "-", "--simulate", "--speed", fast, "--capture", captures)
	}
	visit("who Quintilla Zebrowska 1931-05-17\nconsent keep share\nmeasure blood-glucose\nenter \"Nora Quillfeather\" body-weight 61.75 kg\nexpect saved yes\n")
	visit("phone +447700900417 1931-05-17\nconsent keep\nmeasure oximetry\nexpect saved yes\n")
	visit("card CARD-7741093\nconsent keep\nskip-rest hurry\none-reading\nmeasure blood-pressure\nexpect saved yes\n")
	visit("guest\nmeasure oximetry\n")
	w.run("who Quintilla Zebrowska 1931-05-17\nconsent keep\nexpect band nonsense\n", "visit", "--script", "-", "--simulate") // ends in an error
	w.sealSummary("%PDF-1.3 Quintilla Zebrowska")

	w.ok("", "backup")
	found := w.ok("", "patients", "find", "Zebrowska", "--json")
	var who []struct{ ID string }
	if err := json.Unmarshal([]byte(found), &who); err != nil || len(who) != 1 {
		t.Fatalf("%v in %s", err, found)
	}
	w.ok("", "report", "person", "--patient", who[0].ID, "--out", filepath.Join(t.TempDir(), "paper.pdf"))
	w.run("", "person", "no such person", "--out", filepath.Join(w.data, "x"))
	w.ok("", "keys", "rotate")
	w.ok("", "restore") // sets the records aside
	w.ok("", "redecode")
	w.ok("", "backup")
	w.ok("", "check")
	out := t.TempDir()
	w.ok("", "export", "--out", filepath.Join(out, "all.csv"))
	w.ok("", "export", "--format", "ndjson", "--out", filepath.Join(out, "fhir"))

	for _, must := range []string{"captures/*", "backups/*.db", "summaries/*", "*.set-aside-*", "journal.log"} {
		if files, err := filepath.Glob(filepath.Join(w.data, must)); err != nil || len(files) == 0 {
			t.Errorf("the day leaves no %s: %v", must, err)
		}
	}
	for _, word := range []string{"Quintilla", "Zebrowska", "1931-05-17", "+447700900417", "447700900417", "CARD-7741093", "Quillfeather", "%PDF", "61.75"} {
		for _, folder := range []string{w.data, w.home} {
			if files := holding(t, folder, word); len(files) > 0 {
				t.Errorf("%q is in %v", word, files)
			}
		}
	}
	for _, word := range []string{"Quintilla", "Zebrowska", "1931-05-17", "CARD-7741093", "Quillfeather", "61.75"} {
		if files := holding(t, out, word); len(files) == 0 {
			t.Errorf("%q is not in an export", word)
		}
	}
}
