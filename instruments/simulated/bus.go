package simulated

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"aidpost/instruments"
)

// A Bus is a counter of twins: it lists each as an endpoint and opens it as a
// serial port would be opened. Twins sit on pseudo-terminals where the system
// has them and on pipes in memory elsewhere.
type Bus struct {
	open func(path string, line instruments.Line) (instruments.Port, error)
	log  *slog.Logger

	mu      sync.Mutex
	sockets []*socket
	nextID  int
	running sync.WaitGroup
}

// NewBus returns a bus without twins. With open set, a twin sits on a
// pseudo-terminal that open opens by its path; with nil, on a pipe in memory.
func NewBus(open func(path string, line instruments.Line) (instruments.Port, error), log *slog.Logger) *Bus {
	return &Bus{open: open, log: log}
}

// socket is one plugged-in twin.
type socket struct {
	endpoint instruments.Endpoint
	twin     Twin
	options  Options
	stop     context.CancelFunc
	// calls takes the instrument's end of each new pipe; nil on a
	// pseudo-terminal.
	calls chan instruments.Port
	wire  instruments.Port
}

// Plug connects a twin and returns its endpoint. The adapter it shows is the
// first one of the model. It runs until Unplug, Close, or the wire fault in
// its options pulls the cable.
func (b *Bus) Plug(ctx context.Context, twin Twin, adapter instruments.USBID, options Options) (instruments.Endpoint, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nextID++
	s := &socket{twin: twin, options: options, endpoint: instruments.Endpoint{
		Path: fmt.Sprintf("sim%d", b.nextID), VID: adapter.VID, PID: adapter.PID,
		USBSerial: fmt.Sprintf(adapterPrefix+"%04d", b.nextID), Product: "simulated " + twin.Model(),
	}}
	ctx, s.stop = context.WithCancel(ctx)
	if b.open != nil {
		pty, err := OpenPty()
		if err != nil {
			s.stop()
			return instruments.Endpoint{}, err
		}
		s.endpoint.Path, s.wire = pty.Path, pty.Port
		b.running.Go(func() { b.serve(ctx, s, pty.Tuned(twin.Line())) })
	} else {
		s.calls = make(chan instruments.Port)
		b.running.Go(func() { b.answer(ctx, s) })
	}
	b.sockets = append(b.sockets, s)
	return s.endpoint, nil
}

// serve runs the twin on a pseudo-terminal, where it hears every host in turn.
func (b *Bus) serve(ctx context.Context, s *socket, wire instruments.Port) {
	defer wire.Close()
	err := s.twin.Run(ctx, Disturb(wire, s.options.Fault, s.options.Seed))
	if ctx.Err() == nil {
		b.log.Info("simulated instrument left", "model", s.twin.Model(), "reason", err)
	}
	b.remove(s)
}

// answer runs the twin on one pipe after the other, one for each host.
func (b *Bus) answer(ctx context.Context, s *socket) {
	defer b.remove(s)
	for {
		select {
		case <-ctx.Done():
			return
		case wire := <-s.calls:
			disturbed := Disturb(wire, s.options.Fault, s.options.Seed)
			// The error is that this host is gone; the next one is welcome.
			_ = s.twin.Run(ctx, disturbed)
			wire.Close()
			if pulled(disturbed) {
				return
			}
		}
	}
}

func (b *Bus) remove(s *socket) {
	s.stop()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sockets = slices.DeleteFunc(b.sockets, func(other *socket) bool { return other == s })
}

// Unplug pulls the cable of the twin at path.
func (b *Bus) Unplug(path string) {
	b.mu.Lock()
	var found *socket
	for _, s := range b.sockets {
		if s.endpoint.Path == path {
			found = s
		}
	}
	b.mu.Unlock()
	if found == nil {
		return
	}
	if found.wire != nil {
		found.wire.Close()
	}
	b.remove(found)
}

// Endpoints lists the twins that are plugged in.
func (b *Bus) Endpoints(ctx context.Context) ([]instruments.Endpoint, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]instruments.Endpoint, len(b.sockets))
	for i, s := range b.sockets {
		list[i] = s.endpoint
	}
	return list, nil
}

// errGone is the cause of opening a twin that was pulled.
var errGone = errors.New("no simulated instrument there")

// Open opens the twin at the endpoint's path as a host does. On a wrong line
// setting both ends of a pipe hear the noise that real ones would.
func (b *Bus) Open(ctx context.Context, at instruments.Endpoint, line instruments.Line) (instruments.Port, error) {
	b.mu.Lock()
	var found *socket
	for _, s := range b.sockets {
		if s.endpoint.Path == at.Path {
			found = s
		}
	}
	b.mu.Unlock()
	if found == nil {
		return nil, instruments.Wrap(instruments.Unplugged, errGone)
	}
	if b.open != nil {
		return b.open(at.Path, line)
	}
	host, instrument := instruments.Pipe()
	if own := found.twin.Line(); line.Baud != own.Baud || line.DataBits != own.DataBits || line.Parity != own.Parity {
		host, instrument = newMisheard(host, line, own), newMisheard(instrument, own, line)
	}
	select {
	case found.calls <- instrument:
		return host, nil
	case <-time.After(openWait):
		return nil, instruments.Wrap(instruments.PortBusy, errors.New("the twin still serves another host"))
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// openWait is how long a new host waits for the last one to let go.
const openWait = time.Second

// Close unplugs every twin and waits until all have ended.
func (b *Bus) Close() {
	b.mu.Lock()
	open := slices.Clone(b.sockets)
	b.mu.Unlock()
	for _, s := range open {
		b.Unplug(s.endpoint.Path)
	}
	b.running.Wait()
}
