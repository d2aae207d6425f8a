package guideline_test

import (
	"fmt"
	"strings"
	"testing"

	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// draw writes spans as mathematicians do: [50, 90) bp.low.
func draw(spans []guideline.Span) string {
	var b strings.Builder
	for _, s := range spans {
		left, right := "[", "]"
		if s.FromOpen {
			left = "("
		}
		if s.ToOpen {
			right = ")"
		}
		fmt.Fprintf(&b, "%s%s, %s%s %s %s\n", left, s.From, s.To, right, s.Band, s.Severity)
	}
	return b.String()
}

func TestBands(t *testing.T) {
	diabetes := adult
	diabetes.Diabetes = true
	for _, test := range []struct {
		name    string
		bp      string
		who     guideline.Subject
		measure vitals.Measure
		unit    vitals.Unit
		meal    vitals.Meal
		want    string
	}{
		{"systolic, AHA", guideline.AHA2025, adult, vitals.Systolic, vitals.MmHg, "", `
[50, 90) bp.low low
[90, 120) bp.normal usual
[120, 130) bp.elevated watch
[130, 140) bp.stage1 high
[140, 180] bp.stage2 high
(180, 280] bp.severe urgent
`},
		{"diastolic, AHA", guideline.AHA2025, adult, vitals.Diastolic, vitals.MmHg, "", `
[20, 60) bp.low low
[60, 80) bp.normal usual
[80, 90) bp.stage1 high
[90, 120] bp.stage2 high
(120, 200] bp.severe urgent
`},
		{"diastolic, ESC", guideline.ESC2024, adult, vitals.Diastolic, vitals.MmHg, "", `
[20, 60) bp.low low
[60, 70) bp.non-elevated usual
[70, 90) bp.esc-elevated watch
[90, 110) bp.hypertension high
[110, 200] bp.prompt-check urgent
`},
		{"oxygen", "", adult, vitals.SpO2, vitals.Percent, "", `
[50, 93) spo2.very-low urgent
[93, 95) spo2.low low
[95, 100] spo2.usual usual
`},
		{"fasting glucose", "", adult, vitals.Glucose, vitals.MmolPerL, vitals.Fasting, `
[0.6, 3.0) glucose.very-low urgent
[3.0, 3.9) glucose.low low
[3.9, 5.6) glucose.not-raised usual
[5.6, 7.0) glucose.raised watch
[7.0, 16.7) glucose.diabetes-range high
[16.7, 33.3) glucose.high-today high
[33.3, 33.3] glucose.very-high urgent
`},
		{"random glucose with diabetes", "", diabetes, vitals.Glucose, vitals.MgPerDL, vitals.AfterMeal, `
[10, 54) glucose.very-low urgent
[54, 70) glucose.low low
[70, 200) glucose.no-band none
[200, 250) glucose.diabetes-range high
[250, 600) glucose.high-today high
[600, 600] glucose.very-high urgent
`},
		{"a measure without bands", "", adult, vitals.PerfusionIndex, vitals.Percent, "", "\n"},
		{"a unit that does not fit", "", adult, vitals.SpO2, vitals.MmHg, "", "\n"},
		{"a child", "", guideline.Subject{Age: 9, AgeKnown: true}, vitals.SpO2, vitals.Percent, "", "\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := "\n" + draw(rules(t, test.bp).Bands(test.who, test.measure, test.unit, test.meal))
			if got != test.want {
				t.Errorf("got%swant%s", got, test.want)
			}
		})
	}
}

func BenchmarkBands(b *testing.B) {
	r := rules(b, guideline.AHA2025)
	b.ReportAllocs()
	for b.Loop() {
		if len(r.Bands(adult, vitals.Systolic, vitals.MmHg, "")) != 6 {
			b.Fatal("wrong spans")
		}
	}
}
