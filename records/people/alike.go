package people

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// A Likeness says why two records may be of one person.
type Likeness string

// The likenesses, the strongest first.
const (
	SameNumber    Likeness = "same-number"
	SameNameBirth Likeness = "same-name-and-birth"
	NearName      Likeness = "near-name"  // or one that sounds alike, and the same birth date
	NearBirth     Likeness = "near-birth" // and the same name
	SameName      Likeness = "same-name"  // and one of the birth dates is not known
)

// mostSameName is how many of those are told who have nothing but the name in
// common: where names are few, there are thousands.
const mostSameName = 20

func (l Likeness) strength() int {
	return slices.Index([]Likeness{SameNumber, SameNameBirth, NearName, NearBirth, SameName}, l)
}

// An Alike is somebody who may be the same person.
type Alike struct {
	Row int64
	Why Likeness
}

// Alike returns who may be p, the likeliest first; p itself, by its row, is not
// among them.
func (x *Index) Alike(p Person) []Alike {
	text, e := write(nil, p)
	x.mu.RLock()
	defer x.mu.RUnlock()
	found := map[int64]Likeness{}
	add := func(o *entry, why Likeness) {
		if o.row == 0 || o.row == p.Row {
			return
		}
		if before, ok := found[o.row]; !ok || why.strength() < before.strength() {
			found[o.row] = why
		}
	}
	for _, n := range p.Numbers {
		if n = foldNumber(n); n != "" {
			x.having("|"+n+"|", func(o *entry) { add(o, SameNumber) })
		}
	}
	if names := text[:e.names]; len(names) > 0 {
		undated := 0
		x.having(string(text[:e.names+1]), func(o *entry) {
			known := e.birth != 0 && o.birth != 0
			switch {
			case !bytes.Equal(x.names(o), names):
			case known && nearBirth(e.birth, o.birth):
				add(o, NearBirth)
			case !known && undated < mostSameName:
				undated++
				add(o, SameName)
			}
		})
		for i := range x.entries {
			if o := &x.entries[i]; e.birth != 0 && o.birth == e.birth {
				if why := x.alikeName(o, string(text[:e.given]), string(text[e.given:e.names])); why != "" {
					add(o, why)
				}
			}
		}
	}
	out := make([]Alike, 0, len(found))
	for row, why := range found {
		out = append(out, Alike{row, why})
	}
	slices.SortFunc(out, func(a, b Alike) int {
		return cmp.Or(cmp.Compare(a.Why.strength(), b.Why.strength()), cmp.Compare(a.Row, b.Row))
	})
	return out
}

// alikeName compares names of people with one birth date.
func (x *Index) alikeName(o *entry, given, family string) Likeness {
	names := string(x.names(o))
	switch {
	case names == "":
		return ""
	case names == given+family:
		return SameNameBirth
	case sameWords(names, given+family), soundAlike(names, given+family), near(string(x.text[o.from:o.given]), given) && near(string(x.text[o.given:o.names]), family):
		return NearName
	}
	return ""
}

// sameWords reports whether the words of one name are all in the other: given
// and family name exchanged, or one of several left out.
func sameWords(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 2 {
		return false
	}
	for _, word := range x {
		if !slices.Contains(y, word) {
			return false
		}
	}
	return true
}

// near reports whether two names differ by a slip of the pen: one in a short
// name, two in a longer one, none in one of a letter or two.
func near(a, b string) bool {
	if a == b {
		return true
	}
	x, y := []rune(a), []rune(b)
	allowed := 0
	switch shorter := min(len(x), len(y)); {
	case shorter > 6:
		allowed = 2
	case shorter > 2:
		allowed = 1
	}
	return slips(x, y, allowed) <= allowed
}

// slips counts how many letters have to be put in, taken out, exchanged for
// others or swapped with the next one to make one name of the other; above most
// the number does not matter.
func slips(x, y []rune, most int) int {
	if d := len(x) - len(y); d > most || -d > most {
		return most + 1
	}
	two, one, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range one {
		one[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, one, row = one, row, two
	}
	return one[len(y)]
}

// nearBirth reports whether two dates differ in one part alone, or have day and
// month exchanged.
func nearBirth(a, b int32) bool {
	year := a/10000 == b/10000
	month := a/100%100 == b/100%100
	date := a%100 == b%100
	exchanged := a/100%100 == b%100 && a%100 == b/100%100
	return year && (month || date || exchanged) || month && date
}
