package vitals_test

import (
	"math/big"
	"testing"

	"aidpost/records/vitals"
)

// The molar mass of glucose, 180.156 g/mol, gives 18.0156 mg/dL for 1 mmol/L.
func TestGlucoseConversion(t *testing.T) {
	for _, test := range []struct {
		value string
		from  vitals.Unit
		want  string
	}{
		{"20", vitals.MgPerDL, "1.1"}, {"54", vitals.MgPerDL, "3.0"}, {"69", vitals.MgPerDL, "3.8"},
		{"70", vitals.MgPerDL, "3.9"}, {"99", vitals.MgPerDL, "5.5"}, {"100", vitals.MgPerDL, "5.6"},
		{"125", vitals.MgPerDL, "6.9"}, {"126", vitals.MgPerDL, "7.0"}, {"140", vitals.MgPerDL, "7.8"},
		{"199", vitals.MgPerDL, "11.0"}, {"200", vitals.MgPerDL, "11.1"}, {"250", vitals.MgPerDL, "13.9"},
		{"600", vitals.MgPerDL, "33.3"},
		{"1.1", vitals.MmolPerL, "20"}, {"3.0", vitals.MmolPerL, "54"}, {"3.8", vitals.MmolPerL, "68"},
		{"3.9", vitals.MmolPerL, "70"}, {"5.5", vitals.MmolPerL, "99"}, {"5.6", vitals.MmolPerL, "101"},
		{"6.9", vitals.MmolPerL, "124"}, {"7.0", vitals.MmolPerL, "126"}, {"7.8", vitals.MmolPerL, "141"},
		{"11.0", vitals.MmolPerL, "198"}, {"11.1", vitals.MmolPerL, "200"}, {"13.9", vitals.MmolPerL, "250"},
		{"33.3", vitals.MmolPerL, "600"},
		{"2.4704", vitals.MmolPerL, "45"}, // 44.506; 2.47 would give 44.499
	} {
		to := vitals.MmolPerL
		if test.from == vitals.MmolPerL {
			to = vitals.MgPerDL
		}
		got, ok := vitals.Quantity{Value: dec(t, test.value), Unit: test.from}.In(to)
		if !ok || got.Value.String() != test.want || got.Unit != to {
			t.Errorf("%s %s = %v %t, want %s %s", test.value, test.from, got, ok, test.want, to)
		}
	}
}

func TestGlucoseConversionIsExact(t *testing.T) {
	factor := big.NewRat(180156, 10_000)
	for n := range 60_001 {
		value, err := vitals.Scaled(int64(n), 2)
		if err != nil {
			t.Fatal(err)
		}
		exact := big.NewRat(int64(n), 100)
		mmol, _ := vitals.Quantity{Value: value, Unit: vitals.MgPerDL}.In(vitals.MmolPerL)
		if want := roundRat(new(big.Rat).Quo(exact, factor), 1); mmol.Value.String() != want {
			t.Fatalf("%s mg/dL = %s mmol/L, want %s", value, mmol.Value, want)
		}
		mg, _ := vitals.Quantity{Value: value, Unit: vitals.MmolPerL}.In(vitals.MgPerDL)
		if want := roundRat(new(big.Rat).Mul(exact, factor), 0); mg.Value.String() != want {
			t.Fatalf("%s mmol/L = %s mg/dL, want %s", value, mg.Value, want)
		}
	}
}

func TestQuantityIn(t *testing.T) {
	low := vitals.Quantity{Value: vitals.Int(20), Unit: vitals.MgPerDL, Comparator: vitals.Below}
	if got, ok := low.In(vitals.MmolPerL); !ok || got.String() != "<1.1 mmol/L" {
		t.Errorf("LO in mmol/L = %s, %t", got, ok)
	}
	asMeasured := vitals.Quantity{Value: dec(t, "98.0"), Unit: vitals.Percent}
	if got, ok := asMeasured.In(vitals.Percent); !ok || got != asMeasured {
		t.Errorf("the same unit gave %s, %t", got, ok)
	}
	for _, u := range []vitals.Unit{vitals.MmolPerL, vitals.PerMinute, "kPa", ""} {
		if got, ok := vitals.Of(120, vitals.MmHg).In(u); ok || got != (vitals.Quantity{}) {
			t.Errorf("120 mmHg in %q = %s, want nothing", u, got)
		}
	}
}

func TestUnits(t *testing.T) {
	for unit, symbol := range map[vitals.Unit]string{
		vitals.MmHg: "mmHg", vitals.PerMinute: "/min", vitals.Percent: "%", vitals.MgPerDL: "mg/dL", vitals.MmolPerL: "mmol/L",
	} {
		if unit.Symbol() != symbol || !unit.Known() {
			t.Errorf("%s is read as %s, known %t", unit, unit.Symbol(), unit.Known())
		}
	}
	if vitals.Unit("mmHg").Known() || vitals.Unit("").Known() {
		t.Error("a unit that is not UCUM's is known")
	}
	if got := vitals.Of(120, vitals.MmHg).String(); got != "120 mmHg" {
		t.Errorf("120 mmHg prints as %q", got)
	}
}
