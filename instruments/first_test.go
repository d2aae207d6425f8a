package instruments_test

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"math"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
)

var update = flag.Bool("update", false, "write how soon each instrument is ready into "+readyFile)

// readyFile holds the seconds from plugging an instrument in to seeing it named,
// and to seeing it ready, where its adapter was never seen before, at the worst
// of its adapters and moments. The README lists them. One that a person has to
// name was named.
const readyFile = "testdata/ready.json"

// seconds are how soon an instrument is named, and how soon it is ready, at the
// worst; and how soon half of those are named that are plugged in at any moment
// between two lines, where lines are far apart.
type seconds struct {
	Named float64 `json:"named"`
	Ready float64 `json:"ready"`
	Half  float64 `json:"half,omitempty"`
}

// readyWithin is how long a person waits without wondering.
const readyWithin = 2 * time.Second

// On a port without an adapter most models may be there, and which of two drivers that
// want to ask at one moment does so first is left to the scheduler: a FreeStyle Lite is
// ready after 0.6, 0.8 or 1.1 s then. So often such a port is tried that the worst is
// among them, and a figure may differ from that in the file by readyFuzz.
const (
	readyTries = 8
	readyFuzz  = 0.2
)

// TestFirstMeeting: whatever the catalogue lists is plugged in with each of its
// adapters and as a port without one, at the pace of its wire, into a rack that
// has never seen the adapter. It is recognised for what it is, is asked for
// nothing that it must not be asked, and is ready within two seconds.
func TestFirstMeeting(t *testing.T) {
	measured := map[string]seconds{}
	for _, id := range simulated.Twins() {
		t.Run(id, func(t *testing.T) {
			d, _ := catalogue.Find(id)
			m := d.Model()
			if m.Gap > time.Second {
				measured[id] = meetPrinter(t, m)
				return
			}
			named, ready := time.Duration(0), time.Duration(0)
			for _, a := range append(m.Adapters, instruments.Adapter{}) {
				phases := []time.Duration{time.Millisecond, 12 * time.Millisecond, 24 * time.Millisecond}
				if a.VID == "" {
					phases = slices.Repeat(phases, readyTries)
				}
				for _, phase := range phases {
					var pins map[string]string
					if m.Chosen {
						pins = map[string]string{"sim1": id}
					}
					n, r := firstMeeting(t, id, a.USBID, phase, pins)
					named, ready = max(named, n), max(ready, r)
				}
			}
			if ready > readyWithin {
				t.Errorf("named after %s and ready after %s", named, ready)
			}
			measured[id] = seconds{Named: tenths(named), Ready: tenths(ready)}
		})
	}
	compareReady(t, measured)
}

func tenths(d time.Duration) float64 { return math.Ceil(d.Seconds()*10) / 10 }

// meetPrinter plugs in what prints a line now and then, and has done so for a
// while, at every moment between two lines. It is recognised by the first whole
// line after the others were asked, by the rest of one, or by the noise of one and
// the silence after it.
func meetPrinter(t *testing.T, m instruments.Model) seconds {
	t.Helper()
	var all []time.Duration
	const step = 10 * time.Millisecond
	for _, a := range append(m.Adapters, instruments.Adapter{}) {
		for ago := time.Duration(0); ago < m.Gap; ago += step {
			twin := func() simulated.Twin {
				return simulated.NewNellcor(simulated.Options{}).OnSince(time.Now().Add(-ago - time.Minute))
			}
			_, ready := meet(t, m.ID, twin, a.USBID, time.Millisecond, nil)
			if ready > readyWithin {
				t.Errorf("ready after %s, plugged in %s after a line had begun", ready, ago)
			}
			all = append(all, ready)
		}
	}
	slices.Sort(all)
	half, worst := all[len(all)/2], all[len(all)-1]
	return seconds{Named: tenths(worst), Ready: tenths(worst), Half: tenths(half)}
}

// firstMeeting plugs a twin in and returns how long it took to be named, and
// to be ready.
func firstMeeting(t *testing.T, id string, adapter instruments.USBID, phase time.Duration, pins map[string]string) (named, ready time.Duration) {
	t.Helper()
	return meet(t, id, twinOf(t, id), adapter, phase, pins)
}

