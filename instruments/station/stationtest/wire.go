package stationtest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/instruments/station"
	"aidpost/records/vitals"
)

// length is how many bytes the record of Result has.
func (k Kit) length(t *testing.T) (n int) {
	k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
		v.finish(Result())
		if err := v.measure(t.Context()); v.one(t, err) {
			n = len(v.readings[0].Capture[0].Bytes)
		}
	})
	return n
}

func testCut(t *testing.T, k Kit) {
	size := k.length(t)
	for n := range size + 1 {
		k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
			v.wrap = func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, n) }
			v.finish(Result())
			v.then(31*time.Second, func() { v.twin.Say([]byte{0}) }) // the cut comes with the next byte
			err := v.measure(t.Context())
			if n == size {
				v.one(t, err)
			} else if instruments.CodeOf(err) != instruments.Unplugged || len(v.readings) > 0 {
				t.Errorf("cut after %d bytes: %d readings, %v", n, len(v.readings), err)
			}
		})
	}
}

// testFlip: on a wire without a checksum a flipped bit may make another number
// of a digit. It must never make anything else of the record than what its
// bytes say.
func testFlip(t *testing.T, k Kit) {
	for bit := range 8 * k.length(t) {
		k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
			v.wrap = func(p instruments.Port) instruments.Port { return &flipper{Port: p, bit: bit} }
			v.finish(Result())
			err := v.measure(t.Context())
			var fault *instruments.Fault
			switch {
			case err != nil && (!errors.As(err, &fault) || fault.Code == instruments.Internal || len(v.readings) > 0):
				t.Errorf("bit %d: %d readings, %v", bit, len(v.readings), err)
			case err == nil && k.Checked:
				v.one(t, err)
			case err == nil && (len(v.readings) != 1 || vitals.CheckPlausible(v.readings[0].Values) != nil):
				t.Errorf("bit %d: %d readings", bit, len(v.readings))
			}
		})
	}
}

// flipper flips one bit of all that is sent.
type flipper struct {
	instruments.Port
	bit int
}

func (f *flipper) Write(b []byte) (int, error) {
	b = slices.Clone(b)
	if i := f.bit / 8; i < len(b) {
		b[i] ^= 1 << (f.bit % 8)
	}
	return f.Port.Write(b)
}

func testNothing(t *testing.T, k Kit) {
	k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
		err := v.measure(t.Context())
		if instruments.CodeOf(err) != instruments.NoAnswer || (v.took-station.Patience).Abs() > time.Second {
			t.Errorf("nobody came: %v after %s", err, v.took)
		}
	})
	k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
		gone := errors.New("the visit was left")
		ctx, cancel := context.WithCancelCause(t.Context())
		v.then(3*time.Second, func() { cancel(gone) })
		if err := v.measure(ctx); !errors.Is(err, gone) || v.took > 3100*time.Millisecond {
			t.Errorf("cancelled: %v after %s", err, v.took)
		}
	})
}

func testNoise(t *testing.T, k Kit) {
	for _, noise := range []string{"\x02", "^", "\x16\x16", "20", "bp,2", "AT+CMGF=1\r\n", "\x80\x81\x82\x83\xff", string(bytes.Repeat([]byte("\x022,0^"), 300))} {
		k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
			v.then(29900*time.Millisecond, func() { v.twin.Say([]byte(noise)) })
			v.finish(Result())
			if err := v.measure(t.Context()); !v.one(t, err) {
				t.Errorf("after %.20q", noise)
			}
		})
		k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
			v.then(10*time.Second, func() { v.twin.Say([]byte(noise)) })
			err := v.measure(t.Context())
			if instruments.CodeOf(err) != instruments.Garbled || v.took > 15*time.Second {
				t.Errorf("%.20q alone: %v after %s", noise, err, v.took)
			}
		})
	}
}

func testPieces(t *testing.T, k Kit) {
	k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
		v.wrap = func(p instruments.Port) instruments.Port {
			return &torn{Port: p, pieces: 3, pause: 400 * time.Millisecond}
		}
		v.finish(Result())
		v.one(t, v.measure(t.Context()))
	})
	k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
		v.wrap = func(p instruments.Port) instruments.Port { return simulated.Disturb(p, simulated.Trickle, 1) }
		v.finish(Result())
		v.one(t, v.measure(t.Context()))
	})
	k.run(t, simulated.Options{}, func(t *testing.T, v *visit) { // half of it, and the rest much later
		v.wrap = func(p instruments.Port) instruments.Port { return &torn{Port: p, pieces: 2, pause: 5 * time.Second} }
		v.finish(Result())
		if err := v.measure(t.Context()); instruments.CodeOf(err) != instruments.Garbled || len(v.readings) > 0 {
			t.Errorf("torn: %v", err)
		}
	})
}

// torn sends in pieces.
type torn struct {
	instruments.Port
	pieces int
	pause  time.Duration
}

func (p *torn) Write(b []byte) (int, error) {
	size := (len(b) + p.pieces - 1) / p.pieces
	for i, piece := range slices.Collect(slices.Chunk(b, size)) {
		if i > 0 {
			time.Sleep(p.pause)
		}
		if _, err := p.Port.Write(piece); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

func testBurst(t *testing.T, k Kit) {
	k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
		v.finish(Result())
		v.finish(Result())
		v.one(t, v.measure(t.Context())) // the same one twice
	})
	k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
		other := Result()
		other.Systolic++
		v.finish(Result())
		v.finish(other)
		if err := v.measure(t.Context()); instruments.CodeOf(err) != instruments.SeveralResults || len(v.readings) != 2 {
			t.Errorf("two at once: %d readings, %v", len(v.readings), err)
		}
	})
}
