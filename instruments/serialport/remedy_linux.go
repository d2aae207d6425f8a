package serialport

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// remedy is the command that lets the user open the port at path, or empty if
// there is none to tell. A device file mostly belongs to a group whose members may;
// where it does not, it is given to the user until it is pulled.
func remedy(path, name string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	group, err := user.LookupGroupId(strconv.Itoa(int(stat.Gid)))
	switch joined := stat.Mode&syscall.S_IRGRP != 0 && stat.Mode&syscall.S_IWGRP != 0; {
	case joined && err == nil && group.Name != "root":
		return fmt.Sprintf("to allow it: sudo usermod -a -G %s %s, then log in again", group.Name, name)
	case stat.Mode&syscall.S_IRUSR != 0 && stat.Mode&syscall.S_IWUSR != 0:
		return fmt.Sprintf("to allow it until it is pulled: sudo chown %s '%s'; the rules of udev that come with Aidpost do so for good", name, path)
	}
	return fmt.Sprintf("to allow it until it is pulled: sudo chmod a+rw '%s'", path)
}
