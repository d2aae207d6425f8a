package network_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"

	"aidpost/app/network"
)

// startBus starts a message bus of the test's own and makes it the system's.
func startBus(t *testing.T) *dbus.Conn {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("SKIPPED: there is no dbus-daemon, so nothing can stand for NetworkManager: ", err)
	}
	folder := t.TempDir()
	config := filepath.Join(folder, "bus.conf")
	text := fmt.Sprintf(`<busconfig><type>system</type><listen>unix:path=%s/bus</listen>
		<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>`, folder)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(daemon, "--config-file="+config, "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal("the bus says no address: ", err)
	}
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", strings.TrimSpace(address))
	bus, err := dbus.ConnectSystemBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Close() })
	return bus
}

// TestMetered: whatever NetworkManager says, or takes a guess at; where it is not
// running, or does not know, nobody does.
func TestMetered(t *testing.T) {
	bus := startBus(t)
	if got, err := network.Metered(t.Context()); got || !errors.Is(err, network.ErrUnknown) {
		t.Errorf("without NetworkManager: %v, %v", got, err)
	}
	const name, path = "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager"
	says, err := prop.Export(bus, path, prop.Map{name: {"Metered": {Value: uint32(0)}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bus.RequestName(name, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	for value, want := range []struct{ metered, known bool }{{false, false}, {true, true}, {false, true}, {true, true}, {false, true}, {false, false}} {
		says.SetMust(name, "Metered", uint32(value))
		got, err := network.Metered(t.Context())
		if got != want.metered || (err == nil) != want.known || err != nil && !errors.Is(err, network.ErrUnknown) {
			t.Errorf("%d: %v, %v", value, got, err)
		}
	}
}

// TestSilentBus: a bus that does not answer keeps nobody waiting.
func TestSilentBus(t *testing.T) {
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "nowhere"))
	if got, err := network.Metered(t.Context()); got || !errors.Is(err, network.ErrUnknown) {
		t.Errorf("no bus: %v, %v", got, err)
	}
	bus := startBus(t)
	const name = "org.freedesktop.NetworkManager"
	asked := make(chan struct{})
	err := bus.ExportMethodTable(map[string]any{"Get": func(string, string) (dbus.Variant, *dbus.Error) {
		<-asked
		return dbus.MakeVariant(uint32(1)), nil
	}}, "/org/freedesktop/NetworkManager", "org.freedesktop.DBus.Properties")
	if err == nil {
		_, err = bus.RequestName(name, dbus.NameFlagDoNotQueue)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer close(asked)
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	began := time.Now()
	if got, err := network.Metered(ctx); got || !errors.Is(err, network.ErrUnknown) || time.Since(began) > 5*time.Second {
		t.Errorf("a silent one: %v, %v after %v", got, err, time.Since(began))
	}
}
