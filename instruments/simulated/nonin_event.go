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

// A NoninEvent is a Nonin 9560 in data format 13. On a new connection it sends
// what it has stored, two results of other people, and erases them. A finger
// goes in three seconds after; twelve seconds later it sends the result.
//
// In the first five seconds of a connection it answers commands. Faults:
// finger-out and no-result (no packet), weak-signal ("no measurement"), unstable
// (without SmartPoint), critical, low-battery, wrong-clock (a year ahead).
type NoninEvent struct {
	opt Options

	mu         sync.Mutex
	clockOff   time.Duration
	stored     bool
	clockFree  bool // setting the clock is no violation
	violations []string
}

// NewNonin13 returns a twin of model nonin-df13.
func NewNonin13(opt Options) *NoninEvent {
	t := &NoninEvent{opt: opt, stored: true}
	if opt.Fault == WrongClock {
		t.clockOff = 366 * 24 * time.Hour
	}
	return t
}

// Model is the ID of the model it imitates.
func (*NoninEvent) Model() string { return "nonin-df13" }

// Line is the line it expects.
func (*NoninEvent) Line() instruments.Line { return noninLine() }

// Violations lists the commands received that a measurement may not send: to
// choose a data format or to set the clock. It is safe for concurrent use.
func (t *NoninEvent) Violations() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.violations)
}

// AllowClock lets the clock be set, as when staff asks for it.
func (t *NoninEvent) AllowClock() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clockFree = true
}

// ClockOff is how far its clock is ahead. It is safe for concurrent use.
func (t *NoninEvent) ClockOff() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.clockOff
}

// When things happen after a host has connected.
const (
	noninAnswers = 5 * time.Second
	noninFinger  = 3 * time.Second
	noninCheck   = 12 * time.Second
)

// Run serves one host until ctx ends or it is gone.
func (t *NoninEvent) Run(ctx context.Context, wire instruments.Port) error {
	ctx, stop := context.WithCancel(ctx)
	replies, gone := make(chan []byte), make(chan error, 1)
	go func() { gone <- t.listen(ctx, wire, replies) }()
	err := t.speak(ctx, wire, replies, gone)
	stop()
	<-gone
	return err
}

// speak sends results and replies until ctx ends or listening has.
func (t *NoninEvent) speak(ctx context.Context, wire instruments.Port, replies <-chan []byte, gone chan error) error {
	result := time.NewTimer(t.opt.After(noninFinger + noninCheck))
	defer result.Stop()
	for _, p := range t.memory() {
		if _, err := wire.Write(p); err != nil {
			return err
		}
	}
	for {
		var b []byte
		select {
		case <-ctx.Done():
			return nil
		case err := <-gone:
			gone <- err
			return err
		case b = <-replies:
		case <-result.C:
			b = t.result()
		}
		if _, err := wire.Write(b); err != nil {
			return err
		}
	}
}

// memory returns what is stored, once.
func (t *NoninEvent) memory() [][]byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.stored {
		return nil
	}
	t.stored = false
	return [][]byte{
		t.packet(-26*time.Hour, 0x0210, 88, 91),
		t.packet(-25*time.Hour, 0x0010, 91, 89),
	}
}

// result returns the packet of the person whose finger is in.
func (t *NoninEvent) result() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := rand.New(rand.NewPCG(t.opt.Seed, 0xdf13))
	status, pulse, spo2 := 0x0200, 58+r.IntN(90), 95+r.IntN(5)
	switch t.opt.Fault {
	case FingerOut, NoResult:
		return nil
	case WeakSignal:
		status, pulse, spo2 = 0x0100, 511, 127
	case Unstable:
		status = 0
	case Critical:
		pulse, spo2 = 118, 86
	case LowBattery:
		status |= 0x0001
	}
	return t.packet(0, status, pulse, spo2)
}

// packet writes a result made so long ago. Later firmware, that of every second
// seed, has two bytes more.
func (t *NoninEvent) packet(ago time.Duration, status, pulse, spo2 int) []byte {
	at := t.opt.Clock()().In(t.opt.Location()).Add(ago + t.clockOff)
	bcd := func(n int) byte { return byte(n/10<<4 | n%10) }
	data := []byte{
		bcd(at.Year() / 100), bcd(at.Year() % 100), bcd(int(at.Month())), bcd(at.Day()),
		bcd(at.Hour()), bcd(at.Minute()), bcd(at.Second()), 0x00,
		byte(status >> 8), byte(status), byte(pulse >> 8), byte(pulse), 0x5A, byte(spo2),
	}
	if t.opt.Seed%2 == 1 {
		data = append(data, 0x0D, 0x06)
	}
	var sum byte
	for _, c := range data {
		sum += c
	}
	p := append([]byte{0x00, 0x02, 0x00, 0x0D, 0x00, byte(len(data))}, data...)
	return append(p, sum, 0x03)
}

// listen answers commands in the first seconds of the connection.
func (t *NoninEvent) listen(ctx context.Context, wire instruments.Port, replies chan<- []byte) error {
	connected := time.Now()
	var heard []byte
	buf := make([]byte, 64)
	for {
		n, err := instruments.ReadSome(ctx, wire, buf, time.Minute)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return nil
		case instruments.CodeOf(err) == instruments.NoAnswer:
			continue
		default:
			return err
		}
		heard = append(heard, buf[:n]...)
		for len(heard) >= 3 && len(heard) >= 4+int(heard[2]) {
			command := heard[:4+int(heard[2])]
			heard = heard[len(command):]
			if time.Since(connected) > noninAnswers {
				continue
			}
			reply := t.answer(command)
			if reply == nil {
				continue
			}
			select {
			case replies <- reply:
			case <-ctx.Done():
				return nil
			}
		}
	}
}

// answer returns the reply to a command: 02, what, length, data, 03.
func (t *NoninEvent) answer(command []byte) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.opt.Clock()().In(t.opt.Location())
	switch {
	case bytes.Equal(command, []byte{0x02, 0x72, 0x00, 0x03}):
		at := now.Add(t.clockOff)
		return []byte{0x02, 0xF2, 0x06, byte(at.Year() - 2000), byte(at.Month()), byte(at.Day()),
			byte(at.Hour()), byte(at.Minute()), byte(at.Second()), 0x03}
	case len(command) == 10 && command[1] == 0x72:
		c := command[3:]
		to := time.Date(2000+int(c[0]), time.Month(c[1]), int(c[2]), int(c[3]), int(c[4]), int(c[5]), 0, t.opt.Location())
		t.clockOff = to.Sub(now)
		if !t.clockFree {
			t.violations = append(t.violations, "set the clock")
		}
		return nil
	}
	t.violations = append(t.violations, fmt.Sprintf("command %02X", command[1]))
	return []byte{0x15}
}
