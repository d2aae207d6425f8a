package instruments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A Port is an open wire to one instrument. One goroutine reads and one
// writes; Close may be called from any and ends both.
//
// Read blocks until at least one byte is there. It returns an error matching
// os.ErrDeadlineExceeded when the deadline passes first; any other error means
// that the wire is gone.
type Port interface {
	io.ReadWriteCloser
	// SetReadDeadline bounds reads that begin after the call; the zero time
	// means no bound.
	SetReadDeadline(t time.Time) error
	// SetModemLines drives DTR and RTS. Wires without such lines ignore it.
	SetModemLines(dtr, rts bool) error
	// Discard drops what has arrived and was not read.
	Discard() error
}

// Parity is the parity bit of a serial line.
type Parity byte

// The parities in use among instruments.
const (
	NoParity   Parity = 'N'
	OddParity  Parity = 'O'
	EvenParity Parity = 'E'
)

// Line is how a serial line is set. Flow control is off on every line: XON and
// XOFF (11 and 13 hex) are data in several protocols.
type Line struct {
	Baud     int
	DataBits int
	Parity   Parity
	StopBits int
	LinesLow bool // DTR and RTS low after open; most cables want them high
}

// String writes the line as vendors do: "19200 8O1"; of what has none, "none".
func (l Line) String() string {
	if l.Baud == 0 {
		return "none"
	}
	return fmt.Sprintf("%d %d%c%d", l.Baud, l.DataBits, l.Parity, l.StopBits)
}

// MarshalText writes the line for JSON as String does.
func (l Line) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// CharTime is how long one character takes on the line.
func (l Line) CharTime() time.Duration {
	if l.Baud <= 0 {
		return 0
	}
	bits := 1 + l.DataBits + l.StopBits
	if l.Parity != NoParity {
		bits++
	}
	return time.Duration(bits) * time.Second / time.Duration(l.Baud)
}

// An Endpoint is a place on the bus where an instrument may be.
type Endpoint struct {
	Path      string `json:"path"`                // "/dev/ttyUSB0", "COM3"
	VID       string `json:"vid,omitempty"`       // USB vendor id, four upper-case hex digits
	PID       string `json:"pid,omitempty"`       // USB product id
	USBSerial string `json:"usbSerial,omitempty"` // the adapter's own serial number
	Socket    string `json:"socket,omitempty"`    // of the computer that the adapter is in, if the system tells
	Product   string `json:"product,omitempty"`   // the adapter's description
}

// USB returns the endpoint's USB identifiers.
func (e Endpoint) USB() USBID { return USBID{VID: e.VID, PID: e.PID} }

// Number is the adapter's own serial number: nothing if it has none, or one that its
// maker has put into all of them, as the "0001" of many CP2102.
func (e Endpoint) Number() string {
	if rest := strings.TrimLeft(e.USBSerial, "0"); rest == "" || rest == "1" {
		return ""
	}
	return e.USBSerial
}

// cable names the adapter; two that share a serial number have the same name.
func (e Endpoint) cable() string { return e.VID + ":" + e.PID + ":" + e.USBSerial }

// A USBID names a kind of adapter.
type USBID struct {
	VID string `json:"vid"` // four upper-case hex digits
	PID string `json:"pid"`
}

// A Bus lists endpoints and opens them. Its methods may be called from several
// goroutines.
type Bus interface {
	Endpoints(ctx context.Context) ([]Endpoint, error)
	// Open fails with a *Fault: port-busy, permission or unplugged.
	Open(ctx context.Context, at Endpoint, line Line) (Port, error)
}

// readSlice bounds one blocking read, and so how long a cancelled context can
// go unnoticed.
const readSlice = 50 * time.Millisecond

// ReadSome reads at least one byte, waiting no longer than wait. It returns
// the context's cause when ctx ends, a NoAnswer *Fault when nothing came, and
// an Unplugged *Fault when the wire is gone.
func ReadSome(ctx context.Context, p Port, buf []byte, wait time.Duration) (int, error) {
	until := time.Now().Add(wait)
	for {
		if err := context.Cause(ctx); err != nil {
			return 0, err
		}
		slice := time.Now().Add(readSlice)
		if slice.After(until) {
			slice = until
		}
		if err := p.SetReadDeadline(slice); err != nil {
			return 0, Wrap(Unplugged, err)
		}
		n, err := p.Read(buf)
		switch {
		case n > 0:
			return n, nil
		case err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
			return 0, Wrap(Unplugged, err)
		case !time.Now().Before(until):
			return 0, NewFault(NoAnswer, "nothing received for "+wait.String())
		}
	}
}

// WriteAll writes a whole command. A port that refuses it with a *Fault of its
// own is heard; a wire that is gone is an Unplugged *Fault.
func WriteAll(p Port, command []byte) error {
	_, err := p.Write(command)
	var own *Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return err
	}
	return Wrap(Unplugged, err)
}

// Pause waits for d or until ctx ends, and then returns the context's cause.
func Pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
