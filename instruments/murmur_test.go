package instruments_test

import (
	"context"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/bedside"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/contec"
	"aidpost/instruments/simulated"
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

// TestRecordAtThePlug: a station whose record comes while others are asked sounds as a
// printer does. It is not measured with as one, and the name is taken back.
func TestRecordAtThePlug(t *testing.T) {
	for _, id := range []string{"terumo-bp500", "omron-hbp9030", "paramatech-ft201", "ampall-bp868f"} {
		d, _ := catalogue.Find(id)
		plugFirst(t, twinOf(t, id), d.Model().Adapters[1].USBID, time.Millisecond, nil, func(rack *instruments.Rack, twin simulated.Twin) {
			station := twin.(*simulated.Station)
			station.Clear()
			time.Sleep(300 * time.Millisecond)
			station.Finish(simulated.StationResult{At: time.Now(), Systolic: 130, Diastolic: 80, Mean: 95, Pulse: 70})
			time.Sleep(1200 * time.Millisecond)
			if a := rack.Attached()[0]; a.State == instruments.Ready {
				err := rack.Measure(context.Background(), a.ID, instruments.Job{}, func(e instruments.Event) { t.Errorf("%s: %+v", id, e) })
				if instruments.CodeOf(err) != instruments.NoAnswer {
					t.Errorf("%s measured as a %s: %v", id, a.Model.ID, err)
				}
			}
			time.Sleep(2500 * time.Millisecond)
			if a := rack.Attached()[0]; a.Model.ID != "" && a.Model.ID != id {
				t.Errorf("%s is still called a %s", id, a.Model.ID)
			}
		})
	}
}
