package people

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold returns a text for comparing as people search: case, accents, spacing
// and punctuation do not count, nor do the ways in which one letter is written:
// katakana is hiragana, and the letters that Arabic and Persian keyboards write
// differently are one.
func fold(s string) string {
	if plain, ok := foldASCII(s); ok {
		return plain
	}
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) && unicode.In(r, unicode.Inherited, unicode.Hebrew, unicode.Arabic) && r != 0x3099 && r != 0x309A {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToValidUTF8(s, " ")))
	s = cases.Fold().String(norm.NFC.String(s))
	s = strings.Map(letter, s)
	return strings.Join(strings.Fields(special.Replace(s)), " ")
}

// foldASCII folds what needs no tables, as most of what is typed in Latin
// letters.
func foldASCII(s string) (string, bool) {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 0x80:
			return "", false
		case c >= 'A' && c <= 'Z':
			out = append(out, c+'a'-'A')
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			out = append(out, c)
		case c == '\'':
		case len(out) > 0 && out[len(out)-1] != ' ':
			out = append(out, ' ')
		}
	}
	return strings.TrimRight(string(out), " "), true
}

// letter folds one letter, turns punctuation into blanks and drops what stands
// inside of words.
func letter(r rune) rune {
	switch {
	case r >= 0x30A1 && r <= 0x30F6: // katakana
		return r - 0x60
	case r >= 0xAB70 && r <= 0xABBF: // Cherokee, which folding case exchanges
		return r - 0xAB70 + 0x13A0
	case r >= 0x13F8 && r <= 0x13FD:
		return r - 8
	case r == '\'', r == 0x2019, r == 0x02BC, r == 0x0640, r == 0x200C, r == 0x200D: // apostrophes, tatweel, joiners
		return -1
	case unicode.IsPunct(r), unicode.IsSymbol(r), unicode.IsSpace(r), unicode.IsControl(r):
		return ' '
	}
	switch r {
	case 0x0649, 0x06CC: // alef maksura, Persian yeh
		return 0x064A
	case 0x06A9: // Persian kaf
		return 0x0643
	case 0x0629: // teh marbuta
		return 0x0647
	case 0x0131: // dotless i
		return 'i'
	case 0x0142:
		return 'l'
	case 0x00F8:
		return 'o'
	case 0x0111, 0x00F0:
		return 'd'
	}
	return r
}

// special letters that are more than one.
var special = strings.NewReplacer("\u00e6", "ae", "\u0153", "oe", "\u00fe", "th")

// foldNumber returns a number that somebody was given, for comparing: case,
// spacing and punctuation do not count.
func foldNumber(s string) string { return strings.ReplaceAll(fold(s), " ", "") }
