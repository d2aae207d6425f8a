package site

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestSticks(t *testing.T) {
	root := t.TempDir()
	var want []string
	for _, path := range []string{"media/ada/BACKUP", "run/media/ada/USB DISK"} {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
		want = append(want, path)
	}
	if err := os.WriteFile(filepath.Join(root, "media/ada/notes.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := sticks("linux", root); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
