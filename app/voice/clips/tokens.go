package clips

import (
	"strings"
	"unicode"
)

// A token is a word or a number of a text.
type token struct {
	text   string
	number bool
	before string // what stands between it and the one before
}

// tokens cuts a text into words and numbers.
func tokens(text string) []token {
	var all []token
	var t token
	end := func() {
		if strings.Trim(t.text, "'’") != "" {
			all = append(all, t)
		}
		t = token{}
	}
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			if t.text != "" && !t.number {
				end()
			}
			t.number = true
			t.text += string(r)
		case unicode.IsLetter(r), unicode.Is(unicode.M, r), r == '\u200c', r == '’', r == '\'':
			if t.text != "" && t.number {
				end()
			}
			t.text += string(r)
		case unicode.Is(unicode.Cf, r): // marks of direction
		default:
			if t.text != "" {
				end()
			}
			t.before += string(r)
		}
	}
	end()
	return all
}

// keyOf is how a fragment is found: its words and numbers alone.
func keyOf(ts []token) string {
	texts := make([]string, len(ts))
	for i, t := range ts {
		texts[i] = t.text
	}
	return strings.Join(texts, " ")
}

// pause reports whether a voice would breathe before a token.
func (t token) pause() bool { return strings.ContainsAny(t.before, ".?!:;,؟،؛…·()\n") }
