// Package people finds persons by name in memory. Nothing that could tell a
// name lies on the disk for it: the index is made of opened records when a store
// is unlocked, and goes with the program.
//
// It is searched from end to end: 100,000 people are a few megabytes, which
// takes less time to read than a person to look up.
package people

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Person is what the index knows of one. A zero birth year is an unknown date.
type Person struct {
	Row              int64
	Given, Family    string
	Year, Month, Day int
	Numbers          []string // identifiers and phone numbers
}

// An entry is where a person's folded text is in the index: each word of the
// names after a blank, then each number between bars, then how the names sound in
// capitals, which no folded word has, as in
// " ada lovelace\x1f|al1815| -AD LOVELAKE -LBLK \n".
type entry struct {
	row   int64 // 0 for one that was replaced
	birth int32 // year*10000 + month*100 + day
	from  int32
	given int32 // end of the given name
	names int32 // end of the names
	heard int32 // where their sounds begin
	to    int32
}

// moved returns the entry of a text that was put behind another one.
func (e entry) moved(by int32) entry {
	for _, at := range []*int32{&e.from, &e.given, &e.names, &e.heard, &e.to} {
		*at += by
	}
	return e
}

// endOfNames and endOfPerson cannot be typed: folding makes blanks of them.
const (
	endOfNames  = '\x1f'
	endOfPerson = '\n'
)

func day(year, month, date int) int32 { return int32(year*10000 + month*100 + date) }

// write appends a person to text.
func write(text []byte, p Person) ([]byte, entry) {
	e := entry{row: p.Row, birth: day(p.Year, p.Month, p.Day), from: int32(len(text))}
	if given := fold(p.Given); given != "" {
		text = append(append(text, ' '), given...)
	}
	e.given = int32(len(text))
	if family := fold(p.Family); family != "" {
		text = append(append(text, ' '), family...)
	}
	e.names = int32(len(text))
	text = append(text, endOfNames)
	for i, n := range p.Numbers {
		if n = foldNumber(n); n == "" {
			continue
		}
		if i == 0 || text[len(text)-1] == endOfNames {
			text = append(text, '|')
		}
		text = append(append(text, n...), '|')
	}
	e.heard = int32(len(text))
	text = append(text, ' ')
	for word := range bytes.FieldsSeq(text[e.from:e.names]) {
		text = soundOf(string(word)).write(text, string(word))
	}
	text = append(text, endOfPerson)
	e.to = int32(len(text))
	return text, e
}

// An Index finds people. It may be used by any number of goroutines.
type Index struct {
	mu      sync.RWMutex
	text    []byte  // of everybody, in one piece that is quick to read through
	entries []entry // in the order of text
	place   map[int64]int
}

// Put adds people or replaces what is known of them. Whoever searches waits for
// little of it.
func (x *Index) Put(all ...Person) {
	var text []byte
	entries := make([]entry, len(all))
	for i, p := range all {
		text, entries[i] = write(text, p)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.place == nil {
		x.place = map[int64]int{}
	}
	behind := int32(len(x.text))
	x.text = append(x.text, text...)
	for _, e := range entries {
		if i, known := x.place[e.row]; known {
			old := &x.entries[i]
			old.row = 0
			clear(x.text[old.from:old.to])
		}
		x.place[e.row] = len(x.entries)
		x.entries = append(x.entries, e.moved(behind))
	}
}

// Len returns how many people the index knows.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.place)
}

func (x *Index) names(e *entry) []byte   { return x.text[e.from:e.names] }
func (x *Index) numbers(e *entry) []byte { return x.text[e.names:e.heard] }
func (x *Index) all(e *entry) []byte     { return x.text[e.from:e.to] }

// having calls fn for each person in whose text a part stands, once.
func (x *Index) having(part string, fn func(*entry)) {
	for at := 0; at < len(x.text); {
		i := bytes.Index(x.text[at:], []byte(part))
		if i < 0 {
			return
		}
		at += i
		n, _ := slices.BinarySearchFunc(x.entries, int32(at), func(e entry, at int32) int {
			if e.to <= at {
				return -1
			}
			return 1
		})
		fn(&x.entries[n])
		at = int(x.entries[n].to)
	}
}

// A query is what was typed, sorted into kinds of words. A person is found if
// all of them fit.
type query struct {
	words   []string   // of names
	sounds  [][]string // patterns of each
	numbers []string   // "|al1815|"
	births  []int32
	years   []int32
}

// parse sorts the words that somebody typed: a date, the year of one, a number
// that has digits in it, or part of a name.
func parse(text string) query {
	var q query
	for _, typed := range strings.Fields(text) {
		if at, err := time.Parse(time.DateOnly, typed); err == nil {
			q.births = append(q.births, day(at.Year(), int(at.Month()), at.Day()))
			continue
		}
		if year, err := strconv.Atoi(typed); err == nil && year >= 1880 && year <= 2100 {
			q.years = append(q.years, int32(year))
			continue
		}
		if strings.ContainsAny(typed, "0123456789") {
			if n := foldNumber(typed); n != "" {
				q.numbers = append(q.numbers, "|"+n+"|")
			}
			continue
		}
		q.words = append(q.words, strings.Fields(fold(typed))...)
	}
	for _, w := range q.words {
		q.sounds = append(q.sounds, soundOf(w).patterns(w))
	}
	return q
}

