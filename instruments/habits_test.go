package instruments_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"aidpost/instruments"
)

// memory is habits without a file.
type memory struct {
	mu    sync.Mutex
	known map[string]string
}

func (m *memory) Recall(at instruments.Endpoint) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known[at.USBSerial]
}

func (m *memory) Remember(at instruments.Endpoint, model string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[at.USBSerial] = model
}

// answering returns drivers of which only those in yes recognise anything.
func answering(c *counter, models []instruments.Model, yes map[string]bool) []instruments.Driver {
	var list []instruments.Driver
	for _, m := range models {
		f := &fake{model: m, c: c}
		f.probe = func(context.Context, *openPort) (instruments.Identity, error) {
			if yes[m.ID] {
				return instruments.Identity{Serial: "S"}, nil
			}
			return instruments.Identity{}, instruments.NewFault(instruments.NoAnswer, "")
		}
		list = append(list, f)
	}
	return list
}

// TestHabits: what hung on a cable is asked first when it comes back, alone at
// first, and something else on the same cable is found all the same.
func TestHabits(t *testing.T) {
	habits := &memory{known: map[string]string{}}
	yes := map[string]bool{"c": true}
	options := instruments.RackOptions{Habits: habits}
	models := []instruments.Model{model("a"), model("b"), model("c")}
	drivers := func(c *counter) []instruments.Driver { return answering(c, models, yes) }
	withOptions(t, options, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "A7")
		c.pass(time.Second)
		c.want(instruments.Ready)
		c.wantNoted("probe a", "probe b", "probe c")
		if habits.known["A7"] != "c" {
			t.Errorf("remembered %q", habits.known)
		}
		c.pull("/dev/ttyUSB0")
		c.pass(time.Second)
		c.plug("/dev/ttyUSB3", usb, "A7")
		c.pass(time.Second)
		c.want(instruments.Ready)
		c.wantNoted("probe c")
	})
	yes = map[string]bool{"b": true}
	withOptions(t, options, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "A7")
		c.pass(3 * time.Second)
		if a := c.want(instruments.Ready)[0]; a.Model.ID != "b" {
			t.Errorf("recognised %q", a.Model.ID)
		}
		c.wantNoted("probe c", "probe a", "probe c", "probe b")
		if habits.known["A7"] != "b" {
			t.Errorf("remembered %q", habits.known)
		}
	})
}

// TestChosen: a model that no probe can find is tried only where it is pinned
// or was before.
func TestChosen(t *testing.T) {
	chosen := func(m *instruments.Model) { m.Chosen = true; m.Talks = false }
	models := []instruments.Model{model("station", chosen), model("asker")}
	yes := map[string]bool{"station": true}
	drivers := func(c *counter) []instruments.Driver { return answering(c, models, yes) }
	withOptions(t, instruments.RackOptions{}, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "A7")
		c.pass(time.Second)
		c.want(instruments.Unknown)
		c.wantNoted("probe asker")
	})
	for _, options := range []instruments.RackOptions{
		{Pins: map[string]string{"A7": "station"}}, {Habits: &memory{known: map[string]string{"A7": "station"}}},
	} {
		withOptions(t, options, drivers, func(c *counter) {
			c.plug("/dev/ttyUSB0", usb, "A7")
			c.pass(time.Second)
			c.want(instruments.Ready)
			c.wantNoted("probe station")
		})
	}
}

// TestListenOnly: no driver that must ask is tried, and what a driver writes
// all the same does not reach the wire.
func TestListenOnly(t *testing.T) {
	models := []instruments.Model{model("asker"), model("listener", listens)}
	var wrote error
	var n int
	drivers := func(c *counter) []instruments.Driver {
		list := answering(c, models, nil)
		list[1].(*fake).onPort = func(p instruments.Port) { n, wrote = p.Write([]byte{0xA1}) }
		return list
	}
	for name, only := range map[string]map[string]bool{
		"by path": {"/dev/ttyUSB0": true}, "by cable": {"A7": true},
	} {
		withOptions(t, instruments.RackOptions{ListenOnly: only}, drivers, func(c *counter) {
			c.plug("/dev/ttyUSB0", usb, "A7")
			c.pass(time.Second)
			c.want(instruments.Unknown)
			c.wantNoted("probe listener")
			if wrote == nil || n != 0 || c.written() != 0 {
				t.Errorf("%s: wrote %d bytes, %v; %d reached the wire", name, n, wrote, c.written())
			}
		})
	}
}

// TestCablesAlike: two cables that share a serial number are two.
func TestCablesAlike(t *testing.T) {
	withRack(t, nil, one(), func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "0001")
		c.plug("/dev/ttyUSB1", usb, "0001")
		c.pass(time.Second)
		list := c.want(instruments.Ready, instruments.Ready)
		if list[0].ID == list[1].ID || list[0].Key() != "one S1" {
			t.Errorf("attached %+v", list)
		}
	})
}

