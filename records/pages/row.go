package pages

import (
	"encoding/binary"
	"math"
)

// A Row is what a page of a tree holds: a row of a table, or of an index or a
// table without row numbers.
type Row struct {
	Numbered bool  // it is a row of a table with row numbers
	Number   int64 // then that
	// Values are int64, float64, string, []byte or nil.
	Values []any
}

// The kinds of page that hold rows.
const (
	tableLeaf = 0x0d
	indexLeaf = 0x0a
	indexNode = 0x02 // between leaves, with a row in each cell
)

// Rows hands every row on every page to fn: first those of the newest pages,
// then what older pages still hold. A row may come more than once. What cannot
// be read is passed over. It ends with fn's error, or that of the disk.
func (f *File) Rows(fn func(Row) error) error {
	page := make([]byte, f.size)
	for n := uint32(1); int64(n) <= f.pages; n++ {
		if err := f.read(page, n); err != nil {
			continue // a bad sector: the next page may be well
		}
		if err := f.leaf(page, n == 1, fn); err != nil {
			return err
		}
	}
	for n := range f.latest { // replaced in the file, or beyond its end
		for _, read := range []func([]byte, uint32) error{f.read, f.readOld} {
			if err := read(page, n); err != nil {
				continue
			}
			if err := f.leaf(page, n == 1, fn); err != nil {
				return err
			}
		}
	}
	for n := range f.frames {
		if _, err := f.log.ReadAt(page, f.frame(n)); err != nil {
			continue
		}
		if err := f.leaf(page, false, fn); err != nil {
			return err
		}
	}
	return nil
}

// leaf hands out the rows of a page, if it is of a kind that has any.
func (f *File) leaf(page []byte, first bool, fn func(Row) error) error {
	at := 0
	if first {
		at = 100 // after the header of the file
	}
	kind := page[at]
	pointers, child := at+8, 0
	switch kind {
	case tableLeaf, indexLeaf:
	case indexNode:
		pointers, child = at+12, 4
	default:
		return nil
	}
	cells := int(binary.BigEndian.Uint16(page[at+3:]))
	for i := range cells {
		pointer := pointers + 2*i
		if pointer+2 > len(page) {
			break
		}
		row, ok := f.cell(page, child+int(binary.BigEndian.Uint16(page[pointer:])), kind == tableLeaf)
		if !ok {
			continue
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return nil
}

// cell reads the row at an offset of a page.
func (f *File) cell(page []byte, at int, numbered bool) (row Row, ok bool) {
	if at >= len(page) {
		return row, false
	}
	rest := page[at:]
	size, rest, ok := varint(rest)
	if !ok || size > mostPayload {
		return row, false
	}
	row.Numbered = numbered
	if numbered {
		var number uint64
		if number, rest, ok = varint(rest); !ok {
			return row, false
		}
		row.Number = int64(number)
	}
	payload, ok := f.payload(rest, int64(size), numbered)
	if !ok {
		return row, false
	}
	row.Values, ok = values(payload)
	return row, ok
}

// payload puts together what a cell holds and what lies on pages of its own.
func (f *File) payload(rest []byte, size int64, numbered bool) ([]byte, bool) {
	most := (f.size-12)*64/255 - 23
	if numbered {
		most = f.size - 35
	}
	here := size
	if size > most {
		least := (f.size-12)*32/255 - 23
		here = least + (size-least)%(f.size-4)
		if here > most {
			here = least
		}
	}
	if int64(len(rest)) < here || size > most && int64(len(rest)) < here+4 {
		return nil, false
	}
	out := append(make([]byte, 0, min(size, 1<<16)), rest[:here]...)
	if size <= most {
		return out, true
	}
	next := binary.BigEndian.Uint32(rest[here:])
	page := make([]byte, f.size)
	for int64(len(out)) < size {
		if next == 0 || f.read(page, next) != nil {
			return nil, false
		}
		next = binary.BigEndian.Uint32(page)
		out = append(out, page[4:4+min(f.size-4, size-int64(len(out)))]...)
	}
	return out, true
}

// values reads a record: the kinds of its values, then the values.
func values(payload []byte) ([]any, bool) {
	head, rest, ok := varint(payload)
	if !ok || head > uint64(len(payload)) || head < uint64(len(payload)-len(rest)) {
		return nil, false
	}
	kinds := payload[len(payload)-len(rest) : head]
	rest = payload[head:]
	var out []any
	for len(kinds) > 0 {
		var kind uint64
		if kind, kinds, ok = varint(kinds); !ok {
			return nil, false
		}
		size := lengthOf(kind)
		if size > uint64(len(rest)) {
			return nil, false
		}
		out = append(out, valueOf(kind, rest[:size]))
		rest = rest[size:]
	}
	return out, true
}

// lengthOf returns how many bytes a value of a kind takes.
func lengthOf(kind uint64) uint64 {
	switch {
	case kind <= 4:
		return kind
	case kind == 5:
		return 6
	case kind == 6, kind == 7:
		return 8
	case kind < 12:
		return 0
	}
	return (kind - 12) / 2
}

func valueOf(kind uint64, from []byte) any {
	switch {
	case kind == 0, kind == 10, kind == 11:
		return nil
	case kind == 7:
		return math.Float64frombits(binary.BigEndian.Uint64(from))
	case kind <= 6:
		v := int64(int8(from[0]))
		for _, b := range from[1:] {
			v = v<<8 | int64(b)
		}
		return v
	case kind == 8, kind == 9:
		return int64(kind - 8)
	case kind%2 == 0:
		return append([]byte{}, from...)
	}
	return string(from)
}

// varint takes one of SQLite's big-endian variable-length integers off the
// front.
func varint(from []byte) (v uint64, rest []byte, ok bool) {
	for i, b := range from {
		if i == 8 {
			return v<<8 | uint64(b), from[9:], true
		}
		v = v<<7 | uint64(b&0x7f)
		if b < 0x80 {
			return v, from[i+1:], true
		}
	}
	return 0, nil, false
}
