package serialport_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/serialport"
	"aidpost/instruments/simulated"
)

var line = instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.OddParity, StopBits: 1}

// patience bounds what takes no time where it works.
const patience = 10 * time.Second

// wire opens a pseudo-terminal as an instrument and as a host.
func wire(t *testing.T) (instrument *simulated.Pty, host instruments.Port) {
	t.Helper()
	instrument, err := simulated.OpenPty()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { instrument.Close() })
	host, err = serialport.Open(instrument.Path, line)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { host.Close() })
	return instrument, host
}

// allBytes begins with the characters that terminals like to eat: XON, XOFF,
// CR, LF, the end of a file, an interrupt.
func allBytes() []byte {
	all := []byte{0x11, 0x13, 0x0d, 0x0a, 0x04, 0x03, 0x7f, 0xff, 0xff, 0x00, 0x0d, 0x0a}
	for i := range 256 {
		all = append(all, byte(i))
	}
	return all
}

// TestEveryByte crosses the line unchanged, both ways.
func TestEveryByte(t *testing.T) {
	instrument, host := wire(t)
	for name, ends := range map[string][2]instruments.Port{"to the host": {instrument, host}, "to the instrument": {host, instrument}} {
		for range 4 {
			send(t, name, ends[0], ends[1], allBytes())
		}
	}
}

// TestLargeWrite completes although the line takes less at once.
func TestLargeWrite(t *testing.T) {
	instrument, host := wire(t)
	large := bytes.Repeat(allBytes(), 40)
	send(t, "to the instrument", host, instrument, large)
	send(t, "to the host", instrument, host, large)
}

func send(t *testing.T, name string, from, to instruments.Port, b []byte) {
	t.Helper()
	written := make(chan error, 1)
	go func() { written <- instruments.WriteAll(from, b) }()
	if err := to.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(b))
	if _, err := io.ReadFull(to, got); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if !bytes.Equal(got, b) {
		t.Errorf("%s: the bytes changed", name)
	}
	if err := <-written; err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

func TestReadDeadline(t *testing.T) {
	instrument, host := wire(t)
	buf := make([]byte, 8)
	for _, wait := range []time.Duration{0, -time.Hour, 30 * time.Millisecond} {
		if err := host.SetReadDeadline(time.Now().Add(wait)); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		n, err := host.Read(buf)
		if n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%v: %d bytes, %v", wait, n, err)
		}
		if took := time.Since(began); took < wait {
			t.Errorf("%v: after %v", wait, took)
		}
	}
	if _, err := instrument.Write([]byte{7}); err != nil {
		t.Fatal(err)
	}
	if err := host.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if n, err := host.Read(buf); n != 1 || err != nil || buf[0] != 7 {
		t.Errorf("without a deadline: % x, %v", buf[:n], err)
	}
}

func TestDiscard(t *testing.T) {
	instrument, host := wire(t)
	if _, err := instrument.Write([]byte("old")); err != nil {
		t.Fatal(err)
	}
	// Until it has arrived, there is nothing to discard.
	if err := host.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := host.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := host.Discard(); err != nil {
		t.Fatal(err)
	}
	send(t, "after Discard", instrument, host, []byte("new"))
}

// TestCloseEndsRead: a reader is not left behind.
func TestCloseEndsRead(t *testing.T) {
	_, host := wire(t)
	if err := host.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	started := make(chan struct{})
	go func() {
		close(started)
		_, err := host.Read(make([]byte, 1))
		ended <- err
	}()
	<-started
	if err := host.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	select {
	case err := <-ended:
		if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the read ended with %v", err)
		}
	case <-time.After(patience):
		t.Fatal("the read goes on")
	}
}

// TestUnplug: the instrument's end goes away under a reader, a writer and the
// next one to open.
func TestUnplug(t *testing.T) {
	instrument, host := wire(t)
	if err := host.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := instruments.ReadSome(t.Context(), host, make([]byte, 1), time.Minute)
		ended <- err
	}()
	if err := instrument.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if instruments.CodeOf(err) != instruments.Unplugged {
			t.Errorf("read: %v", err)
		}
	case <-time.After(patience):
		t.Fatal("the read goes on")
	}
	if err := instruments.WriteAll(host, []byte{1}); instruments.CodeOf(err) != instruments.Unplugged {
		t.Errorf("write: %v", err)
	}
	if _, err := serialport.Open(instrument.Path, line); instruments.CodeOf(err) != instruments.Unplugged {
		t.Errorf("open: %v", err)
	}
}

