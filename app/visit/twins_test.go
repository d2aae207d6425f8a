package visit_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// counter is a kiosk with the program's own rack and drivers over twins.
type counter struct {
	*kiosk
	bus   *simulated.Bus
	twins map[string]simulated.Twin // by model
	rack  *instruments.Rack
	stop  func()
}

// newCounter plugs the twins in, by model, with their options.
func newCounter(t *testing.T, twins map[string]simulated.Options) *counter {
	t.Helper()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	c := &counter{kiosk: newKiosk(t), bus: simulated.NewBus(nil, log)}
	c.v.Close() // the one over fakes
	c.rack = instruments.NewRack(c.bus, catalogue.Drivers(), instruments.RackOptions{}, log)
	c.cfg.Instruments, c.cfg.Changed = c.rack, nil
	c.v = visit.New(c.cfg)
	c.twins = map[string]simulated.Twin{}
	for id, o := range twins {
		twin, err := simulated.New(id, o)
		if err != nil {
			t.Fatal(err)
		}
		c.twins[id] = twin
		driver, _ := catalogue.Find(id)
		if _, err := c.bus.Plug(t.Context(), twin, driver.Model().Adapters[0].USBID, o); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- c.rack.Run(ctx) }()
	c.stop = func() {
		c.v.Close()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		c.bus.Close()
	}
	c.pass(30 * time.Second)
	return c
}

// until waits for a step that an instrument brings about.
func (c *counter) until(step visit.Step, patience time.Duration) visit.State {
	c.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end) && c.v.State().Step != step; {
		c.pass(time.Second)
	}
	return c.want(step)
}

// TestVisitOverTheWire measures all three panels over the instruments' own
// protocols, with the bytes of each reading in the record.
func TestVisitOverTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t, map[string]simulated.Options{
			"suntech-advantage": {Seed: 2}, "contec-cms50d-plus": {Seed: 2}, "onetouch-ultra2": {Seed: 2},
		})
		defer c.stop()
		c.person(1970)
		if n := len(c.v.State().Offers); n != 3 {
			t.Fatalf("%d offers", n)
		}
		c.cuffed()
		for c.want(visit.Ready); c.v.State().Step == visit.Ready; {
			c.do(c.v.StartReading(), visit.Measure)
			for end := time.Now().Add(3 * time.Minute); c.rackBusy() && time.Now().Before(end); {
				c.pass(time.Second)
			}
			if c.v.State().Step == visit.Pause {
				c.pass(time.Minute)
			}
		}
		if res := c.want(visit.Result).Results[0]; res.Readings != 2 || res.Verdict != guideline.Enough {
			t.Errorf("%s of %d, %s", numbers(res.Values), res.Readings, res.Verdict)
		}
		c.do(c.v.MeasureAnother(), visit.Choose)
		c.prepare(vitals.Oximetry)
		c.do(c.v.Prepared(), visit.Measure)
		c.until(visit.Result, 2*time.Minute)
		c.do(c.v.MeasureAnother(), visit.Choose)
		c.prepare(vitals.BloodGlucose)
		if err := c.v.Prepared(); err != nil {
			t.Fatal(err)
		}
		c.until(visit.Confirm, time.Minute)
		c.do(c.v.ConfirmReading(0), visit.Result)
		c.do(c.v.Done(), visit.Finish)
		c.do(c.v.Leave(), visit.Welcome)
		checkWire(t, c.store.last(t))
	})
}

func (c *counter) rackBusy() bool {
	step := c.v.State().Step
	return step == visit.Measure || step == visit.Stopping
}

func checkWire(t *testing.T, e *records.Encounter) {
	t.Helper()
	results := 0
	for _, o := range e.Observations {
		if len(o.MeanOf) == 0 && len(o.Capture) == 0 {
			t.Errorf("%s without its bytes", o.Panel)
		}
		if !simulated.Adapter(o.Origin.Device.Adapter) {
			t.Errorf("%s does not show that it was simulated", o.Panel)
		}
		if o.Result() {
			results++
		}
	}
	if results != 3 {
		t.Errorf("%d results", results)
	}
	e.Revision = 0
	if err := openStore(t).Save(t.Context(), e); err != nil {
		t.Error(err)
	}
}

// TestCancelOverTheWire empties the cuff before the welcome screen comes back.
func TestCancelOverTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t, map[string]simulated.Options{"suntech-advantage": {Seed: 2}})
		defer c.stop()
		c.person(1970)
		c.cuffed()
		c.do(c.v.StartReading(), visit.Measure)
		for c.v.Live().Pressure < 60 {
			c.pass(100 * time.Millisecond)
		}
		c.v.Cancel()
		c.want(visit.Stopping)
		c.until(visit.Welcome, 10*time.Second)
		if a := c.rack.Attached(); a[0].State != instruments.Ready {
			t.Errorf("the cuff is %s", a[0].State)
		}
		checkWiped(t, c.v)
	})
}

// TestStuckCuffOverTheWire is shown to the person who was leaving.
func TestStuckCuffOverTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t, map[string]simulated.Options{"suntech-advantage": {Seed: 2, Fault: simulated.StuckCuff}})
		defer c.stop()
		c.person(1970)
		c.cuffed()
		c.do(c.v.StartReading(), visit.Measure)
		for c.v.Live().Pressure < 60 {
			c.pass(100 * time.Millisecond)
		}
		c.v.Cancel()
		if s := c.until(visit.Trouble, 20*time.Second); s.Fault.Code != instruments.AbortUnconfirmed {
			t.Errorf("fault %v", s.Fault)
		}
		c.pass(10 * time.Second)
		if a := c.rack.Attached(); a[0].State == instruments.Ready {
			t.Error("a tight cuff is offered")
		}
	})
}
