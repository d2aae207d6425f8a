package simulated

import (
	"time"

	"aidpost/instruments"
)

// OEMNIBPQuirks are ways in which the board misbehaves beyond CuffQuirks.
type OEMNIBPQuirks struct {
	Mode     byte // not zero: a series
	Gauge    bool // somebody has made a gauge of it
	NoResult bool // it ends without one
	Keeps    bool // it shows the last result throughout a measurement
	Terse    bool // it tells neither its number nor its mode
	// Hesitates is how long after a start it still says that it is ready.
	Hesitates time.Duration
	// Resets is when it resets itself after a start, and shows the result of
	// before.
	Resets time.Duration
}

// An oemnibpWire is the wire of a board.
type oemnibpWire struct {
	quirks  OEMNIBPQuirks
	numbers [4]int // systolic, diastolic, mean, pulse
	fresh   bool
	failure byte
	turn    byte // which extra byte is next
}

// NewOEMNIBP returns a board at rest that still shows somebody else's result.
func NewOEMNIBP(o Options) *HostCuff { return NewQuirkyOEMNIBP(o, CuffQuirks{}, OEMNIBPQuirks{}) }

// NewQuirkyOEMNIBP returns a board that misbehaves.
func NewQuirkyOEMNIBP(o Options, q CuffQuirks, b OEMNIBPQuirks) *HostCuff {
	line := instruments.Line{Baud: 115200, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
	w := &oemnibpWire{quirks: b, numbers: [4]int{151, 97, 115, 88}, fresh: true}
	if b.Terse {
		w.turn = 5
	}
	return newHostCuff("oem-nibp", line, deflating, o, q, w)
}

// hear takes bytes of the host.
func (w *oemnibpWire) hear(c *HostCuff, b []byte, now time.Time) {
	for _, heard := range b {
		switch heard {
		case 0xA0:
			w.answer(c, heard, now)
		case 0xA1:
			w.start(c, now)
		case 0xA2:
			if c.abort(now) {
				w.answer(c, heard, now)
			}
		case 0xAC, 0xAD:
			c.forbid("gauge", []byte{heard})
		}
	}
}

func (w *oemnibpWire) start(c *HostCuff, now time.Time) {
	heard, answered := c.start(now, []byte{0xA1})
	if heard {
		w.fresh, w.failure = w.quirks.Keeps, 0
	}
	if answered {
		w.answer(c, 0xA1, now)
	}
}

func (w *oemnibpWire) tick(c *HostCuff, now time.Time) {
	if w.quirks.Resets > 0 && c.working && now.Sub(c.started) >= w.quirks.Resets {
		c.working, w.fresh = false, true
		c.air.open(now, false)
	}
	if !c.finished(now) {
		return
	}
	if c.quirks.NoEnd {
		c.working = true // it says so for ever
		return
	}
	w.failure = byte(c.code(map[Fault]int{
		CuffLoose: 2, HoseKinked: 2, WeakSignal: 5, StuckCuff: 6, Movement: 7, Unstable: 7, Overshoot: 10, LowBattery: 1,
	}))
	if w.failure != 0 || w.quirks.NoResult {
		return
	}
	w.fresh = true
	if !c.quirks.NoPump {
		w.numbers = [4]int{c.arm.systolic, c.arm.diastolic, c.arm.mean(), c.arm.pulse}
	}
}

// answer says what the board heard and how it is.
func (w *oemnibpWire) answer(c *HostCuff, heard byte, now time.Time) {
	p := c.air.pressure(now)
	frame := []byte{heard, 0, 0, byte(p), w.state(c, now), w.failure, 0, w.turn, w.extra()}
	if w.fresh {
		frame[1], frame[2] = byte(w.numbers[0]), byte(w.numbers[1])
	}
	if p > 255 {
		frame[4] |= 0x80
	}
	if w.quirks.Gauge {
		frame[6] |= 0x10
	}
	c.send(append(frame, byteSum(frame)))
	if w.turn++; w.turn > 7 {
		w.turn = 0
		if w.quirks.Terse {
			w.turn = 5
		}
	}
}

func (w *oemnibpWire) state(c *HostCuff, now time.Time) (state byte) {
	switch {
	case now.Sub(c.started) < w.quirks.Hesitates:
	case c.inflating(now):
		state = 0x07
	case c.working:
		state = 0x06
	}
	if w.fresh {
		state |= 0x40
	}
	return state
}

func (w *oemnibpWire) extra() byte {
	switch w.turn {
	case 0:
		return 0x12
	case 1:
		return 0x34
	case 2:
		return 7
	case 4:
		return w.quirks.Mode
	case 6:
		return byte(w.numbers[2])
	case 7:
		return byte(w.numbers[3])
	}
	return 0
}
