package serialport

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// sysDevices is where Linux tells of which device a tty is; there is no such folder
// elsewhere, and then sockets are not told.
const sysDevices = "/sys/class/tty"

// usbSocket is how Linux numbers the sockets of a computer: the bus, and the ports of
// the hubs on the way.
var usbSocket = regexp.MustCompile(`^\d+-\d+(\.\d+)*$`)

// socketOf returns the USB socket that the port at path is in, or nothing. Adapters
// without a serial number are told apart by it: unlike the name of the tty, it does
// not depend on which of them was plugged in first.
func socketOf(devices, path string) string {
	device, err := filepath.EvalSymlinks(filepath.Join(devices, filepath.Base(path), "device"))
	if err != nil {
		return ""
	}
	parts := strings.Split(device, string(filepath.Separator))
	i := slices.IndexFunc(parts, func(p string) bool {
		return strings.Contains(p, ":") && usbSocket.MatchString(p[:strings.Index(p, ":")])
	})
	if i < 0 {
		return ""
	}
	socket, _, _ := strings.Cut(parts[i], ":")
	return socket
}
