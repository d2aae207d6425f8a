package simulated

import (
	"context"
	"math/rand/v2"
	"time"

	"aidpost/instruments"
)

// A NoninLive is a Nonin module that streams in data format 2, 7, 8 or 1 as
// soon as it is on. A finger goes in after three seconds and stays.
//
// With an even seed its firmware knows SmartPoint and marks the values as good
// eight seconds after it has found the pulse. With an odd seed it is older: in
// formats 2 and 7 the bit is then set at all times and means nothing, in format
// 8 it is never set.
//
// For ten seconds after a finger has left the last values are held, with the
// mark "sensor alarm". Faults: finger-out (in second 20, for good),
// weak-signal, unstable, movement (seconds 12 to 18), critical, low-battery.
type NoninLive struct {
	opt    Options
	format int
	old    bool
}

// NewNonin2 returns a twin of model nonin-df2.
func NewNonin2(opt Options) *NoninLive { return newNoninLive(opt, 2) }

// NewNonin7 returns a twin of model nonin-df7.
func NewNonin7(opt Options) *NoninLive { return newNoninLive(opt, 7) }

// NewNonin8 returns a twin of model nonin-df8.
func NewNonin8(opt Options) *NoninLive { return newNoninLive(opt, 8) }

// NewNonin1 returns a twin of model nonin-df1.
func NewNonin1(opt Options) *NoninLive { return newNoninLive(opt, 1) }

func newNoninLive(opt Options, format int) *NoninLive {
	return &NoninLive{opt: opt, format: format, old: opt.Seed%2 == 1}
}

// Model is the ID of the model it imitates.
func (t *NoninLive) Model() string {
	return map[int]string{1: "nonin-df1", 2: "nonin-df2", 7: "nonin-df7", 8: "nonin-df8"}[t.format]
}

// Line is the line it expects.
func (*NoninLive) Line() instruments.Line { return noninLine() }