func TestOpenRefused(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "tty")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := serialport.Open(filepath.Join(dir, "none"), line); instruments.CodeOf(err) != instruments.Unplugged {
		t.Errorf("no such port: %v", err)
	}
	if _, err := serialport.Open(file, line); instruments.CodeOf(err) != instruments.Internal {
		t.Errorf("a file: %v", err)
	}
	if err := os.Chmod(file, 0); err != nil {
		t.Fatal(err)
	}
	instrument, _ := wire(t)
	if err := os.Chmod(instrument.Path, 0o666); err != nil {
		t.Fatal(err)
	}
	unprivileged(t, func() {
		if _, err := serialport.Open(file, line); instruments.CodeOf(err) != instruments.Permission {
			t.Errorf("without permission: %v", err)
		}
		if _, err := serialport.Open(instrument.Path, line); instruments.CodeOf(err) != instruments.PortBusy {
			t.Errorf("opened twice: %v", err)
		}
	})
}

// unprivileged runs fn as somebody whom the system may refuse something.
func unprivileged(t *testing.T, fn func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		fn()
		return
	}
	done := make(chan bool)
	go func() {
		// The thread ends with the goroutine, as it is never unlocked.
		runtime.LockOSThread()
		const nobody, keep = 65534, ^uintptr(0)
		_, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, keep, nobody, keep)
		if errno == 0 {
			fn()
		}
		done <- errno == 0
	}()
	if !<-done {
		t.Skip("root cannot become somebody else here")
	}
}

func TestEndpoints(t *testing.T) {
	instrument, _ := wire(t)
	bus := &serialport.Bus{Fixed: []string{instrument.Path, filepath.Join(t.TempDir(), "none")}}
	for range 2 {
		list, err := bus.Endpoints(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var fixed []instruments.Endpoint
		for _, e := range list {
			if e.VID == "" {
				fixed = append(fixed, e)
			}
		}
		if len(fixed) != 1 || fixed[0].Path != instrument.Path {
			t.Errorf("endpoints %+v", list)
		}
	}
	port, err := bus.Open(t.Context(), instruments.Endpoint{Path: instrument.Path}, line)
	if err != nil {
		t.Fatal(err)
	}
	port.Close()
}

// TestTuned: what a host and an instrument say at different rates is noise, both
// ways, and what they say at the same one is not.
func TestTuned(t *testing.T) {
	instrument, err := simulated.OpenPty()
	if err != nil {
		t.Fatal(err)
	}
	defer instrument.Close()
	tuned := instrument.Tuned(line)
	plain, err := os.OpenFile(instrument.Path, os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := instruments.WriteAll(tuned, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	heard := make([]byte, len("hello"))
	if _, err := io.ReadFull(plain, heard); err != nil || string(heard) != "hello" {
		t.Errorf("who sets no rate hears %q, %v", heard, err)
	}
	plain.Close()
	other := line
	other.Baud = 9600
	for _, at := range []struct {
		line  instruments.Line
		agree bool
	}{{other, false}, {line, true}, {other, false}} {
		host, err := serialport.Open(instrument.Path, at.line)
		if err != nil {
			t.Fatal(err)
		}
		for name, ends := range map[string][2]instruments.Port{"to the host": {tuned, host}, "to the instrument": {host, tuned}} {
			if at.agree {
				send(t, name, ends[0], ends[1], allBytes())
				continue
			}
			if err := instruments.WriteAll(ends[0], allBytes()); err != nil {
				t.Fatal(err)
			}
			if noise := heardUntil(t, ends[1], 100*time.Millisecond); len(noise) < 64 || bytes.Contains(noise, []byte("ABCD")) {
				t.Errorf("%s at another rate: %q", name, noise)
			}
		}
		host.Close()
	}
}

// heardUntil reads until nothing has come for a while.
func heardUntil(t *testing.T, port instruments.Port, quiet time.Duration) (heard []byte) {
	t.Helper()
	for buf := make([]byte, 256); ; {
		if err := port.SetReadDeadline(time.Now().Add(quiet)); err != nil {
			t.Fatal(err)
		}
		n, err := port.Read(buf)
		heard = append(heard, buf[:n]...)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return heard
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
