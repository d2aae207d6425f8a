package simulated

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"aidpost/instruments"
)

// A Pty is a pseudo-terminal whose master is the instrument's end of the wire.
type Pty struct {
	instruments.Port
	// Path of the tty that a host opens.
	Path string
}

// OpenPty makes a pseudo-terminal. The instrument speaks on the returned Port;
// a host opens Path as it would a serial port. While no host has the tty open,
// reads on the master wait.
func OpenPty() (*Pty, error) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("opening a pseudo-terminal: %w", err)
	}
	var n int
	conn, err := master.SyscallConn()
	if err == nil {
		var ctlErr error
		err = conn.Control(func(fd uintptr) {
			if ctlErr = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); ctlErr == nil {
				n, ctlErr = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
			}
			if ctlErr == nil {
				ctlErr = setRaw(int(fd))
			}
		})
		err = errors.Join(err, ctlErr)
	}
	if err != nil {
		master.Close()
		return nil, fmt.Errorf("unlocking a pseudo-terminal: %w", err)
	}
	path := fmt.Sprintf("/dev/pts/%d", n)
	// A second handle on the tty, never read, keeps the master alive between
	// two hosts: without it a read on the master fails once the first leaves.
	keep, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		master.Close()
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return &Pty{Port: &ptyMaster{master, keep}, Path: path}, nil
}

// setRaw turns off echo and line editing before a host opens the tty, so that
// nothing the instrument says first comes back to it.
func setRaw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON | unix.IXOFF
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}

// Tuned returns the instrument's end of the wire as one that speaks at the rate of a
// line: while a host has set the tty to another, each hears the noise that a receiver
// makes of the other's bits. A host that sets none agrees. A tty has no parity to set.
func (p *Pty) Tuned(line instruments.Line) instruments.Port {
	master, ok := p.Port.(*ptyMaster)
	if !ok {
		return p.Port
	}
	t := &tuned{ptyMaster: master, line: line}
	t.control(func(fd int, set *unix.Termios) {
		set.Cflag = set.Cflag&^unix.CBAUD | unix.BOTHER
		set.Ispeed, set.Ospeed = uint32(line.Baud), uint32(line.Baud)
		// If it fails, hosts that set no rate hear noise.
		_ = unix.IoctlSetTermios(fd, unix.TCSETS2, set)
	})
	return t
}

type tuned struct {
	*ptyMaster
	line instruments.Line
	rest []byte // of the noise that was heard
}

// Read hears what the host says. Noise may be longer than what it is made of.
func (t *tuned) Read(b []byte) (int, error) {
	for len(t.rest) == 0 {
		n, err := t.ptyMaster.Read(b)
		at := t.host()
		if err != nil || at.Baud == t.line.Baud {
			return n, err
		}
		t.rest = received(b[:n], at, t.line)
	}
	n := copy(b, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// Write says b, or what the host hears of it.
func (t *tuned) Write(b []byte) (int, error) {
	said := b
	if at := t.host(); at.Baud != t.line.Baud {
		said = received(b, t.line, at)
	}
	if _, err := t.ptyMaster.Write(said); err != nil {
		return 0, err
	}
	return len(b), nil
}

// host is the line that the host has set, or the instrument's own where nobody can
// say.
func (t *tuned) host() instruments.Line {
	line := t.line
	t.control(func(_ int, set *unix.Termios) {
		if set.Ospeed > 0 {
			line.Baud = int(set.Ospeed)
		}
	})
	return line
}

// control calls do with the settings of the tty, if they can be read.
func (t *tuned) control(do func(fd int, set *unix.Termios)) {
	conn, err := t.SyscallConn()
	if err != nil {
		return
	}
	// The error is that the wire is gone, which its reader sees.
	_ = conn.Control(func(fd uintptr) {
		if set, err := unix.IoctlGetTermios(int(fd), unix.TCGETS2); err == nil {
			do(int(fd), set)
		}
	})
}

type ptyMaster struct {
	*os.File
	keep *os.File
}

func (p *ptyMaster) SetReadDeadline(t time.Time) error { return p.File.SetReadDeadline(t) }
func (p *ptyMaster) SetModemLines(dtr, rts bool) error { return nil }
func (p *ptyMaster) Discard() error                    { return nil }

func (p *ptyMaster) Close() error {
	return errors.Join(p.keep.Close(), p.File.Close())
}
