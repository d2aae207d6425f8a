package simulated

import (
	"bytes"
	"fmt"
	"time"

	"aidpost/instruments"
)

const (
	parPushes   = 200 * time.Millisecond // between two pressures
	parPatience = 200 * time.Millisecond // for the rest of a command
	parReset    = 2 * time.Second        // how long a reset takes
	parEmpty    = 5                      // mmHg from which no pressure is pushed
	parPackets  = time.Second            // between two of the oximeter
	parReturn   = 0x0D
)

// ParQuirks are ways in which a PAR board misbehaves beyond CuffQuirks.
type ParQuirks struct {
	Newborn  bool // somebody has set it to newborns
	Stubborn bool // and it stays so
	Cycle    bool // it measures every few minutes until it is told not to
	Testing  bool // it tests itself, without an end
	Series   int  // what it says of a series, though it is told not to make one
	Caution  int  // what it says of the cuff while it measures
	Combined bool // it has an oximeter, and other delimiters
}

// A parWire is the wire of a PAR board.
type parWire struct {
	start, end byte
	quirks     ParQuirks

	in       []byte
	inSince  time.Time
	state    byte
	message  int // 99: nothing yet
	numbers  [4]int
	push     time.Time // when the next pressure is due
	letting  bool      // lets the cuff go
	announce bool      // has to say that it ended
	asleep   time.Time // resets itself until then
	packet   time.Time // when the next of the oximeter is due
	packets  byte
}

// NewPar returns a board without an oximeter, at rest.
func NewPar(o Options) *HostCuff { return NewQuirkyPar(o, CuffQuirks{}, ParQuirks{}) }

// NewParCombined returns a board with an oximeter, at rest.
func NewParCombined(o Options) *HostCuff {
	return NewQuirkyPar(o, CuffQuirks{}, ParQuirks{Combined: true})
}

