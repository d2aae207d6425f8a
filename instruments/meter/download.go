package meter

import (
	"context"
	"slices"
	"time"

	"aidpost/instruments"
)

// A Memory is one whose results are read one by one. Index 0 is the newest.
type Memory interface {
	// Count asks how many results there are.
	Count(ctx context.Context) (int, error)
	// Result reads one result. As soon as its time is known it calls wanted,
	// and reads no further if the answer is no.
	Result(ctx context.Context, index int, wanted func(wall time.Time) bool) (Stored, error)
}

// Stored is a result as far as it was read.
type Stored struct {
	Row    Row
	Bytes  string // what the meter sent of it
	Frames []instruments.Frame
}

// rounds is how often a memory that changes is read again.
const rounds = 3

// Download reads a memory until it is seen to be the same twice, since a
// result stored meanwhile moves all indexes, and no answer tells which result
// it is about. Where all results are asked for, the second look is at the
// count and at the newest result only. It returns the selection that begin
// made last, and the events of its rows.
func Download(ctx context.Context, memory Memory, begin func() *Selection, emit func(instruments.Event)) (*Selection, []instruments.Event, error) {
	for range rounds {
		d := download{memory: memory, selection: begin(), emit: emit, most: everything}
		if err := d.run(ctx); err != nil {
			return nil, nil, err
		}
		look := download{memory: memory, selection: begin(), emit: func(instruments.Event) {}, most: everything}
		compare := d.read
		if d.selection.All() {
			look.most, compare = 1, d.read[:min(1, len(d.read))]
		}
		if err := look.run(ctx); err != nil {
			return nil, nil, err
		}
		if look.count == d.count && slices.Equal(look.read, compare) {
			return d.selection, d.events, nil
		}
	}
	return nil, nil, instruments.NewFault(instruments.Garbled, "the memory changed while it was read")
}

// everything is more results than any meter has.
const everything = 1 << 16

// download is one walk through a memory.
type download struct {
	memory    Memory
	selection *Selection
	emit      func(instruments.Event)
	most      int // results to read

	count  int
	read   []string            // what was sent of each result
	events []instruments.Event // of the wanted ones
}

// run reads results from the newest on, and none behind the first that is
// older than the visit.
func (d *download) run(ctx context.Context) (err error) {
	if d.count, err = d.memory.Count(ctx); err != nil {
		return err
	}
	for i := range min(d.count, d.most) {
		d.progress(i)
		place := Unplaced
		r, err := d.memory.Result(ctx, i, func(wall time.Time) bool {
			place = d.selection.Place(wall)
			return place == Wanted
		})
		if err != nil {
			return err
		}
		if place == Wanted {
			d.events = append(d.events, d.selection.Add(r.Row, r.Frames...))
		}
		d.read = append(d.read, r.Bytes)
		if place == Earlier {
			break
		}
	}
	return nil
}

// progress tells how far the download is. In a visit nobody knows how many
// results there are to look at.
func (d *download) progress(done int) {
	p := &instruments.Progress{Phase: instruments.Downloading, Done: done}
	if d.selection.All() {
		p.Total = d.count
	}
	d.emit(p)
}
