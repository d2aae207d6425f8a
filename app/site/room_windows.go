package site

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// FreeRoom is how many bytes may still be written into a folder.
func FreeRoom(folder string) (uint64, error) {
	path, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, fmt.Errorf("room on the disk: %w", err)
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(path, &free, nil, nil); err != nil {
		return 0, fmt.Errorf("room on the disk: %w", err)
	}
	return free, nil
}
