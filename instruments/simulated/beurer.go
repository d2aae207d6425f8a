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

// A BeurerResult is what a simulated Beurer monitor stores.
type BeurerResult struct {
	At                         time.Time // the monitor writes down its own clock, without seconds
	Systolic, Diastolic, Pulse int
	User2                      bool
	Movement, Irregular        bool
	Undated                    bool // its clock had never been set
	fresh                      bool
}

// BeurerQuirks are ways to misbehave that a Fault does not name.
type BeurerQuirks struct {
	NewestFirst bool
	BareName    bool          // no line feed ends the description
	Asleep      int           // so many bytes go unheard: it is not in PC mode yet
	Phantom     int           // records more are counted than there are
	Late        time.Duration // answers come so late
	// Alter returns what is sent in place of the n-th answer, counted from 0.
	Alter func(n int, answer []byte) []byte
}

// A Beurer is the twin of a BM55 in PC mode, with up to 60 results. Unless told
// otherwise it has other people's results of the last weeks, and one that was
// taken a few seconds before a host begins to read. Its methods are safe while
// it runs.
type Beurer struct {
	options Options

	mu      sync.Mutex
	quirks  BeurerQuirks
	rand    *rand.Rand
	rows    []beurerRow // oldest first
	fresh   bool
	freshAt time.Time
	in      []byte
	answers int
	flaws   []string
}

// beurerRow is a result as it is stored.
type beurerRow struct {
	bytes [9]byte
	fresh bool
}

const beurerCapacity = 60

// NewBeurer returns a monitor with results of the last weeks.
func NewBeurer(o Options) *Beurer {
	b := &Beurer{options: o, rand: rand.New(rand.NewPCG(o.Seed, 0xbe)), fresh: o.Fault != NoResult}
	for days := 30; days > 1; days -= 1 + b.rand.IntN(4) {
		r := stationArm(b.rand, Options{Now: o.Now})
		b.add(BeurerResult{
			At:       r.At.AddDate(0, 0, -days).Add(time.Duration(b.rand.IntN(600)) * time.Minute),
			Systolic: r.Systolic, Diastolic: r.Diastolic, Pulse: r.Pulse, User2: b.rand.IntN(2) == 0,
		})
	}
	return b
}

// Model returns "beurer-bm55".
func (b *Beurer) Model() string { return "beurer-bm55" }

// Line returns 4800 8N1.
func (b *Beurer) Line() instruments.Line {
	return instruments.Line{Baud: 4800, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// SetQuirks makes it misbehave.
func (b *Beurer) SetQuirks(q BeurerQuirks) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.quirks = q
}

// Clear empties the memory and ends the demonstration: from now on there are
// only results that were added.
func (b *Beurer) Clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rows, b.fresh = nil, false
}

// AddResult stores one more result. When the memory is full, the oldest is lost.
func (b *Beurer) AddResult(r BeurerResult) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(r)
}

func (b *Beurer) add(r BeurerResult) {
	at := r.At.In(b.options.Location())
	if at.Year() < 2000 { // which it cannot write down
		if !r.fresh {
			return
		}
		at = time.Date(2000, time.January, 1, 0, 0, 0, 0, at.Location())
	}
	row := beurerRow{fresh: r.fresh, bytes: [9]byte{
		0xAC, byte(r.Systolic - 25), byte(r.Diastolic - 25), byte(r.Pulse),
		byte(at.Month()) | bit(r.Movement)<<7, byte(at.Day()) | bit(r.User2)<<7,
		byte(at.Hour()), byte(at.Minute()), byte(at.Year()-2000) | bit(r.Irregular)<<7,
	}}
	if r.Undated {
		copy(row.bytes[4:], make([]byte, 5))
	}
	b.rows = append(b.rows, row)
	b.rows = b.rows[max(len(b.rows)-beurerCapacity, 0):]
}

// beurerForbidden are the commands that begin and end a session with the monitors
// on another bus, and are not for the serial form. Other bytes say nothing to it: a
// monitor hears noise whenever a host looks for instruments at other speeds.
var beurerForbidden = []byte{0xA5, 0xA6, 0xA7, 0xF6, 0xF7}

// Violations lists what the host said that is not for the serial form.
func (b *Beurer) Violations() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.flaws)
}

// Run answers until ctx ends or the host is gone.
func (b *Beurer) Run(ctx context.Context, wire instruments.Port) error {
	b.mu.Lock()
	b.in = nil
	b.mu.Unlock()
	return listen(ctx, wire, b.hear)
}

// hear takes bytes of the host and returns the answers.
func (b *Beurer) hear(said []byte) (out []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.quirks.Late > 0 {
		time.Sleep(b.quirks.Late)
	}
	for _, c := range said {
		switch {
		case b.quirks.Asleep > 0:
			b.quirks.Asleep--
		case len(b.in) == 1: // the number of a record
			b.in = nil
			out = append(out, b.altered(b.numbered(int(c)))...)
		case c == 0xA3:
			b.in = []byte{c}
		case c == 0xAA:
			b.refresh()
			out = append(out, b.altered([]byte{0x55})...)
		case c == 0xA4:
			name := "BM55 BLOOD PRESSURE\r\n"
			if b.quirks.BareName {
				name = "BM55"
			}
			out = append(out, b.altered([]byte(name))...)
		case c == 0xA2:
			out = append(out, b.altered([]byte{byte(len(b.rows) + b.quirks.Phantom)})...)
		case slices.Contains(beurerForbidden, c):
			b.flaws = append(b.flaws, fmt.Sprintf("%02X", c))
		}
	}
	return out
}

func (b *Beurer) altered(answer []byte) []byte {
	if b.quirks.Alter != nil {
		answer = b.quirks.Alter(b.answers, answer)
	}
	b.answers++
	return answer
}

func (b *Beurer) numbered(n int) []byte {
	if n < 1 || n > len(b.rows) {
		return []byte{0xA9}
	}
	if b.quirks.NewestFirst {
		n = len(b.rows) + 1 - n
	}
	return slices.Clone(b.rows[n-1].bytes[:])
}

// refresh takes the demonstration's result when a host begins to read.
func (b *Beurer) refresh() {
	now := b.options.Clock()()
	if !b.fresh || (!b.freshAt.IsZero() && now.Sub(b.freshAt) < freshLife) {
		return
	}
	b.freshAt = now
	b.rows = slices.DeleteFunc(b.rows, func(r beurerRow) bool { return r.fresh })
	r := stationArm(b.rand, b.options)
	if r.Error != 0 {
		return // the monitor stores only good readings
	}
	b.add(BeurerResult{
		At: now.Add(-freshAge), Systolic: r.Systolic, Diastolic: r.Diastolic, Pulse: r.Pulse,
		Movement: r.Movement > 0, Irregular: r.Irregular, Undated: b.options.Fault == WrongClock, fresh: true,
	})
}
