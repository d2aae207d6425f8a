package instruments_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aidpost/instruments"
)

// TestLinksToPorts: a port that was named by a link, as those of /dev/serial/by-id are,
// is the port that the link leads to: nothing is sent there, and it has its pin.
func TestLinksToPorts(t *testing.T) {
	port := filepath.Join(t.TempDir(), "ttyUSB0")
	link := filepath.Join(t.TempDir(), "usb-FTDI_A7-port0")
	if err := os.WriteFile(port, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(port, link); err != nil {
		t.Skip(err)
	}
	models := []instruments.Model{model("asker"), model("other")}
	drivers := func(c *counter) []instruments.Driver { return answering(c, models, nil) }
	for at, named := range map[string]string{port: link, link: port} {
		withOptions(t, instruments.RackOptions{ListenOnly: map[string]bool{named: true}}, drivers, func(c *counter) {
			c.plug(at, usb, "A7")
			c.pass(time.Second)
			c.want(instruments.Unknown)
			c.wantNoted()
		})
		withOptions(t, instruments.RackOptions{Pins: map[string]string{named: "other"}}, drivers, func(c *counter) {
			c.plug(at, usb, "A7")
			c.pass(time.Second)
			c.want(instruments.Unknown)
			if noted := c.noted(); slices.Contains(noted, "probe asker") || !slices.Contains(noted, "probe other") {
				t.Errorf("pinned by %s, %s: %q", named, at, noted)
			}
		})
	}
}
