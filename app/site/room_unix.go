//go:build unix

package site

import (
	"fmt"
	"syscall"
)

// FreeRoom is how many bytes may still be written into a folder.
func FreeRoom(folder string) (uint64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil {
		return 0, fmt.Errorf("room on the disk: %w", err)
	}
	return uint64(fs.Bavail) * uint64(fs.Bsize), nil
}
