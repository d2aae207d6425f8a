package conformance_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/freestyle"
	"aidpost/instruments/simulated"
)

// TestIdentityIsRight flips every bit of what an instrument says while it is
// probed: what is taken for its name, serial number and version is right or
// nothing, or the probe fails. The sum over the serial number of a FreeStyle
// Lite comes seconds later, when its memory has passed: a measurement waits for
// it, and a probe cannot.
func TestIdentityIsRight(t *testing.T) {
	for _, d := range catalogue.Drivers() {
		m := d.Model()
		if !m.Abilities.Info || m.ID == freestyle.LiteID {
			continue
		}
		t.Run(m.ID, func(t *testing.T) {
			t.Parallel()
			f := &flipper{}
			want, err := probeWith(t, m.ID, f)
			if err != nil {
				t.Fatal(err)
			}
			for bit := range f.sent * 8 {
				got, err := probeWith(t, m.ID, &flipper{bit: bit, on: true})
				for _, said := range [][2]string{{got.Serial, want.Serial}, {got.Name, want.Name}, {got.Firmware, want.Firmware}} {
					if err == nil && said[0] != "" && said[0] != said[1] {
						t.Fatalf("with bit %d flipped it is %+v, want %+v", bit, got, want)
					}
				}
			}
		})
	}
}

func probeWith(t *testing.T, id string, f *flipper) (identity instruments.Identity, err error) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(25 * 365 * 24 * time.Hour) // a bubble begins in 2000
		twin, newErr := simulated.New(id, simulated.Options{})
		if newErr != nil {
			t.Fatal(newErr)
		}
		d, _ := catalogue.Find(id)
		host, wire := instruments.Pipe()
		f.Port = wire
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = twin.Run(ctx, f)
		}()
		identity, err = d.Probe(ctx, host)
		cancel()
		host.Close()
		<-ended
	})
	return identity, err
}

// A flipper flips one bit of all that is written.
type flipper struct {
	instruments.Port
	on   bool
	bit  int
	sent int
}

func (f *flipper) Write(b []byte) (int, error) {
	if i := f.bit/8 - f.sent; f.on && i >= 0 && i < len(b) {
		b = append([]byte(nil), b...)
		b[i] ^= 1 << (f.bit % 8)
	}
	f.sent += len(b)
	return f.Port.Write(b)
}
