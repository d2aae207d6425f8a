package records

import (
	"testing"
	"time"

	"aidpost/records/vitals"
)

// TestRecheck: a critically low blood sugar is due again a quarter of an hour later; what
// only confirms it is not that, and whoever was handed over is not waited for.
func TestRecheck(t *testing.T) {
	low := func(after time.Duration, id ID) Observation {
		o := glucose(now.Add(after), 48)
		o.ID, o.Judged = id, []Judgement{{Subject: "glucose", Severity: "urgent", Interpretation: "LL", Tier: 4, Guideline: "g"}}
		return o
	}
	usual := func(after time.Duration) Observation { return glucose(now.Add(after), 110) }
	const a, b = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
	high := low(0, a)
	high.Judged = []Judgement{{Subject: "glucose", Severity: "urgent", Interpretation: "HH", Tier: 4}}
	gone := low(0, a)
	gone.State = Voided
	for name, tt := range map[string]struct {
		all   []Observation
		told  []Telling
		sent  []Referral
		after time.Duration // 0: none is due
	}{
		"none":          {[]Observation{usual(0)}, nil, nil, 0},
		"low":           {[]Observation{low(0, a)}, nil, nil, 15 * time.Minute},
		"confirmed":     {[]Observation{low(0, a), usual(3 * time.Minute)}, nil, nil, 15 * time.Minute},
		"twice low":     {[]Observation{low(0, a), low(3*time.Minute, b)}, nil, nil, 18 * time.Minute},
		"rechecked":     {[]Observation{low(0, a), usual(14 * time.Minute)}, nil, nil, 0},
		"low again":     {[]Observation{low(0, a), low(16*time.Minute, b)}, nil, nil, 31 * time.Minute},
		"high":          {[]Observation{high}, nil, nil, 0},
		"taken back":    {[]Observation{gone}, nil, nil, 0},
		"handed over":   {[]Observation{low(0, a)}, []Telling{{Observation: a, Unread: "handed-over"}}, nil, 0},
		"being treated": {[]Observation{low(0, a)}, []Telling{{Observation: a, Unread: "treating"}}, nil, 15 * time.Minute},
		"sent on":       {[]Observation{low(0, a)}, nil, []Referral{{To: "the hospital"}}, 0},
	} {
		e := &Encounter{Observations: tt.all, Tellings: tt.told, Referrals: tt.sent}
		want := time.Time{}
		if tt.after > 0 {
			want = now.Add(tt.after)
		}
		if got := e.Recheck(); !got.Equal(want) {
			t.Errorf("%s: due at %v, want %v", name, got, want)
		}
	}
}

// TestRecheckIsListed: a list says so without the visit being opened.
func TestRecheckIsListed(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	o := glucose(now.Add(-20*time.Minute), 48)
	o.Panel = vitals.BloodGlucose
	o.Judged = []Judgement{{Subject: "glucose", Severity: "urgent", Interpretation: "LL", Tier: 4, Guideline: "g"}}
	e.Observations = append(e.Observations, o)
	save(t, s, e)
	for sum, err := range s.Encounters(t.Context(), Filter{}) {
		if err != nil || !sum.Recheck.Equal(now.Add(-5*time.Minute)) {
			t.Errorf("due at %v, %v", sum.Recheck, err)
		}
	}
}
