package bidi

import "golang.org/x/text/unicode/bidi"

const (
	tatweel            = '\u0640'
	lam                = '\u0644'
	zeroWidthJoiner    = '\u200d'
	firstForm          = '\ufe80'
	lamAlefMadda       = '\ufef5' // then with hamza above, hamza below, and bare
	isolated, final    = 0, 1     // offsets of the forms in the block
	initial, medial    = 2, 3
	joinsBothSides     = 4 // a letter with this many forms
	joinsTheSideBefore = 2
)

// block is a stretch of letters of the Arabic block with the number of their
// presentation forms: 4 join on both sides, 2 to the letter before, 1 to none.
// The forms of one letter after the other fill the block from U+FE80 on
// (Unicode, Arabic Presentation Forms-B).
type block struct {
	first rune
	forms string
}

var blocks = []block{
	{'\u0621', "12222424244444222244444444"}, // hamza to ghain
	{'\u0641', "4444444224"},                 // feh to yeh
}

// extra are letters of Persian and Urdu names, whose forms lie in Arabic
// Presentation Forms-A.
var extra = map[rune]struct {
	base  rune
	count int
}{
	'\u067e': {'\ufb56', 4}, // peh
	'\u0686': {'\ufb7a', 4}, // tcheh
	'\u0698': {'\ufb8a', 2}, // jeh
	'\u06a9': {'\ufb8e', 4}, // keheh
	'\u06af': {'\ufb92', 4}, // gaf
	'\u06cc': {'\ufbfc', 4}, // Farsi yeh
}

// forms gives the isolated form of a letter and how many forms it has; 0 for
// what is no letter of ours.
func forms(r rune) (base rune, count int) {
	base = firstForm
	for _, b := range blocks {
		for i, digit := range b.forms {
			count = int(digit - '0')
			if r == b.first+rune(i) {
				return base, count
			}
			base += rune(count)
		}
	}
	letter := extra[r]
	return letter.base, letter.count
}

// lamAlef gives the isolated ligature of lam and the alef r, or 0.
func lamAlef(r rune) rune {
	switch r {
	case '\u0622':
		return lamAlefMadda
	case '\u0623':
		return lamAlefMadda + 2
	case '\u0625':
		return lamAlefMadda + 4
	case '\u0627':
		return lamAlefMadda + 6
	}
	return 0
}

// shape joins the Arabic letters of a text in reading order.
func shape(text []rune) []rune {
	out := make([]rune, 0, len(text))
	for i := 0; i < len(text); i++ {
		r := text[i]
		base, count := forms(r)
		if count == 0 {
			out = append(out, r)
			continue
		}
		joined := count >= joinsTheSideBefore && joinsForward(before(text, i))
		if r == lam && i+1 < len(text) {
			if ligature := lamAlef(text[i+1]); ligature != 0 {
				out = append(out, form(ligature, joined, false))
				i++
				continue
			}
		}
		joins := count == joinsBothSides && joinsBackward(after(text, i))
		out = append(out, form(base, joined, joins))
	}
	return out
}

// form picks the form of a letter that is joined to the one before, and joins
// the one after.
func form(base rune, joined, joins bool) rune {
	switch {
	case joined && joins:
		return base + medial
	case joined:
		return base + final
	case joins:
		return base + initial
	}
	return base + isolated
}

// before and after give the nearest character that is no combining mark, or 0.
func before(text []rune, i int) rune {
	for i--; i >= 0; i-- {
		if class(text[i]) != bidi.NSM {
			return text[i]
		}
	}
	return 0
}

func after(text []rune, i int) rune {
	for i++; i < len(text); i++ {
		if class(text[i]) != bidi.NSM {
			return text[i]
		}
	}
	return 0
}

// joinsForward reports whether r reaches out to the letter after it.
func joinsForward(r rune) bool {
	_, count := forms(r)
	return count == joinsBothSides || r == tatweel || r == zeroWidthJoiner
}

// joinsBackward reports whether r reaches out to the letter before it.
func joinsBackward(r rune) bool {
	_, count := forms(r)
	return count >= joinsTheSideBefore || r == tatweel || r == zeroWidthJoiner
}
