package quality

import (
	"errors"
	"math"
	"slices"
)

// Blind reports whether whoever measures a lot does not see what it should give.
// Its results are for whoever coordinates quality: they are no control, and
// never anybody's.
func (k LotKind) Blind() bool { return k == Proficiency || k == Linearity }

// Sample returns the sample with a number, or false.
func (l *Log) Sample(number string) (Lot, bool) {
	for _, lot := range slices.Backward(l.Lots) {
		if lot.Kind.Blind() && lot.Number == number {
			return lot, true
		}
	}
	return Lot{}, false
}

// Blinded returns the log as whoever measures samples may see it: without what
// they should give, and without what they gave.
func (l *Log) Blinded() *Log {
	b := *l
	b.Lots, b.Samples = slices.Clone(l.Lots), slices.Clone(l.Samples)
	for i := range b.Lots {
		if b.Lots[i].Kind.Blind() {
			b.Lots[i].Target = Target{}
		}
	}
	for i, s := range b.Samples {
		b.Samples[i] = Run{Instrument: s.Instrument, Control: s.Control, Reagent: s.Reagent, At: s.At}
	}
	return &b
}

// A Line is how the results of linearity samples lie beside what they should be.
type Line struct {
	N                int
	Slope, Intercept float64
	// Farthest is the greatest distance of a result from the line, in the unit of
	// the results.
	Farthest float64
}

// At is where the line lies over what a sample should give.
func (l Line) At(want float64) float64 { return l.Intercept + l.Slope*want }

// ErrFewSamples reports results that no line can be drawn through.
var ErrFewSamples = errors.New("a line needs samples of three levels with a known target")

// A Pair is the result of a linearity sample beside what it should be.
type Pair struct {
	Run       Run
	Want, Got float64 // in the unit of the result
}

// Series returns the linearity samples of an instrument whose targets are known
// by now, in the order they were measured.
func (l *Log) Series(i Instrument) []Pair {
	var all []Pair
	for _, s := range l.Samples {
		lot, ok := l.Sample(s.Control)
		if ok && s.Instrument == i && lot.Kind == Linearity && lot.Target.Known() && lot.Target.Mean.Unit == s.Value.Unit {
			all = append(all, Pair{s, lot.Target.Mean.Value.Float(), s.Value.Value.Float()})
		}
	}
	return all
}

// Linearity fits the least-squares line through the linearity samples of an
// instrument, with the targets that are known by now.
func (l *Log) Linearity(i Instrument) (Line, error) {
	var want, got []float64
	for _, p := range l.Series(i) {
		want, got = append(want, p.Want), append(got, p.Got)
	}
	if len(slices.Compact(slices.Sorted(slices.Values(want)))) < 3 {
		return Line{}, ErrFewSamples
	}
	n := float64(len(want))
	var x, y, xx, xy float64
	for k := range want {
		x, y = x+want[k]/n, y+got[k]/n
	}
	for k := range want {
		xx, xy = xx+(want[k]-x)*(want[k]-x), xy+(want[k]-x)*(got[k]-y)
	}
	line := Line{N: len(want), Slope: xy / xx}
	line.Intercept = y - line.Slope*x
	for k := range want {
		line.Farthest = max(line.Farthest, math.Abs(got[k]-line.At(want[k])))
	}
	return line, nil
}