// twinOf makes the usual twin.
func twinOf(t *testing.T, id string) func() simulated.Twin {
	t.Helper()
	return func() simulated.Twin {
		twin, err := simulated.New(id, simulated.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return twin
	}
}

// meet is firstMeeting with a twin that is made when it is plugged in.
func meet(t *testing.T, id string, build func() simulated.Twin, adapter instruments.USBID, phase time.Duration, pins map[string]string) (named, ready time.Duration) {
	t.Helper()
	plugFirst(t, build, adapter, phase, pins, func(rack *instruments.Rack, twin simulated.Twin) {
		began := time.Now()
		var list []instruments.Attached
		for time.Since(began) < 30*time.Second {
			list = rack.Attached()
			if len(list) == 1 && named == 0 && list[0].Startable() {
				named = time.Since(began)
			}
			if len(list) == 1 && list[0].State == instruments.Ready {
				break
			}
			if len(list) == 1 && list[0].Model.ID != "" && list[0].Model.ID != id {
				t.Errorf("with %s it is taken for a %s", adapter, list[0].Model.ID)
			}
			time.Sleep(10 * time.Millisecond)
		}
		ready = time.Since(began)
		if len(list) != 1 || list[0].Model.ID != id {
			t.Errorf("with %s it is %+v", adapter, list)
		}
		if pins == nil {
			wellTreated(t, twin)
		}
	})
	return named, ready
}

// plugFirst plugs a twin in, a phase after the rack has looked, and runs test.
func plugFirst(t *testing.T, build func() simulated.Twin, adapter instruments.USBID, phase time.Duration, pins map[string]string, test func(*instruments.Rack, simulated.Twin)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.NewTextHandler(io.Discard, nil))
		bus := simulated.NewBus(nil, log)
		rack := instruments.NewRack(bus, catalogue.Drivers(), instruments.RackOptions{Pins: pins}, log)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- rack.Run(ctx) }()
		time.Sleep(time.Minute + phase)
		twin := build()
		if _, err := bus.Plug(t.Context(), atPace{twin}, adapter, simulated.Options{}); err != nil {
			t.Fatal(err)
		}
		test(rack, twin)
		cancel()
		<-ended
		bus.Close()
	})
}

// wellTreated checks that a twin was told nothing that it must not be told.
func wellTreated(t *testing.T, twin simulated.Twin) {
	t.Helper()
	if v, ok := twin.(interface{ Violations() []string }); ok && len(v.Violations()) > 0 {
		t.Errorf("it was told %q", v.Violations())
	}
	leftAlone(t, twin)
}

// leftAlone checks that the cuff of a twin, if it has one, was not moved.
func leftAlone(t *testing.T, twin simulated.Twin) {
	t.Helper()
	if c, ok := twin.(interface{ Pressure() int }); ok && c.Pressure() > 0 {
		t.Errorf("its cuff holds %d mmHg", c.Pressure())
	}
	if c, ok := twin.(interface{ Commanded() (starts, stops int) }); ok {
		if starts, stops := c.Commanded(); starts+stops > 0 {
			t.Errorf("it was told to start %d times and to stop %d times", starts, stops)
		}
	}
}

// compareReady holds the figures against the file.
func compareReady(t *testing.T, measured map[string]seconds) {
	if *update {
		text, err := json.MarshalIndent(measured, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(readyFile, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(readyFile)
	if err != nil {
		t.Fatal(err)
	}
	var kept map[string]seconds
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	for id, m := range measured {
		off := func(is, was float64) bool { return math.Abs(is-was) > readyFuzz }
		if k := kept[id]; off(m.Named, k.Named) || off(m.Ready, k.Ready) || off(m.Half, k.Half) {
			t.Errorf("%s is named and ready after %v s, and %s says %v: run this test with -update", id, m, readyFile, k)
		}
	}
}

// TestNobodyIsMistaken: what no probe can find is at no moment taken for something
// else while every driver tries, and nothing that these ask is a start or a stop to it.
func TestNobodyIsMistaken(t *testing.T) {
	for _, id := range simulated.Twins() {
		d, _ := catalogue.Find(id)
		if !d.Model().Chosen || id == "menarini-glucofix-tech" { // which speaks as the areo does
			continue
		}
		t.Run(id, func(t *testing.T) {
			for _, a := range d.Model().Adapters {
				plugFirst(t, twinOf(t, id), a.USBID, time.Millisecond, nil, func(rack *instruments.Rack, twin simulated.Twin) {
					defer leftAlone(t, twin)
					for range 2 * 60 * 20 {
						time.Sleep(50 * time.Millisecond)
						if list := rack.Attached(); len(list) == 1 && list[0].Model.ID != "" {
							t.Fatalf("with %s it is taken for a %s", a.USBID, list[0].Model.ID)
						}
					}
					if n := len(rack.Attached()); n != 1 {
						t.Errorf("with %s %d are attached", a.USBID, n)
					}
				})
			}
		})
	}
}

// atPace is a twin on a wire on which bytes take their time.
type atPace struct{ simulated.Twin }

func (a atPace) Run(ctx context.Context, wire instruments.Port) error {
	return a.Twin.Run(ctx, simulated.Paced(wire, a.Line()))
}
