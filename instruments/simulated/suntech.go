package simulated

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"aidpost/instruments"
)

// A SunTech is the twin of a SunTech Advantage module with a cuff on a quiet
// adult arm. It pumps, deflates in steps with the heart beats, and dumps; the
// pressure inside is there to be asserted. Its methods are safe while it runs.
//
// Speed divides the time of the cuff, not that of the wire. A host that asks
// for the pressure every 200 ms sees little of a cuff at more than Speed 50.
type SunTech struct {
	options Options
	quirks  SunTechQuirks

	mu       sync.Mutex
	rand     *rand.Rand
	arm      arm
	air      cuffAir
	target   int // first inflation, mmHg
	running  bool
	result   suntechResult
	last     suntechResult // what a question for the result brings
	sleeping bool
	mute     time.Time // silent until then, after a reset
	started  time.Time
	deaf     int // aborts ignored so far
	tally    SunTechTally
	due      []suntechDue
	out      []byte // frames to send
	frames   int    // sent so far
	in       []byte // of a command under way
	inSince  time.Time
}

// SunTechQuirks are ways to misbehave that go beyond a Fault, for tests of a
// driver. The zero value is a good module of the A+ generation.
type SunTechQuirks struct {
	LX               bool          // an LX module, with its own form of status
	StartLetters     string        // answers to the first starts, which are then not obeyed
	InflationLetters string        // the same for the setting of the first inflation
	Code             byte          // how measurements end, unless zero
	Inflation        time.Duration // the K of the first inflation comes so late; negative: never
	Blind            time.Duration // pressures are FFFF so long after a start
	SilentAfter      time.Duration // after a start all answers stop, for good
	DeafAborts       int           // so many aborts are ignored
	NoEnd            bool          // the K at the end is left out
	NoResult         bool          // questions for the result are not answered
	LeftTight        int           // mmHg in the cuff at the beginning
	Runaway          bool          // the pump does not stop at the target
	// Alter returns what is sent in place of the n-th frame, counted from 0.
	Alter func(n int, frame []byte) []byte
}

// A SunTechCommand is something the host said.
type SunTechCommand struct {
	At    time.Time
	Bytes []byte
	// Forbidden marks what a kiosk must never send: valves, calibration,
	// holding pressure, neonatal inflation.
	Forbidden bool
}

// A SunTechTally is what a twin has seen of its host.
type SunTechTally struct {
	Starts    int // that set the pump going
	Aborts    int
	Forbidden int
	Commands  []SunTechCommand
}

// suntechResult is the content of a result frame.
type suntechResult struct {
	systolic, diastolic, mean, pulse, beats int
	code                                    byte
}

// suntechDue is something the module will do by itself.
type suntechDue struct {
	at time.Time
	do func(now time.Time)
}

// NewSunTech returns a module at rest.
func NewSunTech(options Options) *SunTech { return NewQuirkySunTech(options, SunTechQuirks{}) }

// NewQuirkySunTech returns a module that misbehaves.
func NewQuirkySunTech(options Options, quirks SunTechQuirks) *SunTech {
	s := &SunTech{
		options: options,
		quirks:  quirks,
		rand:    rand.New(rand.NewPCG(options.Seed, 0xc0ff)),
		target:  160,
	}
	s.air = cuffAir{tau: options.After(dumpTau), level: float64(quirks.LeftTight), stuck: true}
	s.arm = someArm(s.rand, options)
	return s
}

// Model returns "suntech-advantage".
func (*SunTech) Model() string { return "suntech-advantage" }

// Line returns 9600 8N1.
func (*SunTech) Line() instruments.Line {
	return instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// Pressure returns the true pressure in the cuff in mmHg, whatever the module
// says about it.
func (s *SunTech) Pressure() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.air.pressure(time.Now())
}

// Tally returns what the module has seen of its host so far.
func (s *SunTech) Tally() SunTechTally {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tally
	t.Commands = slices.Clone(t.Commands)
	return t
}

// suntechTick bounds how late the module does what is due.
const suntechTick = 20 * time.Millisecond

// Run speaks on wire until ctx ends or the host is gone.
func (s *SunTech) Run(ctx context.Context, wire instruments.Port) error {
	buf := make([]byte, 64)
	for {
		if out := s.work(time.Now()); len(out) > 0 {
			if _, err := wire.Write(out); err != nil {
				return err
			}
		}
		n, err := instruments.ReadSome(ctx, wire, buf, s.idle(time.Now()))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && instruments.CodeOf(err) != instruments.NoAnswer:
			return err
		}
		s.hear(buf[:n], time.Now())
	}
}

// idle returns how long there is nothing to do.
func (s *SunTech) idle(now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := suntechTick
	for _, d := range s.due {
		wait = min(wait, d.at.Sub(now))
	}
	return max(wait, time.Millisecond)
}

// work does what is due and returns the bytes to send.
func (s *SunTech) work(now time.Time) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 0; i < len(s.due); {
		if s.due[i].at.After(now) {
			i++
			continue
		}
		d := s.due[i]
		s.due = slices.Delete(s.due, i, i+1)
		d.do(now)
	}
	if len(s.in) > 0 && now.Sub(s.inSince) > suntechPatience {
		s.in = nil
		s.letter('T')
	}
	out := s.out
	s.out = nil
	if s.quirks.SilentAfter > 0 && !s.started.IsZero() && now.Sub(s.started) >= s.quirks.SilentAfter {
		return nil
	}
	return out
}

// later has do done at a time; the caller holds the lock.
func (s *SunTech) later(at time.Time, do func(time.Time)) {
	s.due = append(s.due, suntechDue{at, do})
}
