package guideline_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

func mustDecimal(t *testing.T, s string) vitals.Decimal {
	t.Helper()
	d, err := vitals.ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// with returns the rules with a site's limits.
func with(t *testing.T, limits ...guideline.Limit) (*guideline.Rules, error) {
	t.Helper()
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	return set.Choose(guideline.Choice{Critical: limits})
}

func TestCriticalLimits(t *testing.T) {
	limit := func(m vitals.Measure, u vitals.Unit, side guideline.Side, at string) guideline.Limit {
		return guideline.Limit{Measure: m, Unit: u, Side: side, At: mustDecimal(t, at)}
	}
	high := limit(vitals.Systolic, vitals.MmHg, guideline.HighSide, "160")
	for name, bad := range map[string][]guideline.Limit{
		"looser than the rules": {limit(vitals.Systolic, vitals.MmHg, guideline.HighSide, "181")},
		"where it is usual":     {limit(vitals.Systolic, vitals.MmHg, guideline.HighSide, "120")},
		"of no such measure":    {limit(vitals.Weight, vitals.Kilogram, guideline.HighSide, "100")},
		"twice":                 {high, high},
	} {
		if _, err := with(t, bad...); !errors.Is(err, guideline.ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r, err := with(t, high, limit(vitals.SpO2, vitals.Percent, guideline.LowSide, "95"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		panel  vitals.Panel
		values vitals.Values
		want   guideline.Tier
	}{
		{vitals.BloodPressure, pressure(159, 80), guideline.ContactSoon},
		{vitals.BloodPressure, pressure(160, 80), guideline.ContactToday},
		{vitals.Oximetry, one(t, vitals.SpO2, "96", vitals.Percent), guideline.NoAction},
		{vitals.Oximetry, one(t, vitals.SpO2, "95", vitals.Percent), guideline.ContactToday},
		{vitals.Oximetry, one(t, vitals.SpO2, "91", vitals.Percent), guideline.Emergency}, // as without
	} {
		judged, err := r.Judge(adult, tt.panel, tt.values, "")
		if err != nil || judged[0].Tier != tt.want {
			t.Errorf("%v: %+v, %v; want tier %d", tt.values, judged, err, tt.want)
		}
	}
}

// However a site sets its limits, nothing is acted on later than without them.
func TestLimitsOnlyMakeStricter(t *testing.T) {
	all, err := guideline.Bounds()
	if err != nil {
		t.Fatal(err)
	}
	usual, err := with(t)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 9))
	for range 40 {
		var limits []guideline.Limit
		for _, b := range all {
			l := guideline.Limit{Measure: b.Measure, Unit: b.Unit, Side: b.Side, At: b.Least}
			if r.IntN(2) == 0 {
				l.At = b.Most
			}
			limits = append(limits, l)
		}
		strict, err := with(t, limits...)
		if err != nil {
			t.Fatal(err)
		}
		for sys := 60; sys < 260; sys += 3 {
			values := append(pressure(sys, sys/2), vitals.Value{Measure: vitals.Pulse, Quantity: vitals.Of(30+sys/2, vitals.PerMinute)})
			before, err1 := usual.Judge(adult, vitals.BloodPressure, values, "")
			after, err2 := strict.Judge(adult, vitals.BloodPressure, values, "")
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			for i := range before {
				if after[i].Tier < before[i].Tier {
					t.Fatalf("%v: tier %d with %v, %d without", values, after[i].Tier, limits, before[i].Tier)
				}
			}
		}
	}
}

// Every bound leaves room, and is of a value that can be.
func TestBounds(t *testing.T) {
	all, err := guideline.Bounds()
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	for _, b := range all {
		low, high, ok := vitals.PlausibleRange(b.Measure, b.Unit)
		if !ok || b.Least.Cmp(low) < 0 || b.Most.Cmp(high) > 0 || b.Least.Cmp(b.Most) >= 0 || b.Source == "" {
			t.Errorf("%+v", b)
		}
	}
}
