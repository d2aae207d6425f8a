package clips

import (
	"slices"
	"strings"
)

// A part is a clip, or a word for which there is none.
type part struct {
	key   string
	known bool
	pause bool // before it
}

// split cuts a text into the longest fragments that there are clips of.
func split(text string, has func(key string) bool, longest int, decimal string) []part {
	ts := tokens(text)
	var all []part
	for i := 0; i < len(ts); {
		n := min(longest, len(ts)-i)
		for ; n > 0 && !has(keyOf(ts[i:i+n])); n-- {
		}
		key := keyOf(ts[i : i+max(n, 1)])
		if n == 0 || n == 1 && ts[i].number {
			all = append(all, spell(ts, i, has, decimal)...)
			i++
			continue
		}
		all = append(all, part{key, true, ts[i].pause()})
		i += n
	}
	return all
}

// spell says a number that has no clip digit by digit, the tenths behind a decimal sign
// after the name of that sign, and a letter alone by its name.
func spell(ts []token, i int, has func(string) bool, decimal string) []part {
	t := ts[i]
	if !t.number {
		lower := strings.ToLower(t.text)
		return []part{{lower, has(lower), t.pause()}}
	}
	tenths := i > 0 && ts[i-1].number && t.before == decimal
	var all []part
	if tenths {
		all = append(all, part{key: decimalKey, known: has(decimalKey)})
	}
	if has(t.text) && !tenths {
		return append(all, part{t.text, true, i > 0 && t.pause()})
	}
	for j, digit := range strings.Split(t.text, "") {
		all = append(all, part{digit, has(digit), j == 0 && !tenths && t.pause()})
	}
	return all
}

// decimalKey is the clip of the name of the decimal sign. No text has that key.
const decimalKey = "\x00decimal"

// missing lists the words of a text for which there is no clip.
func missing(parts []part) []string {
	var all []string
	for _, p := range parts {
		if !p.known && !slices.Contains(all, p.key) {
			all = append(all, p.key)
		}
	}
	return all
}

// Missing returns a function that lists the words of a text that clips of a plan cannot
// say.
func Missing(plan []Fragment, decimal string) func(text string) []string {
	keys, longest := map[string]bool{}, 0
	for _, f := range plan {
		keys[f.Key] = true
		longest = max(longest, strings.Count(f.Key, " ")+1)
	}
	return func(text string) []string {
		return missing(split(text, func(key string) bool { return keys[key] }, longest, decimal))
	}
}
