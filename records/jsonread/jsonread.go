// Package jsonread reads JSON whose fields the caller knows, without reflection: a
// history of years is thousands of lines, and encoding/json would take most of
// the time that the person waits.
//
// It understands what encoding/json writes. It is lenient where that cannot matter
// (what is skipped is not looked at closely), since whoever reads has made sure
// before that nobody else wrote it. Names of fields must match in case.
package jsonread

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// ErrSyntax: there is something else than what was to be read.
var ErrSyntax = errors.New("not the JSON that was expected")

// A Reader reads one value after the other. After the first error everything it
// reads is empty, and End says why. The zero Reader has nothing to read.
type Reader struct {
	data  []byte
	at    int
	deep  int
	err   error
	words map[string]string // see Word
}

// The bounds of what is kept of words: beyond them a text is not met again.
const (
	mostWords   = 4096
	longestWord = 256
)

// maxDepth is how deep values may be in each other, as with encoding/json.
const maxDepth = 10_000

// Reset has r read data. What it has met of words it keeps.
func (r *Reader) Reset(data []byte) { *r = Reader{data: data, words: r.words} }

// End returns what went wrong, which anything behind what was read is, too.
func (r *Reader) End() error {
	if r.peek() != 0 || r.at < len(r.data) {
		r.fail()
	}
	return r.err
}

// Fail ends reading for a reason of the caller's, unless err is nil or something went
// wrong before.
func (r *Reader) Fail(err error) {
	if err == nil {
		return
	}
	if r.err == nil {
		r.err = err
	}
	r.at = len(r.data)
}

func (r *Reader) fail() {
	if r.err == nil {
		r.Fail(fmt.Errorf("%w: byte %d", ErrSyntax, r.at))
	}
}

// peek returns the byte that begins what comes next, or 0 at the end.
func (r *Reader) peek() byte {
	for r.at < len(r.data) {
		switch c := r.data[r.at]; c {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return c
		}
	}
	return 0
}

// take goes past c if it comes next.
func (r *Reader) take(c byte) bool {
	if r.peek() != c || r.at == len(r.data) {
		return false
	}
	r.at++
	return true
}

// Null goes past a null and reports whether there was one.
func (r *Reader) Null() bool { return r.peek() == 'n' && r.literal("null") }

func (r *Reader) literal(word string) bool {
	if !bytes.HasPrefix(r.data[r.at:], []byte(word)) {
		return false
	}
	r.at += len(word)
	return true
}

// Fields calls yield with the name of each field of an object, which must read or
// skip its value. A null has no fields. The name is valid during the call.
func (r *Reader) Fields(yield func(name []byte) bool) {
	if !r.begin('{') {
		return
	}
	defer func() { r.deep-- }()
	for more := !r.take('}'); more; {
		name := r.bytes()
		if !r.take(':') {
			r.fail()
		}
		if r.err != nil || !yield(name) {
			return
		}
		more = r.next('}')
	}
}

// Items calls yield for each item of an array, which must read or skip it. A null
// has none.
func (r *Reader) Items(yield func(int) bool) {
	if !r.begin('[') {
		return
	}
	defer func() { r.deep-- }()
	more := !r.take(']')
	for i := 0; more; i++ {
		if r.err != nil || !yield(i) {
			return
		}
		more = r.next(']')
	}
}

func (r *Reader) begin(c byte) bool {
	if r.Null() {
		return false
	}
	if !r.take(c) || r.deep >= maxDepth {
		r.fail()
		return false
	}
	r.deep++
	return true
}

// next goes past what stands between two items and reports whether one follows.
func (r *Reader) next(end byte) bool {
	switch {
	case r.err != nil || r.take(end):
		return false
	case r.take(','):
		return true
	}
	r.fail()
	return false
}

// bytes reads a text. What it returns may be part of the data.
func (r *Reader) bytes() []byte {
	if !r.take('"') {
		r.fail()
		return nil
	}
	from, plain := r.at, true
	for ; r.at < len(r.data); r.at++ {
		switch c := r.data[r.at]; {
		case c == '"':
			text := r.data[from:r.at]
			r.at++
			if plain || utf8.Valid(text) && bytes.IndexByte(text, '\\') < 0 {
				return text
			}
			return r.unquote(r.data[from-1 : r.at])
		case c == '\\':
			plain = false
			r.at++
		case c >= utf8.RuneSelf:
			plain = false
		case c < ' ':
			r.fail()
			return nil
		}
	}
	r.fail()
	return nil
}

// unquote reads a text with escapes.
func (r *Reader) unquote(quoted []byte) []byte {
	var text string
	if json.Unmarshal(quoted, &text) != nil {
		r.fail()
	}
	return []byte(text)
}

// Text reads a text; null is none.
func (r *Reader) Text() string {
	if r.Null() {
		return ""
	}
	return string(r.bytes())
}

// Word is Text for one that is met again and again, such as a unit or a maker: of
// those there is one copy.
func (r *Reader) Word() string {
	if r.Null() {
		return ""
	}
	b := r.bytes()
	if word, ok := r.words[string(b)]; ok {
		return word
	}
	word := string(b)
	if r.words == nil {
		r.words = map[string]string{}
	}
	if len(r.words) < mostWords && len(word) <= longestWord {
		r.words[word] = word
	}
	return word
}

// Bool reads true or false; null is false.
func (r *Reader) Bool() bool {
	switch r.peek() {
	case 't':
		if r.literal("true") {
			return true
		}
	case 'f':
		if r.literal("false") {
			return false
		}
	case 'n':
		if r.Null() {
			return false
		}
	}
	r.fail()
	return false
}

// Int reads a whole number; null is 0.
func (r *Reader) Int() int {
	if r.Null() {
		return 0
	}
	r.peek()
	from := r.at
	for r.at < len(r.data) && (r.data[r.at] == '-' || r.data[r.at]-'0' <= 9) {
		r.at++
	}
	n, err := strconv.Atoi(string(r.data[from:r.at]))
	if err != nil {
		r.fail()
	}
	return n
}

// As reads a text as what it means, such as a time; null leaves v as it is.
func (r *Reader) As(v encoding.TextUnmarshaler) {
	if r.Null() {
		return
	}
	b := r.bytes()
	if r.err != nil {
		return
	}
	r.Fail(v.UnmarshalText(b))
}

// Into reads a value with encoding/json, for what is rare.
func (r *Reader) Into(v any) {
	value := r.Raw()
	if r.err != nil {
		return
	}
	r.Fail(json.Unmarshal(value, v))
}

// Raw goes past a value and returns it as it is written, as part of the data.
func (r *Reader) Raw() []byte {
	r.peek()
	from := r.at
	r.Skip()
	return r.data[from:r.at]
}

// Skip goes past a value.
func (r *Reader) Skip() {
	switch c := r.peek(); {
	case c == '"':
		r.bytes()
	case c == '{':
		for range r.Fields {
			r.Skip()
		}
	case c == '[':
		for range r.Items {
			r.Skip()
		}
	case c == '-' || c-'0' <= 9:
		for r.at < len(r.data) && bytes.IndexByte([]byte("+-.0123456789Ee"), r.data[r.at]) >= 0 {
			r.at++
		}
	case c == 't' && r.literal("true"), c == 'f' && r.literal("false"), c == 'n' && r.literal("null"):
	default:
		r.fail()
	}
}