func noninLine() instruments.Line {
	return instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// Run sends frames until ctx ends or the host is gone. What the host
// says is ignored.
func (t *NoninLive) Run(ctx context.Context, wire instruments.Port) error {
	rate := 1
	if t.format == 2 || t.format == 7 {
		rate = 75
	}
	sender := &noninSender{
		NoninLive: t, rate: rate, finger: newFingertip(t.opt, rate),
		rand: rand.New(rand.NewPCG(t.opt.Seed, 0x9560)),
	}
	beat := newFramePace(t.opt, rate)
	for {
		if err := heedless(ctx, wire, beat.wait()); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		if _, err := wire.Write(sender.next()); err != nil {
			return err
		}
	}
}

// heedless lets d pass while it takes in whatever the host says, so as to notice
// within a moment that a host is gone. It returns nil when ctx ends.
func heedless(ctx context.Context, wire instruments.Port, d time.Duration) error {
	var buf [64]byte
	for until := time.Now().Add(d); time.Now().Before(until); {
		_, err := instruments.ReadSome(ctx, wire, buf[:], time.Until(until))
		if err != nil && ctx.Err() == nil && instruments.CodeOf(err) != instruments.NoAnswer {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
	}
	return nil
}

// noninHold is for how many seconds the values of a finger that left are held.
const noninHold = 10

// noninSmart is how many seconds after the pulse was found values are good.
const noninSmart = 8

// A noninSender is one stream.
type noninSender struct {
	*NoninLive
	rate   int
	finger *fingertip
	rand   *rand.Rand

	frame  int // of the packet, 0 to 24
	timer  int // packets
	packet noninShown
	last   noninShown // while a finger was in
	held   int        // frames since it left
	pulse  int        // frames that the mark of a pulse still lasts
	colour byte
}

// noninShown is what the display says.
type noninShown struct {
	spo2, pulse int // 127 and 511 are missing
	smart       bool
}

// next returns the bytes of the next frame.
func (s *noninSender) next() []byte {
	c := s.finger.next()
	shown := s.show(c)
	moving := s.opt.Fault == Movement && s.second() >= movesFrom && s.second() < movesTo
	if s.rate == 1 {
		return s.slow(c, shown, moving)
	}
	return s.fast(c, shown, moving)
}

func (s *noninSender) second() int { return s.finger.frame / s.rate }

// show returns what the display says, with the values held for a while.
func (s *noninSender) show(c fingerFrame) noninShown {
	shown := noninShown{spo2: c.spo2, pulse: c.pulse}
	if c.spo2 == 0 {
		shown = noninShown{spo2: 127, pulse: 511}
	}
	if c.fingerOut {
		if s.held++; s.held <= noninHold*s.rate && s.last.spo2 != 0 {
			return noninShown{spo2: s.last.spo2, pulse: s.last.pulse}
		}
		return shown
	}
	switch s.opt.Fault {
	case WeakSignal, Unstable, Movement, FingerOut:
	default:
		shown.smart = !s.old && c.spo2 != 0 && s.finger.frame > s.finger.settle+noninSmart*s.rate
	}
	s.held, s.last = 0, shown
	return shown
}

// fast returns a frame of format 2 or 7.
func (s *noninSender) fast(c fingerFrame, shown noninShown, moving bool) []byte {
	if s.frame == 0 {
		s.packet = shown
		s.timer++
	}
	status := byte(0x80)
	status |= bit(s.frame == 0) | bit(c.fingerOut)<<3 | bit(c.searching || c.fingerOut)<<4
	status |= bit(moving && s.frame < 5) << 5
	status |= s.perfusion(c, moving) << 1
	value := s.float()
	pleth := c.pleth*2 + s.rand.IntN(2)
	s.frame = (s.frame + 1) % 25
	b := []byte{0x01, status, byte(pleth), value, 0}
	if s.format == 7 {
		b = []byte{status, byte(pleth), byte(s.rand.UintN(256)), value, 0}
	}
	b[4] = b[0] + b[1] + b[2] + b[3]
	return b
}

// perfusion returns the mark of a pulse, which lasts for twelve frames.
func (s *noninSender) perfusion(c fingerFrame, moving bool) byte {
	const green, red, yellow = 1, 2, 3
	if c.beat && s.pulse == 0 || moving && s.pulse == 0 && s.frame == 0 {
		s.pulse, s.colour = 12, green
		switch {
		case c.signal < 3:
			s.colour = red
		case c.signal < 5:
			s.colour = yellow
		}
	}
	if s.pulse == 0 || c.fingerOut {
		return 0
	}
	s.pulse--
	return s.colour
}

// float returns the fourth byte of the present frame. Reserved ones are
// anything.
func (s *noninSender) float() byte {
	p := &s.packet
	high, low := byte(p.pulse>>7), byte(p.pulse&0x7F)
	firmware := byte(48)
	stat2 := bit(p.smart)<<5 | bit(s.opt.Fault == LowBattery)
	if s.old {
		firmware = 12
		stat2 |= 0x20
	}
	switch s.frame + 1 {
	case 1, 14, 20, 22:
		return high
	case 2, 15, 21, 23:
		return low
	case 3, 9, 10, 11, 16, 17:
		return byte(p.spo2)
	case 4:
		return firmware
	case 6:
		return byte(s.timer>>7) & 0x7F
	case 7:
		return byte(s.timer) & 0x7F
	case 8:
		return stat2
	}
	return byte(s.rand.UintN(128))
}

// slow returns a group of format 8 or 1.
func (s *noninSender) slow(c fingerFrame, shown noninShown, moving bool) []byte {
	weak := !c.searching && !c.fingerOut && c.signal < 3
	group := []byte{
		0x80 | bit(c.searching || c.fingerOut)<<5 | bit(weak)<<4 | bit(moving)<<2 | byte(shown.pulse>>7),
		byte(shown.pulse & 0x7F),
		byte(shown.spo2),
	}
	if s.format == 1 {
		return group
	}
	return append(group, bit(shown.smart)<<5|bit(c.fingerOut)<<3|bit(s.opt.Fault == LowBattery))
}
