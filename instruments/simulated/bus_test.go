package simulated_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/serialport"
	"aidpost/instruments/simulated"
)

// parrot is a twin that says what it hears.
type parrot struct{}

var parrotLine = instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}

func (parrot) Model() string          { return "parrot" }
func (parrot) Line() instruments.Line { return parrotLine }

func (parrot) Run(ctx context.Context, wire instruments.Port) error {
	buf := make([]byte, 64)
	for {
		n, err := instruments.ReadSome(ctx, wire, buf, time.Hour)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := instruments.WriteAll(wire, buf[:n]); err != nil {
			return err
		}
	}
}

var cp2102 = instruments.USBID{VID: "10C4", PID: "EA60"}

// eachBus runs test on pipes and, where there are any, on pseudo-terminals.
func eachBus(t *testing.T, test func(t *testing.T, bus *simulated.Bus)) {
	kinds := map[string]func(string, instruments.Line) (instruments.Port, error){"pipes": nil}
	if runtime.GOOS == "linux" {
		kinds["pseudo-terminals"] = serialport.Open
	}
	for name, open := range kinds {
		t.Run(name, func(t *testing.T) {
			bus := simulated.NewBus(open, slog.New(slog.NewTextHandler(io.Discard, nil)))
			defer bus.Close()
			test(t, bus)
		})
	}
}

func plug(t *testing.T, bus *simulated.Bus, o simulated.Options) instruments.Endpoint {
	t.Helper()
	e, err := bus.Plug(t.Context(), parrot{}, cp2102, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// talk opens the twin as a host and hears its own words back.
func talk(t *testing.T, bus *simulated.Bus, e instruments.Endpoint) {
	t.Helper()
	host, err := bus.Open(t.Context(), e, parrotLine)
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	said := []byte{0x11, 0x13, 0x00, 0xff, '\r', '\n', 'x'}
	if err := instruments.WriteAll(host, said); err != nil {
		t.Fatal(err)
	}
	var heard []byte
	buf := make([]byte, 64)
	for len(heard) < len(said) {
		n, err := instruments.ReadSome(t.Context(), host, buf, 10*time.Second)
		if err != nil {
			t.Fatalf("heard % x: %v", heard, err)
		}
		heard = append(heard, buf[:n]...)
	}
	if !bytes.Equal(heard, said) {
		t.Errorf("heard % x", heard)
	}
}

func listed(t *testing.T, bus *simulated.Bus) []instruments.Endpoint {
	t.Helper()
	list, err := bus.Endpoints(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestBus: one host after the other, two of a kind, and each cable by itself.
func TestBus(t *testing.T) {
	eachBus(t, func(t *testing.T, bus *simulated.Bus) {
		a, b := plug(t, bus, simulated.Options{}), plug(t, bus, simulated.Options{})
		if a.Path == b.Path || a.USBSerial == b.USBSerial || a.USB() != cp2102 || !simulated.Adapter(a.USBSerial) {
			t.Errorf("endpoints %+v and %+v", a, b)
		}
		for range 3 {
			talk(t, bus, a)
			talk(t, bus, b)
		}
		if list := listed(t, bus); len(list) != 2 || list[0] != a || list[1] != b {
			t.Errorf("listed %+v", list)
		}
		host, err := bus.Open(t.Context(), a, parrotLine)
		if err != nil {
			t.Fatal(err)
		}
		defer host.Close()
		bus.Unplug(a.Path)
		if _, err := instruments.ReadSome(t.Context(), host, make([]byte, 1), 10*time.Second); instruments.CodeOf(err) != instruments.Unplugged {
			t.Errorf("read after unplug: %v", err)
		}
		if _, err := bus.Open(t.Context(), a, parrotLine); instruments.CodeOf(err) != instruments.Unplugged {
			t.Errorf("open after unplug: %v", err)
		}
		if list := listed(t, bus); len(list) != 1 || list[0] != b {
			t.Errorf("listed %+v", list)
		}
		bus.Unplug(a.Path) // twice is once
		talk(t, bus, b)
		bus.Close()
		if list := listed(t, bus); len(list) > 0 {
			t.Errorf("listed after Close: %+v", list)
		}
	})
}

// TestBusUnplugFault: a host that comes and goes does not pull the cable; what
// the twin sends does, at its time.
func TestBusUnplugFault(t *testing.T) {
	eachBus(t, func(t *testing.T, bus *simulated.Bus) {
		e := plug(t, bus, simulated.Options{Fault: simulated.Unplug})
		for range 3 {
			talk(t, bus, e)
		}
		time.Sleep(20 * time.Millisecond) // for the twin to see its host leave
		if len(listed(t, bus)) != 1 {
			t.Fatal("unplugged by a host that left")
		}
		host, err := bus.Open(t.Context(), e, parrotLine)
		if err != nil {
			t.Fatal(err)
		}
		defer host.Close()
		until := time.Now().Add(10 * time.Second)
		for instruments.WriteAll(host, make([]byte, 32)) == nil && time.Now().Before(until) {
			time.Sleep(time.Millisecond)
		}
		for len(listed(t, bus)) > 0 && time.Now().Before(until) {
			time.Sleep(time.Millisecond)
		}
		if len(listed(t, bus)) > 0 {
			t.Error("still plugged in")
		}
	})
}

// TestWrongLine: at another speed a host hears nothing of use, and at the right one
// the next is understood.
func TestWrongLine(t *testing.T) {
	bus := simulated.NewBus(nil, slog.New(slog.NewTextHandler(io.Discard, nil)))
	defer bus.Close()
	e := plug(t, bus, simulated.Options{})
	fast := parrotLine
	fast.Baud = 115200
	host, err := bus.Open(t.Context(), e, fast)
	if err != nil {
		t.Fatal(err)
	}
	if err := instruments.WriteAll(host, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	heard := make([]byte, 64)
	n, err := instruments.ReadSome(t.Context(), host, heard, 50*time.Millisecond)
	if err != nil && instruments.CodeOf(err) != instruments.NoAnswer || bytes.ContainsAny(heard[:n], "helo") {
		t.Errorf("%q, %v", heard[:n], err)
	}
	host.Close()
	talk(t, bus, e)
}

// TestPlugEnds with its context.
func TestPlugEnds(t *testing.T) {
	eachBus(t, func(t *testing.T, bus *simulated.Bus) {
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := bus.Plug(ctx, parrot{}, cp2102, simulated.Options{}); err != nil {
			t.Fatal(err)
		}
		cancel()
		for until := time.Now().Add(10 * time.Second); len(listed(t, bus)) > 0; time.Sleep(time.Millisecond) {
			if time.Now().After(until) {
				t.Fatal("still plugged in")
			}
		}
	})
}

func TestNew(t *testing.T) {
	for _, id := range simulated.Twins() {
		if twin, err := simulated.New(id, simulated.Options{}); err != nil || twin.Model() != id {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := simulated.New("crystal-ball", simulated.Options{}); !errors.Is(err, simulated.ErrNoTwin) {
		t.Errorf("got %v", err)
	}
	if simulated.Adapter("A50285BI") || simulated.Adapter("") {
		t.Error("a real cable is taken for a simulated one")
	}
}
