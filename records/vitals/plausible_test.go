package vitals_test

import (
	"errors"
	"strings"
	"testing"

	"aidpost/records/vitals"
)

func value(t testing.TB, m vitals.Measure, number string, u vitals.Unit) vitals.Value {
	t.Helper()
	return vitals.Value{Measure: m, Quantity: vitals.Quantity{Value: dec(t, number), Unit: u}}
}

func pressure(sys, dia int) vitals.Values {
	return vitals.Values{
		{Measure: vitals.Systolic, Quantity: vitals.Of(sys, vitals.MmHg)},
		{Measure: vitals.Diastolic, Quantity: vitals.Of(dia, vitals.MmHg)},
	}
}

// Every range is tried at its ends and one display step beyond.
func TestPlausibleRange(t *testing.T) {
	for _, test := range []struct {
		measure                    vitals.Measure
		unit                       vitals.Unit
		below, least, most, beyond string
	}{
		{vitals.Pulse, vitals.PerMinute, "24", "25", "250", "251"},
		{vitals.SpO2, vitals.Percent, "49", "50", "100", "101"},
		{vitals.PerfusionIndex, vitals.Percent, "0.01", "0.02", "30", "30.01"},
		{vitals.Glucose, vitals.MgPerDL, "9", "10", "600", "601"},
		{vitals.Glucose, vitals.MmolPerL, "0.5", "0.6", "33.3", "33.4"},
		{vitals.MeanArterial, vitals.MmHg, "19", "20", "280", "281"},
	} {
		low, high, ok := vitals.PlausibleRange(test.measure, test.unit)
		if !ok || low.Cmp(dec(t, test.least)) != 0 || high.Cmp(dec(t, test.most)) != 0 {
			t.Errorf("%s: range %s to %s, %t", test.measure, low, high, ok)
		}
		for _, number := range []string{test.least, test.most} {
			if err := vitals.CheckPlausible(vitals.Values{value(t, test.measure, number, test.unit)}); err != nil {
				t.Errorf("%s %s: %v", test.measure, number, err)
			}
		}
		for _, number := range []string{test.below, test.beyond} {
			var implausible *vitals.ImplausibleError
			err := vitals.CheckPlausible(vitals.Values{value(t, test.measure, number, test.unit)})
			if !errors.As(err, &implausible) || implausible.Measure != test.measure || !strings.Contains(implausible.Why, "outside") {
				t.Errorf("%s %s: %v, want it to lie outside", test.measure, number, err)
			}
		}
	}
	if _, _, ok := vitals.PlausibleRange(vitals.Systolic, vitals.MgPerDL); ok {
		t.Error("systolic pressure has a range in mg/dL")
	}
}

func TestCheckPlausible(t *testing.T) {
	with := func(vs vitals.Values, more ...vitals.Value) vitals.Values { return append(vs, more...) }
	mean := func(n string) vitals.Value { return value(t, vitals.MeanArterial, n, vitals.MmHg) }
	for _, test := range []struct {
		name    string
		values  vitals.Values
		measure vitals.Measure // "" when plausible
		why     string
	}{
		{"nothing", nil, "", ""},
		{"usual", with(pressure(120, 80), mean("93")), "", ""},
		{"lowest", pressure(50, 20), "", ""},
		{"highest", pressure(280, 200), "", ""},
		{"systolic too low", pressure(49, 20), vitals.Systolic, "outside 50 to 280"},
		{"systolic too high", pressure(281, 80), vitals.Systolic, "outside 50 to 280"},
		{"diastolic too low", pressure(90, 19), vitals.Diastolic, "outside 20 to 200"},
		{"diastolic too high", pressure(250, 201), vitals.Diastolic, "outside 20 to 200"},
		{"ten apart", pressure(90, 80), "", ""},
		{"nine apart", pressure(89, 80), vitals.Systolic, "less than 10 above diastolic"},
		{"upside down", pressure(80, 120), vitals.Systolic, "less than 10 above diastolic"},
		{"mean at diastolic", with(pressure(120, 80), mean("80")), vitals.MeanArterial, "not between"},
		{"mean at systolic", with(pressure(120, 80), mean("120")), vitals.MeanArterial, "not between"},
		{"mean just inside", with(pressure(120, 80), mean("119.9")), "", ""},
		{"systolic alone", pressure(120, 80)[:1], vitals.Systolic, "without the other"},
		{"diastolic alone", pressure(120, 80)[1:], vitals.Diastolic, "without the other"},
		{"twice", with(pressure(120, 80), pressure(118, 80)[0]), vitals.Systolic, "given twice"},
		{"other unit", vitals.Values{value(t, vitals.Pulse, "70", vitals.Percent)}, vitals.Pulse, "unit does not fit"},
		{"unknown measure", vitals.Values{value(t, "mood", "7", vitals.Percent)}, "mood", "unit does not fit"},
		{"LO", vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Quantity{
			Value: vitals.Int(20), Unit: vitals.MgPerDL, Comparator: vitals.Below}}}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := vitals.CheckPlausible(test.values)
			if test.measure == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var implausible *vitals.ImplausibleError
			if !errors.As(err, &implausible) {
				t.Fatalf("got %v, want an ImplausibleError", err)
			}
			if want, _ := test.values.Get(test.measure); implausible.Measure != test.measure ||
				implausible.Value.Unit != want.Unit || !strings.Contains(err.Error(), test.why) {
				t.Errorf("got %v, want %s: %s", err, test.measure, test.why)
			}
		})
	}
}

func TestEveryPressurePairIsEitherFarEnoughApartOrRefused(t *testing.T) {
	for sys := 50; sys <= 280; sys++ {
		for dia := 20; dia <= 200; dia++ {
			if got := vitals.CheckPlausible(pressure(sys, dia)) == nil; got != (sys >= dia+10) {
				t.Fatalf("%d/%d is plausible: %t", sys, dia, got)
			}
		}
	}
}

func TestValuesGet(t *testing.T) {
	vs := pressure(120, 80)
	if q, ok := vs.Get(vitals.Diastolic); !ok || q != vitals.Of(80, vitals.MmHg) {
		t.Errorf("diastolic = %s, %t", q, ok)
	}
	if q, ok := vs.Get(vitals.Pulse); ok || q != (vitals.Quantity{}) {
		t.Errorf("pulse = %s, %t, though there is none", q, ok)
	}
}

func BenchmarkCheckPlausible(b *testing.B) {
	vs := append(pressure(120, 80), value(b, vitals.Pulse, "70", vitals.PerMinute))
	b.ReportAllocs()
	for b.Loop() {
		if err := vitals.CheckPlausible(vs); err != nil {
			b.Fatal(err)
		}
	}
}
