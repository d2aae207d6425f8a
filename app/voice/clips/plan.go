package clips

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"aidpost/assets/words"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// mostNumber is the largest number with a clip of its own: no cuff shows more. What is
// larger, such as a year or a telephone number, is said digit by digit.
const mostNumber = 300

// A Fragment is what one clip says.
type Fragment struct {
	Key  string
	Text string
}

// Plan lists all that a kiosk can say in a language: the fragments of its messages, the
// numbers, who publishes its rules, and each letter, for whoever types.
func Plan(c *words.Catalogue, l words.Lang, rules *guideline.Set) []Fragment {
	found := map[string]string{}
	add := func(text string) {
		key := keyOf(tokens(text))
		// Of two that differ in their stops alone, the longer one has them.
		if key != "" && len(text) > len(found[key]) {
			found[key] = text
		}
	}
	for _, text := range c.Fragments(l) {
		text = strings.TrimSpace(text)
		add(text)
		for r := range strings.SplitSeq(text, "") {
			if strings.IndexFunc(r, unicode.IsLetter) == 0 {
				add(strings.ToLower(r))
			}
		}
	}
	for r := 'a'; r <= 'z'; r++ { // a card may have them, whatever the language
		add(string(r))
	}
	for n := range mostNumber + 1 {
		add(strconv.Itoa(n))
	}
	for _, r := range rules.RuleSets() {
		add(r.Publisher)
	}
	for _, u := range []vitals.Unit{vitals.Celsius, vitals.Fahrenheit, vitals.Kilogram, vitals.Pound} {
		add(u.Symbol())
	}
	for symbol, key := range map[string]words.Key{ // as they stand on the screen
		vitals.MgPerDL.Symbol(): words.UnitsMgDL, vitals.MmolPerL.Symbol(): words.UnitsMmolL,
		vitals.PerMinute.Symbol(): words.UnitsPerMinute, vitals.MmHg.Symbol(): words.UnitsMMHg,
	} {
		found[keyOf(tokens(symbol))] = l.T(key)
	}
	found[decimalKey] = l.T(words.UnitsDecimal)
	var all []Fragment
	for key, text := range found {
		all = append(all, Fragment{key, text})
	}
	slices.SortFunc(all, func(a, b Fragment) int { return strings.Compare(a.Key, b.Key) })
	return all
}
