package simulated

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"aidpost/instruments"
)

// When things happen to the probe, from when a host opened the port on.
const (
	thermoOut    = 2 * time.Second // taken out of its well; real time
	thermoReady  = 1 * time.Second
	thermoMouth  = 3 * time.Second // until it is in the mouth
	thermoShown  = 9 * time.Second // until a prediction is shown
	thermoFinal  = 10 * time.Second
	thermoBack   = 22 * time.Second // until it is put back
	thermoRound  = 30 * time.Second
	thermoRecord = 173 * time.Millisecond
)

// SureTempQuirks are ways of the module to behave that a Fault does not name.
type SureTempQuirks struct {
	Stale   bool // the last temperature is never put away
	Long    bool // a later module, which sends 33 bytes
	NoProbe bool
	Refuses bool // every question is answered with an error
}

// A SureTemp is the twin of a SureTemp Plus module. A member of staff takes the
// temperature of the same person again and again. Its methods are safe while it
// runs.
type SureTemp struct {
	options Options

	mu     sync.Mutex
	quirks SureTempQuirks
	tenths int // degrees Celsius
	in     []byte
	said   []string
}

var _ Twin = (*SureTemp)(nil)

// NewSureTemp returns a module with its probe in the well.
func NewSureTemp(o Options) *SureTemp {
	r := rand.New(rand.NewPCG(o.Seed, 0x7e3b))
	s := &SureTemp{options: o, tenths: 362 + r.IntN(12)}
	if o.Fault == Critical {
		s.tenths = 398
	}
	return s
}

// Model is the ID of the model it imitates.
func (s *SureTemp) Model() string { return "welchallyn-suretemp-plus" }

// Line is the line it expects.
func (s *SureTemp) Line() instruments.Line {
	return instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// SetQuirks makes the module behave so.
func (s *SureTemp) SetQuirks(q SureTempQuirks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quirks = q
}

// Tenths is the person's temperature in tenths of a degree Celsius.
func (s *SureTemp) Tenths() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tenths
}

// SetTenths gives the person another temperature.
func (s *SureTemp) SetTenths(tenths int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tenths = tenths
}

// Violations lists the commands that the host has sent and must not.
func (s *SureTemp) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.said)
}

// Run answers on wire until ctx ends or the host is gone.
func (s *SureTemp) Run(ctx context.Context, wire instruments.Port) error {
	began := time.Now()
	buf := make([]byte, 64)
	for {
		n, err := instruments.ReadSome(ctx, wire, buf, time.Second)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			if out := s.hear(buf[:n], time.Since(began)); len(out) > 0 {
				if _, err := wire.Write(out); err != nil {
					return err
				}
			}
		case instruments.CodeOf(err) != instruments.NoAnswer:
			return err
		}
	}
}

// hear takes bytes of the host and returns the answers.
func (s *SureTemp) hear(b []byte, t time.Duration) (out []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.in = append(s.in, b...)
	for {
		at := bytes.Index(s.in, []byte{0x03, 0x02, 0x10})
		if at < 0 {
			s.in = s.in[max(len(s.in)-2, 0):]
			return out
		}
		s.in = s.in[at:]
		if len(s.in) < 8 {
			return out
		}
		size := 9 + int(s.in[6])
		switch {
		case size > 64:
			s.in = s.in[1:]
			continue
		case len(s.in) < size:
			return out
		}
		if command := s.in[:size]; thermoSum(command) == 0 && command[5] == 0x01 {
			out = append(out, s.obey(command, t)...)
		}
		s.in = bytes.Clone(s.in[size:])
	}
}

func thermoSum(b []byte) (sum byte) {
	for _, c := range b {
		sum += c
	}
	return sum
}

func (s *SureTemp) obey(command []byte, t time.Duration) []byte {
	if command[3] != 0x94 || command[4] != 0x1C {
		s.said = append(s.said, fmt.Sprintf("% X", command))
		return thermoPacket(command[3:5], 0x03, nil)
	}
	if s.quirks.Refuses {
		return thermoPacket(command[3:5], 0x05, nil)
	}
	return thermoPacket(command[3:5], 0x02, s.record(t))
}

func thermoPacket(command []byte, kind byte, data []byte) []byte {
	p := append([]byte{0x03, 0x02, 0x10, command[0], command[1], kind, byte(len(data)), 0}, data...)
	return append(p, -thermoSum(p))
}

// record is the temperature record so long after the port was opened.
func (s *SureTemp) record(t time.Duration) []byte {
	kelvin := float32(float64(s.tenths)/10 + 273.15)
	round := s.options.After(thermoRound)
	in := (t - thermoOut) % round
	var last, probe float32 = 0, 296.4
	state, active, failure, kind := byte(0), byte(0), 0, byte(0)
	after := func(d time.Duration) bool { return in >= s.options.After(d) }
	switch {
	case s.quirks.NoProbe:
		kind = 3
	case s.quirks.Stale:
		state, last = 6, kelvin
	case s.options.Fault == LowBattery:
		state, failure = 20, 17
	case t < thermoOut || s.options.Fault == NoResult || after(thermoBack):
	case after(thermoFinal):
		state, last, probe = 6, kelvin, kelvin-0.4
		switch s.options.Fault {
		case High:
			state, last = 8, 0
		case Low:
			state, last = 10, 0
		case Unstable, Movement:
			state, last = 12, 0
		}
	case after(thermoShown):
		state, last, probe, active = 4, 0, kelvin-0.6, 1
	case after(thermoMouth):
		state, probe, active = 3, kelvin-2, 1
	case after(thermoReady):
		state, probe, active = 2, 307.4, 1
	default:
		state, active = 1, 1
	}
	b := binary.LittleEndian.AppendUint32(nil, math.Float32bits(last))
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(probe))
	b = binary.LittleEndian.AppendUint32(b, uint32(t/thermoRecord))
	b = append(b, 0, 0, state)
	b = binary.LittleEndian.AppendUint16(b, uint16(failure))
	b = append(b, active, kind)
	if s.quirks.Long {
		b = append(b, make([]byte, 14)...)
	}
	return b
}
