package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
)

// keepVisits saves visits of Ada into a data folder.
func keepVisits(t *testing.T, data string, n int) {
	t.Helper()
	store, err := site.OpenStore(t.Context(), data, records.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for range n {
		e := &records.Encounter{
			ID: records.NewID(), Status: records.Finished, Started: noon.Add(-time.Hour), Ended: noon.Add(-time.Minute),
			Zone: "UTC", Language: "en", Place: site.DefaultProfile().Place(),
			Patient: &records.Patient{ID: records.NewID(), Given: "Ada", Family: "Lovelace"},
		}
		if err := store.Save(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBackupDamageRestore is the whole way of a technician: a backup, a
// damaged disk, and one command that brings the records back.
func TestBackupDamageRestore(t *testing.T) {
	data := t.TempDir()
	keepVisits(t, data, 3)
	o := run(t, "", "backup", "--data", data)
	if o.code != ExitOK || !strings.Contains(o.stdout, "whole, 3 visits, 3 people") {
		t.Fatalf("backup: %+v", o)
	}
	if o := run(t, "", "check", "--data", data); o.code != ExitOK || !strings.Contains(o.stdout, "3 visits") {
		t.Errorf("check: %+v", o)
	}
	path := filepath.Join(data, site.DatabaseName)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 4096; at < len(file); at += 4096 {
		copy(file[at:], strings.Repeat("nonsense", 4))
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if o := run(t, "", "check", "--data", data); o.code != ExitFailed || !strings.Contains(o.stderr, "damaged") {
		t.Errorf("check of damage: %+v", o)
	}
	if o := run(t, "", "encounters", "--data", data); o.code != ExitFailed || !strings.Contains(o.stderr, "aidpost restore") {
		t.Errorf("listing damage: %+v", o)
	}
	o = run(t, "", "restore", "--data", data)
	if o.code != ExitOK || !strings.Contains(o.stdout, "3 visits") || !strings.Contains(o.stdout, "set-aside") {
		t.Fatalf("restore: %+v", o)
	}
	if o := run(t, "", "encounters", "--data", data); o.code != ExitOK || strings.Count(o.stdout, "Ada Lovelace") != 3 {
		t.Errorf("after the restore: %+v", o)
	}
}

// A restore brings over what came after the backup, as far as it can be read.
// These records were not sealed until then; once they are, what is not sealed
// is not believed any more.
func TestRestoreBringsOver(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	keepVisits(t, data, 3)
	must(t, "", "backup", "--data", data)
	backup := filepath.Join(data, "kept.db")
	all, err := site.Backups(filepath.Join(data, site.BackupFolder))
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	copyTo(t, all[0].Path, backup)
	keepVisits(t, data, 2)
	path := filepath.Join(data, site.DatabaseName)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(file[100:4096]) // what the tables are
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out := must(t, "", "restore", "--data", data)
	if !strings.Contains(out, "5 visits") || !strings.Contains(out, "brought over what was newer: 2 visits, 2 people") || strings.Contains(out, "could not be read") {
		t.Errorf("restore: %s", out)
	}
	_, aside, _ := strings.Cut(out, "are now ")
	if out := must(t, "", "restore", backup, "--data", data); strings.Contains(out, "brought over") || !strings.Contains(out, "3 visits") {
		t.Errorf("a backup as it is: %s", out)
	}
	if out := must(t, "", "restore", "--salvage", strings.TrimSpace(aside), "--data", data); !strings.Contains(out, "brought over what was newer: 0 visits") || strings.Count(out, "could not be read: visit") != 2 {
		t.Errorf("what is not sealed, later: %s", out)
	}
	if list := must(t, "", "encounters", "--data", data); strings.Count(list, "Ada Lovelace") != 3 {
		t.Errorf("in the end:\n%s", list)
	}
}

func copyTo(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestRestoreWithoutABackup(t *testing.T) {
	data := t.TempDir()
	keepVisits(t, data, 1)
	if o := run(t, "", "restore", "--data", data); o.code != ExitFailed || !strings.Contains(o.stderr, "no backup that is whole") {
		t.Errorf("%+v", o)
	}
	if o := run(t, "", "restore", "--data", data, filepath.Join(data, "nothing.db")); o.code != ExitFailed {
		t.Errorf("%+v", o)
	}
	if o := run(t, "", "encounters", "--data", data); strings.Count(o.stdout, "Ada Lovelace") != 1 {
		t.Errorf("the records are gone: %+v", o)
	}
}
