package cufftest

import (
	"strings"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
)

// fast makes a short measurement.
const fast = 8

// testCuts pulls the cable after every byte of the instrument.
func (k Kit) testCuts(t *testing.T) {
	inflated := 0
	for n := 0; ; n++ {
		var done bool
		cut := func(wire instruments.Port) instruments.Port { return simulated.CutAfter(wire, n) }
		k.bubble(t, simulated.Options{Speed: fast}, simulated.CuffQuirks{}, cut, func(r *rig) {
			err := r.measure(r.t.Context())
			starts := r.twin.Starts()
			switch {
			case err == nil:
				done = true
				r.wantReading(nil, k.right())
			default:
				fault := r.wantFault(err, instruments.Unplugged)
				if starts > 0 && !strings.Contains(fault.Detail, "could not be released by the program") {
					r.t.Errorf("byte %d: detail %q", n, fault.Detail)
				}
			}
			if starts > 1 {
				r.t.Errorf("byte %d: %d starts", n, starts)
			}
			inflated += min(starts, 1)
		})
		if done {
			break
		}
		if n > 4000 || t.Failed() {
			t.Fatal("stopped at byte", n)
		}
	}
	if inflated < 40 {
		t.Errorf("only %d cuts after the start", inflated)
	}
}

// testFlips turns over each bit of each frame of the instrument in turn.
func (k Kit) testFlips(t *testing.T) {
	right, faults := 0, 0
	for frame, more := 0, true; more; frame++ {
		more = false
		for bit, size := 0, 8; bit < size; bit++ {
			quirks := simulated.CuffQuirks{Alter: func(n int, b []byte) []byte {
				if n == frame {
					more, size = true, len(b)*8
					b[bit/8] ^= 1 << (bit % 8)
				}
				return b
			}}
			k.bubble(t, simulated.Options{Speed: fast}, quirks, nil, func(r *rig) {
				err := r.measure(r.t.Context())
				if r.wantEither(err, k.right()); err == nil {
					right++
				} else {
					faults++
				}
				if r.wantSafe(); r.t.Failed() {
					r.t.Fatalf("frame %d, bit %d", frame, bit)
				}
			})
		}
	}
	t.Logf("%d right readings, %d faults", right, faults)
	if right < 3*faults {
		t.Errorf("%d right readings, %d faults", right, faults)
	}
}

// testDamaged spoils every n-th frame, as a bad cable does.
func (k Kit) testDamaged(t *testing.T) {
	for every := 1; every <= 12; every++ {
		quirks := simulated.CuffQuirks{Alter: func(n int, b []byte) []byte {
			if n%every == every-1 {
				b[len(b)/2] ^= 0x80
			}
			return b
		}}
		k.bubble(t, simulated.Options{}, quirks, nil, func(r *rig) {
			err := r.measure(r.t.Context())
			if every == 1 {
				r.wantFault(err, instruments.Garbled)
			}
			r.wantEither(err, k.right())
			r.wantSafe()
		})
	}
}

// testWireFaults runs every fault of the wire.
func (k Kit) testWireFaults(t *testing.T) {
	for _, fault := range simulated.Faults() {
		for seed := range uint64(5) {
			disturb := func(wire instruments.Port) instruments.Port {
				return simulated.Disturb(simulated.Paced(wire, k.Driver().Model().Line), fault, seed)
			}
			k.bubble(t, simulated.Options{Fault: fault}, simulated.CuffQuirks{}, disturb, func(r *rig) {
				err := r.measure(r.t.Context())
				switch fault {
				case simulated.Garbage, simulated.MidFrame, simulated.Trickle:
					r.wantReading(err, k.right())
					r.wantSafe()
				case simulated.Stall:
					r.wantFault(err, instruments.AbortUnconfirmed)
				case simulated.Unplug:
					r.wantFault(err, instruments.Unplugged)
				case simulated.ChecksumError:
					r.wantEither(err, k.right())
					r.wantSafe()
				}
			})
		}
	}
}
