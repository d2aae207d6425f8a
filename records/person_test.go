package records

import (
	"errors"
	"testing"
	"time"

	"aidpost/records/staff"
)

func TestEstimatedBirth(t *testing.T) {
	for _, tc := range []struct {
		on   string
		age  int
		want Date
	}{
		{"2026-11-26", 40, Date{1986, 7, 1}}, // born from late 1985 to late 1986
		{"2026-02-10", 40, Date{1985, 7, 1}},
		{"2026-07-01", 0, Date{2026, 7, 1}},
		{"2026-06-30", 0, Date{2025, 7, 1}},
	} {
		on, err := time.Parse(time.DateOnly, tc.on)
		if err != nil {
			t.Fatal(err)
		}
		got := EstimatedBirth(tc.age, on)
		if got != tc.want {
			t.Errorf("%d years on %s: %v, want %v", tc.age, tc.on, got, tc.want)
		}
		if age, ok := got.AgeOn(on); !ok || age < tc.age-1 || age > tc.age+1 {
			t.Errorf("born %v, %d on %s", got, age, tc.on)
		}
	}
}

// TestListTellsHowUrgent: a list knows what may not be overlooked, without the
// visits being opened, and when it is out of date.
func TestListTellsHowUrgent(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	for i := range e.Observations {
		if e.Observations[i].Result() {
			e.Observations[i].Judged = []Judgement{{Subject: "blood-pressure", Severity: "urgent", Tier: 3, Guideline: "g", Edition: "1", Source: "s"}}
		}
	}
	before := s.Changes()
	save(t, s, e)
	if s.Changes() == before {
		t.Error("nobody learns that something was saved")
	}
	for sum, err := range s.Encounters(t.Context(), Filter{}) {
		if err != nil || sum.Tier != 3 {
			t.Errorf("tier %d, %v; want 3", sum.Tier, err)
		}
	}
}

func TestStayKeepsASession(t *testing.T) {
	d := newDesk(t)
	a := d.signIn(t, staff.Operator)
	for range 3 {
		d.uptime += staff.IdleLimit - time.Second
		if err := a.Stay(); err != nil {
			t.Fatalf("somebody who types: %v", err)
		}
	}
	d.uptime += staff.IdleLimit
	if err := a.Stay(); !errors.Is(err, staff.ErrSignedOut) {
		t.Errorf("nobody at the screen: %v", err)
	}
}
