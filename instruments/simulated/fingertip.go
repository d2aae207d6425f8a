package simulated

import (
	"math"
	"math/rand/v2"
)

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
	rate   int // frames a second
	frame  int // frames since the start
	settle int // frame at which the instrument has found the pulse

	spo2, pulse float64 // the person's own
	drift       float64 // slow wandering of the pulse
	phase       float64 // within the present beat, 0 to 1
	shown       fingerFrame
	slow        float64 // the pulse as averaged by the instrument
}

// fingerFrame is what one live frame tells; zero SpO2 and pulse are missing.
type fingerFrame struct {
	fingerOut, searching, beat bool
	signal, pleth, bar         int
	pulse, spo2                int
	perfusion                  int // hundredths of a percent
}

func newFingertip(opt Options, rate int) *fingertip {
	r := rand.New(rand.NewPCG(opt.Seed, 0xc0de))
	f := &fingertip{
		fault: opt.Fault,
		rate:  rate,
		rand:  r,
		spo2:  float64(96 + r.IntN(3)),
		pulse: float64(58 + r.IntN(26)),
	}
	if opt.Fault == Critical {
		f.spo2, f.pulse = 86, 118
	}
	search := shortestSearch + r.Float64()*(longestSearch-shortestSearch)
	f.settle = int((fingerInAt + search) * float64(rate))
	f.slow = f.pulse
	return f
}

// next returns the next frame.
func (f *fingertip) next() fingerFrame {
	n := f.frame
	f.frame++
	second := n / f.rate
	if second < fingerInAt || f.fault == FingerOut && second >= fingerOutAt {
		return fingerFrame{fingerOut: true, searching: true, pleth: 64}
	}
	c := f.wave(n)
	switch {
	case n < f.settle:
		c.searching = true
		c.signal = min(2+(n-fingerInAt*f.rate)/f.rate, 4)
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
	f.show(second, n%f.rate == 0 || n == f.settle)
	c.spo2, c.pulse = f.shown.spo2, f.shown.pulse
	return c
}

// wave moves the heart on by one frame. The rate swings with the breath (a
// quarter of a second's cycle), and a little at random from beat to beat; the
// trace wanders with the breath too. A beat is signalled for two frames.
func (f *fingertip) wave(n int) fingerFrame {
	t := float64(n) / float64(f.rate)
	breath := math.Sin(2 * math.Pi * 0.25 * t)
	heart := f.pulse + 2.5*breath + f.drift
	step := heart / 60 / float64(f.rate)
	f.phase += step
	if f.phase >= 1 {
		f.phase--
		f.drift = 0.7*f.drift + f.rand.NormFloat64()
		if f.fault == Uneven { // from 0.6 to 1.7 times as often, without a pattern
			f.drift = f.pulse * (0.6 + 1.1*f.rand.Float64() - 1)
		}
	}
	f.slow += (heart - f.slow) / float64(4*f.rate)
	level := pulseWave(f.phase)
	pleth := 20 + 88*level + 5*breath
	return fingerFrame{
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
	case f.fault == Uneven:
		pulse = f.pulse // it shows what an average over a minute comes to
	case f.fault == FalsePulse:
		pulse += 30
	case second/20%2 == 1 && f.fault != Critical:
		spo2++
	}
	f.shown.spo2 = min(max(int(spo2+0.5), 1), 100)
	f.shown.pulse = int(pulse + 0.5)
}

// moving returns a frame of a hand that does not keep still: the wave is
// noise, the signal poor, and the numbers wander.
func (f *fingertip) moving(c fingerFrame) fingerFrame {
	c.signal = f.rand.IntN(3)
	c.pleth = f.rand.IntN(128)
	c.bar = f.rand.IntN(16)
	c.beat = false
	c.spo2 = int(f.spo2) - f.rand.IntN(8)
	c.pulse = int(f.pulse) + f.rand.IntN(30)
	return c
}
