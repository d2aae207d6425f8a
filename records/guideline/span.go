package guideline

import (
	"slices"

	"aidpost/records/vitals"
)

// A Span is one band on the line of plausible values of a measure. The spans of
// a line follow one another without gaps: each begins where the last one ended,
// and a bound that the one includes is open in the other.
type Span struct {
	From, To         vitals.Decimal
	FromOpen, ToOpen bool // the bound itself belongs to the neighbour
	Band             string
	Severity         Severity
}

// Bands returns the spans of a measure in ascending order, for the band scale
// and behind the trend, as Judge would judge each value by itself. There are
// none for a measure that is not judged in that unit and for people to whom the
// rules do not apply.
func (r *Rules) Bands(who Subject, m vitals.Measure, u vitals.Unit, meal vitals.Meal) []Span {
	rungs := r.scale(m, u, meal)
	if len(rungs) == 0 || rungs[0].set.Applies.excludes(who) != HasBand {
		return nil
	}
	edges := r.edges(rungs, m, u)
	var spans []Span
	for i, from := range edges[:len(edges)-1] {
		to := edges[i+1]
		band := r.bandAt(who, rungs, m, u, from)
		if n := len(spans); n > 0 && spans[n-1].Band == band.ID {
			spans[n-1].To, spans[n-1].ToOpen = to.value, to.side <= 0
			continue
		}
		spans = append(spans, Span{
			From: from.value, FromOpen: from.side > 0, To: to.value, ToOpen: to.side <= 0,
			Band: band.ID, Severity: band.Severity,
		})
	}
	return spans
}

// edges returns, in order, every place inside the plausible range where the
// band may change, and its two ends.
func (r *Rules) edges(rungs []rung, m vitals.Measure, u vitals.Unit) []edge {
	low, high, _ := vitals.PlausibleRange(m, u)
	first, last := edge{value: low}, edge{high, +1}
	edges := []edge{first, last}
	keep := func(e edge, ok bool) {
		if ok && e.cmp(first) > 0 && e.cmp(last) < 0 {
			edges = append(edges, e)
		}
	}
	for _, rg := range rungs {
		keep(rg.lower, rg.lower != everything)
	}
	for _, a := range r.advisories[scaleKey{measure: m, unit: u}] {
		keep(a.within.lower())
		keep(a.within.upper())
	}
	slices.SortFunc(edges, edge.cmp)
	return slices.CompactFunc(edges, func(a, b edge) bool { return a.cmp(b) == 0 })
}

// bandAt returns the band from p up to the next edge.
func (r *Rules) bandAt(who Subject, rungs []rung, m vitals.Measure, u vitals.Unit, p edge) *Band {
	q := vitals.Quantity{Value: p.value, Unit: u}
	if p.side > 0 {
		q.Comparator = vitals.Above
	}
	return worse(at(rungs, place(q)), r.advise(who, m, q)).band
}
