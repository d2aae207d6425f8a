package instruments_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// counter is a bus of cables that a test plugs and pulls, and a journal of what
// drivers did on them.
type counter struct {
	t    *testing.T
	rack *instruments.Rack

	mu        sync.Mutex
	endpoints map[string]instruments.Endpoint
	refuse    error // to open
	open      map[string]int
	sent      map[string]int // bytes that reached the wire
	journal   []string
	// instrument, if set, is at the far end of every open port.
	instrument func(far instruments.Port)
}

var usb = instruments.USBID{VID: "10C4", PID: "EA60"}

// withRack runs test over a running rack in a bubble of simulated time. The
// bubble does not end before every goroutine of the rack has.
func withRack(t *testing.T, pins map[string]string, drivers func(c *counter) []instruments.Driver, test func(c *counter)) {
	t.Helper()
	withOptions(t, instruments.RackOptions{Pins: pins}, drivers, test)
}

func withOptions(t *testing.T, options instruments.RackOptions, drivers func(c *counter) []instruments.Driver, test func(c *counter)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := &counter{t: t, endpoints: map[string]instruments.Endpoint{}, open: map[string]int{},
			sent: map[string]int{}}
		c.rack = instruments.NewRack(c, drivers(c), options, slog.New(slog.NewTextHandler(io.Discard, nil)))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- c.rack.Run(ctx) }()
		test(c)
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		if n := len(c.rack.Attached()); n > 0 {
			t.Errorf("%d instruments after the end", n)
		}
		for path, n := range c.open {
			if n != 0 {
				t.Errorf("%s is open %d times", path, n)
			}
		}
	})
}

// plug connects a cable with an adapter; an empty VID is a built-in port.
func (c *counter) plug(path string, id instruments.USBID, serial string) {
	c.plugInto("", path, id, serial)
}

// plugInto plugs into a socket of which the system tells.
func (c *counter) plugInto(socket, path string, id instruments.USBID, serial string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endpoints[path] = instruments.Endpoint{Path: path, VID: id.VID, PID: id.PID, USBSerial: serial, Socket: socket}
}

func (c *counter) socket(path string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.endpoints[path].Socket
}

func (c *counter) pull(path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.endpoints, path)
}

func (c *counter) refuseOpen(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refuse = err
}

func (c *counter) note(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.journal = append(c.journal, fmt.Sprintf(format, args...))
}

// noted returns the journal since the last call.
func (c *counter) noted() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	j := c.journal
	c.journal = nil
	return j
}

func (c *counter) Endpoints(context.Context) ([]instruments.Endpoint, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []instruments.Endpoint
	for _, e := range c.endpoints {
		list = append(list, e)
	}
	return list, nil
}

func (c *counter) Open(_ context.Context, at instruments.Endpoint, line instruments.Line) (instruments.Port, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse != nil {
		return nil, c.refuse
	}
	if c.open[at.Path]++; c.open[at.Path] > 1 {
		c.t.Errorf("%s is open %d times", at.Path, c.open[at.Path])
	}
	host, far := instruments.Pipe()
	if c.instrument != nil {
		go c.instrument(far)
	}
	return &openPort{host, c, at.Path, line}, nil
}

// written counts the bytes that drivers have sent.
func (c *counter) written() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, each := range c.sent {
		n += each
	}
	return n
}

type openPort struct {
	instruments.Port
	c    *counter
	path string
	line instruments.Line
}

func (p *openPort) Write(b []byte) (int, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	p.c.sent[p.path] += len(b)
	return p.Port.Write(b)
}

func (p *openPort) Close() error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	p.c.open[p.path]--
	return p.Port.Close()
}

// want waits until the rack has settled and checks the states, by panel and
// port.
func (c *counter) want(states ...instruments.State) []instruments.Attached {
	c.t.Helper()
	synctest.Wait()
	list := c.rack.Attached()
	var got []instruments.State
	for _, a := range list {
		got = append(got, a.State)
	}
	if !slices.Equal(got, states) {
		c.t.Fatalf("attached are %v, want %v", got, states)
	}
	return list
}

