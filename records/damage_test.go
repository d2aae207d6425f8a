package records

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// wholly are the tables without which a visit is not whole, or not known whose.
var wholly = []string{"patient", "patient_rev", "encounter", "encounter_rev", "capture"}

// TestDamageOfEachTable writes nonsense over the first page of each table and of each
// of its indexes, or changes bits of what stands on it: the records say of nonsense
// that it is damage, in words, and show nothing that was not saved; the newest backup
// comes back with every visit that does not lie on that page.
func TestDamageOfEachTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	opt := filledOptions()
	s := openAt(t, path, opt)
	save(t, s, visit(nil, now.Add(-40*time.Hour)))
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := s.Backup(t.Context(), backup, nil); err != nil {
		t.Fatal(err)
	}
	e, others := fillAll(t, s)
	var saved []*Encounter
	for _, one := range append(others, e) {
		stored, err := s.Encounter(t.Context(), one.ID)
		if err != nil {
			t.Fatal(err)
		}
		saved = append(saved, stored)
	}
	roots := rootsOf(t, s)
	if err := s.emptyLog(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, old := readFile(t, path), readFile(t, backup)
	const page = 4096
	for _, root := range roots {
		for kind, damage := range map[string]func(page []byte){
			"nonsense": func(page []byte) { copy(page, randomBytes(len(page))) },
			"bits": func(page []byte) {
				for at := len(page) - 1; at > len(page)/2; at -= 61 { // what stands on a page fills it from its end
					page[at] ^= 4
				}
			},
		} {
			t.Run(root.name+"/"+kind, func(t *testing.T) {
				bad := slices.Clone(file)
				damage(bad[(root.page-1)*page:][:page])
				path := put(t, bad)
				refused, complaint := lookAt(t, path, saved)
				if complaint == "" && kind == "nonsense" {
					t.Fatal("nothing is said of it")
				}
				t.Logf("refused %v: %s", refused, complaint)
				backup := filepath.Join(t.TempDir(), "backup.db")
				if err := os.WriteFile(backup, old, 0o600); err != nil {
					t.Fatal(err)
				}
				done, err := Restore(t.Context(), backup, path, path, Options{Keys: testKeys(), Now: s.now})
				if err != nil {
					t.Fatal(err)
				}
				back := openAt(t, path, opt)
				if report, err := back.Check(t.Context(), nil); err != nil || report.Err() != nil {
					t.Fatalf("restored: %v, %v", report.Err(), err)
				}
				n := countWhole(t, back, saved)
				if n < len(saved) && !slices.Contains(wholly, root.table) {
					t.Errorf("%d of %d visits are back; %+v", n, len(saved), *done.Salvaged)
				}
			})
		}
	}
}

// lookAt opens a damaged file, and reads all there is in it. It returns whether
// opening was refused and what was said of the damage.
func lookAt(t *testing.T, path string, saved []*Encounter) (refused bool, complaint string) {
	t.Helper()
	s, err := Open(t.Context(), path, Options{Keys: testKeys(), Now: func() time.Time { return now }})
	if err != nil {
		if !errors.Is(err, ErrCorrupt) {
			t.Errorf("refused, but not as damaged: %v", err)
		}
		return true, err.Error()
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	countWhole(t, s, saved)
	report, err := s.Check(t.Context(), nil)
	if err != nil {
		t.Error(err)
	}
	if err := report.Err(); err != nil {
		complaint = err.Error()
	}
	return false, complaint
}

// countWhole counts the visits that are there as they were saved. One that is another
// visit than the one that was saved is a failure; one that is not shown is none.
func countWhole(t *testing.T, s *Store, saved []*Encounter) (whole int) {
	t.Helper()
	for _, want := range saved {
		got, err := s.Encounter(t.Context(), want.ID)
		switch {
		case errors.Is(err, ErrCorrupt), errors.Is(err, ErrNotFound):
		case err != nil:
			t.Errorf("visit %s: %v", want.ID, err)
		case got.Revision == want.Revision && sameContent(got, want):
			whole++
		case got.Revision >= want.Revision:
			t.Errorf("visit %s is another one", want.ID)
		}
	}
	return whole
}

// A root is the first page of a table or an index.
type root struct {
	name, table string
	page        int
}

func rootsOf(t *testing.T, s *Store) (all []root) {
	t.Helper()
	rows, err := s.db.Query("SELECT name, tbl_name, rootpage FROM sqlite_schema WHERE rootpage > 0 ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var r root
		if err := rows.Scan(&r.name, &r.table, &r.page); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return append(all, root{name: "schema", table: "sqlite_schema", page: 1})
}
