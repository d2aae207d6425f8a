package records

import (
	"bytes"
	"io/fs"
	"path/filepath"
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
