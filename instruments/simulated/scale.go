package simulated

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"aidpost/instruments"
)

// The way of a person over a scale, from when a host opened its port on.
const (
	scaleOn     = 3 * time.Second         // steps on; real time
	scaleSteady = 2500 * time.Millisecond // sways before the weight is steady
	scaleStays  = 12 * time.Second
	scaleRound  = 22 * time.Second // until the person steps on again
	scaleTick   = 20 * time.Millisecond
)

// A ScaleQuirk is a way of a scale to behave that a Fault does not name.
type ScaleQuirk struct {
	Pounds    bool
	Standing  bool // somebody stands there already and never steps off
	Tared     bool
	Owner     string // of the record, as typed into the scale
	Malformed bool   // records say what cannot be
}

// A platform is what a scale feels at one moment.
type platform struct {
	grams    int
	steady   bool
	overload bool
}

// A scaleTongue is how a family of scales speaks.
type scaleTongue struct {
	// say writes the weight.
	say func(s *Scale, p platform) string
	// question is what asks for it, and end how every command ends; empty: the
	// scale speaks by itself.
	question, end string
	// opening begins every command; what has come before it is of no account.
	// Empty: all that comes before the end belongs to the command.
	opening string
	// unknown is what it answers to a command that it does not know.
	unknown string
	// stream is how often a scale speaks by itself while the weight is steady.
	stream time.Duration
	// silent reports what must never be said to the scale. Other commands are
	// not understood.
	forbidden []string
}

// A Scale is the twin of a weight scale. A person steps on a moment after a host
// has opened its port, stays for a while, and does so again and again. Its
// methods are safe while it runs.
type Scale struct {
	model   string
	line    instruments.Line
	options Options
	tongue  scaleTongue

	mu    sync.Mutex
	rand  *rand.Rand
	quirk ScaleQuirk
	grams int // of the person
	in    []byte
	said  []string
}

var _ Twin = (*Scale)(nil)

func newScale(model string, line instruments.Line, o Options, t scaleTongue) *Scale {
	r := rand.New(rand.NewPCG(o.Seed, 0x5ca1e))
	s := &Scale{model: model, line: line, options: o, tongue: t, rand: r, grams: 52_000 + 100*r.IntN(450)}
	if o.Fault == Critical {
		s.grams = 212_400
	}
	return s
}

// Model is the ID of the model it imitates.
func (s *Scale) Model() string { return s.model }

// Line is the line it expects.
func (s *Scale) Line() instruments.Line { return s.line }

// SetQuirk makes the scale behave so.
func (s *Scale) SetQuirk(q ScaleQuirk) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quirk = q
}

// SetWeight puts another person there, who weighs so many grams.
func (s *Scale) SetWeight(grams int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.grams = grams
}

// Grams is what the person weighs.
func (s *Scale) Grams() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.grams
}

// Violations lists what the host has said and must not.
func (s *Scale) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.said)
}

// Run speaks on wire until ctx ends or the host is gone.
func (s *Scale) Run(ctx context.Context, wire instruments.Port) error {
	began := time.Now()
	var next time.Time
	buf := make([]byte, 64)
	for {
		now := time.Now()
		p := s.feels(now.Sub(began))
		if s.tongue.stream > 0 && !p.overload && p.steady && p.grams > 0 && !now.Before(next) {
			next = now.Add(s.tongue.stream)
			if err := s.speak(wire, p); err != nil {
				return err
			}
		}
		n, err := instruments.ReadSome(ctx, wire, buf, scaleTick)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			for _, answer := range s.hear(buf[:n]) {
				if err := s.answer(wire, answer, s.feels(time.Since(began))); err != nil {
					return err
				}
			}
		case instruments.CodeOf(err) != instruments.NoAnswer:
			return err
		}
	}
}

func (s *Scale) answer(wire instruments.Port, answer string, p platform) error {
	if answer == "" {
		return s.speak(wire, p)
	}
	_, err := wire.Write([]byte(answer))
	return err
}

func (s *Scale) speak(wire instruments.Port, p platform) error {
	s.mu.Lock()
	said := s.tongue.say(s, p)
	s.mu.Unlock()
	_, err := wire.Write([]byte(said))
	return err
}

// feels tells what is on the platform so long after the port was opened.
func (s *Scale) feels(t time.Duration) platform {
	s.mu.Lock()
	defer s.mu.Unlock()
	round := s.options.After(scaleRound)
	in := (t - scaleOn) % round
	swaying := platform{grams: s.grams + s.grams/700*(s.rand.IntN(41)-20)}
	switch {
	case s.quirk.Standing:
		return platform{grams: s.grams, steady: true}
	case t < scaleOn, in >= s.options.After(scaleStays), s.options.Fault == NoResult:
		return platform{steady: true}
	case s.options.Fault == High:
		return platform{grams: s.grams, overload: true}
	case in < s.options.After(scaleSteady), s.options.Fault == Unstable, s.options.Fault == Movement:
		return swaying
	}
	return platform{grams: s.grams, steady: true}
}