// TestCablesOfOneKind: two cables of one kind, without numbers of their own or with the
// same one, keep their places and what was known of them when the system gives each the
// other's name, as when a computer wakes: both are looked at anew, and neither instrument
// is taken for the other. So is what now has the name that another kind of cable had.
func TestCablesOfOneKind(t *testing.T) {
	drivers := func(c *counter) []instruments.Driver {
		return []instruments.Driver{&fake{model: model("one"), c: c, measure: untilStopped,
			probe: func(_ context.Context, p *openPort) (instruments.Identity, error) {
				return instruments.Identity{Serial: "in " + c.socket(p.path)}, nil
			}}}
	}
	for _, number := range []string{"", "0001"} {
		withRack(t, nil, drivers, func(c *counter) {
			c.plugInto("1-1", "/dev/ttyUSB0", usb, number)
			c.plugInto("1-2", "/dev/ttyUSB1", usb, number)
			c.pass(time.Second)
			before := c.want(instruments.Ready, instruments.Ready)
			c.plugInto("1-2", "/dev/ttyUSB0", usb, number) // between two polls
			c.plugInto("1-1", "/dev/ttyUSB1", usb, number)
			c.pass(2 * time.Second)
			after := c.want(instruments.Ready, instruments.Ready)
			for i, path := range []string{"/dev/ttyUSB1", "/dev/ttyUSB0"} {
				was, is := before[i], after[i]
				if is.Endpoint.Path != path || is.ID != was.ID || is.Identity.Serial != was.Identity.Serial || is.Key() != was.Key() {
					t.Errorf("number %q: %+v became %+v", number, was, is)
				}
			}
			c.plugInto("1-2", "/dev/ttyUSB0", instruments.USBID{VID: "FFFF", PID: "FFFF"}, number)
			c.pass(2 * time.Second)
			for _, a := range c.rack.Attached() {
				if a.Endpoint.VID == "FFFF" != (a.State == instruments.Unknown) {
					t.Errorf("number %q, after another kind of adapter was plugged in: %+v", number, a)
				}
			}
		})
	}
}

// TestSameInstrumentElsewhere keeps its name when its tty has another one.
func TestSameInstrumentElsewhere(t *testing.T) {
	withRack(t, nil, one(), func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "A7")
		c.pass(time.Second)
		before := c.want(instruments.Ready)[0]
		c.pull("/dev/ttyUSB0")
		c.plug("/dev/ttyUSB4", usb, "A7") // between two polls
		c.pass(2 * time.Second)
		after := c.want(instruments.Ready)[0]
		if after.ID != before.ID || after.Endpoint.Path != "/dev/ttyUSB4" || after.Key() != before.Key() {
			t.Errorf("%+v became %+v", before, after)
		}
	})
}

// TestRecord: a measurement uses the port it is given instead.
func TestRecord(t *testing.T) {
	var ended int
	options := instruments.RackOptions{
		Record: func(from instruments.Attached, _ instruments.Job, p instruments.Port) (instruments.Port, func()) {
			if from.Model.ID != "one" {
				t.Errorf("from %+v", from)
			}
			return p, func() { ended++ }
		},
	}
	withOptions(t, options, one(), func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "A7")
		c.pass(time.Second)
		id := c.want(instruments.Ready)[0].ID
		ctx, stop := context.WithTimeout(c.t.Context(), time.Second)
		defer stop()
		if err := c.rack.Measure(ctx, id, instruments.Job{}, nil); err == nil || ended != 1 {
			t.Errorf("%v, ended %d times", err, ended)
		}
	})
}

// setter is a fake whose clock can be set.
type setter struct {
	*fake
	to time.Time
}

func (s *setter) SetClock(_ context.Context, _ instruments.Port, to time.Time) (time.Duration, bool, error) {
	s.c.note("set clock")
	s.to = to
	return 40 * time.Millisecond, true, nil
}

// TestSetClock: to the time in the zone, and only where it can be done.
func TestSetClock(t *testing.T) {
	zone := time.FixedZone("kiosk", -5*3600)
	var able *setter
	drivers := func(c *counter) []instruments.Driver {
		able = &setter{fake: &fake{model: model("able"), c: c, probe: found("S1")}}
		return []instruments.Driver{able, &fake{model: model("unable", other), c: c, probe: found("S2")}}
	}
	withRack(t, nil, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "")
		c.plug("/dev/ttyUSB1", instruments.USBID{VID: "0403", PID: usb.PID}, "")
		c.pass(time.Second)
		list := c.want(instruments.Ready, instruments.Ready)
		drift, known, err := c.rack.SetClock(c.t.Context(), list[0].ID, zone)
		if err != nil || !known || drift != 40*time.Millisecond || !able.to.Equal(time.Now()) || able.to.Location() != zone {
			t.Errorf("%s, %t, %v; set to %s", drift, known, err, able.to)
		}
		if _, _, err := c.rack.SetClock(c.t.Context(), list[1].ID, zone); err == nil {
			t.Error("the clock of an instrument without one was set")
		}
		list = c.want(instruments.Ready, instruments.Ready)
		if list[0].Identity.Drift != drift || !list[0].Identity.HasClock {
			t.Errorf("%+v", list[0].Identity)
		}
	})
}
