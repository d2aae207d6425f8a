package simulated

import (
	"sync"
	"time"

	"aidpost/instruments"
)

// burst is how much of the line's time is delivered at once, as USB adapters
// deliver it.
const burst = 4 * time.Millisecond

// Paced returns the instrument's end of a wire on which bytes take as long as
// on a serial line, both ways.
func Paced(wire instruments.Port, line instruments.Line) instruments.Port {
	return &paced{Port: wire, char: line.CharTime()}
}

type paced struct {
	instruments.Port
	char time.Duration

	writing sync.Mutex
	sent    time.Time // when the last byte to the host has left
	reading sync.Mutex
	heard   time.Time // when the last byte of the host has arrived
}

// Write returns when the last byte has left.
func (p *paced) Write(b []byte) (int, error) {
	p.writing.Lock()
	defer p.writing.Unlock()
	if now := time.Now(); p.sent.Before(now) {
		p.sent = now
	}
	chunk := len(b)
	if p.char > 0 {
		chunk = max(1, int(burst/p.char))
	}
	for done := 0; done < len(b); {
		next := b[done:min(done+chunk, len(b))]
		p.sent = p.sent.Add(time.Duration(len(next)) * p.char)
		time.Sleep(time.Until(p.sent))
		n, err := p.Port.Write(next)
		done += n
		if err != nil {
			return done, err
		}
	}
	return len(b), nil
}

// Read returns bytes when the last of them would have arrived.
func (p *paced) Read(b []byte) (int, error) {
	p.reading.Lock()
	defer p.reading.Unlock()
	n, err := p.Port.Read(b)
	if n > 0 {
		if now := time.Now(); p.heard.Before(now) {
			p.heard = now
		}
		p.heard = p.heard.Add(time.Duration(n) * p.char)
		time.Sleep(time.Until(p.heard))
	}
	return n, err
}
