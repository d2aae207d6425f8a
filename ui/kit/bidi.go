package kit

import (
	"strings"
	"unicode"

	"aidpost/assets/words/bidi"
)

const lrm = "\u200e" // left-to-right mark

// Isolate keeps a number and its unit, or a code, together and left to right
// inside a right-to-left sentence.
func Isolate(quantity string) string { return lrm + quantity + lrm }

// wrap breaks text into lines no wider than width, at spaces and at the line
// breaks it already has. A word wider than the line is broken where it must be.
// Lines are in logical order; width is asked of the line as it will be drawn.
func wrap(text string, width float32, widthOf func(string) float32) []string {
	var lines []string
	width += 0.5 // sums of floats come out a little short
	for _, paragraph := range strings.Split(text, "\n") {
		line := ""
		for _, word := range strings.FieldsFunc(paragraph, func(r rune) bool { return r == ' ' || r == '\t' }) {
			joined := word
			if line != "" {
				joined = line + " " + word
			}
			if line == "" || widthOf(joined) <= width {
				line = joined
			} else {
				lines = append(lines, line)
				line = word
			}
			for widthOf(line) > width {
				head, tail := breakWord(line, width, widthOf)
				if tail == "" {
					break
				}
				lines = append(lines, head)
				line = tail
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// breakWord splits an overlong word so that the head fits; the head has at
// least one letter, and marks stay with their letter.
func breakWord(word string, width float32, widthOf func(string) float32) (head, tail string) {
	cut := 0
	for i, r := range word {
		if i == 0 || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
			continue
		}
		if cut > 0 && widthOf(word[:i]) > width {
			return word[:cut], word[cut:]
		}
		cut = i
	}
	if cut == 0 {
		return word, ""
	}
	return word[:cut], word[cut:]
}

// visual returns a line in the order Fyne must be given it.
func visual(line string, dir Direction) string { return bidi.Reorder(line, dir == RTL) }
