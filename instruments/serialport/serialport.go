// Package serialport is the bus of real serial ports, over go.bug.st/serial.
package serialport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"go.bug.st/serial"
	"go.bug.st/serial/enumerator"

	"aidpost/instruments"
)

// A Bus lists the USB serial adapters of this machine and the ports named by
// hand. The zero value is ready; it must not be copied after first use.
type Bus struct {
	// Fixed are ports that no USB enumeration finds: built-in RS-232 ports and
	// pseudo-terminals. One that USB tells about, too, is listed once, as USB tells it.
	Fixed []string

	mu     sync.Mutex
	names  []string
	found  []instruments.Endpoint
	listed time.Time
}

// listEvery is how often the system is asked for its ports where no names tell
// whether anything changed: that costs milliseconds.
const listEvery = 45 * time.Millisecond

// Endpoints lists what is plugged in now. Where the names of the device files
// tell whether anything changed, the ports themselves are left alone, since
// looking at a port can pull its modem lines.
func (b *Bus) Endpoints(ctx context.Context) ([]instruments.Endpoint, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	names, known := deviceNames()
	stale := !known && time.Since(b.listed) >= listEvery
	if stale || known && (b.names == nil || !slices.Equal(names, b.names)) {
		found, err := enumerate()
		if err != nil {
			return nil, err
		}
		b.names, b.found, b.listed = names, found, time.Now()
	}
	return b.withFixed(b.found), nil
}

// withFixed adds the ports that were named by hand.
func (b *Bus) withFixed(found []instruments.Endpoint) []instruments.Endpoint {
	all := slices.Clone(found)
	for _, path := range b.Fixed {
		known := slices.ContainsFunc(all, func(e instruments.Endpoint) bool { return instruments.SamePath(e.Path, path) })
		if _, err := os.Stat(path); !known && (err == nil || !errors.Is(err, fs.ErrNotExist)) {
			all = append(all, instruments.Endpoint{Path: path})
		}
	}
	return all
}

func enumerate() ([]instruments.Endpoint, error) {
	ports, err := enumerator.GetDetailedPortsList()
	if err != nil {
		return nil, fmt.Errorf("listing serial ports: %w", err)
	}
	var found []instruments.Endpoint
	for _, p := range ports {
		if !p.IsUSB {
			continue
		}
		found = append(found, instruments.Endpoint{
			Path:      p.Name,
			VID:       strings.ToUpper(p.VID),
			PID:       strings.ToUpper(p.PID),
			USBSerial: p.SerialNumber,
			Product:   p.Product,
			Socket:    socketOf(sysDevices, p.Name),
		})
	}
	return found, nil
}

// Open opens the port with flow control off. The errors are *instruments.Fault.
func (b *Bus) Open(ctx context.Context, at instruments.Endpoint, line instruments.Line) (instruments.Port, error) {
	return Open(at.Path, line)
}

// Open opens the port at path with flow control off and both modem lines as
// the line asks. The errors are *instruments.Fault: port-busy, permission,
// unplugged where there is no such port, or internal.
func Open(path string, line instruments.Line) (instruments.Port, error) {
	mode, err := modeOf(line)
	if err != nil {
		return nil, instruments.Wrap(instruments.Internal, err)
	}
	p, err := serial.Open(path, mode)
	if err != nil {
		fault := instruments.Wrap(codeOf(err), fmt.Errorf("opening %s: %w", path, err))
		if fault.Code == instruments.Permission {
			if me, err := user.Current(); err == nil {
				fault.Detail = remedy(path, me.Username)
			}
		}
		return nil, fault
	}
	port := &port{serial: p}
	// Pseudo-terminals have no modem lines; only a real port can refuse more
	// than that, and it would have refused to open.
	_ = port.SetModemLines(!line.LinesLow, !line.LinesLow)
	return port, nil
}

func modeOf(line instruments.Line) (*serial.Mode, error) {
	mode := &serial.Mode{BaudRate: line.Baud, DataBits: line.DataBits}
	switch line.Parity {
	case instruments.NoParity, 0:
		mode.Parity = serial.NoParity
	case instruments.OddParity:
		mode.Parity = serial.OddParity
	case instruments.EvenParity:
		mode.Parity = serial.EvenParity
	default:
		return nil, fmt.Errorf("parity %q", line.Parity)
	}
	switch line.StopBits {
	case 1, 0:
		mode.StopBits = serial.OneStopBit
	case 2:
		mode.StopBits = serial.TwoStopBits
	default:
		return nil, fmt.Errorf("%d stop bits", line.StopBits)
	}
	return mode, nil
}

func codeOf(err error) instruments.FaultCode {
	var portErr *serial.PortError
	if errors.As(err, &portErr) {
		switch portErr.Code() {
		case serial.PortBusy:
			return instruments.PortBusy
		case serial.PermissionDenied:
			return instruments.Permission
		case serial.PortNotFound, serial.PortClosed:
			return instruments.Unplugged
		}
	}
	// The last three are what a device file says whose device has just left.
	for _, gone := range []error{fs.ErrNotExist, syscall.ENXIO, syscall.ENODEV, syscall.EIO} {
		if errors.Is(err, gone) {
			return instruments.Unplugged
		}
	}
	return instruments.Internal
}

type port struct {
	serial   serial.Port
	mu       sync.Mutex
	deadline time.Time
}

func (p *port) SetReadDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deadline = t
	return nil
}

func (p *port) Read(b []byte) (int, error) {
	p.mu.Lock()
	wait := serial.NoTimeout
	if !p.deadline.IsZero() {
		wait = max(time.Until(p.deadline), 0)
	}
	p.mu.Unlock()
	if err := p.serial.SetReadTimeout(wait); err != nil {
		return 0, err
	}
	n, err := p.serial.Read(b)
	if n == 0 && err == nil && len(b) > 0 {
		return 0, os.ErrDeadlineExceeded
	}
	return n, err
}

func (p *port) Write(b []byte) (int, error) {
	written := 0
	for written < len(b) {
		n, err := p.serial.Write(b[written:])
		written += n
		if err != nil {
			return written, err
		}
		if n == 0 {
			return written, io.ErrShortWrite
		}
	}
	return written, nil
}

func (p *port) SetModemLines(dtr, rts bool) error {
	return errors.Join(p.serial.SetDTR(dtr), p.serial.SetRTS(rts))
}

func (p *port) Discard() error { return p.serial.ResetInputBuffer() }
func (p *port) Close() error   { return p.serial.Close() }
