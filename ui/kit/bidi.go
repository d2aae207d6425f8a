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
// Lines are in logical order; width is asked of the line as it will be drawn, but
// only where the sum of its words is about as wide as there is room: words come
// again in other texts and have been measured there, lines have not.
func wrap(text string, width float32, widthOf func(string) float32) []string {
	var lines []string
	width += 0.5 // sums of floats come out a little short
	none := widthOf("")
	space := widthOf(" ") - none
	for _, paragraph := range strings.Split(text, "\n") {
		first := len(lines)
		line, sum := "", none
		for _, word := range strings.FieldsFunc(paragraph, func(r rune) bool { return r == ' ' || r == '\t' }) {
			wide := widthOf(word)
			if line != "" {
				joined := line + " " + word
				sum += space + wide - none
				if sum < width*0.95 || sum < width*1.05 && widthOf(joined) <= width {
					line = joined
					continue
				}
				lines = append(lines, line)
			}
			line, sum = word, wide
			for sum > width {
				head, tail := breakWord(line, width, widthOf)
				if tail == "" {
					break
				}
				lines = append(lines, head)
				line, sum = tail, widthOf(tail)
			}
		}
		lines = append(lines, line)
		accompany(lines[first:], width, widthOf)
	}
	return lines
}

// accompany has no short word stand alone in the last line of a paragraph: the word
// before it comes down to it, if the line above stays the longer one.
func accompany(paragraph []string, width float32, widthOf func(string) float32) {
	n := len(paragraph)
	if n < 2 || strings.Contains(paragraph[n-1], " ") {
		return
	}
	above, last := &paragraph[n-2], &paragraph[n-1]
	cut := strings.LastIndexByte(*above, ' ')
	if cut < 0 || widthOf(*last) > width/4 {
		return
	}
	shorter, both := (*above)[:cut], (*above)[cut+1:]+" "+*last
	if widthOf(shorter) >= widthOf(both) {
		*above, *last = shorter, both
	}
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
