package conformance_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/conformance"
	"aidpost/instruments/simulated"
)

// lines notes what reaches the wire.
type lines struct {
	instruments.Port
	mu    sync.Mutex
	bytes int
	set   int
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	l.bytes += len(b)
	l.mu.Unlock()
	return l.Port.Write(b)
}

func (l *lines) SetModemLines(dtr, rts bool) error {
	l.mu.Lock()
	l.set++
	l.mu.Unlock()
	return l.Port.SetModemLines(dtr, rts)
}

// TestListenOnly: whatever a driver is asked to do on a port that only listens,
// nothing reaches the wire. Drivers that never say anything still measure, the
// others fail with a fault that does not blame the cable.
func TestListenOnly(t *testing.T) {
	for _, d := range catalogue.Drivers() {
		t.Run(d.Model().ID, func(t *testing.T) {
			t.Parallel()
			says := use(t, d, func(p instruments.Port) instruments.Port { return p }, false)
			hears := use(t, d, instruments.ListenOnly, true)
			if hears.sent > 0 || hears.set > 0 {
				t.Errorf("%d bytes were sent, the modem lines were set %d times", hears.sent, hears.set)
			}
			code := instruments.CodeOf(hears.measured)
			switch {
			case d.Model().Talks && !d.Model().Chosen && hears.probed == nil:
				t.Error("it was recognised, although that takes a question")
			case !d.Model().Talks && hears.probed != nil:
				t.Errorf("not recognised: %v", hears.probed)
			case says.sent == 0 && (hears.measured != nil || hears.readings != 1):
				t.Errorf("not measured, although that takes no word: %v", hears.measured)
			case says.sent > 0 && (code == "" || code == instruments.Internal || code == instruments.Unplugged || hears.readings > 0):
				t.Errorf("%d readings, %v", hears.readings, hears.measured)
			}
		})
	}
}

// A usage is what came of using a driver.
type usage struct {
	probed, measured error
	readings         int
	sent, set        int // until then, and after all else was asked of it, if refused
}

// use probes and measures over what wrap makes of the port. Where nothing may be
// said it asks for everything else, too, that a driver can do.
func use(t *testing.T, d instruments.Driver, wrap func(instruments.Port) instruments.Port, mute bool) (u usage) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, time.March, 10, 9, 30, 15, 0, time.UTC)))
		twin, err := simulated.New(d.Model().ID, simulated.Options{Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		host, wire := instruments.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(ctx, wire) })
		below := &lines{Port: host}
		port := wrap(below)
		_, u.probed = d.Probe(ctx, port)
		job := instruments.Job{Since: time.Now().Add(-time.Minute), Contact: 10 * time.Second}
		u.measured = d.Measure(ctx, port, job, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok && conformance.Unfit(d.Model(), r, time.Now()) == "" {
				u.readings++
			}
		})
		if mute {
			if r, ok := d.(instruments.Recaller); ok {
				if err := r.Recall(ctx, port, job, func(instruments.Event) {}); err == nil {
					t.Error("a recording was fetched without a word")
				}
			}
			if s, ok := d.(instruments.ClockSetter); ok {
				_, _, err = s.SetClock(ctx, port, time.Now())
				if err == nil {
					t.Error("a clock was set without a word")
				}
			}
			if r, ok := d.(instruments.Releaser); ok {
				_ = r.Release(port) // what it says of a cuff at rest is its own affair
			}
		}
		u.sent, u.set = below.bytes, below.set
		cancel()
		host.Close()
		run.Wait()
	})
	return u
}
