package simulated

import (
	"sync"
	"time"

	"aidpost/instruments"
)

// misheard is an end of a wire whose other end is set to another line: what
// crosses it is what a receiver makes of bits that are not the ones it expects. A
// character without its stop bit, or with the wrong parity, is handed on, as
// operating systems do: as it is, or as a zero where parity is looked at.
type misheard struct {
	instruments.Port
	own instruments.Line

	mu    sync.Mutex
	other receiver
	until time.Time // when the last bit was sent
	rest  *time.Timer
}

// newMisheard returns an end that sends at one line, to be received at another.
func newMisheard(wire instruments.Port, own, other instruments.Line) *misheard {
	return &misheard{Port: wire, own: own, other: receiver{line: other, bit: 1 / float64(other.Baud)}}
}

// Write sends b as it has just left, at the end's own line. What the receiver is
// in the midst of ends when the line has been at rest for a while.
func (m *misheard) Write(b []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	began := now.Add(-time.Duration(len(b)) * m.own.CharTime())
	if pause := began.Sub(m.until).Seconds(); pause > 0.5/float64(m.own.Baud) {
		m.other.feed(true, pause)
	}
	m.until = now
	for _, c := range b {
		sending(c, m.own, func(level bool, bits int) { m.other.feed(level, float64(bits)/float64(m.own.Baud)) })
	}
	if m.rest == nil {
		m.rest = time.AfterFunc(m.settle(), m.ended)
	} else {
		m.rest.Reset(m.settle())
	}
	return len(b), m.deliver()
}

// settle is how long a line is at rest when every character has ended.
func (m *misheard) settle() time.Duration { return 2 * m.other.line.CharTime() }

func (m *misheard) ended() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.other.feed(true, m.settle().Seconds())
	m.until = time.Now()
	_ = m.deliver() // whoever has gone need not hear it
}

// deliver hands on what was received.
func (m *misheard) deliver() error {
	if len(m.other.out) == 0 {
		return nil
	}
	_, err := m.Port.Write(m.other.out)
	m.other.out = nil
	return err
}

// received is what a receiver at one line makes of bytes that were sent at another
// after a rest, and are followed by one.
func received(b []byte, sent, heard instruments.Line) []byte {
	r := receiver{line: heard, bit: 1 / float64(heard.Baud)}
	for _, c := range b {
		sending(c, sent, func(level bool, bits int) { r.feed(level, float64(bits)/float64(sent.Baud)) })
	}
	r.feed(true, (2 * heard.CharTime()).Seconds())
	return r.out
}

// sending plays the levels of a character, each with how many bits it lasts.
func sending(c byte, line instruments.Line, play func(level bool, bits int)) {
	play(false, 1)
	ones := 0
	for i := range line.DataBits {
		one := c>>i&1 == 1
		ones += int(bit(one))
		play(one, 1)
	}
	if line.Parity != instruments.NoParity {
		play((ones%2 == 1) != (line.Parity == instruments.OddParity), 1)
	}
	play(true, line.StopBits)
}

// A receiver looks at a line in the middle of each bit that it expects, from the
// edge of a start bit on.
type receiver struct {
	line instruments.Line
	bit  float64 // seconds

	at   int     // the bit that is looked at next; 0 is the start bit, if busy
	busy bool    // inside a character
	low  bool    // the line must rise before another can begin
	wait float64 // seconds until then
	data byte
	ones int
	bad  bool // the parity
	out  []byte
}

// feed passes seconds in which the line has a level.
func (r *receiver) feed(level bool, seconds float64) {
	for {
		if !r.busy {
			if level {
				r.low = false
				return
			}
			if r.low {
				return
			}
			*r = receiver{line: r.line, bit: r.bit, out: r.out, busy: true, wait: r.bit / 2}
		}
		if r.wait > seconds {
			r.wait -= seconds
			return
		}
		seconds -= r.wait
		r.wait = r.bit
		r.look(level)
	}
}

// look takes the next bit.
func (r *receiver) look(level bool) {
	data, parity := r.at <= r.line.DataBits, r.line.Parity != instruments.NoParity
	switch {
	case r.at == 0:
		r.busy = !level // a start bit that was none
	case data:
		r.data |= bit(level) << (r.at - 1)
		r.ones += int(bit(level))
	case parity && r.at == r.line.DataBits+1:
		r.bad = level != ((r.ones%2 == 1) != (r.line.Parity == instruments.OddParity))
	default: // the stop bit
		if parity && (r.bad || !level) {
			r.data = 0
		}
		r.out = append(r.out, r.data)
		r.busy, r.low = false, !level
	}
	r.at++
}
