package instruments_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
)

// TestOrderOfProbes: an adapter's own driver first, then those that only
// listen, then those that must ask; drivers of other adapters never.
func TestOrderOfProbes(t *testing.T) {
	for _, test := range []struct {
		name string
		pins map[string]string
		plug func(c *counter)
		want []string
	}{
		{"usb", nil, func(c *counter) { c.plug("/dev/ttyUSB0", usb, "") },
			[]string{"probe owner", "probe listener", "probe asker", "probe second asker"}},
		{"built in", nil, func(c *counter) { c.plug("/dev/ttyS0", instruments.USBID{}, "") },
			[]string{"probe listener", "probe asker", "probe second asker", "probe owner", "probe stranger"}},
		{"pinned by port", map[string]string{"/dev/ttyUSB0": "stranger"}, func(c *counter) { c.plug("/dev/ttyUSB0", usb, "") },
			[]string{"probe stranger"}},
		{"pinned by cable", map[string]string{"A7": "asker", "/dev/ttyUSB0": "owner"},
			func(c *counter) { c.plug("/dev/ttyUSB0", usb, "A7") }, []string{"probe asker"}},
		{"pinned to nothing", map[string]string{"A7": "gone"}, func(c *counter) { c.plug("/dev/ttyUSB0", usb, "A7") }, nil},
		{"unknown adapter", nil, func(c *counter) { c.plug("/dev/ttyACM0", instruments.USBID{VID: "DEAD", PID: "BEEF"}, "") }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			drivers := func(c *counter) []instruments.Driver {
				var list []instruments.Driver
				for _, m := range []instruments.Model{
					model("asker"), model("second asker"), model("listener", listens), model("owner", own), model("stranger", other),
				} {
					list = append(list, &fake{model: m, c: c})
				}
				return list
			}
			withRack(t, test.pins, drivers, func(c *counter) {
				test.plug(c)
				c.pass(900 * time.Millisecond)
				a := c.want(instruments.Unknown)[0]
				if a.Fault != instruments.WrongModel || a.Model.ID != "" {
					t.Errorf("unknown because of %q, model %q", a.Fault, a.Model.ID)
				}
				c.wantNoted(test.want...)
				if test.pins != nil { // what is expected there is asked every second
					c.pass(time.Second)
					c.wantNoted(test.want...)
					return
				}
				c.pass(3 * time.Second)
				c.wantNoted(test.want...) // and again
			})
		})
	}
}

// TestFirstThatFits ends the probing.
func TestFirstThatFits(t *testing.T) {
	drivers := func(c *counter) []instruments.Driver {
		return []instruments.Driver{
			&fake{model: model("a"), c: c}, &fake{model: model("b"), c: c, probe: found("S2")}, &fake{model: model("c"), c: c},
		}
	}
	withRack(t, nil, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "")
		c.pass(time.Minute)
		a := c.want(instruments.Ready)[0]
		if a.Model.ID != "b" || a.Identity.Serial != "S2" || a.Fault != "" {
			t.Errorf("attached %+v", a)
		}
		c.wantNoted("probe a", "probe b")
	})
}

// TestPlugAndPull: both are noticed within two seconds, and told.
func TestPlugAndPull(t *testing.T) {
	withRack(t, nil, one(), func(c *counter) {
		var told atomic.Int64
		stop := c.rack.Notify(func() { told.Add(1) })
		for range 3 {
			c.plug("/dev/ttyUSB0", usb, "")
			c.pass(2 * time.Second)
			c.want(instruments.Ready)
			c.pull("/dev/ttyUSB0")
			c.pass(2 * time.Second)
			c.want()
		}
		if told := told.Load(); told != 12 { // probing, recognised, ready, gone
			t.Errorf("told %d times", told)
		}
		stop()
		c.plug("/dev/ttyUSB0", usb, "")
		c.pass(2 * time.Second)
		c.want(instruments.Ready)
		if told.Load() != 12 {
			t.Error("told after stop")
		}
	})
}

