package simulated

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// A Result is what a simulated glucose meter stores for one test.
type Result struct {
	At      time.Time // when it was measured; the meter writes down its own clock
	MgPerDL int       // or what the kind counts in
	Meal    vitals.Meal
	Kind    ResultKind
}

// A ResultKind says what was tested, or what became of it.
type ResultKind string

// The kinds of result. A meter that cannot have a kind stores Blood.
const (
	Blood        ResultKind = ""
	ControlTest  ResultKind = "control"
	Ketone       ResultKind = "ketone"
	Haematocrit  ResultKind = "haematocrit"
	CuffPressure ResultKind = "blood-pressure" // of a meter with a cuff
	Damaged      ResultKind = "damaged"        // the stored value lost a bit
	Undated      ResultKind = "undated"        // the stored date is none
)

// The demonstration's own result: how long ago it was taken when the host
// asks, and how long it counts as new.
const (
	freshAge  = 5 * time.Second
	freshLife = 20 * time.Second
)

// batteryChange is the time of a meter that lost its own.
var batteryChange = time.Date(2000, time.January, 1, 0, 7, 0, 0, time.UTC)

// A GlucoseMeter is the part of a twin that does not depend on the wire: a
// clock, a memory and what happens to them. Its methods are safe while the
// twin runs.
//
// Unless told otherwise it serves a demonstration: it has other people's
// results of the last weeks in memory, and whenever a host begins to read them
// a new one was taken a few seconds ago.
type GlucoseMeter struct {
	options  Options
	capacity int

	mu         sync.Mutex
	rand       *rand.Rand
	serial     string
	offset     time.Duration // of the meter's clock
	rows       []storedRow   // newest first
	fresh      bool
	freshAt    time.Time
	asleep     int
	violations []string
	clockFree  bool // setting the clock is no violation
	thought    time.Duration
}

// think takes as long as the meter does before it answers.
func (m *GlucoseMeter) think(d time.Duration) {
	d = m.options.After(d)
	m.mu.Lock()
	m.thought += d
	m.mu.Unlock()
	time.Sleep(d)
}

// Thought is how long the meter has thought in all. It is safe for concurrent use.
func (m *GlucoseMeter) Thought() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.thought
}

// storedRow is a result with the wall clock that the meter wrote down, its
// fields as if they were UTC.
type storedRow struct {
	Result
	wall  time.Time
	fresh bool
}

func newGlucoseMeter(o Options, serial string, capacity int) *GlucoseMeter {
	m := &GlucoseMeter{
		options: o, serial: serial, capacity: capacity,
		rand: rand.New(rand.NewPCG(o.Seed, 0x61c05e)), fresh: o.Fault != NoResult,
	}
	if o.Fault == WrongClock {
		m.offset = batteryChange.Sub(m.wallNow())
	}
	m.seed()
	return m
}

// seed fills the memory with the results of other people.
func (m *GlucoseMeter) seed() {
	at := m.options.Clock()().AddDate(0, 0, -60)
	last := m.options.Clock()().Add(-26 * time.Hour)
	meals := []vitals.Meal{vitals.MealUnknown, vitals.BeforeMeal, vitals.AfterMeal}
	for {
		at = at.Add(time.Duration(6+m.rand.IntN(60)) * time.Hour).Add(time.Duration(m.rand.IntN(3600)) * time.Second)
		if at.After(last) {
			return
		}
		m.add(Result{At: at, MgPerDL: 65 + m.rand.IntN(180), Meal: meals[m.rand.IntN(len(meals))]}, false)
	}
}

// AddResult stores one more result as the newest. When the memory is full, the
// oldest is lost.
func (m *GlucoseMeter) AddResult(r Result) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.add(r, false)
}

func (m *GlucoseMeter) add(r Result, fresh bool) {
	row := storedRow{Result: r, wall: m.wallAt(r.At), fresh: fresh}
	m.rows = slices.Insert(m.rows, 0, row)
	m.rows = m.rows[:min(len(m.rows), m.capacity)]
}

