package simulated

import (
	"time"

	"aidpost/instruments"
)

const (
	raycomePushes   = 200 * time.Millisecond // between two pressures
	raycomePatience = 200 * time.Millisecond // for the rest of a command
	raycomeEmpty    = 5                      // mmHg from which no pressure is pushed
)

// RaycomeQuirks are ways in which a monitor misbehaves beyond CuffQuirks.
type RaycomeQuirks struct {
	Slow     bool // it speaks at 9600 baud
	JustOn   bool // it was just switched on: it says so, and overhears the first command
	Clock    time.Duration
	NoClock  bool // its clock was never set
	Refusals int  // so many starts are refused
	DeafStop bool // it obeys a stop and does not answer it
	Together bool // the result comes with the last pressure
	Stopped  time.Duration
}

// A raycomeWire is the wire of a monitor.
type raycomeWire struct {
	quirks RaycomeQuirks

	in        []byte
	inSince   time.Time
	connected bool
	pushing   bool
	push      time.Time // when the next pressure is due
	switched  bool      // on, and has said so
}

// NewRaycome returns a monitor at rest that speaks at 115200 baud.
func NewRaycome(o Options) *HostCuff { return NewQuirkyRaycome(o, CuffQuirks{}, RaycomeQuirks{}) }

// NewMaibobo returns a monitor at rest that speaks at 9600 baud.
func NewMaibobo(o Options) *HostCuff {
	return NewQuirkyRaycome(o, CuffQuirks{}, RaycomeQuirks{Slow: true})
}

// NewQuirkyRaycome returns a monitor that misbehaves.
func NewQuirkyRaycome(o Options, q CuffQuirks, r RaycomeQuirks) *HostCuff {
	id, baud := "raycome-rbp9804", 115200
	if r.Slow {
		id, baud = "maibobo-rbp9000", 9600
	}
	line := instruments.Line{Baud: baud, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
	w := &raycomeWire{quirks: r, pushing: q.LeftTight > 0, switched: !r.JustOn}
	return newHostCuff(id, line, rising, o, q, w)
}

// hear takes bytes of the host.
func (w *raycomeWire) hear(c *HostCuff, b []byte, now time.Time) {
	w.in, w.inSince = append(w.in, b...), now
	for len(w.in) >= 8 {
		command := w.in[:8]
		if command[0] != 0xCC || command[1] != 0x80 || command[2] != 3 || command[3] != 3 || command[4] != 1 ||
			raycomeXor(command[2:7]) != command[7] {
			w.in = w.in[1:]
			continue
		}
		w.in = w.in[8:]
		w.obey(c, command, now)
	}
}

func (w *raycomeWire) obey(c *HostCuff, command []byte, now time.Time) {
	switch code := command[5]; code {
	case 1:
		w.connected = true
		w.answer(c, code, true)
	case 2:
		if !w.connected || w.quirks.Refusals > 0 {
			w.quirks.Refusals--
			w.answer(c, code, false)
			return
		}
		heard, answered := c.start(now, command)
		if heard {
			w.pushing, w.push = true, now.Add(raycomePushes)
		}
		if answered {
			w.answer(c, code, true)
		}
	case 3:
		if !w.connected {
			w.answer(c, code, false)
			return
		}
		if !c.abort(now) {
			return
		}
		w.pushing = w.pushing && !c.quirks.Mute
		if !w.quirks.DeafStop {
			w.answer(c, code, true)
		}
	default: // to switch itself off, or nothing that is known
		c.forbid("no command of a kiosk", command)
	}
}

func (w *raycomeWire) tick(c *HostCuff, now time.Time) {
	if !w.switched {
		w.switched = true
		c.send(make([]byte, 8))
	}
	if len(w.in) > 0 && now.Sub(w.inSince) > raycomePatience {
		w.in = nil
	}
	if w.quirks.Stopped > 0 && c.working && now.Sub(c.started) > w.quirks.Stopped {
		c.working = false
		c.air.open(now, false)
		w.answer(c, 3, true)
	}
	if c.finished(now) {
		w.conclude(c, now)
	}
	if now.Before(w.push) || !w.pushing {
		return
	}
	w.push = now.Add(raycomePushes)
	w.pushing = c.working || c.air.pressure(now) >= raycomeEmpty || c.air.stuck
	w.pressure(c, now)
}

func (w *raycomeWire) pressure(c *HostCuff, now time.Time) {
	p := c.air.pressure(now)
	w.say(c, 5, byte(p>>8), byte(p))
}

// conclude ends a measurement by itself.
func (w *raycomeWire) conclude(c *HostCuff, now time.Time) {
	w.pushing = !c.quirks.Mute && !c.quirks.NoPump
	if w.quirks.Together {
		w.pressure(c, now)
	}
	code := c.code(map[Fault]int{
		Overshoot: 1, CuffLoose: 2, Movement: 5, Unstable: 5, WeakSignal: 6, LowBattery: 7, StuckCuff: 9, HoseKinked: 0x0F,
	})
	switch {
	case c.quirks.NoEnd:
	case code != 0:
		w.say(c, 7, byte(code))
	default:
		w.result(c, now)
	}
}

func (w *raycomeWire) result(c *HostCuff, now time.Time) {
	numbers := [3]int{c.arm.systolic, c.arm.diastolic, c.arm.pulse}
	if c.quirks.NoPump {
		numbers = [3]int{151, 97, 88}
	}
	at := c.options.Clock()().Add(w.quirks.Clock).In(c.options.Location())
	data := []byte{0, byte(at.Year() - 2000), byte(at.Month()), byte(at.Day()), byte(at.Hour()), byte(at.Minute()), byte(at.Second())}
	if w.quirks.NoClock {
		data = make([]byte, 7)
	}
	for _, n := range numbers {
		data = append(data, byte(n>>8), byte(n))
	}
	w.say(c, 6, data...)
}

func (w *raycomeWire) answer(c *HostCuff, code byte, yes bool) {
	no := byte(1)
	if yes {
		no = 0
	}
	w.say(c, code, no)
}

// say sends a frame.
func (w *raycomeWire) say(c *HostCuff, code byte, data ...byte) {
	frame := append([]byte{0xAA, 0x80, 3, byte(len(data) + 2), 1, code}, data...)
	c.send(append(frame, raycomeXor(frame[2:])))
}

func raycomeXor(b []byte) (x byte) {
	for _, c := range b {
		x ^= c
	}
	return x
}
