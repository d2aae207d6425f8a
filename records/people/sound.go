package people

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// A sound is how a folded word of a name is heard, whatever script it is written in
// and however it was put into Latin letters: Mueller is Müller, Sergey is Сергей.
// Arabic and Hebrew write few vowels, so that a word in them is compared by its
// consonants alone: Mohamed and Muhammad are محمد. Scripts that are not in the tables,
// as Chinese, have no sound and are found as they are written.
type sound struct {
	key   string   // in capitals; empty for a word in Arabic or Hebrew
	bones []string // its consonants; several where a letter is read in two ways
}

// The marks before bones in the index: of words with vowels, and of those without.
const (
	withVowels = '-'
	without    = '='
)

// latin are the letters of scripts with vowels, as passports write them. Accents are
// folded away before.
var latin = strings.NewReplacer(
	"а", "a", "б", "b", "в", "v", "г", "g", "ґ", "g", "д", "d", "е", "e", "є", "e", "ж", "zh", "з", "z", "и", "i", "і", "i",
	"к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "kh",
	"ц", "ts", "ч", "ch", "ш", "sh", "щ", "shch", "ъ", "", "ы", "i", "ь", "", "э", "e", "ю", "iu", "я", "ia",
	"ђ", "d", "ј", "i", "љ", "l", "њ", "n", "ћ", "ch", "џ", "d",
	"ου", "u", "ει", "i", "οι", "i", "αυ", "av", "ευ", "ev", "μπ", "b", "ντ", "nt", "γκ", "gk",
	"α", "a", "β", "v", "γ", "g", "δ", "d", "ε", "e", "ζ", "z", "η", "i", "θ", "th", "ι", "i", "κ", "k", "λ", "l", "μ", "m",
	"ν", "n", "ξ", "x", "ο", "o", "π", "p", "ρ", "r", "σ", "s", "ς", "s", "τ", "t", "υ", "i", "φ", "f", "χ", "ch", "ψ", "ps", "ω", "o",
)

// spelt are the ways to write one sound in Latin letters.
var spelt = strings.NewReplacer(
	"shch", "s", "tsch", "h", "sch", "s", "sh", "s", "kh", "h", "ch", "h", "zh", "z", "ph", "f", "th", "t", "ck", "k", "tz", "ts",
	"ou", "u", "oo", "u", "ue", "u", "oe", "o", "ae", "a", "x", "ks", "qu", "k", "q", "k", "c", "k", "w", "v", "y", "i", "j", "i",
)

// consonants are those of Latin letters as Arabic and Hebrew tell them apart; vowels
// are a blank.
var consonants = strings.NewReplacer(
	"shch", "s", "tsch", "h", "sch", "s", "sh", "s", "kh", "h", "ch", "h", "zh", "z", "ph", "f", "th", "t", "dh", "d", "gh", "g", "ck", "k",
	"tz", "s", "ts", "s", "c", "k", "q", "k", "j", "g", "p", "f", "v", "b", "x", "ks",
	"a", " ", "e", " ", "i", " ", "o", " ", "u", " ", "y", " ", "w", " ",
)

// abjad are the letters of Arabic, Persian and Hebrew; those that stand for a vowel,
// or for what Latin letters leave out, are a blank.
var abjad = map[rune]byte{
	'ا': ' ', 'ع': ' ', 'و': ' ', 'ي': ' ', 'ء': ' ',
	'ب': 'b', 'ت': 't', 'ث': 't', 'ج': 'g', 'ح': 'h', 'خ': 'h', 'د': 'd', 'ذ': 'd', 'ر': 'r', 'ز': 'z', 'س': 's', 'ش': 's', 'ص': 's',
	'ض': 'd', 'ط': 't', 'ظ': 'z', 'غ': 'g', 'ف': 'f', 'ق': 'k', 'ك': 'k', 'ل': 'l', 'م': 'm', 'ن': 'n', 'ه': 'h',
	'پ': 'f', 'چ': 'h', 'ژ': 'z', 'گ': 'g',
	'א': ' ', 'ע': ' ', 'י': ' ',
	'ב': 'b', 'ג': 'g', 'ד': 'd', 'ה': 'h', 'ו': ' ', 'ז': 'z', 'ח': 'h', 'ט': 't', 'כ': 'k', 'ך': 'k', 'ל': 'l', 'מ': 'm', 'ם': 'm',
	'נ': 'n', 'ן': 'n', 'ס': 's', 'פ': 'f', 'ף': 'f', 'צ': 's', 'ץ': 's', 'ק': 'k', 'ר': 'r', 'ש': 's', 'ת': 't',
}

