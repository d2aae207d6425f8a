package serialport

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"testing"
)

// TestRemedy names the group of the very port where joining it helps, and else the port.
func TestRemedy(t *testing.T) {
	group, err := user.LookupGroup("dialout")
	if err != nil {
		t.Skip("this system has no group dialout")
	}
	gid, err := strconv.Atoi(group.Gid)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ttyUSB0")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, -1, gid); err != nil {
		t.Skip("only root may give a file to another group")
	}
	for mode, want := range map[os.FileMode]string{
		0o660: "to allow it: sudo usermod -a -G dialout ana, then log in again",
		0o640: "to allow it until it is pulled: sudo chown ana '" + path + "'; the rules of udev that come with Aidpost do so for good",
		0o600: "to allow it until it is pulled: sudo chown ana '" + path + "'; the rules of udev that come with Aidpost do so for good",
		0o000: "to allow it until it is pulled: sudo chmod a+rw '" + path + "'",
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if got := remedy(path, "ana"); got != want {
			t.Errorf("%o: %q", mode, got)
		}
	}
	if got := remedy(filepath.Join(t.TempDir(), "gone"), "ana"); got != "" {
		t.Errorf("no port: %q", got)
	}
}
