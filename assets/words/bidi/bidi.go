// Package bidi puts one line of mixed right-to-left and left-to-right text in
// the order in which it is drawn.
//
// Two renderers need it. One shapes letters but lays its runs out from left to
// right whatever the line's direction (the toolkit of the screens): Reorder
// orders the runs and leaves the letters. The other draws character after
// character and knows no Arabic at all (the PDF writer): Visual also joins
// letters and reverses them.
//
// Wrap first, order each line afterwards: a line's order depends on where it
// ends. The order is that of the Unicode Bidirectional Algorithm (UAX #9). Embedding and isolate controls are dropped,
// because texts of ours use the marks U+200E and U+200F only.
package bidi

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/bidi"
)

const (
	leftToRightMark = '\u200e'
	rightToLeftMark = '\u200f'
	arabicMark      = '\u061c'
)

// run is a stretch of text of one level: 0 and 2 run left to right, 1 runs
// right to left. Its runes are in reading order.
type run struct {
	text  []rune
	level int
}

// Reorder gives the runs of a line in the order in which they stand on the
// screen, from left to right; rtl is the direction of the line. Inside a run
// the letters keep their reading order, unshaped, and brackets are not
// mirrored: a shaper does that. Marks around each run make the shaper see the
// same runs again. A line without anything right-to-left comes back as it is.
func Reorder(line string, rtl bool) string {
	if !rtl && !hasRightToLeft(line) {
		return line
	}
	var b strings.Builder
	for _, r := range visualRuns(line, rtl) {
		mark := leftToRightMark
		if r.level == 1 {
			mark = rightToLeftMark
		}
		if text := strings.TrimFunc(string(r.text), isMark); text != "" {
			b.WriteRune(mark)
			b.WriteString(text)
			b.WriteRune(mark)
		}
	}
	return b.String()
}

// Visual gives the characters of a line from left to right as they are to be
// drawn: runs in order, Arabic letters joined (as the presentation forms
// U+FE80 to U+FEFC, with lam-alef ligatures), brackets mirrored, and invisible
// controls gone. rtl is the direction of the line. Combining marks follow
// their letter. The result is for drawing only: it can not be read aloud,
// searched or ordered again.
func Visual(line string, rtl bool) string {
	var out []rune
	for _, r := range visualRuns(line, rtl) {
		text := r.text
		if r.level == 1 {
			text = mirror(shape(text))
		}
		out = append(out, slices.DeleteFunc(text, isInvisible)...)
	}
	return string(out)
}

// visualRuns cuts a line into runs and orders them from left to right.
func visualRuns(line string, rtl bool) []run {
	text := []rune(strings.Map(clean, line))
	var runs []run
	start := 0
	found := levels(text, rtl)
	for i := range text {
		if i+1 == len(text) || found[i+1] != found[i] {
			runs = append(runs, run{text[start : i+1], found[i]})
			start = i + 1
		}
	}
	reverseLevels(runs)
	return runs
}

// reverseLevels is rule L2: from the highest level down to 1, reverse every
// stretch of that level or higher.
func reverseLevels(runs []run) {
	for level := 2; level >= 1; level-- {
		for i := 0; i < len(runs); i++ {
			start := i
			for i < len(runs) && runs[i].level >= level {
				i++
			}
			slices.Reverse(runs[start:i])
		}
	}
}

func class(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	return p.Class()
}

func hasRightToLeft(line string) bool {
	return strings.ContainsFunc(line, func(r rune) bool {
		c := class(r)
		return c == bidi.R || c == bidi.AL || c == bidi.AN
	})
}

// clean drops embeddings and isolates, and makes tabs and what would end the
// paragraph a space.
func clean(r rune) rune {
	switch class(r) {
	case bidi.B, bidi.S:
		return ' '
	case bidi.LRE, bidi.RLE, bidi.LRO, bidi.RLO, bidi.PDF, bidi.LRI, bidi.RLI, bidi.FSI, bidi.PDI:
		return -1
	}
	return r
}

func isMark(r rune) bool {
	return r == leftToRightMark || r == rightToLeftMark || r == arabicMark
}

func isInvisible(r rune) bool {
	return isMark(r) || class(r) == bidi.BN
}

// pairs are the characters of our texts that face the other way in
// right-to-left text (Bidi_Mirrored), each beside its partner.
var pairs = []rune("()[]{}<>«»‹›≤≥")

// mirror reverses right-to-left text and turns its brackets. A combining mark
// stays behind its letter (rule L3).
func mirror(text []rune) []rune {
	out := make([]rune, 0, len(text))
	for end := len(text); end > 0; {
		start := end - 1
		for start > 0 && class(text[start]) == bidi.NSM {
			start--
		}
		for _, r := range text[start:end] {
			if i := slices.Index(pairs, r); i >= 0 {
				r = pairs[i^1]
			}
			out = append(out, r)
		}
		end = start
	}
	return out
}
