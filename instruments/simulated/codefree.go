package simulated

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// The times of a CodeFree and of the person who switches it on.
const (
	codeFreeCapacity = 500
	codeFreePerson   = 2 * time.Second        // from plugging in to switching on; real time
	codeFreeAgain    = 6 * time.Second        // until it is switched off and on again
	codeFreeNext     = 20 * time.Second       // until the next person comes
	codeFreePatience = 500 * time.Millisecond // in which the host must answer
	codeFreeIdle     = time.Minute            // until a person gives up a host that says nothing
)

// CodeFree is the twin of an SD CodeFree glucose meter. A person switches it on
// a moment after it was plugged in, and again if nothing has come of it.
type CodeFree struct {
	*GlucoseMeter
	heard []byte
}

var _ Twin = (*CodeFree)(nil)

// NewCodeFree returns a meter.
func NewCodeFree(o Options) *CodeFree {
	return &CodeFree{GlucoseMeter: newGlucoseMeter(o, "", codeFreeCapacity)}
}

// Model returns "sd-codefree".
func (*CodeFree) Model() string { return "sd-codefree" }

// Line returns 38400 8N1.
func (*CodeFree) Line() instruments.Line {
	return instruments.Line{Baud: 38400, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// Run is switched on again and again until ctx ends or the host is gone.
func (c *CodeFree) Run(ctx context.Context, wire instruments.Port) error {
	wait := codeFreePerson
	for {
		// While it is off it hears nothing.
		if _, err := c.hear(ctx, wire, wait, func([]byte) bool { return false }); err != nil || ctx.Err() != nil {
			return ended(ctx, err)
		}
		c.mu.Lock()
		asleep := c.slept()
		c.mu.Unlock()
		wait = c.options.After(codeFreeAgain)
		if asleep {
			continue
		}
		served, err := c.serve(ctx, wire)
		if err != nil || ctx.Err() != nil {
			return ended(ctx, err)
		}
		if served {
			wait = c.options.After(codeFreeNext)
		}
	}
}

func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// serve is one session, from switching on to the end. It reports whether it came
// to a good end.
func (c *CodeFree) serve(ctx context.Context, wire instruments.Port) (good bool, err error) {
	c.heard = nil
	if _, err := wire.Write([]byte("\x00\x53\x20\x04\x10\x30\x20\xAA")); err != nil {
		return false, err
	}
	answer, err := c.command(ctx, wire, codeFreePatience)
	if string(answer) != "\x10\x40" || err != nil {
		return false, err
	}
	c.mu.Lock()
	c.refresh()
	rows := slices.Clone(c.rows)
	c.mu.Unlock()
	count := binary.BigEndian.AppendUint16([]byte{0x30}, uint16(len(rows)))
	say := append(count, bytes.Repeat([]byte{0xAA}, 19)...)
	for first := true; ; first = false {
		if _, err := wire.Write(codeFreeFrame(0x20, say)); err != nil {
			return false, err
		}
		command, err := c.command(ctx, wire, codeFreeIdle)
		switch {
		case err != nil || command == nil:
			return false, err
		case string(command) == "\x10\x60" && len(rows) > 0:
			say, rows = c.record(rows[0]), rows[1:]
		case string(command) == "\x10\x60":
			_, err := wire.Write(codeFreeFrame(0x20, []byte{0x10, 0x70}))
			return true, err
		case first && c.set(string(command)):
			say, rows = []byte{0x10, 0x10}, nil
		default:
			c.mu.Lock()
			c.violate("a command that makes it show E-5")
			c.mu.Unlock()
			return false, nil
		}
	}
}

// command returns the host's next message; nil if none comes in time.
func (c *CodeFree) command(ctx context.Context, wire instruments.Port, wait time.Duration) (message []byte, err error) {
	whole, err := c.hear(ctx, wire, wait, func(b []byte) bool { return len(b) > 2 && len(b) >= 3+int(b[2]) })
	if !whole || err != nil {
		return nil, err
	}
	size := 3 + int(c.heard[2])
	f := c.heard[:size]
	c.heard = c.heard[size:]
	if size < 5 || !bytes.Equal(codeFreeFrame(0x10, f[3:size-2]), f) {
		return []byte{}, nil // what it does not understand
	}
	return f[3 : size-2], nil
}

// hear collects what the host sends until it is enough, or the time is over.
func (c *CodeFree) hear(ctx context.Context, wire instruments.Port, wait time.Duration, enough func([]byte) bool) (bool, error) {
	buf := make([]byte, 64)
	for until := time.Now().Add(wait); !enough(c.heard); {
		n, err := instruments.ReadSome(ctx, wire, buf, max(0, time.Until(until)))
		switch {
		case ctx.Err() != nil:
			return false, nil
		case err != nil && instruments.CodeOf(err) == instruments.NoAnswer:
			return false, nil
		case err != nil:
			return false, err
		}
		c.heard = append(c.heard, buf[:n]...)
	}
	return true, nil
}

// set sets the clock, if that is what the message asks for.
func (c *CodeFree) set(message string) bool {
	wall, err := time.Parse("ADATE200601021504", message)
	if err != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.show(wall, "ADATE set clock")
	return true
}

// record is the message of a result. How a real meter marks a control test, or
// writes LO and HI, is not known.
func (c *CodeFree) record(r storedRow) []byte {
	w, value := r.wall, r.MgPerDL
	month := byte(w.Month())
	if r.Kind == Undated {
		month = 0
	}
	if c.options.Fault == Low && r.fresh {
		value = 9
	}
	b := []byte{0, 0, byte(max(w.Year()-2000, 0)), month, byte(w.Day()), byte(w.Hour()), byte(w.Minute()), byte(value >> 8), byte(value), 0}
	switch {
	case r.Kind == ControlTest:
		b[9] = 0x30
	case r.Meal == vitals.BeforeMeal:
		b[9] = 0x10
	case r.Meal == vitals.AfterMeal:
		b[9] = 0x20
	}
	return append(b, 1, 2, 3, 4, 5, 6, 7)
}

func codeFreeFrame(direction byte, message []byte) []byte {
	f := []byte{0x53, direction, byte(len(message) + 2)}
	sum := byte(0)
	for _, b := range message {
		f, sum = append(f, b), sum^b
	}
	return append(f, sum, 0xAA)
}
