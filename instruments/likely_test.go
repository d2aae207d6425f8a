package instruments_test

import (
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/nonin"
)

// TestOnceIsNotProof: what says once what an oximeter says each second, and then
// something else or nothing, is ready for a while and nothing at all afterwards,
// and who started it meanwhile is told so. What looks like no display is not even
// named.
func TestOnceIsNotProof(t *testing.T) {
	group := "\x80\x48\x62\x00" // 72 a minute, 98 %
	for _, test := range []struct {
		name  string
		says  []string // a second apart
		named bool
	}{
		{"once", []string{group}, true},
		{"once, and then text", []string{group, "hello\r\n"}, true},
		{"once, and then in a row", []string{group, group + group + group, group + group}, true},
		{"a byte too many", []string{group + "\x00"}, false},
		{"noise before", []string{"\x41" + group}, false},
		{"120 %", []string{"\x80\x48\x78\x00"}, false},
		{"a pulse and no saturation", []string{"\x80\x48\x7F\x00"}, false},
		{"half a group", []string{"\x80\x48"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			drivers := func(c *counter) []instruments.Driver {
				said := false
				c.instrument = func(far instruments.Port) {
					if said {
						return
					}
					said = true
					for _, s := range test.says {
						time.Sleep(time.Second)
						if _, err := far.Write([]byte(s)); err != nil {
							return
						}
					}
				}
				return []instruments.Driver{nonin.Format8()}
			}
			withOptions(t, instruments.RackOptions{}, drivers, func(c *counter) {
				c.plug("/dev/ttyUSB0", instruments.USBID{VID: "0403", PID: "6001"}, "A7")
				named := false
				for range 200 {
					c.pass(50 * time.Millisecond)
					a := c.rack.Attached()
					if len(a) == 1 && a[0].State == instruments.Ready && !named {
						named = true
						err := c.rack.Measure(c.t.Context(), a[0].ID, instruments.Job{}, nil)
						if instruments.CodeOf(err) != instruments.NoAnswer {
							t.Errorf("started it: %v", err)
						}
					}
				}
				if named != test.named {
					t.Errorf("named: %v, want %v", named, test.named)
				}
				if a := c.want(instruments.Unknown)[0]; a.Model.ID != "" {
					t.Errorf("it is still called %s", a.Model.ID)
				}
			})
		})
	}
}
