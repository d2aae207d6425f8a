package site

import "path/filepath"

// SaveFolders returns the folders into which staff may save papers: what is
// plugged into the computer, then one of the data folder.
func SaveFolders(data string) []string {
	return append(Sticks(), filepath.Join(data, "saved"))
}
