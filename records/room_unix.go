//go:build linux || darwin

package records

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// freeSpace returns how many bytes we may still write on the disk of path.
func freeSpace(path string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(path), &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}
