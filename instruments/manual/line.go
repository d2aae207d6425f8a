package manual

import (
	"fmt"
	"slices"
	"strings"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// kind is what a word of a line is.
type kind int

const (
	nameWord kind = iota
	numberWord
	unitWord
)

// A word is a piece of a line.
type word struct {
	kind     kind
	at       int // offset of its first byte; of the first word, of the line
	measure  vitals.Measure
	quantity vitals.Quantity // of a number, with its unit from the word behind it
}

// measures are what may be entered for a panel: what it is about, then the
// others.
func measures(p vitals.Panel) []vitals.Measure {
	main := p.Main()
	switch p {
	case vitals.BloodPressure:
		return append(main, vitals.MeanArterial, vitals.Pulse)
	case vitals.Oximetry:
		return append(main, vitals.Pulse, vitals.PerfusionIndex)
	case vitals.BodyWeight:
		return append(main, vitals.Height)
	}
	return main
}

// units are what a measure may be entered in.
func units(m vitals.Measure) []vitals.Unit {
	switch m {
	case vitals.Systolic, vitals.Diastolic, vitals.MeanArterial:
		return []vitals.Unit{vitals.MmHg}
	case vitals.Pulse:
		return []vitals.Unit{vitals.PerMinute}
	case vitals.SpO2, vitals.PerfusionIndex, vitals.PackedCells, vitals.HbA1c:
		return []vitals.Unit{vitals.Percent}
	case vitals.Glucose:
		return []vitals.Unit{vitals.MgPerDL, vitals.MmolPerL}
	case vitals.Weight:
		return []vitals.Unit{vitals.Kilogram, vitals.Pound}
	case vitals.Height:
		return []vitals.Unit{vitals.Centimetre, vitals.Inch}
	case vitals.Temperature:
		return []vitals.Unit{vitals.Celsius, vitals.Fahrenheit}
	case vitals.Ketone:
		return []vitals.Unit{vitals.MmolPerL}
	case vitals.Urate, vitals.TotalCholesterol:
		return []vitals.Unit{vitals.MgPerDL}
	}
	return nil
}

// unitOf reads a unit as UCUM or people write it.
func unitOf(m vitals.Measure, text string) (vitals.Unit, bool) {
	for _, u := range units(m) {
		bare := strings.TrimPrefix(u.Symbol(), "°")
		if text == string(u) || strings.EqualFold(text, u.Symbol()) || strings.EqualFold(text, bare) {
			return u, true
		}
	}
	return "", false
}

// A parser takes a line of a panel apart.
type parser struct {
	panel vitals.Panel
	next  vitals.Measure // what the next number is
	words []word
}

// parse takes a line apart. The error is a Garbled *Fault.
func parse(panel vitals.Panel, text string) ([]word, error) {
	if len(panel.Main()) == 0 {
		return nil, garbled("nothing of the panel %.40q can be entered", panel)
	}
	p := &parser{panel: panel, next: panel.Main()[0]}
	for at := 0; at < len(text); {
		if text[at] == ' ' || text[at] == '\t' {
			at++
			continue
		}
		end := at + strings.IndexAny(text[at:]+" ", " \t")
		if err := p.word(text[at:end], at); err != nil {
			return nil, err
		}
		at = end
	}
	return p.words, p.complete()
}

func garbled(format string, args ...any) error {
	return instruments.NewFault(instruments.Garbled, fmt.Sprintf(format, args...))
}

func (p *parser) word(text string, at int) error {
	if len(p.words) == 0 {
		at = 0
	}
	m := vitals.Measure(strings.ToLower(text))
	last := p.last()
	switch {
	case slices.Contains(measures(p.panel), m):
		if last != nil && last.kind == nameWord {
			return garbled("there is no number behind %s", last.measure)
		}
		p.next = m
		p.words = append(p.words, word{kind: nameWord, at: at, measure: m})
		return nil
	case p.next != "":
		return p.numbers(text, at)
	case last != nil && last.kind == numberWord:
		u, ok := unitOf(last.measure, text)
		if !ok {
			return garbled("%s is not measured in that unit; write %s", last.measure, listed(last.measure))
		}
		last.quantity.Unit = u
		p.words = append(p.words, word{kind: unitWord, at: at, measure: last.measure})
		return nil
	}
	return garbled("a word is neither a number nor a unit nor one of %s", joined(measures(p.panel)))
}

func (p *parser) last() *word {
	if len(p.words) == 0 {
		return nil
	}
	return &p.words[len(p.words)-1]
}

// numbers reads a number, or the two of a blood pressure.
func (p *parser) numbers(text string, at int) error {
	first, second, two := strings.Cut(text, "/")
	if two && p.next == vitals.Systolic {
		if err := p.number(first, at); err != nil {
			return err
		}
		p.next = vitals.Diastolic
		return p.number(second, at+len(first))
	}
	return p.number(text, at)
}

func (p *parser) number(text string, at int) error {
	q := vitals.Quantity{}
	switch {
	case strings.HasPrefix(text, "<"):
		q.Comparator = vitals.Below
	case strings.HasPrefix(text, ">"):
		q.Comparator = vitals.Above
	}
	value, err := vitals.ParseDecimal(strings.TrimLeft(text, "<>"))
	if err != nil || len(text)-len(strings.TrimLeft(text, "<>")) > 1 {
		return garbled("%s is no number; write one like 72.5", p.next)
	}
	q.Value = value
	for _, w := range p.words {
		if w.kind == numberWord && w.measure == p.next {
			return garbled("%s is there twice", p.next)
		}
	}
	p.words = append(p.words, word{kind: numberWord, at: at, measure: p.next, quantity: q})
	p.next = ""
	return nil
}

// complete gives numbers without a unit the only one there is.
func (p *parser) complete() error {
	if last := p.last(); last != nil && last.kind == nameWord {
		return garbled("there is no number behind %s", last.measure)
	}
	for i := range p.words {
		w := &p.words[i]
		if w.kind != numberWord || w.quantity.Unit != "" {
			continue
		}
		all := units(w.measure)
		if len(all) != 1 {
			return garbled("%s needs a unit: %s", w.measure, listed(w.measure))
		}
		w.quantity.Unit = all[0]
	}
	return nil
}

// listed names the units of a measure as people write them.
func listed(m vitals.Measure) string {
	var names []string
	for _, u := range units(m) {
		names = append(names, u.Symbol())
	}
	return strings.Join(names, " or ")
}

func joined(ms []vitals.Measure) string {
	var names []string
	for _, m := range ms {
		names = append(names, string(m))
	}
	return strings.Join(names, ", ")
}