// soundOf returns how a folded word is heard; the zero sound of what it cannot tell.
func soundOf(word string) sound {
	if _, ok := inAbjad(word); ok {
		var s sound
		for _, read := range readings(word) {
			letters, _ := inAbjad(read)
			s.bones = append(s.bones, bonesOf(letters)...)
		}
		return s
	}
	if !isASCII(word) {
		word = latin.Replace(word)
	}
	for _, r := range word {
		if r < 'a' || r > 'z' {
			return sound{}
		}
	}
	key := single(spelt.Replace(word))
	if strings.HasPrefix(key, "ie") { // Yekaterina
		key = key[1:]
	}
	return sound{strings.ToUpper(key), bonesOf(consonants.Replace(word))}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// readings are the ways to read a word in Arabic or Hebrew letters, of which some are
// read in two: a vowel or v, and a d or, in Persian, z.
func readings(word string) []string {
	all := []string{word}
	for _, other := range [][2]string{{"ו", "ב"}, {"و", "ب"}, {"ض", "ز"}} {
		if strings.Contains(word, other[0]) {
			for _, read := range slices.Clone(all) {
				all = append(all, strings.ReplaceAll(read, other[0], other[1]))
			}
		}
	}
	return all
}

// inAbjad returns the letters of a word that is written without vowels, and whether it
// is one. The article goes, since people write it apart in Latin letters.
func inAbjad(word string) (string, bool) {
	if rest, has := strings.CutPrefix(word, "ال"); has && len([]rune(rest)) > 2 {
		word = rest
	}
	var out []byte
	for _, r := range word {
		letter, ok := abjad[r]
		if !ok {
			return "", false
		}
		out = append(out, letter)
	}
	return string(out), len(out) > 0
}

// bonesOf returns the consonants of a word whose vowels are blanks, if there are two
// or more. A vowel at the beginning counts as one, whichever it is, and an h at the end
// does not.
func bonesOf(letters string) []string {
	first := ""
	if strings.HasPrefix(letters, " ") {
		first = "a"
	}
	bones := first + strings.TrimSuffix(single(strings.ReplaceAll(letters, " ", "")), "h")
	if len(bones) < 2 {
		return nil
	}
	return []string{strings.ToUpper(bones)}
}

// single writes double letters once.
func single(word string) string { return string(slices.Compact([]byte(word))) }

// write appends the sound of a word to a text in which everything stands between
// blanks. A word that is spelt as it sounds is in the index already.
func (s sound) write(text []byte, word string) []byte {
	mark := byte(without)
	if s.key != "" {
		mark = withVowels
		if s.key != strings.ToUpper(word) {
			text = append(append(text, s.key...), ' ')
		}
	}
	for _, b := range s.bones {
		text = append(append(append(text, mark), b...), ' ')
	}
	return text
}

// patterns are what stands in the index of a word that sounds like this one, or goes
// on like it.
func (s sound) patterns(word string) (all []string) {
	if len(s.key) > 2 {
		all = append(all, " "+s.key)
		if spelt := strings.ToLower(s.key); spelt != word {
			all = append(all, " "+spelt)
		}
	}
	for _, b := range s.bones {
		all = append(all, " "+string(without)+b+" ")
		if s.key == "" {
			all = append(all, " "+string(withVowels)+b+" ")
		}
	}
	return all
}

// like reports whether two words sound alike.
func (s sound) like(o sound) bool {
	if s.key != "" && o.key != "" {
		return s.key == o.key
	}
	return slices.ContainsFunc(s.bones, func(b string) bool { return slices.Contains(o.bones, b) })
}

// soundAlike reports whether the words of two names sound alike, one by one.
func soundAlike(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] && !soundOf(x[i]).like(soundOf(y[i])) {
			return false
		}
	}
	return len(x) > 0
}

// heard reports whether one of the patterns stands in a text.
func heard(text []byte, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return bytes.Contains(text, []byte(p)) })
}
