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

const (
	stationPerson  = 2 * time.Second  // from plugging in to the press of the start key; real time
	stationCourse  = 30 * time.Second // of one measurement
	stationBetween = 20 * time.Second // until the next person presses
)

// A StationResult is what a simulated station measured.
type StationResult struct {
	At                               time.Time // the station writes down its own clock
	Systolic, Mean, Diastolic, Pulse int
	ID                               string // typed in by the person; empty: nothing
	Error                            int    // other than 0: no values
	Movement                         int
	Irregular                        bool
}

// A Station is the twin of a blood-pressure station that a person starts and
// that sends its record after each measurement. A person sits down a moment
// after it was plugged in, and then one after the other. Its methods are safe
// while it runs.
type Station struct {
	model   string
	line    instruments.Line
	options Options
	record  func(r StationResult, wall time.Time) []byte // nil bytes: nothing to say

	mu     sync.Mutex
	rand   *rand.Rand
	people bool
	queue  [][]byte // to send at once
	heard  []string
}

func newStation(model string, line instruments.Line, o Options, record func(StationResult, time.Time) []byte) *Station {
	return &Station{
		model: model, line: line, options: o, record: record,
		rand: rand.New(rand.NewPCG(o.Seed, 0x57a7)), people: o.Fault != NoResult,
	}
}

// Model is the ID of the model it imitates.
func (s *Station) Model() string { return s.model }

// Line is the line it expects.
func (s *Station) Line() instruments.Line { return s.line }

// Clear sends the people away: from now on only what it is told to is sent.
func (s *Station) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people, s.queue = false, nil
}

// Finish ends a measurement with r.
func (s *Station) Finish(r StationResult) { s.Say(s.record(r, s.wall(r.At))) }

// Say sends any bytes.
func (s *Station) Say(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, slices.Clone(b))
}

// Violations lists what the host has sent, since it must not send anything.
func (s *Station) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.heard)
}

// stationTick is how late the station may send.
const stationTick = 20 * time.Millisecond

// Run sends records until ctx ends or the host is gone.
func (s *Station) Run(ctx context.Context, wire instruments.Port) error {
	next := time.Now().Add(stationPerson + s.options.After(stationCourse))
	buf := make([]byte, 64)
	for {
		if !time.Now().Before(next) {
			s.measure()
			next = time.Now().Add(s.options.After(stationBetween + stationCourse))
		}
		for _, b := range s.due() {
			if _, err := wire.Write(b); err != nil {
				return err
			}
		}
		n, err := instruments.ReadSome(ctx, wire, buf, min(stationTick, max(time.Until(next), time.Millisecond)))
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			s.mu.Lock()
			s.heard = append(s.heard, fmt.Sprintf("% X", buf[:n]))
			s.mu.Unlock()
		case instruments.CodeOf(err) != instruments.NoAnswer:
			return err
		}
	}
}

func (s *Station) due() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queue
	s.queue = nil
	return q
}

// measure is a person who was measured.
func (s *Station) measure() {
	s.mu.Lock()
	if !s.people {
		s.mu.Unlock()
		return
	}
	r := stationArm(s.rand, s.options)
	s.mu.Unlock()
	s.Finish(r)
}

// stationArm is the result of a measurement of some adult that has just ended,
// or its failure.
func stationArm(rand *rand.Rand, o Options) StationResult {
	r := StationResult{
		At:       o.Clock()(),
		Systolic: 116 + rand.IntN(18), Diastolic: 72 + rand.IntN(14), Pulse: 61 + rand.IntN(22),
	}
	switch o.Fault {
	case Critical:
		r.Systolic, r.Diastolic, r.Pulse = 186, 112, 92
	case Movement:
		r.Movement = 2
	case Unstable:
		r.Irregular = true
	case CuffLoose, WeakSignal, HoseKinked, Overshoot, StuckCuff:
		return StationResult{At: r.At, Error: 7}
	}
	r.Mean = r.Diastolic + (r.Systolic-r.Diastolic)/3
	return r
}

// wall is what the station's clock shows.
func (s *Station) wall(t time.Time) time.Time { return stationWall(t, s.options) }

func stationWall(t time.Time, o Options) time.Time {
	t = t.In(o.Location())
	if o.Fault == WrongClock {
		t = t.Add(batteryChange.Sub(o.Clock()()))
	}
	return t
}

// NewHBP9030 returns an Omron HBP-9030 that is set to its output format 5.
func NewHBP9030(o Options) *Station {
	line := instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
	return newStation("omron-hbp9030", line, o, func(r StationResult, wall time.Time) []byte {
		values := fmt.Sprintf("%03d,%03d,%03d", r.Systolic, r.Diastolic, r.Pulse)
		if r.Error != 0 {
			values = "   ,   ,   "
		}
		return fmt.Appendf(nil, "%s,%20s,%d,%s,%d\r\n", wall.Format("2006,01,02,15,04"), r.ID, r.Error, values, r.Movement)
	})
}

// NewHBP9020 returns an Omron HBP-9020 that is set to its output mode 5. Its
// last digit tells an error or movement.
func NewHBP9020(o Options) *Station {
	line := instruments.Line{Baud: 2400, DataBits: 8, Parity: instruments.EvenParity, StopBits: 2}
	return newStation("omron-hbp9020", line, o, func(r StationResult, wall time.Time) []byte {
		return fmt.Appendf(nil, "bp,%20s,%s,%03d,%03d,%03d,%03d,%d\r", r.ID, wall.Format("2006/01/02,15:04"),
			r.Systolic, r.Mean, r.Diastolic, r.Pulse, max(r.Error, r.Movement))
	})
}

// NewTerumo returns a Terumo station.
func NewTerumo(o Options) *Station {
	line := instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
	return newStation("terumo-bp500", line, o, func(r StationResult, wall time.Time) []byte {
		text := fmt.Sprintf("R1,%09s,%s,%03d,%03d,%03d,%03d,0000,0000,%05d,000", r.ID, wall.Format("060102,150405"),
			r.Systolic, r.Mean, r.Diastolic, r.Pulse, r.Error)
		check := byte(0)
		for _, c := range []byte(text) {
			check ^= c
		}
		return append([]byte("\x02"+text+"\x03"), check)
	})
}

// NewFT201 returns a Parama-Tech FT-201. It tells nothing of a measurement that
// failed.
func NewFT201(o Options) *Station {
	line := instruments.Line{Baud: 4800, DataBits: 8, Parity: instruments.NoParity, StopBits: 2}
	return newStation("paramatech-ft201", line, o, func(r StationResult, wall time.Time) []byte {
		if r.Error != 0 {
			return nil
		}
		return fmt.Appendf(nil, "\x02 %s %03d %03d %03d\x03", wall.Format("060102 1504"), r.Systolic, r.Diastolic, r.Pulse)
	})
}

// NewBP868F returns an AMPall BP868F. It tells nothing of a measurement that
// failed.
func NewBP868F(o Options) *Station {
	line := instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
	return newStation("ampall-bp868f", line, o, func(r StationResult, _ time.Time) []byte {
		if r.Error != 0 {
			return nil
		}
		return fmt.Appendf(nil, "^%03d%03d%03d%03d%d^", r.Systolic, r.Mean, r.Diastolic, r.Pulse, bit(r.Irregular))
	})
}
