package cli

import (
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/vitals"
)

// recorded makes records in a new folder with one visit, of Ada.
func recorded(t *testing.T) (folder string, e *records.Encounter) {
	t.Helper()
	folder = t.TempDir()
	store, err := site.OpenStore(t.Context(), folder, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now().Add(-time.Hour)
	e = &records.Encounter{
		ID: records.NewID(), Status: records.Finished, Started: began, Ended: began.Add(time.Minute), Zone: "UTC", Language: "en",
		Patient: &records.Patient{ID: records.NewID(), Given: "Ada", Family: "Lovelace", BirthDate: records.Date{Year: 1915, Month: 12, Day: 10}},
		Observations: []records.Observation{{
			ID: records.NewID(), Panel: vitals.Oximetry, State: records.Confirmed, Taken: began,
			Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(97, vitals.Percent)}},
			Origin: records.Origin{Device: records.Device{Maker: "Contec", Model: "CMS50D+"}, Driver: "contec-cms50d-plus"},
		}},
	}
	if err := store.Save(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return folder, e
}

// must runs a command that has to work and returns what it wrote.
func must(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	o := runEnv(t.Context(), t, Env{Stdin: strings.NewReader(stdin), Now: func() time.Time { return noon }, User: "ada"}, args...)
	if o.code != ExitOK || o.stderr != "" {
		t.Fatalf("%v: exit %d, %s", args, o.code, o.stderr)
	}
	return o.stdout
}

// Every verb that shows a person's data is on record, with whoever asked.
func TestVerbsAreOnRecord(t *testing.T) {
	folder, e := recorded(t)
	must(t, "", "encounters", "--data", folder)
	must(t, "", "trace", string(e.Observations[0].ID), "--data", folder)
	must(t, "", "report", string(e.ID), "--out", "-", "--data", folder)
	if o := run(t, "", "trace", string(records.NewID()), "--data", folder); o.code != ExitFailed {
		t.Errorf("an unknown observation: %+v", o)
	}
	var got []string
	for line := range strings.Lines(must(t, "", "audit", "list", "--json", "--data", folder)) {
		var entry records.AuditEntry
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		got = append(got, string(entry.Action)+" "+entry.User)
	}
	want := []string{"audit.read ada", "record.print ada", "history.read ada", "encounter.read ada", "encounter.read ada", "encounter.list ada", "encounter.save ", "patient.create "}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q\nwant %q", got, want)
	}
	about := must(t, "", "audit", "list", "--about", string(e.Patient.ID), "--limit", "3", "--data", folder)
	if n := strings.Count(about, "\n"); n != 4 || !strings.Contains(about, "record.print") || strings.Contains(about, "Lovelace") || strings.Contains(about, "97") && strings.Contains(about, "%") {
		t.Errorf("about the patient:\n%s", about)
	}
}

func TestAuditVerify(t *testing.T) {
	folder, e := recorded(t)
	anchor := filepath.Join(t.TempDir(), "anchor")
	if err := os.WriteFile(anchor, []byte("\n"+must(t, "", "audit", "anchor", "--data", folder)), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, site.DatabaseName)
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	must(t, "", "trace", string(e.ID), "--data", folder)
	later := must(t, "", "audit", "anchor", "--data", folder)
	if out := must(t, "", "audit", "verify", "--anchor", anchor, "--data", folder); !strings.Contains(out, "6 entries") {
		t.Errorf("verify: %s", out)
	}

	alteredRow(t, path, "DROP TRIGGER audit_no_delete; DELETE FROM audit WHERE seq = 2")
	o := run(t, "", "audit", "verify", "--data", folder)
	if o.code != ExitFailed || !strings.Contains(o.stdout, "entry 2 is missing") || !strings.Contains(o.stderr, "the audit trail was changed") {
		t.Errorf("an entry removed: %+v", o)
	}
	if o := run(t, "", "audit", "verify", "--json", "--data", folder); o.code != ExitFailed || !strings.Contains(o.stdout, `"broken":[{"seq":2,"why":"missing"}]`) {
		t.Errorf("an entry removed: %+v", o)
	}

	// Somebody puts an older copy back.
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	if o := run(t, later, "audit", "verify", "--anchor", "-", "--data", folder); o.code != ExitFailed || !strings.Contains(o.stdout, "entry 5 is missing") {
		t.Errorf("an older copy: %+v", o)
	}
	for _, args := range [][]string{{"audit"}, {"audit", "dance"}, {"audit", "list", "--limit", "-1"}, {"audit", "list", "--since", "x"}} {
		if o := run(t, "", append(args, "--data", folder)...); o.code != ExitUsage {
			t.Errorf("%v: %+v", args, o)
		}
	}
	if o := run(t, "no anchor", "audit", "verify", "--anchor", "-", "--data", folder); o.code != ExitFailed || o.stdout != "" {
		t.Errorf("no anchor: %+v", o)
	}
}

// TestAuditVerifiesPaper: the hash that a paper ends with tells later whether
// anything before it was changed.
func TestAuditVerifiesPaper(t *testing.T) {
	folder, e := recorded(t)
	store, err := site.OpenStore(t.Context(), folder, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	printed, err := store.AuditHead(t.Context())
	if err = errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	must(t, "", "trace", string(e.ID), "--data", folder)
	for _, code := range []string{printed, printed[:8] + " " + printed[8:20]} {
		if out := must(t, "", "audit", "verify", "--hash", code, "--data", folder); !strings.Contains(out, "entry 2 of ") || !strings.Contains(out, printed) {
			t.Errorf("%s: %s", code, out)
		}
	}
	alteredRow(t, filepath.Join(folder, site.DatabaseName), "DROP TRIGGER audit_no_update; UPDATE audit SET at = at - 1 WHERE seq = 1")
	if o := run(t, "", "audit", "verify", "--hash", printed, "--data", folder); o.code != ExitFailed || !strings.Contains(o.stdout, "entry 1 is changed") {
		t.Errorf("a row altered: %+v", o)
	}
	if o := run(t, "", "audit", "verify", "--hash", strings.Repeat("0a", 8), "--data", folder); o.code != ExitFailed || !strings.Contains(o.stdout, "no entry has the hash 0a0a") {
		t.Errorf("another hash: %+v", o)
	}
	if o := run(t, "", "audit", "verify", "--hash", "5f0c", "--data", folder); o.code != ExitUsage || !strings.Contains(o.stderr, "at least the first 16") {
		t.Errorf("too short: %+v", o)
	}
}

// alteredRow changes a file behind the program's back.
func alteredRow(t *testing.T, path, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.Exec(script)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}