// hear takes bytes of the host and returns what to say to the commands among
// them: nothing, for the weight.
func (s *Scale) hear(b []byte) (answers []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tongue.end == "" {
		s.said = append(s.said, fmt.Sprintf("% X", b))
		return nil
	}
	s.in = append(s.in, b...)
	for {
		command, rest, ok := bytes.Cut(s.in, []byte(s.tongue.end))
		if !ok {
			s.in = s.in[max(len(s.in)-64, 0):]
			return answers
		}
		if i := bytes.LastIndex(command, []byte(s.tongue.opening)); i > 0 && s.tongue.opening != "" {
			command = command[i:]
		}
		switch c := string(command) + s.tongue.end; {
		case c == s.tongue.question:
			answers = append(answers, "")
		case slices.Contains(s.tongue.forbidden, string(command)):
			s.said = append(s.said, fmt.Sprintf("%q", command))
		case s.tongue.unknown != "":
			answers = append(answers, s.tongue.unknown)
		}
		s.in = bytes.Clone(rest)
	}
}

// number writes a weight as the display does, in the scale's own unit.
func (s *Scale) number(grams, digits int) (number, unit string) {
	if s.quirk.Pounds {
		return fmt.Sprintf("%.*f", digits, float64(grams)/453.59237), "lb"
	}
	return fmt.Sprintf("%.*f", digits, float64(grams)/1000), "kg"
}

// NewHealthometer returns a Health o meter scale, which tells a locked weight
// once a second.
func NewHealthometer(o Options) *Scale {
	line := instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
	first := true
	return newScale("healthometer-esc", line, o, scaleTongue{stream: time.Second, say: func(s *Scale, p platform) string {
		number, unit := s.number(p.grams, 1)
		opening := "6R"
		if first {
			opening, first = "\x1bR", false
		}
		owner := s.quirk.Owner
		if owner == "" {
			owner = "0000000000"
		}
		tare := "0.0"
		if s.quirk.Tared {
			tare = "5.7"
		}
		if s.quirk.Malformed {
			unit = "?"
		}
		n := map[string]string{"kg": "m", "lb": "c"}[unit]
		return opening + "\x1bI" + owner + "\x1bW" + number + "\x1bH0.0\x1bB0.0\x1bT" + tare + "\x1bN" + n + "\x1bE"
	}})
}

// NewRiceLake returns a Rice Lake scale, which wants to be asked.
func NewRiceLake(o Options) *Scale {
	line := instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
	return newScale("ricelake-esc", line, o, scaleTongue{
		question: "\x1bR\x1bE", opening: "\x1b", end: "\x1bE", forbidden: []string{"\x1bX", "\x1bS", "\x1bC", "X", "S", "C"},
		say: func(s *Scale, p platform) string {
			number, unit := s.number(p.grams, 1)
			if p.overload {
				number = "999.9"
			}
			if s.quirk.Malformed {
				unit = "?"
			}
			n := map[string]string{"kg": "m", "lb": "c"}[unit]
			tare := ""
			if s.quirk.Tared {
				tare = "\x1bT2.0"
			}
			owner := ""
			if s.quirk.Owner != "" {
				owner = "\x1bI" + s.quirk.Owner
			}
			return "\x1bR" + owner + fmt.Sprintf("\x1bW%06s", number) + tare + "\x1bN" + n + "\x1bE"
		},
	})
}

// NewSICS returns a scale with the command set of Mettler Toledo.
func NewSICS(o Options) *Scale {
	line := instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
	return newScale("mettler-sics", line, o, scaleTongue{
		question: "SI\r\n", end: "\r\n", unknown: "ES\r\n", forbidden: []string{"Z", "ZI", "T", "TI", "TA", "TAC", "@"},
		say: func(s *Scale, p platform) string {
			number, unit := s.number(p.grams, 2)
			switch {
			case p.overload:
				return "S +\r\n"
			case s.quirk.Malformed:
				return "ES\r\n"
			case p.steady:
				return fmt.Sprintf("S S %10s %s\r\n", number, unit)
			case p.grams%300 == 0:
				return "S I\r\n"
			}
			return fmt.Sprintf("S D %10s %s\r\n", number, unit)
		},
	})
}

// NewADScale returns a scale with the standard format of A&D.
func NewADScale(o Options) *Scale {
	line := instruments.Line{Baud: 2400, DataBits: 7, Parity: instruments.EvenParity, StopBits: 1}
	return newScale("aandd-scale", line, o, scaleTongue{
		question: "Q\r\n", end: "\r\n", forbidden: []string{"Z", "R", "T", "SIR", "C"},
		say: func(s *Scale, p platform) string {
			number, unit := s.number(p.grams, 1)
			header, kind := "US", ""
			switch {
			case p.overload:
				return "OL,+9999999.9  kg\r\n"
			case s.quirk.Malformed:
				header = "QT"
			case p.steady:
				header = "ST"
			}
			if s.quirk.Tared {
				kind = "NT,"
			}
			return header + "," + kind + "+" + strings.Repeat("0", 8-len(number)) + number + fmt.Sprintf("%3s", unit) + "\r\n"
		},
	})
}
