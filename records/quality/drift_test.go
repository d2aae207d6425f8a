package quality

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"aidpost/records/vitals"
)

// people measures so many of them, whose systolic pressures lie 17 mmHg apart
// about 132, on a cuff that reads too high by some from one of them on.
func people(random *rand.Rand, n, from, tooHigh int) []Result {
	all := make([]Result, n)
	for i := range all {
		value := int(132 + 17*random.NormFloat64())
		if i >= from {
			value += tooHigh
		}
		all[i] = Result{At: noon.Add(time.Duration(i) * time.Hour), Value: vitals.Int(value)}
	}
	return all
}

// TestDriftIsFound: a cuff that begins to read 5 mmHg too high is found within
// 120 people as often as not, and within 250 in nine of ten cases; a good one is
// hardly ever suspected. The log has the figures as they were measured.
func TestDriftIsFound(t *testing.T) {
	const trials, good, most = 300, driftBase + 300, 1000
	random := rand.New(rand.NewPCG(8, 26))
	var found []int
	suspected, looked := 0, 0
	for range trials {
		results := people(random, good+most, good, 5)
		for n := driftBase + 100; n <= good; n += 100 {
			looked++
			if d := WatchDrift(results[:n], time.Time{}); !d.Moved.IsZero() {
				suspected++
			}
		}
		n := 0
		for d := (Drift{}); n < most && d.Moved.IsZero(); {
			n += 10
			d = WatchDrift(results[:good+n], time.Time{})
			if !d.Moved.IsZero() && n > 50 && d.Shift() < 0 {
				t.Error("it has moved the other way")
			}
		}
		found = append(found, n)
	}
	slices.Sort(found)
	half, most90 := found[trials/2], found[trials*9/10]
	t.Logf("5 mmHg: half within %d readings, nine of ten within %d; a good cuff was suspected %d of %d times", half, most90, suspected, looked)
	if half > 120 || most90 > 250 {
		t.Errorf("half within %d, nine of ten within %d", half, most90)
	}
	if suspected*100 > looked {
		t.Errorf("a good cuff was suspected %d of %d times", suspected, looked)
	}
}

func TestDriftNeedsResults(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	results := people(random, driftBase+200, driftBase, 30)
	if d := WatchDrift(results[:driftBase], time.Time{}); d.Known || d.N != driftBase {
		t.Errorf("%+v of the usual ones alone", d)
	}
	d := WatchDrift(results, time.Time{})
	if !d.Known || d.Moved.Before(results[driftBase].At) || d.Found == 0 || d.Shift() < 20 {
		t.Errorf("30 mmHg: %+v", d)
	}
	if d := WatchDrift(results, results[300].At); d.Known {
		t.Errorf("what was before the calibration counts: %+v", d)
	}
	results[driftBase+100].Value = vitals.Int(2000) // one wild value does not move the mean far
	if shift := WatchDrift(results, time.Time{}).Shift() - d.Shift(); shift > 1 {
		t.Errorf("one value moved the mean by %.1f", shift)
	}
}
