package bidi

import (
	"cmp"
	"slices"

	"golang.org/x/text/unicode/bidi"
)

// maxBrackets is the depth to which brackets are paired (UAX #9, BD16).
const maxBrackets = 63

// resolver finds the levels of one line by the rules of UAX #9. The public
// face of x/text/unicode/bidi serves for the classes of characters only: it
// tells directions instead of levels, and does not pair brackets.
//
// Without embeddings and isolates the line is one sequence, so the rules for
// explicit levels (X1 to X10) fall away.
type resolver struct {
	text  []rune       // without the characters that rule X9 removes
	was   []bidi.Class // the classes of text
	now   []bidi.Class // the classes as the rules change them
	base  int          // level of the line: 0 or 1
	embed bidi.Class   // direction of the line: L or R
}

// levels gives the level of each character: 0 and 2 run left to right, 1 runs
// right to left.
func levels(text []rune, rtl bool) []int {
	s := resolver{embed: bidi.L}
	if rtl {
		s.base, s.embed = 1, bidi.R
	}
	for _, r := range text {
		if c := class(r); c != bidi.BN {
			s.text, s.was = append(s.text, r), append(s.was, c)
		}
	}
	s.now = slices.Clone(s.was)
	s.weak()
	s.separators()
	s.brackets()
	s.neutrals()
	kept := s.implicit()

	out := make([]int, len(text))
	level := s.base
	for i, r := range text {
		if class(r) != bidi.BN {
			level, kept = kept[0], kept[1:]
		}
		out[i] = level
	}
	return out
}

// weak applies W1 to W3: marks follow their letter, European digits after
// Arabic letters become Arabic numbers.
func (s *resolver) weak() {
	before, strong := s.embed, s.embed
	for i, c := range s.now {
		switch c {
		case bidi.NSM:
			c = before
		case bidi.EN:
			if strong == bidi.AL {
				c = bidi.AN
			}
		case bidi.L, bidi.R, bidi.AL:
			strong = c
		}
		s.now[i], before = c, c
	}
	for i, c := range s.now {
		if c == bidi.AL {
			s.now[i] = bidi.R
		}
	}
}

// separators applies W4 to W7: what stands in or beside a number belongs to
// it, and a number after left-to-right letters goes with these.
func (s *resolver) separators() {
	for i := 1; i+1 < len(s.now); i++ {
		left, c, right := s.now[i-1], s.now[i], s.now[i+1]
		if left != right {
			continue
		}
		if left == bidi.EN && (c == bidi.ES || c == bidi.CS) || left == bidi.AN && c == bidi.CS {
			s.now[i] = left
		}
	}
	s.eachSequence(func(c bidi.Class) bool { return c == bidi.ET }, func(start, end int) {
		if s.at(start-1) == bidi.EN || s.at(end) == bidi.EN {
			s.set(start, end, bidi.EN)
		}
	})
	strong := s.embed
	for i, c := range s.now {
		switch c {
		case bidi.ES, bidi.ET, bidi.CS:
			s.now[i] = bidi.ON
		case bidi.L, bidi.R:
			strong = c
		case bidi.EN:
			if strong == bidi.L {
				s.now[i] = bidi.L
			}
		}
	}
}

// brackets applies N0: both brackets of a pair take one direction, that of the
// line if anything inside has it.
func (s *resolver) brackets() {
	for _, pair := range s.pairs() {
		inside := bidi.ON
		for i := pair[0] + 1; i < pair[1] && inside != s.embed; i++ {
			if c := strong(s.now[i]); c != bidi.ON {
				inside = c
			}
		}
		if inside == bidi.ON {
			continue
		}
		if inside != s.embed && s.strongBefore(pair[0]) != inside {
			inside = s.embed
		}
		for _, i := range pair {
			s.now[i] = inside
			for i++; i < len(s.was) && s.was[i] == bidi.NSM; i++ {
				s.now[i] = inside
			}
		}
	}
}

// pairs finds the positions of brackets that belong together, in the order of
// the opening ones (BD16).
func (s *resolver) pairs() [][2]int {
	var open []int
	var pairs [][2]int
	for i, r := range s.text {
		p, _ := bidi.LookupRune(r)
		if s.now[i] != bidi.ON || !p.IsBracket() {
			continue
		}
		if p.IsOpeningBracket() {
			if len(open) == maxBrackets {
				break
			}
			open = append(open, i)
			continue
		}
		for depth, at := range slices.Backward(open) {
			if bidi.ReverseString(string(s.text[at])) == string(r) {
				pairs = append(pairs, [2]int{at, i})
				open = open[:depth]
				break
			}
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	return pairs
}

// neutrals applies N1 and N2: spaces and signs between two of one direction
// take it, others that of the line.
func (s *resolver) neutrals() {
	neutral := func(c bidi.Class) bool { return strong(c) == bidi.ON }
	s.eachSequence(neutral, func(start, end int) {
		c := strong(s.at(start - 1))
		if c != strong(s.at(end)) {
			c = s.embed
		}
		s.set(start, end, c)
	})
}

// implicit applies I1 and I2. L1 has nothing left to do: spaces at the end have
// the line's level by N1 and N2, and there are no tabs.
func (s *resolver) implicit() []int {
	out := make([]int, len(s.now))
	for i, c := range s.now {
		switch {
		case c == bidi.R:
			out[i] = 1
		case c == bidi.L && s.base == 0:
			out[i] = 0
		default:
			out[i] = 2
		}
	}
	return out
}

// strong is the direction in which a class counts for its neighbours: numbers
// count as right to left.
func strong(c bidi.Class) bidi.Class {
	switch c {
	case bidi.L:
		return bidi.L
	case bidi.R, bidi.EN, bidi.AN:
		return bidi.R
	}
	return bidi.ON
}

// strongBefore is the nearest direction before position i.
func (s *resolver) strongBefore(i int) bidi.Class {
	for _, c := range slices.Backward(s.now[:i]) {
		if c := strong(c); c != bidi.ON {
			return c
		}
	}
	return s.embed
}

// at is the class at position i, or the line's direction at its ends.
func (s *resolver) at(i int) bidi.Class {
	if i < 0 || i >= len(s.now) {
		return s.embed
	}
	return s.now[i]
}

func (s *resolver) set(start, end int, c bidi.Class) {
	for i := start; i < end; i++ {
		s.now[i] = c
	}
}

// eachSequence calls do for each longest stretch whose classes satisfy in.
func (s *resolver) eachSequence(in func(bidi.Class) bool, do func(start, end int)) {
	for i := 0; i < len(s.now); i++ {
		start := i
		for i < len(s.now) && in(s.now[i]) {
			i++
		}
		if i > start {
			do(start, i)
		}
	}
}
