package fhir

import "bytes"

// identical reports whether two resources say the same in the same bytes, but for what
// Same does not compare. Most answers of a server do, and need not be taken apart. It
// says no of what it cannot tell, such as one that was sent with tags.
func identical(sent, held []byte) bool {
	a, b := &members{rest: sent}, &members{rest: held}
	for {
		key, value, more := a.compared(nil)
		keyHeld, valueHeld, moreHeld := b.compared([]byte("meta"))
		switch {
		case !more || !moreHeld:
			return more == moreHeld && a.whole && b.whole
		case string(key) == "meta", !bytes.Equal(key, keyHeld), !bytes.Equal(value, valueHeld):
			return false
		}
	}
}

// members are those of an object, as they are written, one after the other.
type members struct {
	rest  []byte
	begun bool
	whole bool // it was gone through to its end
}

// compared returns the next member that is not a server's own.
func (m *members) compared(own []byte) (key, value []byte, more bool) {
	for {
		key, value, more = m.next()
		if k := string(key); !more || k != "id" && k != "text" && k != string(own) {
			return key, value, more
		}
	}
}

func (m *members) next() (key, value []byte, more bool) {
	m.space()
	switch {
	case !m.begun && !m.take('{'):
		return nil, nil, false
	case m.take('}'):
		m.space()
		m.whole = len(m.rest) == 0
		return nil, nil, false
	case m.begun && !m.take(','):
		return nil, nil, false
	}
	m.begun = true
	m.space()
	n := stringEnd(m.rest)
	if n == 0 {
		return nil, nil, false
	}
	key, m.rest = m.rest[1:n-1], m.rest[n:]
	m.space()
	if !m.take(':') {
		return nil, nil, false
	}
	m.space()
	if n = valueEnd(m.rest); n == 0 {
		return nil, nil, false
	}
	value, m.rest = bytes.TrimRight(m.rest[:n], spaces), m.rest[n:]
	return key, value, true
}

// spaces are what JSON has between tokens.
const spaces = " \t\r\n"

func (m *members) space() { m.rest = bytes.TrimLeft(m.rest, spaces) }

func (m *members) take(c byte) bool {
	if len(m.rest) == 0 || m.rest[0] != c {
		return false
	}
	m.rest = m.rest[1:]
	return true
}

// stringEnd is how long the string is that a text begins with; 0 if it is none.
func stringEnd(text []byte) int {
	if len(text) == 0 || text[0] != '"' {
		return 0
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return 0
}

// valueEnd is how long the value is that a text begins with, up to the comma or the
// brace after it; 0 if there is none.
func valueEnd(text []byte) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			n := stringEnd(text[i:])
			if n == 0 {
				return 0
			}
			i += n - 1
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				return i
			}
			if text[i] != ',' {
				depth--
			}
		}
	}
	return 0
}
