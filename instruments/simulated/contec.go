package simulated

import (
	"context"
	"math"
	"math/rand/v2"
	"time"
)

// contecRate is the number of live frames a second of both Contec protocols.
const contecRate = 60

// When things happen to the finger, in seconds of live samples.
const (
	fingerInAt     = 3
	fingerOutAt    = 20 // fault finger-out
	movesFrom      = 12 // fault movement
	movesTo        = 18
	shortestSearch = 3
	longestSearch  = 5
)

// A fingertip is a person's finger in an oximeter, frame by frame: the pulse
// wave, the numbers that the instrument shows for it, and what may go wrong.
type fingertip struct {
	fault  Fault
	rand   *rand.Rand
	frame  int // frames since the start
	settle int // frame at which the instrument has found the pulse

	spo2, pulse float64 // the person's own
	drift       float64 // slow wandering of the pulse
	phase       float64 // within the present beat, 0 to 1
	shown       contecFrame
	slow        float64 // the pulse as averaged by the instrument
}

// contecFrame is what one live frame tells; zero SpO2 and pulse are missing.
type contecFrame struct {
	fingerOut, searching, beat bool
	signal, pleth, bar         int
	pulse, spo2                int
	perfusion                  int // hundredths of a percent
}

func newFingertip(opt Options) *fingertip {
	r := rand.New(rand.NewPCG(opt.Seed, 0xc0de))
	f := &fingertip{
		fault: opt.Fault,
		rand:  r,
		spo2:  float64(96 + r.IntN(3)),
		pulse: float64(58 + r.IntN(26)),
	}
	if opt.Fault == Critical {
		f.spo2, f.pulse = 86, 118
	}
	search := shortestSearch + r.Float64()*(longestSearch-shortestSearch)
	f.settle = int((fingerInAt + search) * contecRate)
	f.slow = f.pulse
	return f
}

// next returns the next frame.
func (f *fingertip) next() contecFrame {
	n := f.frame
	f.frame++
	second := n / contecRate
	if second < fingerInAt || f.fault == FingerOut && second >= fingerOutAt {
		return contecFrame{fingerOut: true, searching: true, pleth: 64}
	}
	c := f.wave(n)
	switch {
	case n < f.settle:
		c.searching = true
		c.signal = min(2+(n-fingerInAt*contecRate)/contecRate, 4)
		c.beat = false
		return c
	case f.fault == WeakSignal:
		c.signal = 1 + second%2
		c.pleth = 58 + c.pleth/12
		c.bar = 1
		c.perfusion = 12
	case f.fault == Movement && second >= movesFrom && second < movesTo:
		return f.moving(c)
	}
	f.show(second, n%contecRate == 0 || n == f.settle)
	c.spo2, c.pulse = f.shown.spo2, f.shown.pulse
	return c
}

// wave moves the heart on by one frame. The rate swings with the breath (a
// quarter of a second's cycle), and a little at random from beat to beat; the
// trace wanders with the breath too. A beat is signalled for two frames.
func (f *fingertip) wave(n int) contecFrame {
	t := float64(n) / contecRate
	breath := math.Sin(2 * math.Pi * 0.25 * t)
	rate := f.pulse + 2.5*breath + f.drift
	step := rate / 60 / contecRate
	f.phase += step
	if f.phase >= 1 {
		f.phase--
		f.drift = 0.7*f.drift + f.rand.NormFloat64()
	}
	f.slow += (rate - f.slow) / (4 * contecRate)
	level := pulseWave(f.phase)
	pleth := 20 + 88*level + 5*breath
	return contecFrame{
		beat:      f.phase >= systole && f.phase < systole+2*step,
		signal:    7,
		pleth:     min(max(int(pleth+0.5), 0), 127),
		bar:       min(int(15*level+0.5), 15),
		perfusion: 340 + int(40*breath),
	}
}

// systole is where in the beat the wave is highest.
const systole = 0.16

// pulseWave is the shape of one beat, 0 to 1: a steep systolic rise, a slower
// fall, and the dicrotic notch and wave after the valve has closed.
func pulseWave(phase float64) float64 {
	bump := func(at, width float64) float64 {
		d := (phase - at) / width
		return math.Exp(-d * d)
	}
	// The tail of the last beat is still falling when the next begins.
	rise := 1 / (1 + math.Exp(-(phase-0.07)*90))
	fall := math.Exp(-2.2 * max(phase-systole, 0))
	tail := math.Exp(-2.2 * (1 - systole + phase))
	notch := 0.12*bump(0.36, 0.045) - 0.08*bump(0.47, 0.07)
	level := (tail*(1-rise) + fall*rise) - notch*rise
	return min(max((level-0.15)/0.85, 0), 1)
}

// show renews the numbers on the instrument's display once a second.
func (f *fingertip) show(second int, due bool) {
	if !due {
		return
	}
	spo2, pulse := f.spo2, f.slow
	switch {
	case f.fault == Unstable:
		spo2 += 4 * math.Sin(2*math.Pi*float64(second)/7)
		pulse += 12 * math.Sin(2*math.Pi*float64(second)/9)
	case second/20%2 == 1 && f.fault != Critical:
		spo2++
	}
	f.shown.spo2 = min(max(int(spo2+0.5), 1), 100)
	f.shown.pulse = int(pulse + 0.5)
}

// moving returns a frame of a hand that does not keep still: the wave is
// noise, the signal poor, and the numbers wander.
func (f *fingertip) moving(c contecFrame) contecFrame {
	c.signal = f.rand.IntN(3)
	c.pleth = f.rand.IntN(128)
	c.bar = f.rand.IntN(16)
	c.beat = false
	c.spo2 = int(f.spo2) - f.rand.IntN(8)
	c.pulse = int(f.pulse) + f.rand.IntN(30)
	return c
}

// contecPace tells when frame n of a stream is due, by counting frames and not by
// adding up delays. A stream that has fallen behind by more than a second,
// because nobody took its bytes, goes on from now.
type contecPace struct {
	start time.Time
	every time.Duration
	n     int
}

func newContecPace(opt Options) *contecPace {
	return &contecPace{start: time.Now(), every: max(opt.After(time.Second)/contecRate, time.Microsecond)}
}

// wait returns how long it is until the next frame.
func (p *contecPace) wait() time.Duration {
	p.n++
	d := time.Until(p.start.Add(time.Duration(p.n) * p.every))
	if d < -time.Second {
		p.start, p.n = time.Now(), 0
		return 0
	}
	return max(d, 0)
}

// contecSleep waits for d unless ctx ends first, which it reports as false.
func contecSleep(ctx context.Context, timer *time.Timer, d time.Duration) bool {
	timer.Reset(d)
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
