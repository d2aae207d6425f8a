package taidoc

import (
	"context"
	"slices"
	"strconv"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// memory is what was read of a meter's results.
type memory struct {
	count     uint16
	read      []stored // from index 0
	selection *meter.Selection
	events    []instruments.Event // of the wanted ones
}

// stored is one result as far as it was read: the value only if it was wanted.
type stored struct {
	when, value exchange
}

func (a stored) same(b stored) bool {
	return a.when.reply == b.when.reply && a.value.reply == b.value.reply
}

// download reads the memory until it is seen to be the same twice: a result
// stored meanwhile moves all indexes, and a sum of one byte alone lets one
// in 256 damaged frames pass. Where all results are asked for, the second look
// is at the count and at the newest result only.
func (s *session) download(ctx context.Context, begin func() *meter.Selection, emit func(instruments.Event)) (memory, error) {
	for range rounds {
		m, err := s.walk(ctx, begin(), everything, emit)
		if err != nil {
			return memory{}, err
		}
		most, compare := everything, m.read
		if m.selection.All() {
			most, compare = 1, m.read[:min(1, len(m.read))]
		}
		again, err := s.walk(ctx, begin(), most, nil)
		switch {
		case err != nil:
			return memory{}, err
		case again.count == m.count && slices.EqualFunc(again.read, compare, stored.same):
			return m, nil
		}
	}
	return memory{}, instruments.NewFault(instruments.Garbled, "the memory changed while it was read")
}

// everything is more results than an index can name.
const everything = 1 << 16

// walk reads results from the newest on: at most so many, and none behind the
// first that is older than the visit. It leaves the values of unwanted ones.
func (s *session) walk(ctx context.Context, selection *meter.Selection, most int, emit func(instruments.Event)) (memory, error) {
	m := memory{selection: selection}
	var err error
	if m.count, err = s.count(ctx); err != nil {
		return m, err
	}
	for i := range m.count {
		if int(i) >= most {
			break
		}
		if emit != nil {
			emit(m.progress(int(i)))
		}
		var r stored
		if r.when, err = s.ask(ctx, askTime, i); err != nil {
			return m, err
		}
		wall, _, _ := parseTime(r.when.reply.data())
		place := selection.Place(wall)
		if place == meter.Wanted {
			if r.value, err = s.ask(ctx, askValue, i); err != nil {
				return m, err
			}
			row := parseRow(r.when.reply.data(), r.value.reply.data())
			row.Record = strconv.Itoa(int(i))
			m.events = append(m.events, selection.Add(row, append(r.when.frames(), r.value.frames()...)...))
		}
		m.read = append(m.read, r)
		if place == meter.Earlier {
			break
		}
	}
	return m, nil
}

// progress tells how far the download is. In a visit nobody knows how many
// results there are to look at.
func (m memory) progress(done int) *instruments.Progress {
	p := &instruments.Progress{Phase: instruments.Downloading, Done: done}
	if m.selection.All() {
		p.Total = int(m.count)
	}
	return p
}
