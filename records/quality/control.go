package quality

import (
	"math"
	"slices"
	"time"

	"aidpost/records/vitals"
)

// A Target is what a control solution or a standard should give: a mean, and
// how far off is how bad.
type Target struct {
	Mean vitals.Quantity `json:"mean"`
	// SD is the maker's standard deviation, in the unit of the mean; above zero.
	SD vitals.Decimal `json:"sd,omitzero"`
	// Limit is the greatest error allowed against a standard, in place of SD. The
	// rules take three standard deviations for it, so that they are the same.
	Limit vitals.Decimal `json:"limit,omitzero"`
	// Single is the greatest difference of one pair where a cuff and a reference are
	// compared on somebody's arm, see Difference; the mean of those is then the value.
	Single vitals.Decimal `json:"single,omitzero"`
}

// Known reports whether there is a target at all.
func (t Target) Known() bool { return t.Mean.Unit != "" }

// limited reports whether the target has a limit in place of a deviation.
func (t Target) limited() bool { return t.Limit.Cmp(vitals.Int(0)) > 0 }

// unit is a length, and how many of it make a value's distance comparable: of
// a limit, which is three deviations, three.
func (t Target) unit() (length vitals.Decimal, times int) {
	if t.limited() {
		return t.Limit, 3
	}
	return t.SD, 1
}

// Beyond reports whether a value is more than k standard deviations above the
// mean (+1), below it (-1) or neither (0). It is exact: a value on the limit is
// within.
func (t Target) Beyond(v vitals.Decimal, k int) int {
	length, times := t.unit()
	zero := vitals.Int(0)
	above := zero
	for range times {
		above = above.Sub(t.Mean.Value.Sub(v))
	}
	below := zero.Sub(above)
	for range k {
		above, below = above.Sub(length), below.Sub(length)
	}
	switch {
	case above.Cmp(zero) > 0:
		return 1
	case below.Cmp(zero) > 0:
		return -1
	}
	return 0
}

// Deviations returns how many standard deviations a value is from the mean, for
// a chart.
func (t Target) Deviations(v vitals.Decimal) float64 {
	length, times := t.unit()
	return float64(times) * v.Sub(t.Mean.Value).Float() / length.Float()
}

// Deviation returns one standard deviation; a third of a limit is rounded to a
// hundredth.
func (t Target) Deviation() vitals.Decimal {
	if !t.limited() {
		return t.SD
	}
	third, err := vitals.Scaled(int64(math.Round(t.Limit.Float()*100/3)), 2)
	if err != nil {
		return t.Limit
	}
	return trimmed(third)
}

// At returns the value so many standard deviations above the mean, for the axis
// of a chart: three make the limit exactly.
func (t Target) At(deviations int) vitals.Decimal {
	value, zero := t.Mean.Value, vitals.Int(0)
	add := func(by vitals.Decimal, times int) {
		if times > 0 {
			by = zero.Sub(by)
		}
		for range max(times, -times) {
			value = value.Sub(by)
		}
	}
	if t.limited() {
		add(t.Limit, deviations/3)
		deviations %= 3
	}
	add(t.Deviation(), deviations)
	return trimmed(value)
}

// trimmed is a number without zeros at its end.
func trimmed(d vitals.Decimal) vitals.Decimal {
	for scale := range 2 {
		if short := d.Round(scale); short.Cmp(d) == 0 {
			return short
		}
	}
	return d
}

// A Run is one measurement of a control solution.
type Run struct {
	Instrument Instrument      `json:"instrument"`
	Control    string          `json:"control"` // number of the lot of the solution
	Reagent    string          `json:"reagent"` // number of the lot of strips; empty without
	Target     Target          `json:"target"`  // as it was at the time
	Value      vitals.Quantity `json:"value"`
	At         time.Time       `json:"at"`
	Comment    string          `json:"comment,omitempty"`
	// Tests is how many measurements the instrument had made by then, where they
	// are counted.
	Tests int `json:"tests,omitempty"`
	// Pairs are the differences of a volunteer check, of which the value is made.
	Pairs []Difference `json:"pairs,omitempty"`
}

// A Rule is a rule that a run broke, in Westgard's notation but for the last.
type Rule string

// The rules. The first warns; the others reject.
const (
	Rule12s Rule = "1-2s" // one value beyond two standard deviations
	Rule13s Rule = "1-3s" // one value beyond three
	Rule22s Rule = "2-2s" // two in a row beyond two, on the same side
	RuleR4s Rule = "R-4s" // within one run, one above two and one below two

	RulePair Rule = "pair" // a cuff and its reference too far apart once, see Target
)

// A Verdict is what a run was judged as.
type Verdict struct {
	Broken []Rule // in the order above; none: the run is in control
}

// Rejected reports whether the instrument is out of control by the run.
func (v Verdict) Rejected() bool {
	return slices.ContainsFunc(v.Broken, func(r Rule) bool { return r != Rule12s })
}

// oneRun is how close together the levels of one run are measured.
const oneRun = time.Hour

// Judge returns the verdict on the last of the runs of one instrument, which
// are in the order they were made. Those before it of the same solution, and
// those of other levels in the same run, are what the rules look back at.
func Judge(runs []Run) Verdict {
	last := runs[len(runs)-1]
	v := westgard(last, runs[:len(runs)-1])
	if last.apart() {
		v.Broken = append(v.Broken, RulePair)
	}
	return v
}

// westgard is the verdict by the rules that look at the value, and back.
func westgard(last Run, earlier []Run) (v Verdict) {
	side := last.side(2)
	if side == 0 {
		return v
	}
	v.Broken = append(v.Broken, Rule12s)
	if last.side(3) != 0 {
		v.Broken = append(v.Broken, Rule13s)
	}
	two, four := false, false
	seen := false // the run before with the same solution
	for _, before := range slices.Backward(earlier) {
		same := before.Control == last.Control
		together := last.At.Sub(before.At) <= oneRun
		switch {
		case same && !seen:
			seen = true
			two = two || before.side(2) == side
		case !same && together:
			two = two || before.side(2) == side
			four = four || before.side(2) == -side
		}
		if seen && !together {
			break
		}
	}
	if two {
		v.Broken = append(v.Broken, Rule22s)
	}
	if four {
		v.Broken = append(v.Broken, RuleR4s)
	}
	return v
}

func (r Run) side(k int) int { return r.Target.Beyond(r.Value.Value, k) }

// Statistics describe the runs of one solution.
type Statistics struct {
	N          int
	Mean, SD   float64 // of the values; SD is zero for a single one
	CV         float64 // SD in percent of the mean
	Rejections int
}

// Describe returns the statistics of runs. Rejected runs are counted, too: what
// they show is why there is a chart.
func Describe(runs []Run) Statistics {
	s := Statistics{N: len(runs)}
	if s.N == 0 {
		return s
	}
	for i, r := range runs {
		s.Mean += r.Value.Value.Float()
		if Judge(runs[:i+1]).Rejected() {
			s.Rejections++
		}
	}
	s.Mean /= float64(s.N)
	if s.N > 1 {
		sum := 0.0
		for _, r := range runs {
			d := r.Value.Value.Float() - s.Mean
			sum += d * d
		}
		s.SD = math.Sqrt(sum / float64(s.N-1))
	}
	if s.Mean != 0 {
		s.CV = 100 * s.SD / s.Mean
	}
	return s
}
