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
