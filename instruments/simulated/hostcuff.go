package simulated

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"aidpost/instruments"
)

// arm is the person in the cuff: mmHg and beats a minute.
type arm struct{ systolic, diastolic, pulse int }

// someArm is that of some quiet adult, or of one in need of help.
func someArm(r *rand.Rand, o Options) arm {
	a := arm{systolic: 118 + r.IntN(17), diastolic: 74 + r.IntN(13), pulse: 62 + r.IntN(19)}
	if o.Fault == Critical {
		return arm{systolic: 186, diastolic: 112, pulse: 92}
	}
	return a
}

func (a arm) mean() int { return a.diastolic + (a.systolic-a.diastolic)/3 }

// vary changes it a little, as it does in a series.
func (a *arm) vary(r *rand.Rand) {
	within := func(by, from, low, high int) int { return min(max(from+by, low), high) }
	a.systolic = within(r.IntN(7)-3, a.systolic, 118, 134)
	a.diastolic = within(r.IntN(5)-2, a.diastolic, 74, 86)
	a.pulse = within(r.IntN(7)-3, a.pulse, 60, 82)
}

// CuffQuirks are ways in which a cuff that the host starts misbehaves, beyond
// a Fault, for tests of a driver. The zero value is a good instrument. Each
// family has them; those that make no sense on its wire do nothing.
type CuffQuirks struct {
	DeafAborts  int           // so many aborts are ignored
	DeafStarts  int           // so many starts are ignored, without an answer
	LostAnswers int           // so many answers to a start are lost, which is obeyed
	SilentAfter time.Duration // after a start nothing more is sent, for good
	LeftTight   int           // mmHg in the cuff at the beginning
	Runaway     bool          // the pump does not stop at the target
	Mute        bool          // tells no pressure but while it measures
	NoEnd       bool          // never says that it has finished
	NoPump      bool          // ends at once, with the result of somebody else
	Code        int           // how measurements end, unless zero
	// Alter returns what is sent in place of the n-th frame, counted from 0.
	Alter func(n int, frame []byte) []byte
}

// A HostCuff is the twin of an instrument whose cuff the host starts. Its
// methods are safe while it runs. Speed divides the time of the cuff, not that
// of the wire.
type HostCuff struct {
	model   string
	line    instruments.Line
	options Options
	quirks  CuffQuirks
	wire    cuffWire
	good    course

	mu      sync.Mutex
	rand    *rand.Rand
	arm     arm
	air     cuffAir
	target  int // first inflation, mmHg
	working bool
	started time.Time
	starts  int
	aborts  int
	told    []string // forbidden commands
	out     []byte
	frames  int // sent so far
}

// A cuffWire is what a family says and understands. It is called with the lock
// held.
type cuffWire interface {
	// hear takes bytes of the host.
	hear(c *HostCuff, b []byte, now time.Time)
	// tick says what is due by itself.
	tick(c *HostCuff, now time.Time)
}

func newHostCuff(model string, line instruments.Line, good course, o Options, q CuffQuirks, w cuffWire) *HostCuff {
	c := &HostCuff{
		model: model, line: line, options: o, quirks: q, wire: w, good: good,
		rand: rand.New(rand.NewPCG(o.Seed, 0xc0ff)), target: 160,
		air: cuffAir{tau: o.After(dumpTau), level: float64(q.LeftTight), stuck: true},
	}
	c.arm = someArm(c.rand, o)
	return c
}

// Model is the ID of the model it imitates.
func (c *HostCuff) Model() string { return c.model }

// Line is the line it expects.
func (c *HostCuff) Line() instruments.Line { return c.line }

// Pressure returns the true pressure in the cuff in mmHg, whatever the
// instrument says about it.
func (c *HostCuff) Pressure() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.air.pressure(time.Now())
}

// Starts returns how often the pump was set going.
func (c *HostCuff) Starts() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.starts
}

// Aborts returns how often it was told to let go, heard or not.
func (c *HostCuff) Aborts() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.aborts
}

// Violations lists what the host must never do.
func (c *HostCuff) Violations() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.told)
}

// cuffTick bounds how late the instrument does what is due.
const cuffTick = 20 * time.Millisecond

// Run speaks on wire until ctx ends or the host is gone.
func (c *HostCuff) Run(ctx context.Context, wire instruments.Port) error {
	buf := make([]byte, 64)
	for {
		if out := c.work(time.Now()); len(out) > 0 {
			if _, err := wire.Write(out); err != nil {
				return err
			}
		}
		n, err := instruments.ReadSome(ctx, wire, buf, cuffTick)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && instruments.CodeOf(err) != instruments.NoAnswer:
			return err
		case n > 0:
			c.mu.Lock()
			c.wire.hear(c, buf[:n], time.Now())
			c.mu.Unlock()
		}
	}
}

// work does what is due and returns the bytes to send.
func (c *HostCuff) work(now time.Time) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wire.tick(c, now)
	out := c.out
	c.out = nil
	if c.quirks.SilentAfter > 0 && c.starts > 0 && now.Sub(c.started) >= c.quirks.SilentAfter {
		return nil
	}
	return out
}

// send queues a frame.
func (c *HostCuff) send(frame []byte) {
	if c.quirks.Alter != nil {
		frame = c.quirks.Alter(c.frames, frame)
	}
	c.frames++
	c.out = append(c.out, frame...)
}

// forbid notes something that the host must never say.
func (c *HostCuff) forbid(what string, command []byte) {
	c.told = append(c.told, fmt.Sprintf("%s (% X)", what, command))
}

// start sets the pump going. It reports whether the instrument heard it, and
// whether it says so.
func (c *HostCuff) start(now time.Time, command []byte) (heard, answered bool) {
	if c.quirks.DeafStarts > 0 {
		c.quirks.DeafStarts--
		return false, false
	}
	if c.working {
		c.forbid("start while it measures", command)
		return true, true
	}
	if c.air.pressure(now) >= cuffFull {
		c.forbid("start of a tight cuff", command)
	}
	c.starts++
	c.working, c.started = true, now
	if c.starts > 1 && c.options.Fault != Critical {
		c.arm.vary(c.rand)
	}
	how := courseOf(c.options.Fault, c.good)
	if c.quirks.Runaway {
		how = runaway
	}
	c.air.fill(now, c.options, c.rand, c.arm, c.target, how)
	if c.quirks.NoPump {
		c.air.open(now, false)
	}
	if c.quirks.LostAnswers > 0 {
		c.quirks.LostAnswers--
		return true, false
	}
	return true, true
}

// cuffFull is the pressure from which a cuff must not be started, in mmHg.
const cuffFull = 15

// abort lets the cuff go, and reports whether the instrument heard it.
func (c *HostCuff) abort(now time.Time) bool {
	c.aborts++
	if c.quirks.DeafAborts > 0 {
		c.quirks.DeafAborts--
		return false
	}
	c.working = false
	c.air.open(now, c.options.Fault == StuckCuff)
	return true
}

// finished reports, once, that the measurement has come to its end.
func (c *HostCuff) finished(now time.Time) bool {
	if !c.working || now.Sub(c.started) < c.air.takes() {
		return false
	}
	c.working = false
	return true
}

// inflating reports that the pressure rises.
func (c *HostCuff) inflating(now time.Time) bool {
	return c.working && c.air.at(now) > c.air.at(now.Add(-cuffTick))
}

// code is how measurements end: the family's number for the fault, or zero.
func (c *HostCuff) code(of map[Fault]int) int {
	if c.quirks.Code != 0 {
		return c.quirks.Code
	}
	return of[c.options.Fault]
}
