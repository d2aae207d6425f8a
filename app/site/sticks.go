package site

import (
	"os"
	"path/filepath"
	"runtime"
)

// Sticks returns the folders of disks that can be taken away, as the desktop
// has mounted them.
func Sticks() []string { return sticks(runtime.GOOS, "/") }

// sticks is Sticks of a system whose files are under root.
func sticks(system, root string) []string {
	var found []string
	add := func(path string) {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			found = append(found, path)
		}
	}
	if system == "windows" {
		for letter := 'D'; letter <= 'Z'; letter++ {
			add(string(letter) + `:\`)
		}
		return found
	}
	for _, pattern := range []string{"media/*/*", "run/media/*/*", "Volumes/*"} {
		paths, _ := filepath.Glob(filepath.Join(root, pattern)) // the pattern is a good one
		for _, path := range paths {
			add(path)
		}
	}
	return found
}
