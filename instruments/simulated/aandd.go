package simulated

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"aidpost/instruments"
)

// ADQuirks are ways of a TM-2655 to behave that a Fault does not name.
type ADQuirks struct {
	Mute       bool          // a measurement that was stopped has no record
	Acks       bool          // commands are answered with an ACK
	DeafStops  int           // so many stops are ignored
	NoEnd      bool          // no record comes at the end
	Trailing   bool          // a separator after the last field
	WrongCheck bool          // the check byte does not fit
	CheckETX   bool          // the check byte takes in the ETX
	Twice      bool          // records come twice
	Drift      time.Duration // of the clock
}

// An ADStation is the twin of an A&D TM-2655 or TM-2657 with a cuff that holds
// the arm of a quiet adult. Its methods are safe while it runs.
type ADStation struct {
	model   string
	name    string
	baud    int
	options Options
	quirks  ADQuirks

	mu      sync.Mutex
	rand    *rand.Rand
	air     cuffAir
	running bool
	ends    time.Time // of the measurement under way
	due     time.Time // of a record; zero: none
	next    StationResult
	out     []byte
	in      []byte
	deaf    int
	starts  int
	stops   int
	flaws   []string
}

var _ Twin = (*ADStation)(nil)

// NewTM2655 returns a TM-2655 at rest.
func NewTM2655(o Options) *ADStation { return NewQuirkyTM2655(o, ADQuirks{}) }

// NewQuirkyTM2655 returns a TM-2655 that behaves so.
func NewQuirkyTM2655(o Options, q ADQuirks) *ADStation {
	return newADStation("aandd-tm2655", "TM2655", 9600, o, q)
}

// NewTM2657 returns a TM-2657 at rest.
func NewTM2657(o Options) *ADStation {
	return newADStation("aandd-tm2657", "TM2657", 2400, o, ADQuirks{Trailing: true})
}

func newADStation(model, name string, baud int, o Options, q ADQuirks) *ADStation {
	return &ADStation{
		model: model, name: name, baud: baud, options: o, quirks: q, rand: rand.New(rand.NewPCG(o.Seed, 0xad)),
		air: cuffAir{tau: o.After(dumpTau), stuck: true},
	}
}

// Model is the ID of the model it imitates.
func (s *ADStation) Model() string { return s.model }

// Line is as the station is delivered.
func (s *ADStation) Line() instruments.Line {
	return instruments.Line{Baud: s.baud, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// Pressure returns the true pressure in the cuff in mmHg.
func (s *ADStation) Pressure() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.air.pressure(time.Now())
}

// Commanded tells how many starts and stops the host has sent so far.
func (s *ADStation) Commanded() (starts, stops int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.starts, s.stops
}

// Violations lists what the host said beside start and stop.
func (s *ADStation) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.flaws)
}

// Press is a person who presses the start key.
func (s *ADStation) Press() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.start(time.Now())
}

// Say sends any bytes.
func (s *ADStation) Say(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out = append(s.out, b...)
}

// Run speaks on wire until ctx ends or the host is gone.
func (s *ADStation) Run(ctx context.Context, wire instruments.Port) error {
	buf := make([]byte, 64)
	for {
		if out := s.work(time.Now()); len(out) > 0 {
			if _, err := wire.Write(out); err != nil {
				return err
			}
		}
		n, err := instruments.ReadSome(ctx, wire, buf, stationTick)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			s.hear(buf[:n], time.Now())
		case instruments.CodeOf(err) != instruments.NoAnswer:
			return err
		}
	}
}

// work does what is due and returns what is to be sent.
func (s *ADStation) work(now time.Time) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running && !now.Before(s.ends) {
		s.running = false
		s.due = now.Add(s.options.After(500 * time.Millisecond))
		if s.quirks.NoEnd {
			s.due = time.Time{}
		}
	}
	if !s.due.IsZero() && !now.Before(s.due) {
		s.due = time.Time{}
		s.next.At = s.options.Clock()()
		s.out = append(s.out, s.frame(s.text(s.next))...)
		if s.quirks.Twice {
			s.out = append(s.out, s.frame(s.text(s.next))...)
		}
	}
	out := s.out
	s.out = nil
	return out
}

