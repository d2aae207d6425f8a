package records

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestErasedInAsides: in what was set aside, whole or damaged, others stay and who
// was erased is gone, with the salts that their rows were sealed with.
func TestErasedInAsides(t *testing.T) {
	for name, hurt := range map[string]func(file []byte){
		"whole":   func([]byte) {},
		"damaged": func(file []byte) { clear(file[:100]) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "aidpost.db")
			s := openAt(t, path, Options{})
			gone, stays := visit(ada(), now.Add(-2*time.Hour)), visit(bob(), now.Add(-time.Hour))
			save(t, s, gone)
			save(t, s, stays)
			var salt []byte
			if err := s.db.QueryRow("SELECT salt FROM encounter WHERE uuid = ?", gone.ID.bytes()).Scan(&salt); err != nil {
				t.Fatal(err)
			}
			backup := filepath.Join(t.TempDir(), "backup.db")
			if _, err := s.Backup(t.Context(), backup, nil); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			done, err := Restore(t.Context(), backup, path, "", Options{Keys: testKeys(), Now: s.now})
			if err != nil {
				t.Fatal(err)
			}
			file := readFile(t, done.SetAside)
			hurt(file)
			if err := os.WriteFile(done.SetAside, file, 0o600); err != nil {
				t.Fatal(err)
			}
			s = openAt(t, path, Options{})
			if _, err := s.Erase(t.Context(), gone.Patient.ID, "asked for it"); err != nil {
				t.Fatal(err)
			}
			if found := holding(t, filepath.Dir(path), salt); len(found) == 0 {
				t.Fatal("the search does not find the salt in what was set aside")
			}
			asides, err := Asides(path)
			if err != nil || len(asides) != 1 || asides[0].Path != done.SetAside || !asides[0].At.Equal(now) {
				t.Fatalf("%v, %v", asides, err)
			}
			if err := s.EraseAside(t.Context(), asides[0]); err != nil {
				t.Fatal(err)
			}
			if found := holding(t, filepath.Dir(path), salt); len(found) > 0 {
				t.Errorf("the salt is still in %v", found)
			}
			other := openAt(t, done.SetAside, Options{})
			if _, err := other.Encounter(t.Context(), stays.ID); err != nil {
				t.Errorf("somebody else: %v", err)
			}
			if _, err := other.Encounter(t.Context(), gone.ID); !errors.Is(err, ErrNotFound) {
				t.Errorf("who was erased: %v", err)
			}
			if err := other.Close(); err != nil {
				t.Fatal(err)
			}
			if err := RemoveAside(asides[0]); err != nil {
				t.Fatal(err)
			}
			if left, err := Asides(path); err != nil || len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
		})
	}
}