func (q query) empty() bool { return len(q.words)+len(q.numbers)+len(q.births)+len(q.years) == 0 }

// The ranks of what was found, the best first.
const (
	byNumber = iota
	byWords  // whole words
	byStart  // of words
	byPart   // somewhere inside
	bySound  // in another script, or spelt otherwise
	notFound
)

// rank says how well a person fits.
func (x *Index) rank(e *entry, q query) int {
	for _, b := range q.births {
		if e.birth != b {
			return notFound
		}
	}
	for _, y := range q.years {
		if e.birth/10000 != y {
			return notFound
		}
	}
	for _, n := range q.numbers {
		if !bytes.Contains(x.numbers(e), []byte(n)) {
			return notFound
		}
	}
	rank := byWords
	if len(q.numbers) > 0 {
		rank = byNumber
	}
	for i, w := range q.words {
		fits := wordIn(x.names(e), w)
		if fits == notFound && heard(x.all(e), q.sounds[i]) {
			fits = bySound
		}
		if rank = max(rank, fits); rank == notFound {
			break
		}
	}
	return rank
}

// wordIn says how one word fits names.
func wordIn(names []byte, w string) int {
	best := notFound
	for from := 0; ; {
		at := bytes.Index(names[from:], []byte(w))
		if at < 0 {
			return best
		}
		at += from
		end := at + len(w)
		switch starts := names[at-1] == ' '; { // every word is after a blank
		case starts && (end == len(names) || names[end] == ' '):
			return byWords
		case starts:
			best = min(best, byStart)
		default:
			best = min(best, byPart)
		}
		from = at + 1
	}
}

// candidates calls fn once for each person who may fit: those who have the longest
// number typed, or else the longest of the words or one that sounds like it, or
// everybody where there is neither.
func (x *Index) candidates(q query, fn func(*entry)) {
	byLength := func(a, b string) int { return cmp.Compare(len(a), len(b)) }
	switch {
	case len(q.numbers) > 0:
		x.having(slices.MaxFunc(q.numbers, byLength), fn)
	case len(q.words) > 0:
		longest := slices.MaxFunc(q.words, byLength)
		x.having(longest, fn)
		patterns := q.sounds[slices.Index(q.words, longest)]
		for i, p := range patterns {
			x.having(p, func(e *entry) {
				if !bytes.Contains(x.all(e), []byte(longest)) && !heard(x.all(e), patterns[:i]) {
					fn(e)
				}
			})
		}
	default:
		for i := range x.entries {
			fn(&x.entries[i])
		}
	}
}

// Find returns the rows of the people that a text fits, the best first, at most
// limit of them. Its words are parts of names in any order, dates and years of
// birth, and numbers as a whole.
func (x *Index) Find(text string, limit int) []int64 {
	q := parse(text)
	if q.empty() || limit <= 0 {
		return nil
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	best := podium{x: x, limit: limit}
	x.candidates(q, func(e *entry) {
		if rank := x.rank(e, q); e.row != 0 && rank < notFound {
			best.add(hit{rank, e})
		}
	})
	hits := best.sorted()
	rows := make([]int64, 0, len(hits))
	for _, h := range hits {
		rows = append(rows, h.row)
	}
	return rows
}

// A hit is somebody who was found.
type hit struct {
	rank int
	*entry
}

// A podium keeps the best hits of many without sorting all of them: whoever is
// behind the last one kept is not looked at again.
type podium struct {
	x     *Index
	limit int
	hits  []hit // the best that were seen, and what came after the last sorting
	full  bool  // the first limit of hits are sorted
}

func (p *podium) add(h hit) {
	if p.full && p.compare(h, p.hits[p.limit-1]) > 0 {
		return
	}
	if p.hits = append(p.hits, h); len(p.hits) >= 4*p.limit {
		p.hits, p.full = p.sorted(), true
	}
}

// sorted returns the best, in order.
func (p *podium) sorted() []hit {
	slices.SortFunc(p.hits, p.compare)
	return p.hits[:min(p.limit, len(p.hits))]
}

// compare puts those who fit better first, then by family and given name.
func (p *podium) compare(a, b hit) int {
	if a.rank != b.rank {
		return cmp.Compare(a.rank, b.rank)
	}
	text := p.x.text
	if c := bytes.Compare(text[a.given:a.names], text[b.given:b.names]); c != 0 {
		return c
	}
	return cmp.Or(bytes.Compare(p.x.names(a.entry), p.x.names(b.entry)), cmp.Compare(a.row, b.row))
}
