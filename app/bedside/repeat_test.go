package bedside_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/bedside"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

func sugar(mgdl int) vitals.Values {
	return vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(mgdl, vitals.MgPerDL)}}
}

// TestRepeatsAgree: a critical blood sugar stands once two results of the meter agree;
// else a third is asked for, and after that the most critical one goes on, and says so.
func TestRepeatsAgree(t *testing.T) {
	for name, tt := range map[string]struct {
		values []int // one a minute
		pause  time.Duration
		want   bedside.Repeat
		result int
		tier   guideline.Tier
	}{
		"one":                       {[]int{48}, time.Minute, bedside.RepeatDue, 48, guideline.ContactToday},
		"low, on the limit":         {[]int{48, 63}, time.Minute, bedside.Agreed, 48, guideline.ContactToday},
		"low, beyond":               {[]int{48, 64}, time.Minute, bedside.RepeatThird, 48, guideline.ContactToday},
		"low, the third agrees":     {[]int{48, 80, 52}, time.Minute, bedside.Agreed, 0, guideline.ContactToday},
		"low, none agrees":          {[]int{48, 80, 82}, time.Minute, bedside.Unlike, 48, guideline.ContactToday},
		"high, on the limit":        {[]int{495, 405}, time.Minute, bedside.Agreed, 0, guideline.ContactToday},
		"high, beyond":              {[]int{450, 368}, time.Minute, bedside.RepeatThird, 368, guideline.ContactToday},
		"high, a fifth of the mean": {[]int{440, 360}, time.Minute, bedside.Agreed, 360, guideline.ContactToday},
		"too late":                  {[]int{48, 50}, 11 * time.Minute, bedside.RepeatOther, 0, guideline.ContactToday},
		"not critical":              {[]int{110}, time.Minute, bedside.NoRepeat, 110, guideline.NoAction},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, lena(), false)
				b.rack.plug(vitals.BloodGlucose)
				b.do(b.Measure(vitals.BloodGlucose))
				for i, v := range tt.values {
					if i > 0 {
						time.Sleep(tt.pause)
						b.do(b.Again())
					}
					b.rack.gives(sugar(v))
					b.do(b.Start())
					b.at(bedside.Confirm)
					b.do(b.Shows(0))
				}
				s := b.at(bedside.Review)
				if s.Result.Repeat != tt.want || s.Result.RepeatDue != slices.Contains([]bedside.Repeat{bedside.RepeatDue, bedside.RepeatThird, bedside.RepeatOther}, tt.want) {
					t.Errorf("it is %q, due %t, want %q", s.Result.Repeat, s.Result.RepeatDue, tt.want)
				}
				if got := s.Result.Values[0].Quantity.Value.Int(); tt.result != 0 && got != tt.result {
					t.Errorf("the result is %d, want %d", got, tt.result)
				}
				if s.Result.Tier < tt.tier {
					t.Errorf("the tier is %d, want %d", s.Result.Tier, tt.tier)
				}
				if noted := slices.Contains(s.Result.Notes, bedside.NoteUnlike); noted != (tt.want == bedside.Unlike) {
					t.Errorf("noted %t: %v", noted, s.Result.Notes)
				}
				if (b.Accept() == nil) == s.Result.RepeatDue {
					t.Error("it is accepted while another is due, or not accepted though none is")
				}
			})
		})
	}
}

// TestNoThird: a reason takes the place of the third, and what did not agree is noted.
func TestNoThird(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		b.rack.plug(vitals.BloodGlucose)
		b.do(b.Measure(vitals.BloodGlucose))
		for i, v := range []int{48, 90} {
			if i > 0 {
				b.do(b.Again())
			}
			b.rack.gives(sugar(v))
			b.do(b.Start())
			b.do(b.Shows(0))
		}
		b.do(b.SkipRepeat("refused"))
		s := b.at(bedside.Review)
		if s.Result.Repeat != bedside.Unrepeated || !slices.Contains(s.Result.Notes, bedside.NoteUnlike) || s.Result.Grade < "C" {
			t.Errorf("%q, %v, grade %s", s.Result.Repeat, s.Result.Notes, s.Result.Grade)
		}
		b.do(b.Accept())
		b.at(bedside.Tell)
	})
}
