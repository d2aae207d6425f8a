// Package jack tells when headphones are put into the computer's socket or taken
// out. On Linux the kernel reports that as a switch of an input device; elsewhere
// nobody tells, and a keypad with a socket of its own types a key instead.
package jack

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The switch of headphones, of the kernel's include/uapi/linux/input-event-codes.h.
const (
	typeSwitch       = 0x05
	headphonesInsert = 0x02
)

// again is how long a socket that could not be read rests, such as one of a sound
// card that was taken out.
const again = 5 * time.Second

// A Watcher looks at the sockets of a machine. The zero value is that of the
// machine it runs on.
type Watcher struct {
	Sys string // folder of input devices in the kernel's tree; empty: /sys/class/input
	Dev string // folder of their files; empty: /dev/input
	// State asks a device whether headphones are in it. Nil: the kernel is asked.
	State func(device *os.File) (in bool, err error)
	// Trouble gets what hinders the watching, once for each socket; it may be nil.
	Trouble func(error)
}

// Sockets lists the files of the devices that have a switch for headphones.
func (w Watcher) Sockets() ([]string, error) {
	sys, dev := w.Sys, w.Dev
	if sys == "" {
		sys, dev = "/sys/class/input", "/dev/input"
	}
	found, err := filepath.Glob(filepath.Join(sys, "event*", "device", "capabilities", "sw"))
	if err != nil {
		return nil, fmt.Errorf("look for sockets of headphones: %w", err)
	}
	var sockets []string
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil || !hasSwitch(string(text)) {
			continue
		}
		name := filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(path))))
		sockets = append(sockets, filepath.Join(dev, name))
	}
	return sockets, nil
}

// hasSwitch reports whether a bitmap of the kernel, words in base 16 with the
// lowest last, has the switch of headphones.
func hasSwitch(bitmap string) bool {
	fields := strings.Fields(bitmap)
	if len(fields) == 0 {
		return false
	}
	low, err := strconv.ParseUint(fields[len(fields)-1], 16, 64)
	return err == nil && low>>headphonesInsert&1 == 1
}

// Watch calls tell whenever the first headphones come or the last ones go, and at
// the start if they are in. It returns when ctx ends, and at once where there is no
// socket.
func (w Watcher) Watch(ctx context.Context, tell func(in bool)) error {
	sockets, err := w.Sockets()
	if err != nil {
		return err
	}
	all := &count{tell: tell, in: map[string]bool{}}
	var work sync.WaitGroup
	for _, socket := range sockets {
		work.Go(func() { w.watch(ctx, socket, all) })
	}
	work.Wait()
	return nil
}

// count is in which sockets headphones are.
type count struct {
	mu   sync.Mutex
	in   map[string]bool
	tell func(bool)
}

func (c *count) set(socket string, in bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.in)
	delete(c.in, socket)
	if in {
		c.in[socket] = true
	}
	if (before > 0) != (len(c.in) > 0) {
		c.tell(in)
	}
}

// watch follows one socket as long as ctx lasts.
func (w Watcher) watch(ctx context.Context, socket string, all *count) {
	told := false
	for {
		err := w.follow(ctx, socket, all)
		if ctx.Err() != nil {
			return
		}
		all.set(socket, false)
		if err != nil && !told && w.Trouble != nil {
			told = true
			w.Trouble(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(again):
		}
	}
}

// follow reads what a socket tells until it ends or ctx does.
func (w Watcher) follow(ctx context.Context, socket string, all *count) error {
	device, err := os.Open(socket)
	if err != nil {
		return fmt.Errorf("watch the socket of headphones: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { device.Close() })
	defer func() {
		if stop() {
			device.Close()
		}
	}()
	state := w.State
	if state == nil {
		state = inserted
	}
	if in, err := state(device); err == nil {
		all.set(socket, in)
	}
	// An event is two longs of time, its type and its code of 16 bits, and 32 bits
	// of value (linux/input.h).
	const long = strconv.IntSize / 8
	event := make([]byte, 2*long+8)
	for {
		if _, err := io.ReadFull(device, event); err != nil {
			if errors.Is(err, os.ErrClosed) {
				return nil
			}
			return fmt.Errorf("watch the socket of headphones: %w", err)
		}
		of, code := binary.NativeEndian.Uint16(event[2*long:]), binary.NativeEndian.Uint16(event[2*long+2:])
		if of == typeSwitch && code == headphonesInsert {
			all.set(socket, binary.NativeEndian.Uint32(event[2*long+4:]) != 0)
		}
	}
}
