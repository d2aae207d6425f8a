package simulated

import (
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"aidpost/instruments"
)

// When the wire faults begin, counted in bytes the instrument has sent. They
// fall inside a measurement of every family.
const (
	noiseBytes   = 37
	stallAfter   = 160
	unplugAfter  = 160
	flipEvery    = 41
	trickleDelay = 2 * time.Millisecond
)

// Disturb returns the instrument's end of a wire that misbehaves as fault
// says. For faults that are not of the wire it returns wire itself.
func Disturb(wire instruments.Port, fault Fault, seed uint64) instruments.Port {
	switch fault {
	case Garbage, MidFrame, ChecksumError, Stall, Unplug, Trickle:
		return &disturbed{Port: wire, fault: fault, rand: rand.New(rand.NewPCG(seed, 0x5eed))}
	}
	return wire
}

// CutAfter returns a wire that vanishes once the instrument has sent n bytes,
// for tests that pull the cable at every position.
func CutAfter(wire instruments.Port, n int) instruments.Port {
	return &disturbed{Port: wire, fault: Unplug, cut: n, cutSet: true}
}

type disturbed struct {
	instruments.Port
	fault  Fault
	cut    int
	cutSet bool

	mu     sync.Mutex
	rand   *rand.Rand
	sent   int
	pulled bool // the fault has cut the wire
}

// pulled reports whether the wire's fault has cut it.
func pulled(wire instruments.Port) bool {
	d, ok := wire.(*disturbed)
	if !ok {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.pulled
}

func (d *disturbed) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	first := d.sent == 0
	start := d.sent
	d.sent += len(b)
	switch d.fault {
	case Garbage:
		if first {
			if _, err := d.Port.Write(d.noise()); err != nil {
				return 0, err
			}
		}
	case MidFrame:
		if first && len(b) > 1 {
			_, err := d.Port.Write(b[len(b)/2:])
			return len(b), err
		}
	case ChecksumError:
		return d.writeFlipped(b, start)
	case Stall:
		if start >= stallAfter {
			return len(b), nil
		}
	case Unplug:
		return d.writeThenCut(b, start)
	case Trickle:
		for i := range b {
			if _, err := d.Port.Write(b[i : i+1]); err != nil {
				return i, err
			}
			time.Sleep(trickleDelay)
		}
		return len(b), nil
	}
	return d.Port.Write(b)
}

func (d *disturbed) noise() []byte {
	noise := make([]byte, noiseBytes)
	for i := range noise {
		noise[i] = byte(d.rand.Uint32())
	}
	return noise
}

// writeFlipped flips one bit in every flipEvery-th byte.
func (d *disturbed) writeFlipped(b []byte, start int) (int, error) {
	flipped := append([]byte(nil), b...)
	for i := range flipped {
		if (start+i)%flipEvery == flipEvery-1 {
			flipped[i] ^= 1 << d.rand.UintN(8)
		}
	}
	return d.Port.Write(flipped)
}

func (d *disturbed) writeThenCut(b []byte, start int) (int, error) {
	limit := unplugAfter
	if d.cutSet {
		limit = d.cut
	}
	left := max(limit-start, 0)
	if len(b) <= left {
		return d.Port.Write(b)
	}
	n, err := d.Port.Write(b[:left])
	if err == nil {
		err = io.ErrClosedPipe
	}
	d.pulled = true
	d.Port.Close()
	return n, err
}