// TestTwoOfAKind have a place and a turn each.
func TestTwoOfAKind(t *testing.T) {
	drivers := func(c *counter) []instruments.Driver {
		return []instruments.Driver{&fake{model: model("one"), c: c, measure: untilStopped,
			probe: func(_ context.Context, p *openPort) (instruments.Identity, error) {
				return instruments.Identity{Serial: p.path}, nil
			}}}
	}
	withRack(t, nil, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB1", usb, "B")
		c.plug("/dev/ttyUSB0", usb, "A")
		c.pass(time.Second)
		list := c.want(instruments.Ready, instruments.Ready)
		if list[0].Identity.Serial != "/dev/ttyUSB0" || list[0].ID == list[1].ID {
			t.Errorf("attached %+v", list)
		}
		ctx, stop := context.WithCancel(c.t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.rack.Measure(ctx, list[0].ID, instruments.Job{}, nil) }()
		c.want(instruments.InUse, instruments.Ready)
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Measure: %v", err)
		}
		c.want(instruments.Ready, instruments.Ready)
	})
}

// TestMeasureWaitsItsTurn: one caller at a time; who waits may give up.
func TestMeasureWaitsItsTurn(t *testing.T) {
	withRack(t, nil, one(), func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "")
		c.pass(time.Second)
		id := c.want(instruments.Ready)[0].ID
		c.noted()
		first, stopFirst := context.WithCancel(c.t.Context())
		second, stopSecond := context.WithCancel(c.t.Context())
		third, stopThird := context.WithCancel(c.t.Context())
		ended := make(chan string, 3)
		for name, ctx := range map[string]context.Context{"first": first, "second": second, "third": third} {
			go func() {
				if name != "first" {
					time.Sleep(time.Second)
				}
				if err := c.rack.Measure(ctx, id, instruments.Job{}, nil); !errors.Is(err, context.Canceled) {
					t.Errorf("%s: %v", name, err)
				}
				ended <- name
			}()
		}
		c.pass(time.Minute)
		c.wantNoted("measure one")
		stopSecond() // while waiting
		if name := <-ended; name != "second" {
			t.Errorf("%s gave up", name)
		}
		stopFirst()
		if name := <-ended; name != "first" {
			t.Errorf("%s ended", name)
		}
		c.wantNoted("measure one")
		c.want(instruments.InUse)
		stopThird()
		<-ended
	})
}

