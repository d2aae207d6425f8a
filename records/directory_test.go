package records

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The index has everybody, however many are opened at once; with one who cannot be
// opened there is none, wherever they stand, and nobody waits for it for ever.
func TestIndexOfEverybody(t *testing.T) {
	const all = 3*atOnce + 7
	path := filepath.Join(t.TempDir(), "a.db")
	s := openAt(t, path, Options{})
	if _, err := s.write.conn.ExecContext(t.Context(), "PRAGMA synchronous=OFF"); err != nil {
		t.Fatal(err)
	}
	name := func(i int) string {
		return string([]byte{'K', 'a' + byte(i/100), 'a' + byte(i/10%10), 'a' + byte(i%10), 'k'})
	}
	for i := range all {
		save(t, s, visit(person(name(i), "Lovelace", ""), now.Add(-time.Hour)))
	}
	if err := s.PrepareSearch(t.Context()); err != nil || s.directory.index.Len() != all {
		t.Fatalf("%d people, %v", s.directory.index.Len(), err)
	}
	for _, i := range []int{0, atOnce - 1, atOnce, all - 1} {
		if got := searched(t, s, name(i)+" lovelace"); !strings.HasPrefix(got, name(i)) { // then those that sound like it
			t.Errorf("found %q for %d", got, i)
		}
	}
	for _, row := range []int{1, atOnce, atOnce + 1, all} {
		var sealed []byte
		if err := s.write.conn.QueryRowContext(t.Context(), "SELECT sealed FROM patient WHERE id = ?", row).Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		put := func(content []byte) {
			if _, err := s.write.conn.ExecContext(t.Context(), "UPDATE patient SET sealed = ? WHERE id = ?", content, row); err != nil {
				t.Fatal(err)
			}
		}
		put(sealed[:len(sealed)-1])
		s.directory.forget()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		if err := s.PrepareSearch(ctx); !errors.Is(err, ErrCorrupt) {
			t.Errorf("with row %d damaged: %v", row, err)
		}
		cancel()
		put(sealed)
	}
	if err := s.PrepareSearch(t.Context()); err != nil || s.directory.index.Len() != all {
		t.Fatalf("mended: %v", err)
	}
}
