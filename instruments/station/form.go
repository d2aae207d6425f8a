package station

import (
	"fmt"
	"strings"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// A Kind is what a part of a record means.
type Kind int

// The kinds. Pressures and the pulse are digits, or blank where nothing was
// measured; all others but the identifier are digits.
const (
	literal  Kind = iota
	anything      // one byte of which nothing is known
	Year          // of four digits, or of two since 2000
	Month
	Day
	Hour
	Minute
	Second
	ID        // of the person, or blank or zeros
	Failure   // any but 0 says that there is no result
	Mark      // 0 is good; of any other nobody knows whether it is a failure or movement
	Systolic  // mmHg
	Mean      // mmHg
	Diastolic // mmHg
	Pulse     // per minute
	Movement  // times the body moved
	Irregular // 1: the pulse is
	Unknown   // digits without a known meaning, 0 on a good record
	kinds
)

// named tells what people call the kinds, and their units.
func (k Kind) named() (name, unit string) {
	names := [kinds]string{
		"", "byte of unknown meaning", "year", "month", "day", "hour", "minute", "second", "identifier", "error", "mark",
		"SYS", "MAP", "DIA", "PR", "body movements", "irregular pulse", "of unknown meaning",
	}
	switch k {
	case Systolic, Mean, Diastolic:
		unit = " mmHg"
	case Pulse:
		unit = " /min"
	}
	return names[k], unit
}

// A Part is a run of bytes in a record of fixed length.
type Part struct {
	kind  Kind
	width int
	text  string // of a literal
}

// Text is a part that is always the same.
func Text(s string) Part { return Part{width: len(s), text: s} }

// Digits is a part of so many characters.
func Digits(k Kind, width int) Part { return Part{kind: k, width: width} }

// AnyByte is a byte that may be anything.
func AnyByte() Part { return Part{kind: anything, width: 1} }

// fits reports whether b is the part, or as much of it as b has.
func (p Part) fits(b []byte) bool {
	switch p.kind {
	case literal:
		return string(b) == p.text[:len(b)]
	case anything:
		return true
	}
	digits, blanks := 0, 0
	for _, c := range b {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case c == ' ':
			blanks++
		}
	}
	switch p.kind {
	case ID:
		return digits+blanks == len(b)
	case Systolic, Mean, Diastolic, Pulse:
		return digits == len(b) || blanks == len(b)
	}
	return digits == len(b)
}

// field explains the bytes of the part. Whose record it is is not shown.
func (p Part) field(b []byte) (name, value string) {
	if p.kind == literal {
		return literalName(p.text), fmt.Sprintf("%q", b)
	}
	name, unit := p.kind.named()
	switch text := strings.TrimSpace(string(b)); {
	case p.kind == anything:
		return name, fmt.Sprintf("%02X", b)
	case text == "":
		return name, "blank"
	case p.kind == ID:
		return name, "not shown"
	default:
		return name, strings.TrimSpace(string(b)) + unit
	}
}

func literalName(s string) string {
	switch s {
	case "\x02":
		return "STX"
	case "\x03":
		return "ETX"
	case "\r":
		return "CR"
	case "\r\n":
		return "CR LF"
	}
	return "mark"
}

// A Shape is a record of fixed length.
type Shape struct {
	Parts []Part
	Range cuff.Range
	// Wrong says what to set on a station that sends records of this shape,
	// which are recognised and refused; empty for those that are read.
	Wrong string
}

func (s Shape) size() (n int) {
	for _, p := range s.Parts {
		n += p.width
	}
	return n
}

// fits reports whether b begins with a record, or with as much of one as b has.
func (s Shape) fits(b []byte) bool {
	for _, p := range s.Parts {
		n := min(p.width, len(b))
		if !p.fits(b[:n]) {
			return false
		}
		b = b[n:]
	}
	return true
}

// A Form is the Format of a station whose records have one of a few shapes.
type Form []Shape

// Find implements Format.
func (f Form) Find(heard []byte) (begin, end int) {
	begin = len(heard)
	for i := range heard {
		for _, s := range f {
			n := min(s.size(), len(heard)-i)
			switch {
			case !s.fits(heard[i : i+n]):
			case n == s.size():
				return i, i + n
			default:
				begin = min(begin, i)
			}
		}
	}
	return begin, 0
}

// shape returns the shape of a record.
func (f Form) shape(record []byte) (Shape, bool) {
	for _, s := range f {
		if len(record) == s.size() && s.fits(record) {
			return s, true
		}
	}
	return Shape{}, false
}

// Between implements Format: the rest of a line's end, and what a line says
// that is switched on.
func (Form) Between(c byte) bool { return c == '\r' || c == '\n' || c == 0x00 || c == 0xFF }

// Explain implements Format.
func (f Form) Explain(record []byte, n *instruments.Namer) {
	s, _ := f.shape(record)
	for _, p := range s.Parts {
		name, value := p.field(record[:p.width])
		n.Name(p.width, name, value)
		record = record[p.width:]
	}
}

// Parse implements Format.
func (f Form) Parse(record []byte) Record {
	s, ok := f.shape(record)
	switch {
	case !ok:
		return Record{Refused: Malformed("it has another shape")}
	case s.Wrong != "":
		return Record{Refused: instruments.NewFault(instruments.WrongModel, "the station sends another format: "+s.Wrong)}
	}
	return s.read(record)
}

// read reads a record that fits the shape.
func (s Shape) read(record []byte) Record {
	var (
		number [kinds]int
		blank  [kinds]bool
		has    [kinds]bool
	)
	r := Record{Range: s.Range}
	for _, p := range s.Parts {
		b := record[:p.width]
		record = record[p.width:]
		if p.kind == ID {
			r.Person = string(b)
		}
		if p.kind <= anything || p.kind == ID {
			continue
		}
		n := decimal(b)
		if p.kind == Year && p.width == 2 {
			n += 2000
		}
		has[p.kind], blank[p.kind] = true, b[0] == ' '
		number[p.kind] += n // several of Unknown
	}
	r.Result = cuff.Result{Systolic: number[Systolic], Diastolic: number[Diastolic], Mean: number[Mean], Pulse: number[Pulse]}
	if has[Year] {
		wall, err := meter.Wall(number[Year], number[Month], number[Day], number[Hour], number[Minute], number[Second])
		if err != nil {
			r.Refused = Malformed("its date is none")
			return r
		}
		r.Wall = wall
	}
	numbers := !blank[Systolic] || !blank[Diastolic] || !blank[Pulse] || has[Mean] && !blank[Mean]
	whole := !blank[Systolic] && !blank[Diastolic] && !blank[Pulse] && !blank[Mean]
	switch {
	case numbers && !whole:
		r.Refused = Malformed("a value is missing")
	case number[Irregular] > 1:
		r.Refused = Malformed("its mark of an irregular pulse is neither 0 nor 1")
	case number[Failure] != 0:
		r.Refused = Failed(fmt.Sprint(number[Failure]))
	}
	if number[Movement] != 0 || number[Mark] != 0 {
		r.Flags = append(r.Flags, vitals.Movement)
	}
	if number[Irregular] != 0 {
		r.Flags = append(r.Flags, vitals.IrregularPulse)
	}
	switch {
	case number[Mark] != 0:
		r.Note = fmt.Sprintf("the station's mark is %d: an error or movement", number[Mark])
	case number[Unknown] != 0:
		r.Note = "the station has set fields of unknown meaning"
	}
	return r
}

// decimal reads digits; blanks are zero.
func decimal(b []byte) (n int) {
	for _, c := range b {
		if c != ' ' {
			n = 10*n + int(c-'0')
		}
	}
	return n
}
