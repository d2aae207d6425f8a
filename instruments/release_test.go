package instruments_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"aidpost/instruments"
)

// TestPulledWhileMeasuring ends the measurement within two seconds, and when
// the cuff is back it is let go before anybody is offered it.
func TestPulledWhileMeasuring(t *testing.T) {
	withRack(t, nil, one(recheck(time.Hour)), func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "A")
		c.plug("/dev/ttyUSB1", usb, "B")
		c.pass(time.Second)
		id := c.want(instruments.Ready, instruments.Ready)[0].ID
		c.noted()
		ended := make(chan error, 1)
		go func() { ended <- c.rack.Measure(c.t.Context(), id, instruments.Job{}, nil) }()
		c.want(instruments.InUse, instruments.Ready)
		began := time.Now()
		c.pull("/dev/ttyUSB0")
		err := <-ended
		if instruments.CodeOf(err) != instruments.Unplugged || time.Since(began) > 2*time.Second+time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		c.want(instruments.Ready)
		c.wantNoted("measure one")
		c.plug("/dev/ttyUSB5", usb, "A") // the same cable, in another socket
		stop := c.noteWhenOffered("/dev/ttyUSB5")
		c.pass(time.Second)
		stop()
		c.want(instruments.Ready, instruments.Ready)
		c.wantNoted("probe one", "release one", "offered")
		c.pass(2 * time.Hour)
		// The other one could have been it; nobody is let go twice.
		c.wantNoted("probe one", "release one", "probe one", "probe one", "probe one")
	})
}

// TestLeftTight: a cuff that this process has not seen before may have been
// left tight by one that was killed. It is let go before it is offered, once.
func TestLeftTight(t *testing.T) {
	withRack(t, nil, one(recheck(5*time.Second)), func(c *counter) {
		defer c.noteWhenOffered("/dev/ttyUSB0")()
		c.plug("/dev/ttyUSB0", usb, "")
		c.pass(time.Second)
		c.want(instruments.Ready)
		c.wantNoted("probe one", "release one", "offered")
		c.pass(10 * time.Second)
		c.wantNoted("probe one", "probe one")
		c.pull("/dev/ttyUSB0")
		c.pass(time.Second)
		c.plug("/dev/ttyUSB0", usb, "") // somebody may have inflated it elsewhere
		c.pass(time.Second)
		c.wantNoted("probe one", "release one", "offered")
	})
}

// TestAskOnly leaves a cuff as it is.
func TestAskOnly(t *testing.T) {
	drivers := func(c *counter) []instruments.Driver { return instruments.AskOnly(one()(c)) }
	withRack(t, nil, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "")
		c.pass(time.Minute)
		c.want(instruments.Ready)
		c.wantNoted("probe one")
	})
}

// TestReleaseFails keeps a cuff that may be tight from being offered, and from
// drivers that are not its own: at the start as well as after a measurement.
func TestReleaseFails(t *testing.T) {
	var tight atomic.Bool
	unconfirmed := func() error {
		if tight.Load() {
			return instruments.NewFault(instruments.AbortUnconfirmed, "")
		}
		return nil
	}
	drivers := func(c *counter) []instruments.Driver {
		return []instruments.Driver{
			&cuff{release: unconfirmed, fake: &fake{model: model("one", recheck(5*time.Second)), c: c, probe: found("S1"),
				measure: func(context.Context, func(instruments.Event)) error { return unconfirmed() }}},
			&fake{model: model("other"), c: c},
		}
	}
	wantKept := func(c *counter) {
		c.t.Helper()
		for range 20 {
			if a := c.want(instruments.Silent)[0]; a.Fault != instruments.AbortUnconfirmed || a.Model.ID != "one" || a.Identity.Serial != "S1" {
				c.t.Errorf("attached %+v", a)
			}
			c.pass(time.Second)
		}
		tight.Store(false)
		c.pass(3 * time.Second)
		c.want(instruments.Ready)
		if slices.Contains(c.noted(), "probe other") {
			c.t.Error("another driver spoke to a tight cuff")
		}
	}
	withRack(t, nil, drivers, func(c *counter) {
		tight.Store(true)
		c.plug("/dev/ttyUSB0", usb, "")
		c.pass(time.Second)
		wantKept(c)
		id := c.want(instruments.Ready)[0].ID
		tight.Store(true)
		if err := c.rack.Measure(c.t.Context(), id, instruments.Job{}, nil); instruments.CodeOf(err) != instruments.AbortUnconfirmed {
			t.Errorf("Measure: %v", err)
		}
		wantKept(c)
	})
}

