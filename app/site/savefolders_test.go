package site

import (
	"path/filepath"
	"testing"
)

// TestSaveFolders: the computer's own folder is always there, after the sticks.
func TestSaveFolders(t *testing.T) {
	all := SaveFolders("data")
	if n := len(all); n != len(Sticks())+1 || all[n-1] != filepath.Join("data", "saved") {
		t.Errorf("%v", all)
	}
}
