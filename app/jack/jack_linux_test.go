package jack

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// machine has input devices with these bitmaps of switches, and a pipe for each
// through which the test tells what the kernel would.
func machine(t *testing.T, switches map[string]string) Watcher {
	t.Helper()
	root := t.TempDir()
	w := Watcher{
		Sys: filepath.Join(root, "sys"), Dev: filepath.Join(root, "dev"),
		State: func(*os.File) (bool, error) { return false, errors.ErrUnsupported },
	}
	if err := os.MkdirAll(w.Dev, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, bitmap := range switches {
		folder := filepath.Join(w.Sys, name, "device", "capabilities")
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "sw"), []byte(bitmap+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(filepath.Join(w.Dev, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// event is what the kernel writes.
func event(of, code uint16, value uint32) []byte {
	const long = strconv.IntSize / 8
	b := make([]byte, 2*long, 2*long+8)
	b = binary.NativeEndian.AppendUint16(b, of)
	b = binary.NativeEndian.AppendUint16(b, code)
	return binary.NativeEndian.AppendUint32(b, value)
}

func TestSockets(t *testing.T) {
	w := machine(t, map[string]string{
		"event3": "0", "event7": "4", "event8": "10", "event9": "14", "event10": "1 0", "event11": "ffff 6", "event12": "",
	})
	got, err := w.Sockets()
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i] = filepath.Base(got[i])
	}
	slices.Sort(got)
	// Bit 4 is a microphone, bit 2 are headphones.
	if want := []string{"event11", "event7", "event9"}; !slices.Equal(got, want) {
		t.Errorf("sockets %v, want %v", got, want)
	}
}

// TestWatch: headphones come and go in two sockets, between events that are about
// something else.
func TestWatch(t *testing.T) {
	w := machine(t, map[string]string{"event1": "4", "event2": "4"})
	told := make(chan bool, 10)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Watch(ctx, func(in bool) { told <- in }) }()
	socket := func(name string) *os.File {
		f, err := os.OpenFile(filepath.Join(w.Dev, name), os.O_WRONLY, 0) // waits until it is read
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	one, two := socket("event1"), socket("event2")
	write := func(f *os.File, of, code uint16, value uint32) {
		if _, err := f.Write(event(of, code, value)); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want bool) {
		t.Helper()
		select {
		case got := <-told:
			if got != want {
				t.Fatalf("told %v, want %v", got, want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("nothing is told, want %v", want)
		}
	}
	write(one, typeSwitch, 4, 1) // a microphone
	write(one, 1, headphonesInsert, 1)
	write(one, typeSwitch, headphonesInsert, 1)
	expect(true)
	write(one, 0, 0, 0)
	write(one, typeSwitch, headphonesInsert, 0)
	expect(false)
	write(two, typeSwitch, headphonesInsert, 1)
	expect(true)
	two.Close() // the sound card is gone, and the headphones with it
	expect(false)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if len(told) > 0 {
		t.Errorf("told %v besides", <-told)
	}
}

// TestInAtTheStart: headphones that are in when the kiosk starts are told of.
func TestInAtTheStart(t *testing.T) {
	w := machine(t, map[string]string{"event1": "4"})
	w.State = func(*os.File) (bool, error) { return true, nil }
	ctx, stop := context.WithCancel(t.Context())
	told := make(chan bool, 10)
	ended := make(chan error, 1)
	go func() { ended <- w.Watch(ctx, func(in bool) { told <- in }) }()
	f, err := os.OpenFile(filepath.Join(w.Dev, "event1"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !<-told {
		t.Error("told that they are out")
	}
	stop()
	<-ended
}

// TestNoSocket: a machine without one has nothing to watch.
func TestNoSocket(t *testing.T) {
	w := machine(t, map[string]string{"event1": "0"})
	if err := w.Watch(t.Context(), func(bool) { t.Error("something is told") }); err != nil {
		t.Error(err)
	}
}
