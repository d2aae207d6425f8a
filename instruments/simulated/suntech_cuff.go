package simulated

import (
	"math"
	"math/rand/v2"
	"time"
)

const (
	// pumpRate is how fast an adult cuff fills, in mmHg a second.
	pumpRate = 25.0
	// risingRate is how fast one fills in which it is measured meanwhile.
	risingRate = 6.0
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

// A course is how the pressure goes in one inflation.
type course int

const (
	deflating  course = iota // up past the systolic pressure, and down in steps with the beats
	rising                   // slowly up past the systolic pressure: measured meanwhile
	leaking                  // the air leaves as fast as it comes
	kinked                   // only the hose fills
	overfilled               // up to what the instrument itself stops at
	runaway                  // the pump does not stop
	endless                  // up, and no end
)

// courseOf is how the pressure goes with a fault.
func courseOf(f Fault, good course) course {
	switch f {
	case CuffLoose:
		return leaking
	case HoseKinked:
		return kinked
	case Overshoot:
		return overfilled
	case StuckCuff:
		return endless
	}
	return good
}

// fill begins an inflation to a first target in mmHg.
func (c *cuffAir) fill(now time.Time, o Options, rnd *rand.Rand, a arm, target int, how course) {
	*c = cuffAir{since: now, level: c.at(now), tau: o.After(dumpTau), stuck: o.Fault == StuckCuff}
	move := func(takes time.Duration, to float64) {
		c.stretches = append(c.stretches, stretch{o.After(takes), to})
	}
	pump := func(to float64) { move(time.Duration(to/pumpRate*float64(time.Second)), to) }
	// An instrument that finds no pulse high enough goes on pumping by itself.
	top := max(float64(target), float64(a.systolic+30))
	switch how {
	case runaway:
		pump(340)
		move(time.Minute, 340)
	case endless:
		pump(top)
		move(20*time.Second, top)
	case leaking:
		move(15*time.Second, 30)
	case kinked:
		move(time.Second, 200)
		move(500*time.Millisecond, 200)
	case overfilled:
		pump(294)
	case rising:
		pump(40)
		top := float64(a.systolic + 25)
		move(time.Duration((top-40)/risingRate*float64(time.Second)), top)
	default:
		pump(top)
		beat := time.Minute / time.Duration(a.pulse)
		for p := top; p > float64(a.diastolic-20); {
			p -= 6 + 2*rnd.Float64()
			move(beat/4, p)
			move(beat-beat/4, p)
		}
	}
}
