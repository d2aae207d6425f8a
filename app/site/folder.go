package site

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
)

// ErrNoHome reports that the system does not say where a user's data belongs.
var ErrNoHome = errors.New("no folder for this user's data: name one with --data")

// DataFolder returns the folder in which the records of this user are kept by
// the customs of the system. It asks the environment through getenv.
func DataFolder(getenv func(string) string) (string, error) { return dataFolder(runtime.GOOS, getenv) }

func dataFolder(system string, getenv func(string) string) (string, error) {
	home := getenv("HOME")
	var base string
	switch system {
	case "windows":
		base = getenv("LocalAppData")
	case "darwin":
		if home != "" {
			base = filepath.Join(home, "Library", "Application Support")
		}
	default:
		// The XDG base directory specification has relative paths ignored.
		if base = getenv("XDG_DATA_HOME"); !filepath.IsAbs(base) {
			base = ""
			if home != "" {
				base = filepath.Join(home, ".local", "share")
			}
		}
	}
	if base == "" {
		return "", fmt.Errorf("finding the data folder: %w", ErrNoHome)
	}
	return filepath.Join(base, "aidpost"), nil
}
