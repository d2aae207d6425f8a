package site

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
)

// soon is how long a person waits without wondering.
const soon = 2 * time.Second

// oneAdapter is a bus on which everything hangs on the same adapter.
type oneAdapter struct {
	*simulated.Bus
	serial, socket string
}

func (b oneAdapter) Endpoints(ctx context.Context) ([]instruments.Endpoint, error) {
	list, err := b.Bus.Endpoints(ctx)
	for i := range list {
		list[i].USBSerial, list[i].Socket = b.serial, b.socket
	}
	return list, err
}

// named is an instrument that nobody can recognise by asking, on an adapter, in a
// running rack that keeps what hung on which cable as the program does.
type named struct {
	t       *testing.T
	model   instruments.Model
	adapter instruments.USBID
	bus     oneAdapter
	rack    *instruments.Rack
}

// plug connects a twin, and returns what is attached once done says so, at the
// latest after two seconds.
func (n *named) plug(done func(instruments.Attached) bool) instruments.Attached {
	n.t.Helper()
	twin, err := simulated.New(n.model.ID, simulated.Options{})
	if err != nil {
		n.t.Fatal(err)
	}
	if _, err := n.bus.Plug(n.t.Context(), atPace{twin}, n.adapter, simulated.Options{}); err != nil {
		n.t.Fatal(err)
	}
	for began := time.Now(); time.Since(began) < soon; time.Sleep(10 * time.Millisecond) {
		if list := n.rack.Attached(); len(list) == 1 && done(list[0]) {
			return list[0]
		}
	}
	n.t.Fatalf("after %s: %+v", soon, n.rack.Attached())
	return instruments.Attached{}
}

func (n *named) pull() {
	list, err := n.bus.Endpoints(n.t.Context())
	if err != nil {
		n.t.Fatal(err)
	}
	for _, e := range list {
		n.bus.Unplug(e.Path)
	}
	time.Sleep(time.Second)
}

// ready reports that the instrument is what it is, and can be used.
func (n *named) ready(a instruments.Attached) bool {
	return a.State == instruments.Ready && a.Model.ID == n.model.ID
}

// meetAgain plugs the instrument in, names it, and plugs it in once more.
func (n *named) meetAgain() {
	n.t.Helper()
	// The GlucoFix speaks as the areo does, and is taken for it until somebody says.
	a := n.plug(func(a instruments.Attached) bool { return a.Nameable || a.State == instruments.Ready })
	all := n.rack.Candidates(a.ID)
	offered := slices.IndexFunc(all, func(c instruments.Candidate) bool { return c.Model.ID == n.model.ID })
	likely := slices.IndexFunc(all, func(c instruments.Candidate) bool { return !c.Adapter || !c.Model.Chosen })
	if offered < 0 || likely >= 0 && offered >= likely {
		n.t.Errorf("it is candidate %d of %d, of which %d are likely", offered+1, len(all), likely)
	}
	began := time.Now()
	if err := n.rack.Name(n.t.Context(), a.ID, n.model.ID); err != nil {
		n.t.Fatalf("naming it: %v", err)
	}
	if list := n.rack.Attached(); len(list) != 1 || !n.ready(list[0]) || time.Since(began) > soon {
		n.t.Errorf("%s after it was named: %+v", time.Since(began), list)
	}
	n.pull()
	n.plug(n.ready)
}

// TestNamedOnce: whatever cannot be recognised by asking is on the list of what it may
// be within two seconds of its first plug, among those at the top; it is ready within
// two seconds when somebody has picked it there; and from then on it is ready by
// itself within two seconds. That is so with each of its adapters, whether the adapter
// has a number of its own or is known by its socket, and on a port that no USB tells
// about.
func TestNamedOnce(t *testing.T) {
	for _, id := range simulated.Twins() {
		d, _ := catalogue.Find(id)
		m := d.Model()
		if !m.Chosen {
			continue
		}
		t.Run(id, func(t *testing.T) {
			for _, a := range append(m.Adapters, instruments.Adapter{}) {
				for _, bus := range []oneAdapter{{serial: "A7", socket: "1-4"}, {socket: "1-4"}, {serial: "0001", socket: "1-4"}} {
					if a.VID == "" && bus.serial != "" {
						continue
					}
					inRack(t, bus, func(t *testing.T, n *named) {
						n.model, n.adapter = m, a.USBID
						n.meetAgain()
					})
				}
			}
		})
	}
}

// inRack runs test with a rack over a bus, in a bubble of virtual time.
func inRack(t *testing.T, bus oneAdapter, test func(*testing.T, *named)) {
	t.Helper()
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.DiscardHandler)
		bus.Bus = simulated.NewBus(nil, log)
		rack := instruments.NewRack(bus, catalogue.Drivers(), instruments.RackOptions{Habits: loadHabits(folder, log)}, log)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- rack.Run(ctx) }()
		defer func() {
			cancel()
			<-ended
			bus.Close()
		}()
		time.Sleep(time.Minute)
		test(t, &named{t: t, bus: bus, rack: rack})
	})
}

// atPace is a twin on a wire on which bytes take their time.
type atPace struct{ simulated.Twin }

func (a atPace) Run(ctx context.Context, wire instruments.Port) error {
	return a.Twin.Run(ctx, simulated.Paced(wire, a.Line()))
}
