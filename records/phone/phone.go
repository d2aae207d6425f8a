// Package phone knows the ways to write one phone number: as people dial it in
// their own country, and as the world does. It compares numbers and judges no
// number by whether somebody has it.
package phone

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed plans.txt
var plans string

// A Plan is how a country writes its numbers. The zero Plan is that of a place
// that has not said where it is: only the international form is known then.
type Plan struct {
	code   string // of the country
	trunk  string // before a number at home
	abroad string // before the code of another country
	digits int    // of a number without all those, where trunk could begin one
}

// PlanOf returns the plan of a country as in ISO 3166-1 ("US"). It reports false,
// with the zero Plan, if none is known.
func PlanOf(country string) (Plan, bool) {
	country = strings.ToUpper(country)
	for line := range strings.Lines(plans) {
		fields := strings.Fields(line)
		if fields[0] == "#" {
			continue
		}
		for _, c := range fields[3:] {
			if len(country) == 2 && strings.HasPrefix(c, country) {
				digits, _ := strconv.Atoi(fields[2]) // "-" stands for none
				return Plan{code: c[2:], trunk: strings.Trim(fields[0], "-"), abroad: fields[1], digits: digits}, true
			}
		}
	}
	return Plan{}, false
}

// Fold returns a number for comparing: its digits, after a plus if it begins with
// the code of a country. In nearly all countries 00 stands for the plus.
func Fold(typed string) string {
	return fold(typed, "00")
}

func fold(typed, abroad string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, typed)
	if strings.HasPrefix(strings.TrimSpace(typed), "+") {
		return "+" + digits
	}
	for _, prefix := range []string{abroad, "00"} {
		if rest, ok := strings.CutPrefix(digits, prefix); ok {
			return "+" + rest
		}
	}
	return digits
}

// The least and the most digits of a number: no plan has shorter ones for people,
// and E.164 allows no longer ones.
const (
	shortest = 5
	longest  = 15
)

// Plausible reports whether something is as long as a phone number.
func Plausible(typed string) bool {
	n := len(strings.TrimPrefix(Fold(typed), "+"))
	return n >= shortest && n <= longest
}

// Spellings returns the folded forms in which the number that was typed may have
// been written elsewhere. The first is the one to keep: the international form,
// where the plan tells it.
func (p Plan) Spellings(typed string) []string {
	if p.code == "" {
		return []string{Fold(typed)}
	}
	folded := fold(typed, p.abroad)
	national := folded
	if rest, abroad := strings.CutPrefix(folded, "+"); abroad {
		if !strings.HasPrefix(rest, p.code) {
			return []string{folded} // of another country
		}
		national = strings.TrimPrefix(rest, p.code)
		if p.trunk == "0" { // "+44 (0)20" is often seen
			national = strings.TrimPrefix(national, p.trunk)
		}
	} else if p.dialled(folded) {
		national = strings.TrimPrefix(folded, p.trunk)
	}
	forms := []string{"+" + p.code + national, national}
	if p.trunk != "" {
		forms = append(forms, p.trunk+national)
	}
	if p.trunk == "0" {
		forms = append(forms, "+"+p.code+p.trunk+national)
	}
	return forms
}

// dialled reports whether a number begins with what is dialled before it at home.
func (p Plan) dialled(folded string) bool {
	return p.trunk != "" && strings.HasPrefix(folded, p.trunk) &&
		(p.digits == 0 || len(folded) == len(p.trunk)+p.digits)
}
