package astm

import (
	"bytes"
	"encoding/hex"
	"strings"
	"time"

	"aidpost/instruments/meter"
)

// delimiters are the characters that part a message, as its header names them.
type delimiters struct {
	field, repeat, component, escape byte
}

// usual are the delimiters of nearly every instrument.
var usual = delimiters{field: '|', repeat: '\\', component: '^', escape: '&'}

// parseDelimiters reads them from the beginning of a header record. They are
// four different printable characters, and neither letters nor digits.
func parseDelimiters(header []byte) (delimiters, bool) {
	if len(header) < 5 || header[0] != 'H' {
		return delimiters{}, false
	}
	d := delimiters{header[1], header[2], header[3], header[4]}
	marks := header[1:5]
	for i, c := range marks {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
		if c <= ' ' || c > '~' || letter || bytes.IndexByte(marks[:i], c) >= 0 {
			return delimiters{}, false
		}
	}
	return d, len(header) == 5 || header[5] == d.field
}

// A record is one line of a message.
type record struct {
	kind   byte // its first letter
	text   []byte
	fields []string
	marks  delimiters
}

// parseRecord splits a record. Its text is valid until more is received.
func parseRecord(text []byte, marks delimiters) record {
	r := record{text: text, marks: marks, fields: strings.Split(string(text), string(rune(marks.field)))}
	if len(r.fields[0]) == 1 {
		r.kind = r.fields[0][0]
	}
	return r
}

// field returns field n as the standard counts: 1 is the letter of the record.
// Its parts are not separated and its escapes not replaced.
func (r record) field(n int) string {
	if n > len(r.fields) {
		return ""
	}
	return r.fields[n-1]
}

// part returns component n of a field as text, and of its repetitions the
// first.
func (r record) part(field, n int) string {
	rest := r.field(field)
	for range n - 1 {
		var more bool
		if _, rest, more = strings.Cut(rest, string(rune(r.marks.component))); !more {
			return ""
		}
	}
	rest, _, _ = strings.Cut(rest, string(rune(r.marks.component)))
	rest, _, _ = strings.Cut(rest, string(rune(r.marks.repeat)))
	return strings.TrimSpace(r.marks.unescape(rest))
}

// texts returns every component of every repetition of a field that is not
// empty.
func (r record) texts(field int) (all []string) {
	separates := func(c rune) bool { return c == rune(r.marks.repeat) || c == rune(r.marks.component) }
	for part := range strings.FieldsFuncSeq(r.field(field), separates) {
		if text := strings.TrimSpace(r.marks.unescape(part)); text != "" {
			all = append(all, text)
		}
	}
	return all
}

// unescape replaces the escapes in a component: &F& is the field delimiter, S
// the component's, R the repeat's, E the escape character itself, and Xhh are
// bytes. Escapes that are not known are left out, as the standard wants.
func (d delimiters) unescape(s string) string {
	mark := string(rune(d.escape))
	if !strings.Contains(s, mark) {
		return s
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(s, mark)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, mark)
		if !closed {
			return out.String()
		}
		out.WriteString(d.escaped(name))
		s = after
	}
}

func (d delimiters) escaped(name string) string {
	switch name {
	case "F":
		return string(rune(d.field))
	case "S":
		return string(rune(d.component))
	case "R":
		return string(rune(d.repeat))
	case "E":
		return string(rune(d.escape))
	}
	if digits, ok := strings.CutPrefix(name, "X"); ok {
		if raw, err := hex.DecodeString(digits); err == nil {
			return string(raw)
		}
	}
	return ""
}

// The forms of a date: to the second, to the minute, and the day alone.
const (
	toSecond = len("20060102150405")
	toMinute = len("200601021504")
	dayOnly  = len("20060102")
)

// parseTime reads a date and time of the instrument's wall clock, see
// [meter.Wall]; zero if it is none. timed is false for a day alone.
func parseTime(s string) (wall time.Time, timed bool) {
	switch len(s) {
	case toSecond, toMinute, dayOnly:
	default:
		return time.Time{}, false
	}
	var parts [6]int
	for i, c := range []byte(s) {
		if c < '0' || c > '9' {
			return time.Time{}, false
		}
		part := max(0, i/2-1) // the year has four digits
		parts[part] = parts[part]*10 + int(c-'0')
	}
	wall, err := meter.Wall(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
	if err != nil {
		return time.Time{}, false
	}
	return wall, len(s) > dayOnly
}