// hear takes bytes of the host. What is no frame is ignored, such as a command
// written out as text.
func (s *ADStation) hear(b []byte, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.in = append(s.in, b...)
	for {
		at := bytes.Index(s.in, []byte{0x16, 0x16, 0x01})
		if at < 0 {
			if len(s.in) > 64 {
				s.in = nil
			}
			return
		}
		s.in = s.in[at:]
		end := bytes.IndexByte(s.in, 0x03)
		if end < 0 || end+1 >= len(s.in) {
			return
		}
		frame := bytes.Clone(s.in[:end+2])
		s.in = s.in[end+2:]
		s.obey(frame, now)
	}
}

func (s *ADStation) obey(frame []byte, now time.Time) {
	if s.quirks.Acks {
		s.out = append(s.out, 0x06)
	}
	switch string(frame[3:]) {
	case "0 \x02ST\x03\x07", "00\x02ST\x03\x07":
		s.starts++
		s.start(now)
	case "0 \x02SP\x03\x03", "00\x02SP\x03\x03":
		s.stops++
		s.stop(now)
	default:
		s.flaws = append(s.flaws, fmt.Sprintf("% X", frame))
	}
}

// start begins a measurement, unless one is under way.
func (s *ADStation) start(now time.Time) {
	if s.running {
		return
	}
	s.running, s.due = true, time.Time{}
	s.next = stationArm(s.rand, s.options)
	stuck := s.options.Fault == StuckCuff
	s.air = cuffAir{since: now, tau: s.options.After(dumpTau), stuck: stuck, stretches: []stretch{
		{s.options.After(7 * time.Second), 170}, {s.options.After(21 * time.Second), float64(max(s.next.Diastolic-15, 40))},
	}}
	if stuck {
		s.air.stretches = append(s.air.stretches, stretch{time.Hour, 170})
	}
	s.ends = now.Add(s.air.takes() + s.options.After(2*time.Second))
}

// stop opens the cuff; the record of the failed measurement follows once it is
// empty.
func (s *ADStation) stop(now time.Time) {
	if s.deaf < s.quirks.DeafStops {
		s.deaf++
		return
	}
	s.air.open(now, s.options.Fault == StuckCuff)
	if !s.running {
		return
	}
	s.running = false
	s.next = StationResult{Error: 7}
	if !s.quirks.Mute && s.options.Fault != StuckCuff {
		s.due = now.Add(s.options.After(2500 * time.Millisecond))
	}
}

// text is the record of a result.
func (s *ADStation) text(r StationResult) string {
	wall := stationWall(r.At, s.options).Add(s.quirks.Drift)
	text := fmt.Sprintf("%s\x1e%s\x1eRB\x1eM\x1eE%02d\x1eS%3d\x1eM%3d\x1eD%3d\x1eP%3d\x1eI17\x1eL%3d",
		s.name, wall.Format("0601021504"), r.Error, r.Systolic, r.Mean, r.Diastolic, r.Pulse, 104)
	if s.name == "TM2657" {
		text += fmt.Sprintf("\x1ei%d\x1em%d\x1er0\x1et%d", bit(r.Irregular), r.Movement, 28)
	}
	if s.quirks.Trailing {
		text += "\x1e"
	}
	return text
}

func (s *ADStation) frame(text string) []byte {
	check := byte(0)
	for i := range len(text) {
		check ^= text[i]
	}
	if s.quirks.CheckETX {
		check ^= 0x03
	}
	if s.quirks.WrongCheck {
		check ^= 0x55
	}
	return append([]byte("\x16\x16\x0100\x02"+text+"\x03"), check)
}
