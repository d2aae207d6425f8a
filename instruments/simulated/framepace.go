package simulated

import "time"

// framePace tells when frame n of a stream is due, by counting frames and not by
// adding up delays. A stream that has fallen behind by more than a second,
// because nobody took its bytes, goes on from now.
type framePace struct {
	start time.Time
	every time.Duration
	n     int
}

func newFramePace(opt Options, rate int) *framePace {
	return &framePace{start: time.Now(), every: max(opt.After(time.Second)/time.Duration(rate), time.Microsecond)}
}

// wait returns how long it is until the next frame.
func (p *framePace) wait() time.Duration {
	p.n++
	d := time.Until(p.start.Add(time.Duration(p.n) * p.every))
	if d < -time.Second {
		p.start, p.n = time.Now(), 0
		return 0
	}
	return max(d, 0)
}