func (c *counter) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// noteWhenOffered notes each time that the instrument on the port becomes
// ready, until stop is called. What is told of an earlier change may find it ready
// already.
func (c *counter) noteWhenOffered(path string) (stop func()) {
	var mu sync.Mutex
	offered := false
	return c.rack.Notify(func() {
		mu.Lock()
		defer mu.Unlock()
		before := offered
		offered = slices.ContainsFunc(c.rack.Attached(), func(a instruments.Attached) bool {
			return a.Endpoint.Path == path && a.State == instruments.Ready
		})
		if offered && !before {
			c.note("offered")
		}
	})
}

func (c *counter) wantNoted(want ...string) {
	c.t.Helper()
	synctest.Wait()
	if got := c.noted(); !slices.Equal(got, want) {
		c.t.Errorf("drivers did %q, want %q", got, want)
	}
}

// fake is a driver that recognises what it is told to and notes what it did. On
// a shared port it takes part only if it is told how.
type fake struct {
	model   instruments.Model
	c       *counter
	probe   func(ctx context.Context, p *openPort) (instruments.Identity, error)
	party   func(ctx context.Context, p instruments.Port) (instruments.Identity, error)
	onPort  func(p instruments.Port) // called at each probe
	measure func(ctx context.Context, emit func(instruments.Event)) error
}

func (f *fake) Model() instruments.Model { return f.model }

func (f *fake) Probe(ctx context.Context, p instruments.Port) (instruments.Identity, error) {
	port, plain := p.(*openPort)
	if shared := instruments.ListenBefore(p, time.Second) < time.Second; shared {
		if f.party == nil {
			return instruments.Identity{}, instruments.NewFault(instruments.NoAnswer, "")
		}
		return f.party(ctx, p)
	}
	f.c.note("probe %s", f.model.ID)
	if plain && port.line != f.model.Line {
		f.c.t.Errorf("%s on %s", f.model.ID, port.line)
	}
	if f.onPort != nil {
		f.onPort(p)
	}
	if f.probe == nil {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "")
	}
	return f.probe(ctx, port)
}

func (f *fake) Measure(ctx context.Context, p instruments.Port, _ instruments.Job, emit func(instruments.Event)) error {
	f.c.note("measure %s", f.model.ID)
	return f.measure(ctx, emit)
}

// cuff is a fake whose instrument may be left holding pressure.
type cuff struct {
	*fake
	release func() error
}

func (f *cuff) Release(instruments.Port) error {
	f.c.note("release %s", f.model.ID)
	if f.release != nil {
		return f.release()
	}
	return nil
}

func model(id string, change ...func(*instruments.Model)) instruments.Model {
	m := instruments.Model{
		ID: id, Panel: vitals.BloodPressure, Talks: true, Adapters: []instruments.Adapter{{USBID: usb}},
		Line: instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
	}
	for _, c := range change {
		c(&m)
	}
	return m
}

func own(m *instruments.Model)     { m.Adapters[0].Own = true }
func listens(m *instruments.Model) { m.Talks = false }
func other(m *instruments.Model)   { m.Adapters[0].VID = "0403" }

func recheck(d time.Duration) func(*instruments.Model) {
	return func(m *instruments.Model) { m.Recheck = d }
}

func found(serial string) func(context.Context, *openPort) (instruments.Identity, error) {
	return func(context.Context, *openPort) (instruments.Identity, error) {
		return instruments.Identity{Serial: serial}, nil
	}
}

// untilStopped measures until it is stopped, and then takes a second to be
// safe.
func untilStopped(ctx context.Context, _ func(instruments.Event)) error {
	<-ctx.Done()
	time.Sleep(time.Second)
	return context.Cause(ctx)
}

// one is a rack's only driver.
func one(change ...func(*instruments.Model)) func(c *counter) []instruments.Driver {
	return func(c *counter) []instruments.Driver {
		return []instruments.Driver{&cuff{fake: &fake{model: model("one", change...), c: c, probe: found("S1"), measure: untilStopped}}}
	}
}
