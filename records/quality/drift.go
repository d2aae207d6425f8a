package quality

import (
	"math"
	"slices"
	"time"

	"aidpost/records/vitals"
)

// A Result is one value that an instrument measured of somebody, nobody knows
// of whom.
type Result struct {
	At    time.Time
	Value vitals.Decimal
}

// The watch over results, tuned by simulation (see the tests): of people whose
// systolic pressures lie 17 mmHg apart, a cuff that begins to read 5 mmHg too
// high is found within 120 results as often as not and within 250 nine times of
// ten. A good one is under suspicion for one result in a hundred at most.
const (
	driftBase   = 500   // results that say what is usual
	driftWeight = 0.015 // of the newest result in the moving mean
	driftWidth  = 2.6   // standard deviations of the moving mean, to either side
	driftClip   = 3.0   // deviations beyond which a result counts as that far off
)

// A Drift is what the moving mean of the results of an instrument says of it. It
// moves when the people change, too: it tells to look, and locks nothing.
type Drift struct {
	N        int     // results so far
	Base, SD float64 // of the first results
	Mean     float64 // moving, over the later ones
	Limit    float64 // how far Mean may lie from Base
	// Known says that there are enough results.
	Known bool
	// Moved is when Mean went beyond the limit and stayed there; zero: it is not.
	Moved time.Time
	// Found counts the results from the first after the usual ones to that.
	Found int
}

// Shift returns how far the moving mean lies from what is usual.
func (d Drift) Shift() float64 { return d.Mean - d.Base }

// WatchDrift follows the results of one instrument and one measure, the oldest
// first, from its last calibration on. The moving mean is a geometric one, as of
// Roberts, Technometrics 1959;1:239-250; its limit allows for the usual results
// being a sample.
func WatchDrift(results []Result, calibrated time.Time) Drift {
	results = slices.DeleteFunc(slices.Clone(results), func(r Result) bool { return r.At.Before(calibrated) })
	d := Drift{N: len(results)}
	if len(results) <= driftBase {
		return d
	}
	d.Known = true
	for _, r := range results[:driftBase] {
		d.Base += r.Value.Float() / driftBase
	}
	for _, r := range results[:driftBase] {
		off := r.Value.Float() - d.Base
		d.SD += off * off / (driftBase - 1)
	}
	d.SD = math.Sqrt(d.SD)
	d.Mean = d.Base
	left := 1.0 // weight of the beginning in the moving mean
	for n, r := range results[driftBase:] {
		value := min(max(r.Value.Float(), d.Base-driftClip*d.SD), d.Base+driftClip*d.SD)
		d.Mean += driftWeight * (value - d.Mean)
		left *= 1 - driftWeight
		d.Limit = driftWidth * d.SD * math.Sqrt(driftWeight/(2-driftWeight)*(1-left*left)+(1-left)*(1-left)/driftBase)
		switch beyond := math.Abs(d.Shift()) > d.Limit; {
		case beyond && d.Moved.IsZero():
			d.Moved, d.Found = r.At, n+1
		case !beyond:
			d.Moved, d.Found = time.Time{}, 0
		}
	}
	return d
}

// DriftOf follows the results of an instrument from its last calibration on.
func (l *Log) DriftOf(i Instrument, results []Result) Drift {
	c, _ := l.Calibrated(i)
	return WatchDrift(results, c.At)
}
