package instruments_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
)

// asks is how a driver probes that puts questions, one after the other, and
// wants an answer to each.
func asks(questions ...string) func(context.Context, instruments.Port) (instruments.Identity, error) {
	return func(ctx context.Context, p instruments.Port) (instruments.Identity, error) {
		for _, q := range questions {
			if err := instruments.WriteAll(p, []byte(q)); err != nil {
				return instruments.Identity{}, err
			}
			if err := hears(ctx, p, strings.ReplaceAll(q, "?", "!"), time.Second); err != nil {
				return instruments.Identity{}, err
			}
		}
		return instruments.Identity{Serial: "S"}, nil
	}
}

// waits is how a driver probes that only listens.
func waits(word string, wait time.Duration) func(context.Context, instruments.Port) (instruments.Identity, error) {
	return func(ctx context.Context, p instruments.Port) (instruments.Identity, error) {
		return instruments.Identity{Serial: "S"}, hears(ctx, p, word, wait)
	}
}

// hears returns when word has come.
func hears(ctx context.Context, p instruments.Port, word string, wait time.Duration) error {
	var heard []byte
	buf := make([]byte, 32)
	for until := time.Now().Add(wait); ; {
		n, err := instruments.ReadSome(ctx, p, buf, max(time.Until(until), time.Millisecond))
		if err != nil {
			return err
		}
		if heard = append(heard, buf[:n]...); bytes.Contains(heard, []byte(word)) {
			return nil
		}
	}
}

// machine is an instrument at the far end of the port, and what it heard.
type machine struct {
	answers map[string]string
	says    string // by itself
	every   time.Duration

	mu    sync.Mutex
	heard []string
	at    []time.Time
}

func (m *machine) live(far instruments.Port) {
	buf := make([]byte, 64)
	for next := time.Now().Add(m.every / 2); ; {
		wait := time.Hour
		if m.every > 0 {
			wait = max(time.Until(next), time.Microsecond)
		}
		n, err := instruments.ReadSome(context.Background(), far, buf, wait)
		switch {
		case err == nil:
			m.mu.Lock()
			m.heard, m.at = append(m.heard, string(buf[:n])), append(m.at, time.Now())
			m.mu.Unlock()
			time.Sleep(20 * time.Millisecond)
			_, _ = far.Write([]byte(m.answers[string(buf[:n])]))
		case instruments.CodeOf(err) != instruments.NoAnswer:
			return
		case m.every > 0:
			next = next.Add(m.every)
			_, _ = far.Write([]byte(m.says))
		}
	}
}

// TestGlance: drivers that probe on one line together.
func TestGlance(t *testing.T) {
	always := func(m *instruments.Model) { m.Gap = 2 * time.Second }
	party := func(c *counter, m instruments.Model, probe func(context.Context, instruments.Port) (instruments.Identity, error)) instruments.Driver {
		return &fake{model: m, c: c, party: probe, probe: func(context.Context, *openPort) (instruments.Identity, error) {
			return instruments.Identity{}, instruments.NewFault(instruments.NoAnswer, "")
		}}
	}
	for _, test := range []struct {
		name    string
		machine *machine
		want    string        // who recognises it
		within  time.Duration // of being plugged in
		heard   []string      // by the instrument, until then; nil: nothing
	}{
		{"nothing there", &machine{}, "", 0, nil},
		{"answers the second", &machine{answers: map[string]string{"B?": "B!"}}, "b", 600 * time.Millisecond, []string{"SI?\r\n", "B?"}},
		{"is asked on before others ask", &machine{answers: map[string]string{"SI?\r\n": "SI!\r\n", "more?": "more!"}}, "text",
			600 * time.Millisecond, []string{"SI?\r\n", "more?"}},
		{"speaks all the time", &machine{says: "tick", every: 20 * time.Millisecond}, "ticker", 600 * time.Millisecond, nil},
		{"speaks now and then", &machine{says: "tock", every: time.Second}, "tocker", 2 * time.Second, nil},
		// What an answer looks like to somebody who did not ask is no proof.
		{"answers with what others wait for", &machine{answers: map[string]string{"B?": "tick B!"}}, "b", 600 * time.Millisecond, []string{"SI?\r\n", "B?"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			drivers := func(c *counter) []instruments.Driver {
				c.instrument = test.machine.live
				return []instruments.Driver{
					party(c, model("frame"), asks("\x02frame?")),
					party(c, model("text"), asks("SI?\r\n", "more?")),
					party(c, model("b"), asks("B?")),
					party(c, model("ticker", listens), waits("tick", time.Second)),
					party(c, model("tocker", listens, always), waits("tock", 3*time.Second)),
					party(c, model("breaks"), func(context.Context, instruments.Port) (instruments.Identity, error) { panic("a defect") }),
				}
			}
			withOptions(t, instruments.RackOptions{}, drivers, func(c *counter) {
				c.plug("/dev/ttyUSB0", usb, "A7")
				if test.want == "" {
					c.pass(10 * time.Second)
					c.want(instruments.Unknown)
					return
				}
				c.pass(test.within + 250*time.Millisecond)
				if a := c.want(instruments.Ready)[0]; a.Model.ID != test.want {
					t.Errorf("recognised as %q", a.Model.ID)
				}
				if test.machine.every > 100*time.Millisecond {
					return // it was silent when others asked
				}
				if !slices.Equal(test.machine.heard, test.heard) {
					t.Errorf("it heard %q, want %q", test.machine.heard, test.heard)
				}
			})
		})
	}
}

// TestGlanceGivesTime: no question follows another sooner than an answer may
// come, and those that open a frame come last.
func TestGlanceGivesTime(t *testing.T) {
	var m machine
	questions := []string{"\x02frame?", ":y\x02@", "long one?", "Q?", "line?\r\n"}
	drivers := func(c *counter) (list []instruments.Driver) {
		c.instrument = m.live
		for i, q := range questions {
			list = append(list, &fake{model: model(fmt.Sprint(i)), c: c, party: asks(q)})
		}
		return list
	}
	withOptions(t, instruments.RackOptions{}, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "A7")
		c.pass(time.Second)
		if want := []string{"line?\r\n", "Q?", "long one?", "\x02frame?", ":y\x02@"}; !slices.Equal(m.heard, want) {
			t.Errorf("heard %q, want %q", m.heard, want)
		}
		for i := 1; i < len(m.at); i++ {
			if d := m.at[i].Sub(m.at[i-1]); d < 40*time.Millisecond {
				t.Errorf("%q %s after %q", m.heard[i], d, m.heard[i-1])
			}
		}
	})
}

// TestGlanceIsPulled: the cable is pulled while drivers wait for their turns.
func TestGlanceIsPulled(t *testing.T) {
	drivers := func(c *counter) []instruments.Driver {
		return []instruments.Driver{
			&fake{model: model("a"), c: c, party: asks("A?")}, &fake{model: model("b"), c: c, party: asks("B?")},
		}
	}
	withOptions(t, instruments.RackOptions{}, drivers, func(c *counter) {
		c.plug("/dev/ttyUSB0", usb, "A7")
		for range 30 {
			c.pass(10 * time.Millisecond)
			if n := len(c.rack.Attached()); n > 0 {
				break
			}
		}
		c.pass(60 * time.Millisecond)
		c.pull("/dev/ttyUSB0")
		c.pass(time.Second)
		synctest.Wait()
		if n := len(c.rack.Attached()); n != 0 {
			t.Errorf("%d attached", n)
		}
	})
}
