package records

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// cleanText returns s in Unicode's composed form without what could hide or
// reorder letters on screen and paper: control characters, bidirectional
// marks, overrides and isolates, byte order marks. White space becomes blanks,
// and those at the ends go. It reports false if s is not UTF-8.
func cleanText(s string) (string, bool) {
	if plainText(s) {
		return s, true
	}
	if !utf8.ValidString(s) {
		return "", false
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case hidden(r):
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(strings.TrimSpace(s)), true
}

// plainText reports whether s is printable ASCII with no blank at its ends.
func plainText(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s == "" || s[0] != ' ' && s[len(s)-1] != ' '
}

// hidden reports whether r prints nothing and changes what is around it. The
// joiners U+200C and U+200D stay: Persian and Hindi names need them.
func hidden(r rune) bool {
	switch r {
	case 0x061C, 0x200E, 0x200F, 0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB:
		return true
	}
	return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// foldName returns s for comparing names: case, accents and spacing do not
// count. Marks that make another letter (Indic vowels, Japanese voicing) do.
func foldName(s string) string {
	s, _ = cleanText(s)
	s = strings.Map(func(r rune) rune {
		if accent(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
	s = norm.NFC.String(cases.Fold().String(s))
	return strings.Join(strings.Fields(s), " ")
}

func accent(r rune) bool {
	if r == 0x3099 || r == 0x309A { // Japanese voicing marks
		return false
	}
	return unicode.Is(unicode.Mn, r) && unicode.In(r, unicode.Inherited, unicode.Hebrew)
}

// foldIdentifier returns the value of an identifier for comparing: case and
// spacing do not count.
func foldIdentifier(s string) string {
	s, _ = cleanText(s)
	return cases.Fold().String(strings.Join(strings.Fields(norm.NFKC.String(s)), ""))
}
