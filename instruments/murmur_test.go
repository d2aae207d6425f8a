package instruments_test

import (
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/bedside"
	"aidpost/instruments/contec"
)

// TestNoiseAndSilence: noise as long as a printer's line and silence after it name
// the printer, until it should have printed the next; who has started it meanwhile is
// told that it does not answer. Any other noise names nothing.
func TestNoiseAndSilence(t *testing.T) {
	type noise struct{ at, lasts time.Duration }
	const ms = time.Millisecond
	for _, test := range []struct {
		name  string
		noise []noise // after the plug
		named bool
	}{
		{"a line", []noise{{100 * ms, 62 * ms}}, true},
		{"the end of one", []noise{{60 * ms, 12 * ms}}, true},
		{"nothing", nil, false},
		{"a click", []noise{{100 * ms, 2 * ms}}, false},
		{"too long for a line", []noise{{100 * ms, 300 * ms}}, false},
		{"a second one", []noise{{100 * ms, 62 * ms}, {900 * ms, 62 * ms}}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			began := time.Time{}
			drivers := func(c *counter) []instruments.Driver {
				c.instrument = func(far instruments.Port) {
					for _, n := range test.noise {
						time.Sleep(time.Until(began.Add(n.at)))
						for time.Since(began) < n.at+n.lasts {
							if _, err := far.Write([]byte{0xF8}); err != nil {
								return
							}
							time.Sleep(ms)
						}
					}
				}
				return []instruments.Driver{contec.Packets(), bedside.Nellcor()}
			}
			withOptions(t, instruments.RackOptions{}, drivers, func(c *counter) {
				began = time.Now()
				c.plug("/dev/ttyUSB0", instruments.USBID{VID: "10C4", PID: "EA60"}, "A7")
				named := time.Duration(0)
				for range 500 {
					c.pass(10 * ms)
					a := c.rack.Attached()
					if len(a) == 1 && a[0].State == instruments.Ready && named == 0 {
						named = time.Since(began)
						if err := c.rack.Measure(c.t.Context(), a[0].ID, instruments.Job{}, nil); instruments.CodeOf(err) != instruments.NoAnswer {
							c.t.Errorf("started it: %v", err)
						}
					}
				}
				if test.named != (named > 0) || named > readyWithin {
					c.t.Errorf("named after %s", named)
				}
				if a := c.want(instruments.Unknown)[0]; a.Model.ID != "" {
					c.t.Errorf("it is still called %s", a.Model.ID)
				}
			})
		})
	}
}

// TestKnownPrinter: on its own cable a printer is ready before it has printed, and no
// longer when it should have. At later looks it has to speak first.
func TestKnownPrinter(t *testing.T) {
	drivers := func(*counter) []instruments.Driver { return []instruments.Driver{bedside.Nellcor()} }
	habits := &memory{known: map[string]string{"A7": bedside.Nellcor().Model().ID}}
	withOptions(t, instruments.RackOptions{Habits: habits}, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", instruments.USBID{VID: "10C4", PID: "EA60"}, "A7")
		c.pass(100 * time.Millisecond)
		c.want(instruments.Ready)
		c.pass(3 * time.Second)
		for range 100 {
			c.want(instruments.Unknown)
			c.pass(100 * time.Millisecond)
		}
	})
}