// Results are those in the memory, the newest first, with the times at which they were
// really taken.
func (m *GlucoseMeter) Results() []Result {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]Result, len(m.rows))
	for i, row := range m.rows {
		all[i] = row.Result
	}
	return all
}

// Clear empties the memory and ends the demonstration: from now on there are
// only results that were added.
func (m *GlucoseMeter) Clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows, m.fresh = nil, false
}

// SetClockError makes the meter's clock wrong by d. What is stored keeps the
// time it was stored under.
func (m *GlucoseMeter) SetClockError(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.offset = d
}

// SetSerial changes the serial number, as if another meter were plugged in.
func (m *GlucoseMeter) SetSerial(serial string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.serial = serial
}

// Sleep lets the next n commands go unheard.
func (m *GlucoseMeter) Sleep(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asleep = n
}

// Violations lists the commands received that no driver may send: those that
// erase the memory or set the clock.
func (m *GlucoseMeter) Violations() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.violations)
}

// AllowClock lets the clock be set, as when staff asks for it.
func (m *GlucoseMeter) AllowClock() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.clockFree = true
}

// show sets the clock as a command says. What is stored keeps its time.
func (m *GlucoseMeter) show(wall time.Time, command string) {
	if !m.clockFree {
		m.violate(command)
	}
	m.offset += wall.Sub(m.wallNow())
}

func (m *GlucoseMeter) violate(command string) { m.violations = append(m.violations, command) }

// wallNow is what the meter's clock shows.
func (m *GlucoseMeter) wallNow() time.Time { return m.wallAt(m.options.Clock()()) }

func (m *GlucoseMeter) wallAt(t time.Time) time.Time {
	t = t.In(m.options.Location())
	year, month, day := t.Date()
	return time.Date(year, month, day, t.Hour(), t.Minute(), t.Second(), 0, time.UTC).Add(m.offset)
}

// slept reports whether a command goes unheard.
func (m *GlucoseMeter) slept() bool {
	if m.asleep == 0 {
		return false
	}
	m.asleep--
	return true
}

// refresh takes the demonstration's result when a host begins to read.
func (m *GlucoseMeter) refresh() {
	now := m.options.Clock()()
	if !m.fresh || (!m.freshAt.IsZero() && now.Sub(m.freshAt) < freshLife) {
		return
	}
	m.freshAt = now
	m.rows = slices.DeleteFunc(m.rows, func(r storedRow) bool { return r.fresh })
	r := Result{At: now.Add(-freshAge), MgPerDL: 75 + m.rand.IntN(70)}
	switch m.options.Fault {
	case High:
		r.MgPerDL = 601 + m.rand.IntN(40)
	case Low:
		r.MgPerDL = 5 + m.rand.IntN(15)
	case Control:
		r.MgPerDL, r.Kind = 100+m.rand.IntN(30), ControlTest
	case Critical:
		r.MgPerDL = []int{45, 480}[m.rand.IntN(2)]
	}
	m.add(r, true)
}

// listen hands what the host sends to hear, and writes what hear returns,
// until ctx ends or the host is gone.
func listen(ctx context.Context, wire instruments.Port, hear func([]byte) []byte) error {
	return listenFor(ctx, wire, hear, time.Minute, func() []byte { return nil })
}

// listenFor does the same, and writes what pause returns each time that the host
// has said nothing for so long.
func listenFor(ctx context.Context, wire instruments.Port, hear func([]byte) []byte, wait time.Duration, pause func() []byte) error {
	buf := make([]byte, 256)
	for {
		n, err := instruments.ReadSome(ctx, wire, buf, wait)
		var reply []byte
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && instruments.CodeOf(err) == instruments.NoAnswer:
			reply = pause()
		case err != nil:
			return err
		default:
			reply = hear(buf[:n])
		}
		if len(reply) == 0 {
			continue
		}
		if _, err := wire.Write(reply); err != nil {
			return err
		}
	}
}
