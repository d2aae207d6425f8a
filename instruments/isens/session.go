package isens

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

const (
	listenFor = 150 * time.Millisecond
	probeTime = 2800 * time.Millisecond
	probeWait = 450 * time.Millisecond
	replyWait = time.Second // 5 s are allowed elsewhere, a tenth is usual
	rounds    = 3           // how often what changes is read again
)

// A protocol is one of the two ways to talk to a meter.
type protocol interface {
	Close()
	// begin makes sure that the meter speaks the protocol.
	begin(ctx context.Context) error
	// Identify asks for the serial number.
	Identify(ctx context.Context) (instruments.Identity, error)
	// Clock asks for the time. Where it cannot be asked for, the clock is not
	// Known.
	Clock(ctx context.Context, zone *time.Location) (meter.Clock, error)
	// walk hands every stored result to take, in the order of the memory.
	walk(ctx context.Context, take func(stored []byte)) error
	// result reads one result, and returns it also as it crossed the wire.
	result(ctx context.Context, index int) (stored, crossed []byte, err error)
	// row tells what a stored result means.
	row(stored []byte) meter.Row
}

func olderProtocol(s session) protocol { return &memoryReader{session: s} }
func newerProtocol(s session) protocol { return &frameReader{session: s} }

// probe is the Probe of both protocols.
func probe(ctx context.Context, port instruments.Port, speak func(session) protocol) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	if err := meter.Unasked(ctx, port, listenFor); err != nil {
		return instruments.Identity{}, err
	}
	p := speak(newSession(port, time.Now, probeWait))
	defer p.Close()
	if err := p.begin(ctx); err != nil {
		return instruments.Identity{}, err
	}
	return meter.Introduce(ctx, p)
}

// errChanged reports a memory that is not what it was a moment before.
var errChanged = errors.New("the memory changed while it was read")

// measure is the Measure of both protocols.
func measure(ctx context.Context, port instruments.Port, speak func(session) protocol, job instruments.Job, emit func(instruments.Event)) error {
	p := speak(newSession(port, job.Clock(), replyWait))
	defer p.Close()
	emit(&instruments.Progress{Phase: instruments.Connecting})
	if err := p.begin(ctx); err != nil {
		return err
	}
	identity, err := p.Identify(ctx)
	if err != nil {
		return err
	}
	clock, err := p.Clock(ctx, job.Location())
	clock, err = meter.Believed(job, clock, err)
	if err != nil {
		return err
	}
	begin := func() *meter.Selection {
		return meter.NewSelection(job, clock, identity, meter.SecondsMargin)
	}
	d := &download{protocol: p, begin: begin, now: job.Clock(), emit: emit}
	selection, events, err := d.settled(ctx)
	if err != nil {
		return err
	}
	now, err := p.Identify(ctx)
	if err != nil {
		return err
	}
	if err := meter.Same(identity, now.Serial); err != nil {
		return err
	}
	return selection.Deliver(events, emit)
}

// download reads the memory for one measurement.
type download struct {
	protocol
	begin func() *meter.Selection
	now   func() time.Time
	emit  func(instruments.Event)
}

// A slot is where a result lies and when it was stored. Of those that are
// wanted it keeps the bytes.
type slot struct {
	index  int
	wall   time.Time
	stored []byte
}

// settled reads the memory until it did not change meanwhile.
func (d *download) settled(ctx context.Context) (selection *meter.Selection, events []instruments.Event, err error) {
	for range rounds {
		selection = d.begin()
		if events, err = d.read(ctx, selection); !errors.Is(err, errChanged) {
			return selection, events, err
		}
	}
	return nil, nil, instruments.Wrap(instruments.Garbled, err)
}

// read returns the events of the wanted results, the newest first. Every byte
// that they are made of was the same twice; so were the times of the others.
func (d *download) read(ctx context.Context, selection *meter.Selection) ([]instruments.Event, error) {
	slots, err := d.slots(ctx, d.progress)
	if err != nil {
		return nil, err
	}
	var events []instruments.Event
	for rank, s := range newestFirst(slots) {
		if selection.Place(s.wall) != meter.Wanted {
			continue
		}
		stored, crossed, err := d.result(ctx, s.index)
		switch {
		case err != nil:
			return nil, err
		case !bytes.Equal(stored, s.stored):
			return nil, errChanged
		}
		row := d.row(stored)
		row.Record = strconv.Itoa(rank)
		events = append(events, selection.Add(row, instruments.Frame{At: d.now(), Direction: instruments.FromInstrument, Bytes: crossed}))
	}
	if !selection.All() { // where everything is wanted, everything was read twice
		again, err := d.slots(ctx, func(int) {})
		switch {
		case err != nil:
			return nil, err
		case !slices.EqualFunc(slots, again, same):
			return nil, errChanged
		}
	}
	d.emit(&instruments.Progress{Phase: instruments.Downloading, Done: len(slots), Total: len(slots)})
	return events, nil
}

func same(a, b slot) bool { return a.wall.Equal(b.wall) && bytes.Equal(a.stored, b.stored) }

func (d *download) progress(done int) {
	d.emit(&instruments.Progress{Phase: instruments.Downloading, Done: done})
}

// slots looks at every result.
func (d *download) slots(ctx context.Context, progress func(done int)) (slots []slot, err error) {
	wanted := d.begin()
	progress(0)
	err = d.walk(ctx, func(stored []byte) {
		s := slot{index: len(slots), wall: wallTime(stored)}
		if wanted.Place(s.wall) == meter.Wanted {
			s.stored = bytes.Clone(stored)
		}
		slots = append(slots, s)
		progress(len(slots))
	})
	return slots, err
}

// newestFirst sorts results by their times. One without a time comes first: it
// may be the newest.
func newestFirst(slots []slot) []slot {
	sorted := slices.Clone(slots)
	slices.SortStableFunc(sorted, func(a, b slot) int {
		switch {
		case a.wall.IsZero() && b.wall.IsZero():
			return 0
		case a.wall.IsZero():
			return -1
		case b.wall.IsZero():
			return 1
		}
		return b.wall.Compare(a.wall)
	})
	return sorted
}

// The years that a byte of a meter's time can tell.
const (
	firstYear = 2000
	lastYear  = 2099
)

// timeSize is how many bytes a time has, from the year to the second.
const timeSize = 6

// wallTime reads the time that b begins with; zero if it is none.
func wallTime(b []byte) time.Time {
	year := firstYear + int(b[0])
	wall, err := meter.Wall(year, int(b[1]), int(b[2]), int(b[3]), int(b[4]), int(b[5]))
	if err != nil || year > lastYear {
		return time.Time{}
	}
	return wall
}

// wallBytes writes the time that t shows in its own zone.
func wallBytes(t time.Time) []byte {
	return []byte{byte(t.Year() - firstYear), byte(t.Month()), byte(t.Day()), byte(t.Hour()), byte(t.Minute()), byte(t.Second())}
}

// glucose is what these meters measure.
func glucose() meter.Range { return meter.Range{Low: 20, High: 600} }