// TestStartWaitsForTheRelease: a cuff is named as soon as it is recognised, and
// whoever starts it then waits until it was let go. If it was not, nothing
// starts.
func TestStartWaitsForTheRelease(t *testing.T) {
	for _, fails := range []bool{false, true} {
		var tight atomic.Bool
		tight.Store(fails)
		drivers := func(c *counter) []instruments.Driver {
			return []instruments.Driver{&cuff{
				release: func() error {
					time.Sleep(3 * time.Second)
					c.note("let go")
					if tight.Load() {
						return instruments.NewFault(instruments.AbortUnconfirmed, "")
					}
					return nil
				},
				fake: &fake{model: model("one", recheck(time.Hour)), c: c, probe: found("S1"),
					measure: func(context.Context, func(instruments.Event)) error { return nil }},
			}}
		}
		withRack(t, nil, drivers, func(c *counter) {
			c.plug("/dev/ttyUSB0", usb, "")
			c.pass(time.Second)
			a := c.want(instruments.Recognised)[0]
			if !a.Startable() || a.Model.ID != "one" || a.Identity.Serial != "S1" {
				t.Errorf("attached %+v", a)
			}
			err := c.rack.Measure(c.t.Context(), a.ID, instruments.Job{}, nil)
			if !fails {
				if err != nil {
					t.Error(err)
				}
				c.wantNoted("probe one", "release one", "let go", "measure one")
				c.want(instruments.Ready)
				return
			}
			if instruments.CodeOf(err) != instruments.AbortUnconfirmed || slices.Contains(c.noted(), "measure one") {
				t.Errorf("a tight cuff was started: %v", err)
			}
			c.want(instruments.Silent)
			tight.Store(false)
			if err := c.rack.Measure(c.t.Context(), a.ID, instruments.Job{}, nil); err != nil {
				t.Error(err)
			}
			// The rack may have begun to let go by itself before it was asked.
			if n := c.noted(); len(n) < 2 || !slices.Equal(n[len(n)-2:], []string{"let go", "measure one"}) {
				t.Errorf("drivers did %q", n)
			}
		})
	}
}

// TestStopped: a cuff that was stopped was let go by its driver, and nobody lets
// it go again. One whose driver failed was not.
func TestStopped(t *testing.T) {
	for _, broken := range []bool{false, true} {
		drivers := func(c *counter) []instruments.Driver {
			return []instruments.Driver{&cuff{fake: &fake{model: model("one", recheck(time.Hour)), c: c, probe: found("S1"),
				measure: func(ctx context.Context, _ func(instruments.Event)) error {
					if broken {
						panic("as the test says")
					}
					<-ctx.Done()
					return context.Cause(ctx)
				}}}}
		}
		withRack(t, nil, drivers, func(c *counter) {
			c.plug("/dev/ttyUSB0", usb, "")
			c.pass(time.Second)
			id := c.want(instruments.Ready)[0].ID
			c.noted()
			for range 2 {
				ctx, cancel := context.WithTimeout(c.t.Context(), time.Second)
				if err := c.rack.Measure(ctx, id, instruments.Job{}, nil); err == nil {
					t.Error("it came to a good end")
				}
				cancel()
			}
			want := []string{"measure one", "measure one"}
			if broken {
				want = []string{"measure one", "release one", "measure one"}
			}
			c.wantNoted(want...)
		})
	}
}
