package serialport

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSocketOf: the socket of an adapter, as Linux lays out its devices.
func TestSocketOf(t *testing.T) {
	root := t.TempDir()
	for tty, device := range map[string]string{
		"ttyUSB0": "pci0000:00/0000:00:14.0/usb1/1-1/1-1.4/1-1.4:1.0/ttyUSB0",
		"ttyACM0": "pci0000:00/0000:00:14.0/usb2/2-3/2-3:1.0",
		"ttyS0":   "pnp0/00:04",
	} {
		target := filepath.Join(root, "devices", device)
		link := filepath.Join(root, "class", tty)
		for _, folder := range []string{target, link} {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(target, filepath.Join(link, "device")); err != nil {
			t.Skip("no symbolic links here: ", err)
		}
	}
	for path, want := range map[string]string{
		"/dev/ttyUSB0": "1-1.4", "/dev/ttyACM0": "2-3", "/dev/ttyS0": "", "/dev/pts/3": "", "COM3": "",
	} {
		if got := socketOf(filepath.Join(root, "class"), path); got != want {
			t.Errorf("%s is in %q, want %q", path, got, want)
		}
	}
}