func TestMeasureNothing(t *testing.T) {
	withRack(t, nil, one(), func(c *counter) {
		for _, id := range []string{"", "/dev/ttyUSB7"} {
			if err := c.rack.Measure(c.t.Context(), id, instruments.Job{}, nil); instruments.CodeOf(err) != instruments.Unplugged {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}

// TestSilent: an instrument that fell silent is asked again, with or without
// rechecks of its own, and by its own driver alone.
func TestSilent(t *testing.T) {
	for _, every := range []time.Duration{0, 5 * time.Second} {
		var answers atomic.Bool
		answers.Store(true)
		drivers := func(c *counter) []instruments.Driver {
			return []instruments.Driver{
				&fake{model: model("first", listens), c: c},
				&fake{model: model("one", recheck(every)), c: c,
					probe: func(context.Context, *openPort) (instruments.Identity, error) {
						if !answers.Load() {
							return instruments.Identity{}, instruments.NewFault(instruments.NoAnswer, "")
						}
						return instruments.Identity{Serial: "S1"}, nil
					},
					measure: func(context.Context, func(instruments.Event)) error {
						return instruments.NewFault(instruments.NoAnswer, "")
					}},
			}
		}
		withRack(t, nil, drivers, func(c *counter) {
			c.plug("/dev/ttyUSB0", usb, "")
			c.pass(time.Second)
			id := c.want(instruments.Ready)[0].ID
			c.noted()
			c.pass(12 * time.Second)
			if n := len(c.noted()); (every > 0) != (n > 0) {
				t.Errorf("rechecks every %v: %d in 12 s", every, n)
			}
			answers.Store(false)
			if err := c.rack.Measure(c.t.Context(), id, instruments.Job{}, nil); instruments.CodeOf(err) != instruments.NoAnswer {
				t.Errorf("Measure: %v", err)
			}
			a := c.want(instruments.Silent)[0]
			if a.Model.ID != "one" || a.Fault != instruments.NoAnswer {
				t.Errorf("silent is %q because of %q", a.Model.ID, a.Fault)
			}
			c.pass(time.Minute)
			c.want(instruments.Silent)
			if slices.Contains(c.noted(), "probe first") {
				t.Error("asked by another driver")
			}
			answers.Store(true)
			c.pass(6 * time.Second)
			c.want(instruments.Ready)
		})
	}
}

// TestPortRefused: what no driver can open is not tried with every driver.
func TestPortRefused(t *testing.T) {
	for _, code := range []instruments.FaultCode{instruments.PortBusy, instruments.Permission, instruments.Unplugged} {
		withRack(t, nil, one(), func(c *counter) {
			c.refuseOpen(instruments.NewFault(code, ""))
			c.plug("/dev/ttyUSB0", usb, "")
			c.pass(3 * time.Second)
			if a := c.want(instruments.Unknown)[0]; a.Fault != code {
				t.Errorf("unknown because of %q, want %q", a.Fault, code)
			}
			c.refuseOpen(nil)
			c.pass(4 * time.Second)
			c.want(instruments.Ready)
		})
	}
}

// TestPortRefusedAtFirst: a port that was just plugged in belongs to nobody for
// a moment. That is no fault, and is over soon after the moment is.
func TestPortRefusedAtFirst(t *testing.T) {
	withRack(t, nil, one(), func(c *counter) {
		c.refuseOpen(instruments.NewFault(instruments.Permission, ""))
		c.plug("/dev/ttyUSB0", usb, "")
		c.pass(time.Second)
		c.want(instruments.Probing)
		c.refuseOpen(nil)
		c.pass(200 * time.Millisecond)
		c.want(instruments.Ready)
	})
}

// TestDriverPanics: a defect of one driver is a fault, and the others go on.
func TestDriverPanics(t *testing.T) {
	drivers := func(c *counter) []instruments.Driver {
		return []instruments.Driver{
			&fake{model: model("bad prober"), c: c,
				probe: func(context.Context, *openPort) (instruments.Identity, error) { panic("as the test says") }},
			&fake{model: model("bad measurer"), c: c, probe: found("S1"),
				measure: func(context.Context, func(instruments.Event)) error { panic("with 120/80 in the words") }},
		}
	}
	withRack(t, nil, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "")
		c.pass(time.Second)
		id := c.want(instruments.Ready)[0].ID
		err := c.rack.Measure(c.t.Context(), id, instruments.Job{}, nil)
		if instruments.CodeOf(err) != instruments.Internal || strings.Contains(err.Error(), "120/80") {
			t.Errorf("Measure: %v", err)
		}
		c.want(instruments.Ready)
	})
}

// TestProbeTimesOut: a driver that waits for ever is taken off the port.
func TestProbeTimesOut(t *testing.T) {
	drivers := func(c *counter) []instruments.Driver {
		wait := func(ctx context.Context, _ *openPort) (instruments.Identity, error) {
			<-ctx.Done()
			return instruments.Identity{}, context.Cause(ctx)
		}
		return []instruments.Driver{&fake{model: model("slow"), c: c, probe: wait}}
	}
	withRack(t, nil, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "")
		c.pass(time.Second)
		c.want(instruments.Probing)
		c.pass(4 * time.Second)
		if a := c.want(instruments.Unknown)[0]; a.Fault != instruments.NoAnswer {
			t.Errorf("unknown because of %q", a.Fault)
		}
		c.pass(3 * time.Second)
		c.pull("/dev/ttyUSB0") // while it is being asked
		c.pass(time.Second)
		c.want()
	})
}

// TestBusFails: a list that cannot be had changes nothing.
func TestBusFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rack := instruments.NewRack(brokenBus{}, nil, instruments.RackOptions{}, slog.New(slog.NewTextHandler(io.Discard, nil)))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := rack.Run(ctx); err != nil {
			t.Error(err)
		}
	})
}

type brokenBus struct{}

func (brokenBus) Endpoints(context.Context) ([]instruments.Endpoint, error) {
	return nil, errors.New("no list")
}

func (brokenBus) Open(context.Context, instruments.Endpoint, instruments.Line) (instruments.Port, error) {
	return nil, errors.New("no port")
}
