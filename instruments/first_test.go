package instruments_test

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"math"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
)

var update = flag.Bool("update", false, "write how soon each instrument is ready into "+readyFile)

// readyFile holds the seconds from plugging an instrument in to seeing it
// ready, where its adapter was never seen before, at the worst of its adapters
// and moments. The README lists them. One that a person has to name was named.
const readyFile = "testdata/ready.json"

// readyWithin is how long a person waits without wondering.
const readyWithin = 2 * time.Second

// readyFuzz is how far a figure may be off: when which goroutine runs is left
// to the scheduler.
const readyFuzz = 0.3

// TestFirstMeeting: whatever the catalogue lists is plugged in with each of its
// adapters, at the pace of its wire, into a rack that has never seen the
// adapter. It is recognised for what it is, is asked for nothing that it must
// not be asked, and is ready within two seconds, unless it speaks more seldom
// than that or has a cuff to be let go first.
func TestFirstMeeting(t *testing.T) {
	measured := map[string]float64{}
	for _, id := range simulated.Twins() {
		t.Run(id, func(t *testing.T) {
			d, _ := catalogue.Find(id)
			m := d.Model()
			worst := time.Duration(0)
			for _, a := range m.Adapters {
				for _, phase := range []time.Duration{time.Millisecond, 100 * time.Millisecond, 240 * time.Millisecond} {
					var pins map[string]string
					if m.Chosen {
						pins = map[string]string{"sim1": id}
					}
					took := firstMeeting(t, id, a.USBID, phase, pins)
					worst = max(worst, took)
				}
			}
			limit := readyWithin
			switch {
			case m.Abilities.StartStop && !tellsAtRest(id):
				limit = letGoWithin
			case !m.Talks && m.Gap > 0:
				limit = seldomWithin
			}
			if worst > limit {
				t.Errorf("ready after %s", worst)
			}
			measured[id] = math.Ceil(worst.Seconds()*10) / 10
		})
	}
	compareReady(t, measured)
}

// How soon the others are ready: cuffs that do not tell their pressure when they
// are at rest are told to let go and given time to empty, and what speaks once
// a second or less often must be heard twice.
const (
	letGoWithin  = 4500 * time.Millisecond
	seldomWithin = 4500 * time.Millisecond
)

// tellsAtRest reports whether the instrument tells the pressure of its cuff
// whenever it is asked.
func tellsAtRest(id string) bool { return id == "suntech-advantage" || id == "oem-nibp" }

// firstMeeting plugs a twin in and returns how long it took to be ready.
func firstMeeting(t *testing.T, id string, adapter instruments.USBID, phase time.Duration, pins map[string]string) (took time.Duration) {
	t.Helper()
	plugFirst(t, id, adapter, phase, pins, func(rack *instruments.Rack, twin simulated.Twin) {
		began := time.Now()
		var list []instruments.Attached
		for time.Since(began) < 30*time.Second {
			if list = rack.Attached(); len(list) == 1 && list[0].State == instruments.Ready {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		took = time.Since(began)
		if len(list) != 1 || list[0].Model.ID != id {
			t.Errorf("with %s it is %+v", adapter, list)
		}
		if pins == nil {
			wellTreated(t, twin)
		}
	})
	return took
}

// plugFirst plugs a twin in, a phase after the rack has looked, and runs test.
func plugFirst(t *testing.T, id string, adapter instruments.USBID, phase time.Duration, pins map[string]string, test func(*instruments.Rack, simulated.Twin)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.NewTextHandler(io.Discard, nil))
		bus := simulated.NewBus(nil, log)
		rack := instruments.NewRack(bus, catalogue.Drivers(), instruments.RackOptions{Pins: pins}, log)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- rack.Run(ctx) }()
		time.Sleep(time.Minute + phase)
		twin, err := simulated.New(id, simulated.Options{})
		if err != nil {
			t.Fatal(err)
		}
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
	if c, ok := twin.(interface{ Pressure() int }); ok && c.Pressure() > 0 {
		t.Errorf("its cuff holds %d mmHg", c.Pressure())
	}
}

// compareReady holds the figures against the file.
func compareReady(t *testing.T, measured map[string]float64) {
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
	var kept map[string]float64
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	for id, seconds := range measured {
		if math.Abs(kept[id]-seconds) > readyFuzz {
			t.Errorf("%s is ready after %.1f s, and %s says %.1f: run this test with -update", id, seconds, readyFile, kept[id])
		}
	}
}

// TestNobodyIsMistaken: what no probe can find is not taken for something else
// while every driver tries.
func TestNobodyIsMistaken(t *testing.T) {
	for _, id := range simulated.Twins() {
		d, _ := catalogue.Find(id)
		if !d.Model().Chosen || id == "menarini-glucofix-tech" { // which speaks as the areo does
			continue
		}
		t.Run(id, func(t *testing.T) {
			for _, a := range d.Model().Adapters {
				plugFirst(t, id, a.USBID, time.Millisecond, nil, func(rack *instruments.Rack, _ simulated.Twin) {
					time.Sleep(2 * time.Minute)
					if list := rack.Attached(); len(list) != 1 || list[0].Model.ID != "" {
						t.Errorf("with %s it is a %s", a.USBID, list[0].Model.ID)
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
