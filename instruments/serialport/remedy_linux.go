package serialport

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// remedy is the command that lets the user open the port at path, or empty if
// there is none to tell: a device file belongs to a group whose members may.
func remedy(path, name string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || stat.Mode&syscall.S_IRGRP == 0 || stat.Mode&syscall.S_IWGRP == 0 {
		return ""
	}
	group, err := user.LookupGroupId(strconv.Itoa(int(stat.Gid)))
	if err != nil || group.Name == "root" {
		return ""
	}
	return fmt.Sprintf("to allow it: sudo usermod -a -G %s %s, then log in again", group.Name, name)
}