// NewQuirkyPar returns a board that misbehaves.
func NewQuirkyPar(o Options, q CuffQuirks, p ParQuirks) *HostCuff {
	id, baud := "par-nibp2010", 4800
	w := &parWire{start: 0x02, end: 0x03, quirks: p, state: '1', message: 99}
	if p.Combined {
		id, baud = "par-nibp2020-spo2", 19200
		w.start, w.end = 0xFD, 0xFE
	}
	// What the board last measured, on somebody else.
	w.numbers = [4]int{151, 97, 115, 88}
	switch {
	case p.Testing:
		w.state = '0'
	case p.Cycle:
		w.state = '6'
	case q.LeftTight > 0:
		w.state = '3'
	}
	line := instruments.Line{Baud: baud, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
	return newHostCuff(id, line, deflating, o, q, w)
}

// hear takes bytes of the host.
func (w *parWire) hear(c *HostCuff, b []byte, now time.Time) {
	w.in, w.inSince = append(w.in, b...), now
	for len(w.in) > 0 {
		switch w.in[0] {
		case 'X':
			w.in = w.in[1:]
			w.abort(c, now)
			continue
		case w.start:
		default:
			w.in = w.in[1:]
			continue
		}
		at := bytes.IndexByte(w.in, w.end)
		if at < 0 {
			return
		}
		command := w.in[1:at]
		w.in = w.in[at+1:]
		if len(command) == 6 && fmt.Sprintf("%02X", byteSum(command[:4])) == string(command[4:]) && !now.Before(w.asleep) {
			w.obey(c, string(command[:2]), command, now)
		}
	}
}

func (w *parWire) obey(c *HostCuff, code string, command []byte, now time.Time) {
	switch code {
	case "01":
		if heard, _ := c.start(now, command); heard {
			w.state, w.push, w.letting, w.announce = '8', now, false, false
			w.quirks.Cycle = false
		}
	case "03":
		if w.state == '6' {
			w.state = '1'
		}
	case "18":
		w.say(c, w.status())
	case "21", "22", "23":
		c.target = 140 + 20*int(code[1]-'1')
	case "24":
		if !w.quirks.Stubborn {
			w.quirks.Newborn = false
		}
	case "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "25":
		c.forbid("series, service or newborns", command)
	default:
		c.forbid("unknown command", command)
		w.message = 2
		w.asleep = now.Add(parReset)
		w.abort(c, now)
	}
}

func (w *parWire) abort(c *HostCuff, now time.Time) {
	was := c.working || c.air.pressure(now) >= parEmpty
	if !c.abort(now) || !was {
		return
	}
	w.endOf(c, now, c.quirks.Mute)
}

// endOf lets the cuff go, and says at once that it has ended or, as most boards
// do, when the cuff is empty.
func (w *parWire) endOf(c *HostCuff, now time.Time, atOnce bool) {
	w.letting, w.announce, w.push = true, true, now
	if atOnce {
		w.over(c)
		w.letting = !c.quirks.Mute
	}
}

// over says that it has ended.
func (w *parWire) over(c *HostCuff) {
	if w.state != '2' {
		w.state = '1'
	}
	if w.announce && !c.quirks.NoEnd {
		w.say(c, "999")
	}
	w.announce = false
}

func (w *parWire) tick(c *HostCuff, now time.Time) {
	if len(w.in) > 0 && now.Sub(w.inSince) > parPatience {
		w.in = nil
	}
	if c.finished(now) {
		w.conclude(c, now)
	}
	if w.quirks.Combined && !now.Before(w.packet) {
		w.packet = now.Add(parPackets)
		w.noFinger(c)
	}
	if c.working && w.state == '8' && !c.inflating(now) {
		w.state = '3'
	}
	if now.Before(w.push) || !c.working && !w.letting && w.state != '3' {
		return
	}
	w.push = w.push.Add(parPushes)
	if w.letting && c.air.pressure(now) < parEmpty {
		w.letting = false
		w.over(c)
		return
	}
	w.say(c, fmt.Sprintf("%03dC%dS%c", c.air.pressure(now), w.quirks.Caution, w.state))
}

// noFinger says what an oximeter says that nobody uses.
func (w *parWire) noFinger(c *HostCuff) {
	w.packets++
	packet := []byte{0x55, 0xAA, 7, w.packets, 0x02, 0x7F, 0xFF, 0x00}
	c.send(append(packet, byteSum(packet[2:])))
}

// conclude ends a measurement by itself. A failed one leaves the numbers as
// they were.
func (w *parWire) conclude(c *HostCuff, now time.Time) {
	w.message = c.code(map[Fault]int{
		CuffLoose: 6, HoseKinked: 7, StuckCuff: 8, WeakSignal: 9, Movement: 11, Unstable: 11, Overshoot: 12, LowBattery: 15,
	})
	w.state = '3'
	switch {
	case w.message != 0 && w.message != 3:
		w.state = '2'
	case !c.quirks.NoPump:
		w.numbers = [4]int{c.arm.systolic, c.arm.diastolic, c.arm.mean(), c.arm.pulse}
	}
	w.endOf(c, now, w.state == '2' || c.quirks.Mute || c.quirks.NoPump)
}

func (w *parWire) status() string {
	patient, message := 0, "--"
	if w.quirks.Newborn {
		patient = 1
	}
	numbers := "---------;R---"
	if w.message != 99 {
		message = fmt.Sprintf("%02d", w.message)
		numbers = fmt.Sprintf("%03d%03d%03d;R%03d", w.numbers[0], w.numbers[1], w.numbers[2], w.numbers[3])
	}
	text := fmt.Sprintf("S%c;A%d;C%02d;M%s;P%s;T    ;;", w.state, patient, w.quirks.Series, message, numbers)
	return fmt.Sprintf("%s%02X", text, byteSum([]byte(text)))
}

// say sends a text between the delimiters.
func (w *parWire) say(c *HostCuff, text string) {
	frame := append([]byte{w.start}, text...)
	c.send(append(frame, w.end, parReturn))
}
