package words

import (
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
)

// Fragments lists what a person is told in the language, cut at the blanks of its
// messages, with the names of months and languages: whatever is said is made of these,
// of numbers, and of names. What only staff read is left out, and what is on paper alone.
func (c *Catalogue) Fragments(l Lang) []string {
	var all []string
	for key, m := range l.t.messages {
		if c.tables[0].staff[key] || strings.HasPrefix(string(key), "report.") && key != ReportAccuracyNails {
			continue
		}
		for form := range m.forms {
			for _, s := range m.in(plural.Form(form)) {
				if !s.placeholder {
					all = append(all, s.text)
				}
			}
		}
	}
	h := l.habits()
	all = append(all, h.Months[:]...)
	all = append(all, h.MonthsShort[:]...)
	for _, pattern := range []string{h.Percent, h.Date, h.DateShort, h.DateTime, h.FirstDay} {
		tmpl, _ := parseTemplate(pattern)
		for _, s := range tmpl {
			if !s.placeholder {
				all = append(all, s.text)
			}
		}
	}
	for _, other := range c.Langs() {
		all = append(all, other.Name())
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Decimal is the sign before the tenths of a number.
func (l Lang) Decimal() string { return l.habits().Decimal }
