package records

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// holding returns the files under a folder that have some bytes in them.
func holding(t testing.TB, folder string, what []byte) (files []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && bytes.Contains(readFile(t, path), what) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestNothingLiesOpen: of all that filled records hold no word is in any file of a
// sealed store, beside it or in its backups, while it runs and afterwards; in a store
// without keys each is, so the search does find what it looks for, but a PIN, which
// no store keeps, and a saved summary.
func TestNothingLiesOpen(t *testing.T) {
	for _, keys := range []*Keys{nil, testKeys()} {
		folder := t.TempDir()
		opt := filledOptions()
		opt.Keys = keys
		s := openPlain(t, filepath.Join(folder, "aidpost.db"), opt)
		fillAll(t, s)
		look := func(when string) {
			t.Helper()
			for _, word := range slices.Concat(theirs(), staffs(), ours()) {
				never := keys != nil || word == tellPIN || word == tellBadge || word == tellSummary
				if files := holding(t, folder, []byte(word)); (len(files) == 0) != never {
					t.Errorf("%s, sealed %v: %q is in %v", when, keys != nil, word, files)
				}
			}
		}
		look("running")
		if _, err := s.Backup(t.Context(), filepath.Join(folder, "backups", "one.db"), nil); err == nil {
			t.Error("a backup into a folder that is not there")
		}
		if err := os.Mkdir(filepath.Join(folder, "backups"), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Backup(t.Context(), filepath.Join(folder, "backups", "one.db"), nil); err != nil {
			t.Fatal(err)
		}
		look("with a backup")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		look("closed")
	}
}

// TestNothingOfTheErasedIsLeft: whoever is erased leaves no word in a store without
// keys, however much there was of them; staff and others stay.
func TestNothingOfTheErasedIsLeft(t *testing.T) {
	folder := t.TempDir()
	s := openPlain(t, filepath.Join(folder, "aidpost.db"), filledOptions())
	e, others := fillAll(t, s)
	if _, err := s.Erase(t.Context(), e.Patient.ID, "asked for it"); err != nil {
		t.Fatal(err)
	}
	for _, word := range theirs() {
		if files := holding(t, folder, []byte(word)); len(files) > 0 {
			t.Errorf("%q is still in %v", word, files)
		}
	}
	if files := holding(t, folder, []byte(tellStaff)); len(files) == 0 {
		t.Error("the search does not find who stays")
	}
	for _, other := range others {
		if _, err := s.Encounter(t.Context(), other.ID); err != nil {
			t.Error(err)
		}
	}
	if keys, err := s.Summaries(t.Context()); err != nil || len(keys) > 0 {
		t.Errorf("keys of summaries: %v, %v", keys, err)
	}
	if report, err := s.Check(t.Context(), nil); err != nil || report.Err() != nil {
		t.Errorf("%+v, %v", report, err)
	}
}
