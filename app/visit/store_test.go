package visit_test

import (
	"path/filepath"
	"testing"

	"aidpost/records"
)

func openStore(t *testing.T) *records.Store {
	t.Helper()
	store, err := records.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}
