package quality

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Scan is what the code on a box says of a lot.
type Scan struct {
	Product string    // the 14 digits of the trade item, or ""
	Number  string    // of the lot
	Expires time.Time // midnight UTC of the last day; zero if it does not say
}

// ErrScan reports a scanned text that is no GS1 code with a lot.
var ErrScan = errors.New("not a code with a lot number")

// separator ends an element of no fixed length.
const separator = "\x1d"

// The application identifiers that stand on boxes, and how many characters
// follow each; 0: up to the next separator. From the GS1 General
// Specifications, section 3.2.
var elements = []struct {
	id   string
	size int
}{
	{"00", 18}, {"01", 14}, {"02", 14}, {"11", 6}, {"12", 6}, {"13", 6}, {"15", 6}, {"16", 6}, {"17", 6}, {"20", 2},
	{"10", 0}, {"21", 0}, {"22", 0}, {"30", 0}, {"37", 0}, {"240", 0}, {"241", 0}, {"250", 0}, {"251", 0}, {"710", 0}, {"711", 0}, {"712", 0}, {"713", 0},
}

// ParseScan reads what a scanner types for the code on a box of strips or of
// control solution: the elements of GS1, with or without the mark of the
// symbology, or with brackets as they are printed. Now settles the century.
func ParseScan(text string, now time.Time) (Scan, error) {
	text = strings.TrimSpace(text)
	for _, mark := range []string{"]d2", "]C1", "]e0", "]Q3", "]J1"} {
		text = strings.TrimPrefix(text, mark)
	}
	text = strings.TrimPrefix(text, separator)
	next := plainElement
	if strings.HasPrefix(text, "(") {
		next = printedElement
	}
	var s Scan
	for text != "" {
		id, value, rest, ok := next(text)
		if !ok || !s.take(id, value, now) {
			return Scan{}, fmt.Errorf("%w: %.60q", ErrScan, text)
		}
		text = rest
	}
	if s.Number == "" {
		return Scan{}, ErrScan
	}
	return s, nil
}

// plainElement takes an element off the front of what a scanner types.
func plainElement(text string) (id, value, rest string, ok bool) {
	for _, e := range elements {
		after, is := strings.CutPrefix(text, e.id)
		if !is {
			continue
		}
		if e.size == 0 {
			value, rest, _ = strings.Cut(after, separator)
			return e.id, value, rest, value != "" && len(value) <= 30
		}
		if len(after) < e.size {
			return "", "", "", false
		}
		return e.id, after[:e.size], strings.TrimPrefix(after[e.size:], separator), true
	}
	return "", "", "", false
}

// printedElement takes one off the front of the text under a code.
func printedElement(text string) (id, value, rest string, ok bool) {
	id, after, ok := strings.Cut(strings.TrimPrefix(text, "("), ")")
	if !ok {
		return "", "", "", false
	}
	value, rest = after, ""
	if i := strings.IndexByte(after, '('); i >= 0 {
		value, rest = after[:i], after[i:]
	}
	for _, e := range elements {
		if e.id == id {
			value = strings.TrimSpace(value)
			return id, value, rest, value != "" && len(value) <= 30 && (e.size == 0 || len(value) == e.size)
		}
	}
	return "", "", "", false
}

// take notes an element; it reports false for one that cannot be.
func (s *Scan) take(id, value string, now time.Time) (ok bool) {
	switch id {
	case "01":
		s.Product, ok = value, checked(value)
	case "10":
		s.Number, ok = value, len(value) <= 20
	case "17":
		s.Expires, ok = lastDay(value, now)
	default:
		ok = true
	}
	return ok
}

// checked reports whether the last of 14 digits is the check digit of the others.
func checked(digits string) bool {
	sum := 0
	for i, r := range digits {
		if r < '0' || r > '9' {
			return false
		}
		weight := 3
		if i%2 == 1 {
			weight = 1
		}
		sum += weight * int(r-'0')
	}
	return len(digits) == 14 && sum%10 == 0
}

// lastDay reads YYMMDD, of which the day 00 is the last of the month. The
// century is the one that brings it within fifty years of now.
func lastDay(text string, now time.Time) (time.Time, bool) {
	for _, r := range text {
		if r < '0' || r > '9' {
			return time.Time{}, false
		}
	}
	number := func(i int) int { return int(text[i]-'0')*10 + int(text[i+1]-'0') }
	year, month, day := now.Year()/100*100+number(0), number(2), number(4)
	switch ahead := year - now.Year(); {
	case ahead >= 51:
		year -= 100
	case ahead <= -50:
		year += 100
	}
	if month < 1 || month > 12 {
		return time.Time{}, false
	}
	if day == 0 {
		return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC), true
	}
	at := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return at, at.Day() == day
}
