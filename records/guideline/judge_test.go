package guideline_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

var adult = guideline.Subject{Age: 40, AgeKnown: true}

func rules(t testing.TB, bp string) *guideline.Rules {
	t.Helper()
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := set.Choose(guideline.Choice{BP: bp})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func pressure(sys, dia int) vitals.Values {
	return vitals.Values{
		{Measure: vitals.Systolic, Quantity: vitals.Of(sys, vitals.MmHg)},
		{Measure: vitals.Diastolic, Quantity: vitals.Of(dia, vitals.MmHg)},
	}
}

// reading reads "142/88" or "142/88/71".
func reading(t testing.TB, s string) vitals.Values {
	t.Helper()
	var n [3]int
	fields := strings.Split(s, "/")
	for i, field := range fields {
		var err error
		if n[i], err = strconv.Atoi(field); err != nil {
			t.Fatal(err)
		}
	}
	vs := pressure(n[0], n[1])
	if len(fields) == 3 {
		vs = append(vs, vitals.Value{Measure: vitals.Pulse, Quantity: vitals.Of(n[2], vitals.PerMinute)})
	}
	return vs
}

// one reads "<20", ">600" or "5.6".
func one(t testing.TB, m vitals.Measure, number string, u vitals.Unit) vitals.Values {
	t.Helper()
	q := vitals.Quantity{Unit: u}
	digits := strings.TrimLeft(number, "<>")
	q.Comparator = vitals.Comparator(strings.TrimSuffix(number, digits))
	var err error
	if q.Value, err = vitals.ParseDecimal(digits); err != nil {
		t.Fatal(err)
	}
	return vitals.Values{{Measure: m, Quantity: q}}
}

// judge returns the only judgement of a reading.
func judge(t testing.TB, r *guideline.Rules, who guideline.Subject, vs vitals.Values, meal vitals.Meal) guideline.Judgement {
	t.Helper()
	panel := map[vitals.Measure]vitals.Panel{
		vitals.Systolic: vitals.BloodPressure, vitals.SpO2: vitals.Oximetry, vitals.Glucose: vitals.BloodGlucose,
	}[vs[0].Measure]
	if panel == "" { // pulse has no panel of its own
		panel, vs = vitals.Oximetry, append(one(t, vitals.SpO2, "98", vitals.Percent), vs...)
	}
	judged, err := r.Judge(who, panel, vs, meal)
	if err != nil {
		t.Fatal(err)
	}
	return judged[len(judged)-1]
}

// The bounds of ACC/AHA 2025 and ESC 2024, each tried on both sides.
func TestBloodPressureBands(t *testing.T) {
	for _, test := range []struct{ reading, aha, esc string }{
		{"119/69", "bp.normal", "bp.non-elevated"},
		{"119/70", "bp.normal", "bp.esc-elevated"},
		{"119/79", "bp.normal", "bp.esc-elevated"},
		{"120/79", "bp.elevated", "bp.esc-elevated"},
		{"119/80", "bp.stage1", "bp.esc-elevated"},
		{"129/79", "bp.elevated", "bp.esc-elevated"},
		{"129/84", "bp.stage1", "bp.esc-elevated"},
		{"129/85", "bp.stage1", "bp.esc-elevated"},
		{"130/79", "bp.stage1", "bp.esc-elevated"},
		{"139/89", "bp.stage1", "bp.esc-elevated"},
		{"140/79", "bp.stage2", "bp.hypertension"},
		{"118/90", "bp.stage2", "bp.hypertension"},
		{"159/99", "bp.stage2", "bp.hypertension"},
		{"160/99", "bp.stage2", "bp.hypertension"},
		{"159/100", "bp.stage2", "bp.hypertension"},
		{"179/109", "bp.stage2", "bp.hypertension"},
		{"180/109", "bp.stage2", "bp.prompt-check"},
		{"179/110", "bp.stage2", "bp.prompt-check"},
		{"180/120", "bp.stage2", "bp.prompt-check"},
		{"181/80", "bp.severe", "bp.prompt-check"},
		{"150/121", "bp.severe", "bp.prompt-check"},
		{"90/60", "bp.normal", "bp.non-elevated"},
		{"89/60", "bp.low", "bp.low"},
		{"90/59", "bp.low", "bp.low"},
	} {
		for id, want := range map[string]string{guideline.AHA2025: test.aha, guideline.ESC2024: test.esc} {
			j := judge(t, rules(t, id), adult, reading(t, test.reading), vitals.MealUnknown)
			if j.Band != want || j.Part != guideline.BloodPressure || j.Reason != guideline.HasBand || j.Also != "" {
				t.Errorf("%s by %s = %+v, want %s", test.reading, id, j, want)
			}
			if want != "bp.low" && (j.RuleSet.ID != id || j.RuleSet.Edition != strings.SplitAfter(id, "-")[1]) {
				t.Errorf("%s by %s names %+v", test.reading, id, j.RuleSet)
			}
		}
	}
}

func TestLowPressureDoesNotHideHigh(t *testing.T) {
	j := judge(t, rules(t, guideline.AHA2025), adult, reading(t, "170/55"), vitals.MealUnknown)
	if j.Band != "bp.stage2" || j.Also != "bp.low" || j.Tier != guideline.ContactSoon {
		t.Errorf("170/55 = %+v, want stage 2 and also low", j)
	}
	j = judge(t, rules(t, guideline.ESC2024), adult, reading(t, "118/58"), vitals.MealUnknown)
	if j.Band != "bp.low" || j.Also != "" || j.Severity != guideline.Low || j.Interpretation != guideline.LowValue ||
		j.Tier != guideline.CheckAgain || j.RuleSet.ID != "aidpost-bp" {
		t.Errorf("118/58 = %+v, want low alone", j)
	}
}

func TestBloodPressureTiers(t *testing.T) {
	for _, test := range []struct {
		reading  string
		symptoms bool
		aha, esc guideline.Tier
	}{
		{"119/69", false, 0, 0},
		{"119/79", false, 0, 1},
		{"125/75", false, 1, 1},
		{"135/85", false, 1, 1},
		{"145/85", false, 2, 2},
		{"179/109", false, 2, 2},
		{"179/110", false, 2, 3},
		{"179/119", false, 2, 3},
		{"180/90", false, 3, 3},
		{"150/120", false, 3, 3},
		{"181/121", false, 3, 3},
		{"180/90", true, 4, 4},
		{"179/110", true, 4, 4},
		{"119/69", true, 4, 4},
		{"85/55", false, 1, 1},
		{"85/55", true, 4, 4},
	} {
		for id, want := range map[string]guideline.Tier{guideline.AHA2025: test.aha, guideline.ESC2024: test.esc} {
			j := judge(t, rules(t, id), adult, reading(t, test.reading), vitals.MealUnknown)
			if got := j.Tier.Escalate(test.symptoms); got != want {
				t.Errorf("%s by %s, symptoms %t: tier %d, want %d", test.reading, id, test.symptoms, got, want)
			}
			if j.Alert() != (j.Tier >= guideline.ContactToday) || j.Repeat() != j.Alert() {
				t.Errorf("%s by %s: alert %t, repeat %t at tier %d", test.reading, id, j.Alert(), j.Repeat(), j.Tier)
			}
		}
	}
}

// The label stays strict where the alert is not: 180/120 is not "severe".
func TestAlertRaisesTierWithoutChangingBand(t *testing.T) {
	j := judge(t, rules(t, guideline.AHA2025), adult, reading(t, "180/90"), vitals.MealUnknown)
	if j.Band != "bp.stage2" || j.Severity != guideline.Urgent || j.Interpretation != guideline.CriticalHigh || !j.Alert() {
		t.Errorf("180/90 = %+v, want stage 2 with an alert", j)
	}
}

func TestOxygenAndPulseBands(t *testing.T) {
	r := rules(t, "")
	for _, test := range []struct {
		measure vitals.Measure
		number  string
		want    string
		code    guideline.Interpretation
		tier    guideline.Tier
	}{
		{vitals.SpO2, "100", "spo2.usual", guideline.Normal, 0},
		{vitals.SpO2, "95", "spo2.usual", guideline.Normal, 0},
		{vitals.SpO2, "94", "spo2.low", guideline.LowValue, 3},
		{vitals.SpO2, "93", "spo2.low", guideline.LowValue, 3},
		{vitals.SpO2, "92", "spo2.very-low", guideline.CriticalLow, 4},
		{vitals.SpO2, "50", "spo2.very-low", guideline.CriticalLow, 4},
		{vitals.SpO2, "<95", "spo2.low", guideline.LowValue, 3},
		{vitals.Pulse, "25", "pulse.very-slow", guideline.CriticalLow, 3},
		{vitals.Pulse, "40", "pulse.very-slow", guideline.CriticalLow, 3},
		{vitals.Pulse, "41", "pulse.slow", guideline.LowValue, 1},
		{vitals.Pulse, "50", "pulse.slow", guideline.LowValue, 1},
		{vitals.Pulse, "51", "pulse.usual", guideline.Normal, 0},
		{vitals.Pulse, "100", "pulse.usual", guideline.Normal, 0},
		{vitals.Pulse, "101", "pulse.raised", guideline.HighValue, 1},
		{vitals.Pulse, "130", "pulse.raised", guideline.HighValue, 1},
		{vitals.Pulse, "131", "pulse.very-fast", guideline.CriticalHigh, 3},
		{vitals.Pulse, "250", "pulse.very-fast", guideline.CriticalHigh, 3},
	} {
		unit := vitals.Percent
		if test.measure == vitals.Pulse {
			unit = vitals.PerMinute
		}
		j := judge(t, r, adult, one(t, test.measure, test.number, unit), vitals.MealUnknown)
		if j.Band != test.want || j.Interpretation != test.code || j.Tier != test.tier {
			t.Errorf("%s %s = %+v, want %s, %s, tier %d", test.measure, test.number, j, test.want, test.code, test.tier)
		}
	}
}

func TestPeopleOutsideTheRulesGetNoBandButEveryAlert(t *testing.T) {
	people := map[guideline.Reason]guideline.Subject{
		guideline.AgeUnknown: {Age: 40, Pregnant: true},
		guideline.UnderAge:   {Age: 17, AgeKnown: true, Pregnant: true},
		guideline.Pregnancy:  {Age: 18, AgeKnown: true, Pregnant: true},
	}
	for _, test := range []struct {
		values   vitals.Values
		severity guideline.Severity
		code     guideline.Interpretation
		tier     guideline.Tier
	}{
		{reading(t, "119/69"), guideline.Unjudged, guideline.NotInterpreted, 0},
		{reading(t, "179/119"), guideline.Unjudged, guideline.NotInterpreted, 0},
		{reading(t, "85/55"), guideline.Unjudged, guideline.NotInterpreted, 0},
		{reading(t, "180/90"), guideline.Urgent, guideline.CriticalHigh, 3},
		{reading(t, "150/120"), guideline.Urgent, guideline.CriticalHigh, 3},
		{reading(t, "190/130"), guideline.Urgent, guideline.CriticalHigh, 3},
		{one(t, vitals.SpO2, "97", vitals.Percent), guideline.Unjudged, guideline.NotInterpreted, 0},
		{one(t, vitals.SpO2, "94", vitals.Percent), guideline.Low, guideline.LowValue, 3},
		{one(t, vitals.SpO2, "92", vitals.Percent), guideline.Urgent, guideline.CriticalLow, 4},
		{one(t, vitals.Pulse, "110", vitals.PerMinute), guideline.Unjudged, guideline.NotInterpreted, 0},
		{one(t, vitals.Pulse, "131", vitals.PerMinute), guideline.Urgent, guideline.CriticalHigh, 3},
		{one(t, vitals.Glucose, "180", vitals.MgPerDL), guideline.Unjudged, guideline.NotInterpreted, 0},
		{one(t, vitals.Glucose, "220", vitals.MgPerDL), guideline.Unjudged, guideline.NotInterpreted, 0},
		{one(t, vitals.Glucose, "69", vitals.MgPerDL), guideline.Low, guideline.LowValue, 3},
		{one(t, vitals.Glucose, "<20", vitals.MgPerDL), guideline.Urgent, guideline.CriticalLow, 4},
	} {
		for why, who := range people {
			j := judge(t, rules(t, guideline.AHA2025), who, test.values, vitals.RandomMeal)
			if j.Band != "" || j.Also != "" || j.Caveat != guideline.NoCaveat || j.Reason != why {
				t.Errorf("%v for %+v = %+v, want no band because of %s", test.values, who, j, why)
			}
			if j.Severity != test.severity || j.Interpretation != test.code || j.Tier != test.tier {
				t.Errorf("%v for %+v = %+v, want %s, %q, tier %d", test.values, who, j, test.severity, test.code, test.tier)
			}
		}
		grown := guideline.Subject{Age: 18, AgeKnown: true}
		if j := judge(t, rules(t, guideline.AHA2025), grown, test.values, vitals.RandomMeal); j.Band == "" || j.Tier < test.tier {
			t.Errorf("%v at 18 years = %+v, want a band", test.values, j)
		}
	}
}

func TestJudgeGivesOneJudgementForEachPart(t *testing.T) {
	r := rules(t, "")
	oximetry := append(one(t, vitals.SpO2, "97", vitals.Percent), one(t, vitals.Pulse, "110", vitals.PerMinute)...)
	oximetry = append(oximetry, one(t, vitals.PerfusionIndex, "2.1", vitals.Percent)...)
	for _, test := range []struct {
		panel  vitals.Panel
		values vitals.Values
		want   string
	}{
		{vitals.BloodPressure, reading(t, "145/85/72"), "[blood-pressure bp.stage2 pulse pulse.usual]"},
		{vitals.Oximetry, oximetry, "[spo2 spo2.usual pulse pulse.raised]"},
		{vitals.BloodGlucose, one(t, vitals.Glucose, "5.0", vitals.MmolPerL), "[glucose glucose.no-band]"},
	} {
		judged, err := r.Judge(adult, test.panel, test.values, vitals.MealUnknown)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, j := range judged {
			got = append(got, string(j.Part), j.Band)
		}
		if fmt.Sprint(got) != test.want {
			t.Errorf("%s: %v, want %s", test.panel, got, test.want)
		}
	}
	judged, err := r.Judge(adult, vitals.BloodPressure, reading(t, "145/85/140"), vitals.MealUnknown)
	if err != nil || guideline.Highest(judged) != guideline.ContactToday || guideline.Highest(nil) != guideline.NoAction {
		t.Errorf("highest tier of %+v, %v = %d", judged, err, guideline.Highest(judged))
	}
}

func TestJudgeRefuses(t *testing.T) {
	r := rules(t, "")
	for _, test := range []struct {
		name   string
		panel  vitals.Panel
		values vitals.Values
	}{
		{"nothing", vitals.BloodPressure, nil},
		{"pulse alone", vitals.Oximetry, one(t, vitals.Pulse, "70", vitals.PerMinute)},
		{"another panel", vitals.BloodGlucose, reading(t, "120/80")},
		{"unknown panel", "", reading(t, "120/80/70")},
	} {
		if judged, err := r.Judge(adult, test.panel, test.values, ""); !errors.Is(err, guideline.ErrIncomplete) || judged != nil {
			t.Errorf("%s: %v, %v, want ErrIncomplete", test.name, judged, err)
		}
	}
	var implausible *vitals.ImplausibleError
	if judged, err := r.Judge(adult, vitals.BloodPressure, pressure(80, 120), ""); !errors.As(err, &implausible) || judged != nil {
		t.Errorf("80/120: %v, %v, want an ImplausibleError", judged, err)
	}
	if judged, err := r.Judge(adult, vitals.BloodGlucose, one(t, vitals.Glucose, "601", vitals.MgPerDL), ""); !errors.As(err, &implausible) {
		t.Errorf("601 mg/dL: %v, %v, want an ImplausibleError", judged, err)
	}
}

func BenchmarkJudge(b *testing.B) {
	r := rules(b, guideline.AHA2025)
	for _, bench := range []struct {
		name   string
		panel  vitals.Panel
		values vitals.Values
	}{
		{"pressure and pulse", vitals.BloodPressure, reading(b, "145/85/72")},
		{"glucose", vitals.BloodGlucose, one(b, vitals.Glucose, "110", vitals.MgPerDL)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Judge(adult, bench.panel, bench.values, vitals.Fasting); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
