package records

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// bigSample returns the path of a database that is too large to be looked at
// before it is used, and the offset of a page that belongs to the patients.
func bigSample(t *testing.T) string {
	t.Helper()
	path := put(t, makeSample(t).file)
	alter(t, path, "CREATE TABLE pad (content BLOB); INSERT INTO pad VALUES (zeroblob(34000000))")
	return path
}

func TestLargeFileIsLookedAtInUse(t *testing.T) {
	path := bigSample(t)
	s := openAt(t, path, Options{})
	if got := s.Condition(); got != (Condition{}) {
		t.Errorf("a sound file: %v", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	damageIndex(t, path)
	s, err := Open(t.Context(), path, Options{Keys: testKeys(), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatalf("a large file is not looked at first: %v", err)
	}
	select {
	case <-s.ConditionChanged():
	case <-time.After(20 * time.Second):
		t.Error("nobody was told")
	}
	if got := s.Condition(); !errors.Is(got.Damaged, ErrCorrupt) {
		t.Errorf("got %v", got)
	}
	if err := s.Close(); err != nil {
		t.Log(err)
	}
	refuseDamaged(t, path)
	if _, err := SetAside(path, now); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + damagedEnd); err == nil {
		t.Error("the mark is still there, beside no database")
	}
	openAt(t, path, Options{}) // a new one
}

// refuseDamaged makes sure that a file found damaged is refused, both ways.
func refuseDamaged(t *testing.T, path string) {
	t.Helper()
	for _, readOnly := range []bool{false, true} {
		if _, err := Open(t.Context(), path, Options{Keys: testKeys(), ReadOnly: readOnly}); !errors.Is(err, ErrCorrupt) {
			t.Errorf("read-only %v: %v", readOnly, err)
		}
	}
}

// damageIndex breaks the order within an index that no start needs.
func damageIndex(t *testing.T, path string) {
	t.Helper()
	var page int64
	queryOne(t, path, "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_encounter_1'", &page)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	header := make([]byte, 16)
	if _, err := f.ReadAt(header, (page-1)*4096); err != nil {
		t.Fatal(err)
	}
	header[9]++ // a cell pointer
	if _, err := f.WriteAt(header, (page-1)*4096); err != nil {
		t.Fatal(err)
	}
}

func queryOne(t *testing.T, path, query string, into any) {
	t.Helper()
	db, err := connect(filepath.Clean(path), untouched)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(query).Scan(into); err != nil {
		t.Fatal(err)
	}
}

// Once a new look finds nothing, the mark goes.
func TestMarkOfDamageGoes(t *testing.T) {
	path := bigSample(t)
	if err := os.WriteFile(path+damagedEnd, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	openAt(t, path, Options{})
	if _, err := os.Stat(path + damagedEnd); err == nil {
		t.Error("still there")
	}
}
