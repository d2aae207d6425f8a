package extract

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"aidpost/records"
)

// What failed leaves nothing behind, and nothing that is there is replaced.
func TestNothingByHalves(t *testing.T) {
	torn := errors.New("torn")
	for _, f := range Formats() {
		folder := t.TempDir()
		path := filepath.Join(folder, "all")
		asked := 0
		from := func(func(*records.Access) error) error {
			asked++
			return torn
		}
		if _, err := (Job{Format: f}).Save(t.Context(), from, path); !errors.Is(err, torn) || asked != 1 {
			t.Errorf("%s: %v after %d questions", f, err, asked)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
			t.Errorf("%s leaves %v, %v", f, left, err)
		}
		if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := (Job{Format: f}).Save(t.Context(), from, path); !errors.Is(err, fs.ErrExist) || asked != 1 {
			t.Errorf("%s over what is there: %v", f, err)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != "before" {
			t.Errorf("%s: %q, %v", f, text, err)
		}
	}
}

// Resources are many files, and none of them is the one to write to.
func TestOneFile(t *testing.T) {
	if _, err := (Job{Format: Resources}).To(t.Context(), nil, nil); err == nil {
		t.Error("resources go into one file")
	}
}
