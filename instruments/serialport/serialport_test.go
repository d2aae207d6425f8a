package serialport

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"go.bug.st/serial"

	"aidpost/instruments"
)

func TestModeOf(t *testing.T) {
	for _, test := range []struct {
		line string
		in   instruments.Line
		want serial.Mode
	}{
		{"9600 8N1", instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
			serial.Mode{BaudRate: 9600, DataBits: 8, Parity: serial.NoParity, StopBits: serial.OneStopBit}},
		{"19200 8O1", instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.OddParity, StopBits: 1},
			serial.Mode{BaudRate: 19200, DataBits: 8, Parity: serial.OddParity, StopBits: serial.OneStopBit}},
		{"1200 7E2", instruments.Line{Baud: 1200, DataBits: 7, Parity: instruments.EvenParity, StopBits: 2},
			serial.Mode{BaudRate: 1200, DataBits: 7, Parity: serial.EvenParity, StopBits: serial.TwoStopBits}},
		{"unset parity and stop bits", instruments.Line{Baud: 115200, DataBits: 8},
			serial.Mode{BaudRate: 115200, DataBits: 8, Parity: serial.NoParity, StopBits: serial.OneStopBit}},
	} {
		got, err := modeOf(test.in)
		if err != nil || *got != test.want {
			t.Errorf("%s = %+v, %v", test.line, got, err)
		}
	}
	for _, line := range []instruments.Line{
		{Baud: 9600, DataBits: 8, Parity: 'X', StopBits: 1},
		{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 3},
		{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: -1},
	} {
		if got, err := modeOf(line); err == nil {
			t.Errorf("%s = %+v", line, got)
		}
		if _, err := Open("/dev/null", line); instruments.CodeOf(err) != instruments.Internal {
			t.Errorf("%s opened: %v", line, err)
		}
	}
}

func TestCodeOf(t *testing.T) {
	for _, test := range []struct {
		err  error
		want instruments.FaultCode
	}{
		{&serial.PortError{}, instruments.PortBusy}, // the zero code of the library
		{&fs.PathError{Op: "open", Path: "/dev/ttyUSB9", Err: syscall.ENOENT}, instruments.Unplugged},
		{syscall.ENOENT, instruments.Unplugged},
		{syscall.ENXIO, instruments.Unplugged},
		{syscall.ENODEV, instruments.Unplugged},
		{syscall.EIO, instruments.Unplugged},
		{errors.New("something else"), instruments.Internal},
	} {
		if got := codeOf(test.err); got != test.want {
			t.Errorf("%v is %q, want %q", test.err, got, test.want)
		}
	}
}

// TestListedOnce: a port that was named and that USB tells about, too, is there once:
// two of it would be asked at the same time.
func TestListedOnce(t *testing.T) {
	dir := t.TempDir()
	port, link := filepath.Join(dir, "ttyUSB0"), filepath.Join(dir, "link")
	if err := os.WriteFile(port, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(port, link); err != nil {
		t.Skip(err)
	}
	usb := instruments.Endpoint{Path: port, VID: "0403", PID: "6001", USBSerial: "A7"}
	b := &Bus{Fixed: []string{port, link}}
	if list := b.withFixed([]instruments.Endpoint{usb}); len(list) != 1 || list[0] != usb {
		t.Errorf("%+v", list)
	}
	if list := b.withFixed(nil); len(list) != 1 || list[0].Path != port {
		t.Errorf("without USB: %+v", list)
	}
}
