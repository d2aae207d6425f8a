package kit

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

const (
	lrm = "\u200e" // left-to-right mark
	rlm = "\u200f" // right-to-left mark
)

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

// visual returns a line in the order Fyne must be given it. Fyne shapes the
// letters of a right-to-left run properly but places the runs of a line from
// left to right, so in a right-to-left language the runs are joined in reverse.
// Each is fenced with direction marks, or its spaces and stops would be taken
// for part of the neighbour when Fyne splits the line again.
//
// In a left-to-right language runs stay in order.
func visual(line string, dir Direction) string {
	if dir == LTR && !hasRTL(line) {
		return line
	}
	base := bidi.LeftToRight
	if dir == RTL {
		base = bidi.RightToLeft
	}
	var p bidi.Paragraph
	// The library takes the direction of the first letter before the default;
	// a mark in front makes the language's own direction win.
	mark := lrm
	if dir == RTL {
		mark = rlm
	}
	if _, err := p.SetString(mark+line, bidi.DefaultDirection(base)); err != nil {
		return line
	}
	order, err := p.Order()
	if err != nil {
		return line
	}
	runs := make([]string, 0, order.NumRuns())
	for i := range order.NumRuns() {
		run := order.Run(i)
		text := strings.Trim(run.String(), lrm+rlm)
		if text == "" {
			continue
		}
		fence := lrm
		if run.Direction() == bidi.RightToLeft {
			fence = rlm
		}
		runs = append(runs, fence+text+fence)
	}
	if dir == RTL {
		for i, j := 0, len(runs)-1; i < j; i, j = i+1, j-1 {
			runs[i], runs[j] = runs[j], runs[i]
		}
	}
	return strings.Join(runs, "")
}

func hasRTL(s string) bool {
	for _, r := range s {
		if p, _ := bidi.LookupRune(r); p.Class() == bidi.R || p.Class() == bidi.AL {
			return true
		}
	}
	return false
}
