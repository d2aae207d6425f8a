package instruments_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/waitingroom"
	"aidpost/records/vitals"
)

// aStation is a blood-pressure station that sends what a test says.
type aStation struct {
	mu  sync.Mutex
	far instruments.Port
}

func (s *aStation) serve(far instruments.Port) {
	s.mu.Lock()
	s.far = far
	s.mu.Unlock()
}

func (s *aStation) send(t *testing.T, record string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.far.Write([]byte(record)); err != nil {
		t.Errorf("nobody listens: %v", err)
	}
}

// TestUnasked: a result that comes while nobody is being measured is taken, one that
// comes during a measurement is the measurement's, and listening is in nobody's way.
func TestUnasked(t *testing.T) {
	var station aStation
	var unasked []string
	upper := func(r instruments.Reading) string {
		q, _ := r.Values.Get(vitals.Systolic)
		return q.Value.String()
	}
	options := instruments.RackOptions{
		Pins: map[string]string{"/dev/ttyUSB0": waitingroom.BP868FID},
		Unasked: &instruments.Unasked{Take: func(from instruments.Attached, r instruments.Reading) {
			if from.Model.ID != waitingroom.BP868FID || from.Endpoint.Path != "/dev/ttyUSB0" {
				t.Errorf("from %+v", from)
			}
			unasked = append(unasked, upper(r))
		}},
	}
	drivers := func(*counter) []instruments.Driver { return []instruments.Driver{waitingroom.BP868F()} }
	want := func(step string, all ...string) {
		t.Helper()
		synctest.Wait()
		if len(unasked) != len(all) || len(all) > 0 && unasked[len(all)-1] != all[len(all)-1] {
			t.Errorf("%s: taken %v, want %v", step, unasked, all)
		}
	}
	withOptions(t, options, drivers, func(c *counter) {
		c.instrument = station.serve
		c.plug("/dev/ttyUSB0", usb, "")
		c.pass(2 * time.Second)
		id := c.want(instruments.Ready)[0].ID
		station.send(t, "^1210960720680^")
		c.pass(time.Second)
		want("idle", "121")
		station.send(t, "^12")
		station.send(t, "^1220960720680^^1220960720680^")
		c.pass(2 * time.Second)
		want("damaged, and sent twice", "121", "122")

		var mine []string
		ended := make(chan error)
		go func() {
			ended <- c.rack.Measure(c.t.Context(), id, instruments.Job{}, func(e instruments.Event) {
				if r, ok := e.(*instruments.Reading); ok {
					mine = append(mine, upper(*r))
				}
			})
		}()
		c.pass(5 * time.Second)
		c.want(instruments.InUse)
		station.send(t, "^1230960720680^")
		if err := <-ended; err != nil || len(mine) != 1 || mine[0] != "123" {
			t.Errorf("measured %v, %v", mine, err)
		}
		want("while somebody is measured", "121", "122")
		c.pass(5 * time.Second)
		c.want(instruments.Ready)
		station.send(t, "^1240960720680^")
		c.pass(time.Second)
		want("afterwards", "121", "122", "124")
		if c.written() != 0 {
			t.Errorf("%d bytes were sent to an instrument that is only listened to", c.written())
		}
	})
}

// TestNobodyListens: without a place for them no port is held open.
func TestNobodyListens(t *testing.T) {
	options := instruments.RackOptions{Pins: map[string]string{"/dev/ttyUSB0": waitingroom.BP868FID}}
	withOptions(t, options, func(*counter) []instruments.Driver { return []instruments.Driver{waitingroom.BP868F()} }, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "")
		c.pass(5 * time.Second)
		c.want(instruments.Ready)
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.open["/dev/ttyUSB0"] != 0 {
			t.Error("the port is held open")
		}
	})
}
