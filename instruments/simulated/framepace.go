package simulated

import (
	"context"
	"time"
)

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

// sleepOrEnd waits for d unless ctx ends first, which it reports as false.
func sleepOrEnd(ctx context.Context, timer *time.Timer, d time.Duration) bool {
	timer.Reset(d)
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
