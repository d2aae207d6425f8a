package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
)

// TestPatients finds two records of one person, merges them and takes it back.
func TestPatients(t *testing.T) {
	data := t.TempDir()
	m := &machine{home: t.TempDir()}
	m.ok(t, "keys", "init", "--data", data)
	var ids []string
	store, err := site.OpenStore(t.Context(), data, records.Options{
		Now: func() time.Time { return noon }, Keys: site.KeySources{File: m.home + "/.config/aidpost/records.key"}.Keys(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, given := range []string{"María", "Maria", "Ana"} {
		born, err := records.NewDate(1956, 4, 30)
		if err != nil {
			t.Fatal(err)
		}
		p := &records.Patient{ID: records.NewID(), Given: given, Family: "López", BirthDate: born}
		e := &records.Encounter{ID: records.NewID(), Patient: p, Status: records.Finished, Started: noon.Add(-time.Hour), Ended: noon.Add(-time.Minute), Zone: "UTC"}
		if err := store.Save(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, string(p.ID))
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	find := func(text string) (found []records.Patient) {
		t.Helper()
		if err := json.Unmarshal([]byte(m.ok(t, "patients", "find", text, "--data", data, "--json")), &found); err != nil {
			t.Fatal(err)
		}
		return found
	}
	if found := find("maria lop"); len(found) != 2 {
		t.Errorf("found %+v", found)
	}
	if said := m.ok(t, "patients", "find", "lopez", "1956", "--data", data); strings.Count(said, "1956-04-30") != 3 {
		t.Errorf("found %s", said)
	}
	said := m.ok(t, "patients", "duplicates", ids[0], "--data", data)
	if !strings.Contains(said, ids[1]) || !strings.Contains(said, "same-name-and-birth") || strings.Contains(said, ids[2]) {
		t.Errorf("duplicates: %s", said)
	}
	m.ok(t, "patients", "merge", ids[1], ids[0], "--why", "one card", "--data", data)
	if found := find("maria"); len(found) != 1 || string(found[0].ID) != ids[0] {
		t.Errorf("merged: %+v", found)
	}
	m.fails(t, "merged already", "patients", "merge", ids[1], ids[2], "--data", data)
	m.ok(t, "patients", "unmerge", ids[1], "--data", data)
	m.fails(t, "no such", "patients", "unmerge", ids[1], "--data", data)
	if found := find("maria"); len(found) != 2 {
		t.Errorf("taken back: %+v", found)
	}
	for _, args := range [][]string{{"patients"}, {"patients", "kiss"}, {"patients", "find"}, {"patients", "merge", "a"}, {"patients", "find", "a", "--limit", "-1"}} {
		if o := m.run(t, args...); o.code != ExitUsage {
			t.Errorf("%q: exit %d", args, o.code)
		}
	}
}
