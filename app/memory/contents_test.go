package memory

import (
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func sugar(q vitals.Quantity, ago time.Duration) *instruments.Reading {
	return &instruments.Reading{Panel: vitals.BloodGlucose, Taken: noon.Add(-ago), Values: vitals.Values{{Measure: vitals.Glucose, Quantity: q}}}
}

// TestSummary: LO is lower than any number and HI higher, and tests of a control
// solution are counted and in no number.
func TestSummary(t *testing.T) {
	of := func(n int, c vitals.Comparator) vitals.Quantity {
		q := vitals.Of(n, vitals.MgPerDL)
		q.Comparator = c
		return q
	}
	var c Contents
	for _, e := range []instruments.Event{
		sugar(of(20, vitals.Exactly), 5*time.Hour), sugar(of(20, vitals.Below), 4*time.Hour), &instruments.Fault{Code: instruments.ControlTest},
		sugar(of(110, vitals.Exactly), time.Hour), sugar(of(600, vitals.Above), 3*time.Hour), &instruments.Fault{Code: instruments.DamagedRecord},
		&instruments.Reading{Panel: vitals.BloodKetone, Taken: noon, Values: vitals.Values{{Measure: vitals.Ketone, Quantity: vitals.Of(1, vitals.MmolPerL)}}},
	} {
		c.Take(e)
	}
	c.Sort()
	s := c.Summarise(vitals.BloodGlucose)
	newest, _ := s.Newest.Values.Get(vitals.Glucose)
	if s.Count != 4 || newest != of(110, vitals.Exactly) || s.Lowest != of(20, vitals.Below) || s.Highest != of(600, vitals.Above) || c.Controls != 1 || c.Unread != 1 {
		t.Errorf("%+v, %d controls, %d unread", s, c.Controls, c.Unread)
	}
}

func TestDrift(t *testing.T) {
	for _, test := range []struct {
		has  bool
		by   time.Duration
		asks bool
	}{{true, 30 * time.Second, false}, {true, -10 * time.Minute, true}, {true, 3 * 24 * time.Hour, true}, {false, time.Hour, false}} {
		r := sugar(vitals.Of(100, vitals.MgPerDL), 0)
		r.Identity.HasClock, r.Identity.Drift = test.has, test.by
		c := Contents{Readings: []instruments.Reading{*r}}
		if _, asks := c.Drift(); asks != test.asks {
			t.Errorf("off by %s, known %t: asks %t", test.by, test.has, asks)
		}
	}
}

func TestNight(t *testing.T) {
	r := instruments.Recording{Every: time.Second, TimeOfDay: "23:30"}
	for i := range 7 * 3600 {
		s := instruments.RecordedSample{SpO2: 96, Pulse: 60}
		switch {
		case i < 100:
			s.SpO2 = 88
		case i < 160:
			s.SpO2, s.Pulse = instruments.Missing, instruments.Missing
		}
		r.Samples = append(r.Samples, s)
	}
	n := NightOf(r, noon)
	if n.Length != 7*time.Hour || n.SpO2 != 96 || n.Lowest != 88 || n.Below != 100*time.Second || n.Pulse != 60 {
		t.Errorf("%+v", n)
	}
	if want := noon.Add(-12*time.Hour - 30*time.Minute); !n.OfDay || !n.Began.Equal(want) {
		t.Errorf("it began %s, want %s", n.Began, want)
	}
	early := NightOf(r, noon.Add(-7*time.Hour)) // at 05:00 it would not be over yet
	if want := noon.Add(-36*time.Hour - 30*time.Minute); !early.Began.Equal(want) {
		t.Errorf("it began %s, want %s", early.Began, want)
	}
	r.TimeOfDay = ""
	if g := NightOf(r, noon).Guess(noon); !g.Equal(noon.Add(-7 * time.Hour)) {
		t.Errorf("the guess is %s", g)
	}
	if _, ok := NightOf(instruments.Recording{Every: time.Second}, noon).Reading(r, noon, false); ok {
		t.Error("a recording of nothing gives a value")
	}
}
