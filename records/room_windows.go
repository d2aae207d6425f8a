package records

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// freeSpace returns how many bytes we may still write on the disk of path.
func freeSpace(path string) (int64, error) {
	name, err := windows.UTF16PtrFromString(filepath.Dir(path))
	if err != nil {
		return 0, err
	}
	var ours uint64
	if err := windows.GetDiskFreeSpaceEx(name, &ours, nil, nil); err != nil {
		return 0, err
	}
	return int64(ours), nil
}
