package simulated

import (
	"math"
	"time"
)

const (
	// pumpRate is how fast an adult cuff fills, in mmHg a second.
	pumpRate = 25.0
	// dumpTau is the time constant of an open valve: 160 mmHg fall under 15
	// within two seconds.
	dumpTau = 800 * time.Millisecond
)

// cuffAir is the air in a cuff: stretches of straight change, and then a dump,
// or standstill if the cuff is stuck.
type cuffAir struct {
	since     time.Time
	level     float64 // mmHg at since
	stretches []stretch
	tau       time.Duration
	stuck     bool // the valve does not open at the end
}

// stretch is a straight change to a pressure.
type stretch struct {
	takes time.Duration
	to    float64 // mmHg
}

// at returns the pressure in mmHg.
func (c *cuffAir) at(now time.Time) float64 {
	t, level := now.Sub(c.since), c.level
	for _, s := range c.stretches {
		if t < s.takes {
			return level + (s.to-level)*float64(t)/float64(s.takes)
		}
		t -= s.takes
		level = s.to
	}
	if c.stuck {
		return level
	}
	return level * math.Exp(-float64(t)/float64(c.tau))
}

func (c *cuffAir) pressure(now time.Time) int { return int(math.Round(c.at(now))) }

// takes returns how long the stretches last.
func (c *cuffAir) takes() time.Duration {
	var all time.Duration
	for _, s := range c.stretches {
		all += s.takes
	}
	return all
}

// open lets the air out from now on, unless the valve is stuck: then the
// pressure stays as it is.
func (c *cuffAir) open(now time.Time, stuck bool) {
	*c = cuffAir{since: now, level: c.at(now), tau: c.tau, stuck: stuck}
}

// fill begins the course of a measurement that ends with the given code.
func (s *SunTech) fill(now time.Time, code byte) {
	s.air = cuffAir{since: now, level: s.air.at(now), tau: s.options.After(dumpTau), stuck: s.options.Fault == StuckCuff}
	move := func(takes time.Duration, to float64) {
		s.air.stretches = append(s.air.stretches, stretch{s.options.After(takes), to})
	}
	pump := func(to float64) { move(time.Duration(to/pumpRate*float64(time.Second)), to) }
	// A module that finds no pulse high enough goes on pumping by itself.
	top := max(float64(s.target), float64(s.arm.systolic+30))
	switch {
	case s.quirks.Runaway:
		pump(340)
		move(time.Minute, 340)
	case s.options.Fault == StuckCuff:
		pump(top)
		move(20*time.Second, top)
	case code == 0x57: // the air leaves as fast as it comes
		move(15*time.Second, 30)
	case code == 0x55: // only the hose fills
		move(time.Second, 200)
		move(500*time.Millisecond, 200)
	case code == 0x59:
		pump(294)
	default:
		pump(top)
		beat := time.Minute / time.Duration(s.arm.pulse)
		for p := top; p > float64(s.arm.diastolic-20); {
			p -= 6 + 2*s.rand.Float64()
			move(beat/4, p)
			move(beat-beat/4, p)
		}
	}
}
