package quality

import (
	"errors"
	"strings"

	"aidpost/records/vitals"
)

// A volunteer check holds a cuff against a reference on the arm of one member of
// staff: the two measure in turn, at least three times each, and the differences are
// judged. The lot of kind Standard that it is run with stands for the reference, a
// second cuff that was checked or the ears of somebody who listens, and ends when that
// has to be checked again.
//
// What rests on which source: that both measure one after the other on the same arm on
// "How to check a home blood pressure monitor for accuracy" of the American Medical
// Association; three pairs a person and the classes of 5, 10 and 15 mmHg for a single
// difference, of which we take the last, on the European Society of Hypertension's
// International Protocol, revision 2010; a mean difference of at most 5 mmHg on
// ISO 81060-2. Those two judge a model by 33 and by 85 people. That one person's arm
// may stand in for them in a routine check of one cuff, and fewer than a model's
// people, is our decision and nobody's rule: it finds a cuff that is far off, and does
// not say that one is accurate.

// The most and the fewest pairs of a volunteer check.
const (
	MinPairs = 3
	MaxPairs = 10
)

// The limits of a volunteer check, in mmHg.
const (
	meanApart   = 5
	singleApart = 15
)

// Errors of a volunteer check as it was typed.
var (
	ErrPressures = errors.New("not two pressures like 118/76")
	ErrFewPairs  = errors.New("too few pairs, or too many")
)

// Pressures are what one measurement of a volunteer gave, in mmHg.
type Pressures struct{ Systolic, Diastolic vitals.Decimal }

// What an arm can have, in mmHg: what is outside was mistyped.
const (
	leastPressure = 30
	mostPressure  = 280
)

// ParsePressures reads two pressures like 118/76; number reads one.
func ParsePressures(s string, number func(string) (vitals.Decimal, error)) (p Pressures, err error) {
	high, low, found := strings.Cut(s, "/")
	if p.Systolic, err = number(strings.TrimSpace(high)); err == nil {
		p.Diastolic, err = number(strings.TrimSpace(low))
	}
	if err != nil || !found || p.Diastolic.Cmp(vitals.Int(leastPressure)) < 0 || p.Systolic.Cmp(vitals.Int(mostPressure)) > 0 ||
		p.Systolic.Cmp(p.Diastolic) <= 0 {
		return Pressures{}, ErrPressures
	}
	return p, nil
}

// A Difference is what the cuff showed less what the reference did. It is all that is
// kept of a pair: the volunteer is no patient here.
type Difference struct {
	Systolic  vitals.Decimal `json:"systolic"`
	Diastolic vitals.Decimal `json:"diastolic"`
}

// String writes it with signs, the systolic one first: +2/-1.
func (d Difference) String() string { return signed(d.Systolic) + "/" + signed(d.Diastolic) }

func signed(d vitals.Decimal) string {
	if d.Cmp(vitals.Int(0)) > 0 {
		return "+" + d.String()
	}
	return d.String()
}

// From returns how far a cuff is from the reference of the same pair.
func (p Pressures) From(reference Pressures) Difference {
	return Difference{p.Systolic.Sub(reference.Systolic), p.Diastolic.Sub(reference.Diastolic)}
}

// beyond reports whether either difference is greater than a limit.
func (d Difference) beyond(limit vitals.Decimal) bool {
	return magnitude(d.Systolic).Cmp(limit) > 0 || magnitude(d.Diastolic).Cmp(limit) > 0
}

func magnitude(d vitals.Decimal) vitals.Decimal {
	if zero := vitals.Int(0); d.Cmp(zero) < 0 {
		return zero.Sub(d)
	}
	return d
}

// MeanDifference returns the mean of the systolic or of the diastolic differences,
// whichever is farther from none, to a hundredth.
func MeanDifference(pairs []Difference) vitals.Quantity {
	var systolic, diastolic []vitals.Decimal
	for _, d := range pairs {
		systolic, diastolic = append(systolic, d.Systolic), append(diastolic, d.Diastolic)
	}
	worst := vitals.Mean(systolic, 2)
	if other := vitals.Mean(diastolic, 2); magnitude(other).Cmp(magnitude(worst)) > 0 {
		worst = other
	}
	return vitals.Quantity{Value: trimmed(worst), Unit: vitals.MmHg}
}

// Paired reports whether a standard is the reference of a volunteer check.
func (t Target) Paired() bool { return t.Single.Cmp(vitals.Int(0)) > 0 }

// Judged returns a run of a volunteer check with the value that it is judged by, and
// any other run as it is. ErrFewPairs: it has too few pairs, too many, or some
// although nothing was compared.
func (r Run) Judged() (Run, error) {
	switch n := len(r.Pairs); {
	case !r.Target.Paired() && n == 0:
		return r, nil
	case !r.Target.Paired(), n < MinPairs, n > MaxPairs:
		return r, ErrFewPairs
	}
	r.Value = MeanDifference(r.Pairs)
	return r, nil
}

// apart reports whether a pair of a volunteer check is too far apart.
func (r Run) apart() bool {
	for _, d := range r.Pairs {
		if d.beyond(r.Target.Single) {
			return true
		}
	}
	return false
}

// split returns what of the solutions and runs of an instrument is, or is not, of a
// volunteer check.
func split(lots []Lot, runs []Run, is bool) (solutions []Lot, of []Run) {
	for _, l := range lots {
		if l.Target.Paired() == is {
			solutions = append(solutions, l)
		}
	}
	for _, r := range runs {
		if r.Target.Paired() == is {
			of = append(of, r)
		}
	}
	return solutions, of
}
