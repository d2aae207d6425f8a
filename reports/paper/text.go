package paper

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxRunes bounds every string: setting time grows faster than length.
const maxRunes = 2000

const (
	replacement = '\uFFFD'
	ellipsis    = '…'
)

// Clean makes any string safe to print in one line: composed where Unicode has
// a composed form, without control characters, overrides of direction or
// selectors, at most 2,000 characters, and with U+FFFD once for each run of characters
// that no embedded face has.
func (s *Setter) Clean(text string) string {
	if isPlain(text) {
		return text
	}
	if len(text) > maxRunes*utf8.UTFMax {
		text = text[:maxRunes*utf8.UTFMax]
	}
	visible := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return plainSpace(r)
		case keeps(r):
			return r
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector), isVowelSign(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, string(replacement)))

	var b strings.Builder
	last, count := rune(0), 0
	for _, r := range norm.NFC.String(visible) {
		if !keeps(r) && !s.covers(r) {
			r = replacement
		}
		if r == replacement && last == replacement {
			continue
		}
		if count++; count >= maxRunes {
			b.WriteRune(ellipsis)
			break
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// keeps reports the invisible characters that order or shape a line; they are
// gone once it is in drawing order. The direction marks come from the
// catalogue, around numbers.
func keeps(r rune) bool {
	switch r {
	case '\u200c', '\u200e', '\u200f': // no joiner, left-to-right mark, right-to-left mark
		return true
	}
	return false
}

// isVowelSign reports the signs over and under Arabic letters. Nothing here can
// put them where they belong, and Arabic is read without them.
func isVowelSign(r rune) bool { return r >= '\u064b' && r <= '\u0652' || r == '\u0670' }

// isPlain finds the common case, which needs no work.
func isPlain(text string) bool {
	if len(text) >= maxRunes {
		return false
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// plainSpace keeps the spaces at which a line must not break.
func plainSpace(r rune) rune {
	switch r {
	case '\u00a0', '\u202f', '\u2007':
		return '\u00a0'
	}
	return ' '
}

// Wrap breaks text into lines no wider than width, at spaces; a word that is
// wider alone is broken where it must be. Lines are in reading order, for
// Sheet.Text to set. There is always at least one line, though it may be empty.
func (s *Setter) Wrap(text string, style Style, width float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = append(lines, s.wrapOne(s.Clean(paragraph), style, width)...)
	}
	return lines
}

func (s *Setter) wrapOne(text string, style Style, width float64) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' }) {
		joined := word
		if line != "" {
			joined = line + " " + word
		}
		if s.width(joined, style) <= width {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for line = word; s.width(line, style) > width; {
			head, tail := s.breakWord(line, style, width)
			if tail == "" {
				break
			}
			lines = append(lines, head)
			line = tail
		}
	}
	return append(lines, line)
}

// breakWord splits a word that is too wide; the head has at least one letter
// with its marks.
func (s *Setter) breakWord(word string, style Style, width float64) (head, tail string) {
	cut := 0
	for i, r := range word {
		if i == 0 || unicode.Is(unicode.Mn, r) {
			continue
		}
		if cut > 0 && s.width(word[:i], style) > width {
			break
		}
		cut = i
	}
	if cut == 0 || s.width(word, style) <= width {
		return word, ""
	}
	return word[:cut], word[cut:]
}

// Fit returns text as one line no wider than width: as it is, or cut with an
// ellipsis.
func (s *Setter) Fit(text string, style Style, width float64) string {
	text = s.Clean(text)
	if s.width(text, style) <= width {
		return text
	}
	lines := s.wrapOne(text, style, width-s.width(string(ellipsis), style))
	return lines[0] + string(ellipsis)
}
