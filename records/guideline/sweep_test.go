package guideline_test

import (
	"testing"

	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// line is everything that one measure can be in one unit.
type line struct {
	measure vitals.Measure
	unit    vitals.Unit
	meal    vitals.Meal
	digits  int // behind the point, of the display step
}

var lines = []line{
	{vitals.Systolic, vitals.MmHg, "", 0}, {vitals.Diastolic, vitals.MmHg, "", 0},
	{vitals.SpO2, vitals.Percent, "", 0}, {vitals.Pulse, vitals.PerMinute, "", 0},
	{vitals.Glucose, vitals.MgPerDL, vitals.Fasting, 0}, {vitals.Glucose, vitals.MmolPerL, vitals.Fasting, 1},
	{vitals.Glucose, vitals.MgPerDL, vitals.AfterLoad, 0}, {vitals.Glucose, vitals.MmolPerL, vitals.AfterLoad, 1},
	{vitals.Glucose, vitals.MgPerDL, vitals.RandomMeal, 0}, {vitals.Glucose, vitals.MmolPerL, vitals.RandomMeal, 1},
}

// steps returns every value of the line, tenths of a step in between included.
func (l line) steps(t testing.TB) []vitals.Decimal {
	t.Helper()
	low, high, ok := vitals.PlausibleRange(l.measure, l.unit)
	if !ok {
		t.Fatalf("%s in %s has no range", l.measure, l.unit)
	}
	var all []vitals.Decimal
	digits := l.digits + 1
	for n := int64(0); ; n++ {
		d, err := vitals.Scaled(n, digits)
		if err != nil {
			t.Fatal(err)
		}
		if d.Cmp(high) > 0 {
			return all
		}
		if d.Cmp(low) >= 0 {
			all = append(all, d)
		}
	}
}

func people() []guideline.Subject {
	diabetes := adult
	diabetes.Diabetes = true
	return []guideline.Subject{adult, diabetes}
}

func inSpan(s guideline.Span, d vitals.Decimal) bool {
	from, to := d.Cmp(s.From), d.Cmp(s.To)
	return (from > 0 || from == 0 && !s.FromOpen) && (to < 0 || to == 0 && !s.ToOpen)
}

// Tables are total: every value lies in exactly one band, and that is the band
// in which Judge finds it.
func TestEveryValueHasExactlyOneBand(t *testing.T) {
	for _, id := range []string{guideline.AHA2025, guideline.ESC2024} {
		r := rules(t, id)
		for _, who := range people() {
			for _, l := range lines {
				spans := r.Bands(who, l.measure, l.unit, l.meal)
				for _, d := range l.steps(t) {
					var found []guideline.Span
					for _, s := range spans {
						if inSpan(s, d) {
							found = append(found, s)
						}
					}
					if len(found) != 1 {
						t.Fatalf("%s %s %s %s by %s lies in %d bands: %v", l.measure, d, l.unit, l.meal, id, len(found), found)
					}
					if l.measure == vitals.Systolic || l.measure == vitals.Diastolic {
						continue // judged jointly below
					}
					q := vitals.Quantity{Value: d, Unit: l.unit}
					j := judge(t, r, who, vitals.Values{{Measure: l.measure, Quantity: q}}, l.meal)
					if j.Band != found[0].Band || j.Severity != found[0].Severity {
						t.Fatalf("%s %s %s is judged %s, but drawn as %s", l.measure, d, l.unit, j.Band, found[0].Band)
					}
				}
			}
		}
	}
}

// bandsByID are the effects that ranks are compared by.
func bandsByID(t testing.TB) map[string]int {
	t.Helper()
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	ranks := make(map[string]int)
	for i, b := range set.Bands() {
		ranks[b.ID] = i
	}
	return ranks
}

func spanOf(spans []guideline.Span, d vitals.Decimal) guideline.Span {
	for _, s := range spans {
		if inSpan(s, d) {
			return s
		}
	}
	return guideline.Span{}
}

// Every pair of pressures gets the band of its worse half, and neither half
// rising above usual ever lowers the tier.
func TestEveryPressurePair(t *testing.T) {
	ranks := bandsByID(t)
	for _, id := range []string{guideline.AHA2025, guideline.ESC2024} {
		r := rules(t, id)
		sysSpans := r.Bands(adult, vitals.Systolic, vitals.MmHg, "")
		diaSpans := r.Bands(adult, vitals.Diastolic, vitals.MmHg, "")
		for dia := 20; dia <= 200; dia++ {
			var before guideline.Tier
			for sys := max(50, dia+10); sys <= 280; sys++ {
				j := judge(t, r, adult, pressure(sys, dia), "")
				want := spanOf(sysSpans, vitals.Int(sys)).Band
				if other := spanOf(diaSpans, vitals.Int(dia)).Band; ranks[other] > ranks[want] {
					want = other
				}
				if j.Band != want {
					t.Fatalf("%d/%d by %s = %s, want %s", sys, dia, id, j.Band, want)
				}
				if alert := sys >= 180 || dia >= 120; alert && j.Tier < guideline.ContactToday {
					t.Fatalf("%d/%d by %s has tier %d, want an alert", sys, dia, id, j.Tier)
				}
				if sys > 90 && j.Tier < before {
					t.Fatalf("%d/%d by %s has tier %d, less than a lower pressure", sys, dia, id, j.Tier)
				}
				before = j.Tier
			}
		}
	}
}

// Away from the usual values, the tier never falls.
func TestTiersRiseAwayFromUsual(t *testing.T) {
	r := rules(t, "")
	for _, who := range people() {
		for _, l := range lines {
			if l.measure == vitals.Systolic || l.measure == vitals.Diastolic {
				continue
			}
			values := l.steps(t)
			tiers := make([]guideline.Tier, len(values))
			usual := -1
			for i, d := range values {
				q := vitals.Quantity{Value: d, Unit: l.unit}
				tiers[i] = judge(t, r, who, vitals.Values{{Measure: l.measure, Quantity: q}}, l.meal).Tier
				if tiers[i] == guideline.NoAction && usual < 0 {
					usual = i
				}
			}
			if usual < 0 {
				t.Fatalf("%s in %s has no usual value", l.measure, l.unit)
			}
			for i := 1; i < len(tiers); i++ {
				if i <= usual && tiers[i] > tiers[i-1] || i > usual && tiers[i] < tiers[i-1] {
					t.Errorf("%s %s %s %s has tier %d, its lower neighbour %d",
						l.measure, values[i], l.unit, l.meal, tiers[i], tiers[i-1])
				}
			}
		}
	}
}
