package vitals_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"

	"aidpost/records/vitals"
)

func dec(t testing.TB, s string) vitals.Decimal {
	t.Helper()
	d, err := vitals.ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseDecimal(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"0", "0"}, {"98", "98"}, {"98.0", "98.0"}, {"-3", "-3"}, {"-0.5", "-0.5"}, {"0.05", "0.05"},
		{"007", "7"}, {"-0", "0"}, {"999999999999", "999999999999"}, {"-999999.999999", "-999999.999999"},
	} {
		d, err := vitals.ParseDecimal(test.in)
		if err != nil || d.String() != test.want {
			t.Errorf("ParseDecimal(%q) = %s, %v, want %s", test.in, d, err, test.want)
		}
	}
	for _, in := range []string{
		"", "-", "+1", "--1", ".", "1.", ".5", "-.5", "1.-5", "1,5", " 1", "1 ", "1e3", "0x10", "1.2.3", "١", "NaN", "inf",
		"1234567890123", "0.1234567", "123456.7890123", "1\x00",
	} {
		if d, err := vitals.ParseDecimal(in); !errors.Is(err, vitals.ErrDecimal) || d != (vitals.Decimal{}) {
			t.Errorf("ParseDecimal(%q) = %s, %v, want ErrDecimal and nothing else", in, d, err)
		}
	}
}

func TestScaled(t *testing.T) {
	for _, test := range []struct {
		coef  int64
		scale int
		want  string // "" when refused
	}{
		{980, 1, "98.0"}, {-5, 3, "-0.005"}, {0, 6, "0.000000"}, {7, 0, "7"},
		{1, -1, ""}, {1, 7, ""}, {1_000_000_000_000, 0, ""}, {-1_000_000_000_000, 6, ""},
	} {
		d, err := vitals.Scaled(test.coef, test.scale)
		if test.want == "" {
			if !errors.Is(err, vitals.ErrDecimal) {
				t.Errorf("Scaled(%d, %d) = %s, %v, want ErrDecimal", test.coef, test.scale, d, err)
			}
			continue
		}
		if err != nil || d.String() != test.want {
			t.Errorf("Scaled(%d, %d) = %s, %v, want %s", test.coef, test.scale, d, err, test.want)
		}
	}
}

func TestRoundsHalfAwayFromZero(t *testing.T) {
	for _, test := range []struct {
		in    string
		scale int
		want  string
	}{
		{"134.5", 0, "135"}, {"144.4", 0, "144"}, {"-134.5", 0, "-135"}, {"-0.4", 0, "0"}, {"-0.5", 0, "-1"},
		{"24.9796", 1, "25.0"}, {"18.4816", 1, "18.5"}, {"2.45", 1, "2.5"}, {"2.449999", 1, "2.4"},
		{"98", 1, "98.0"}, {"98.0", 1, "98.0"}, {"1.5", -1, "1.5"}, {"1.5", 7, "1.5"},
	} {
		if got := dec(t, test.in).Round(test.scale).String(); got != test.want {
			t.Errorf("%s rounded to %d digits = %s, want %s", test.in, test.scale, got, test.want)
		}
	}
	if got := dec(t, "129.5").Int(); got != 130 {
		t.Errorf("129.5 as a whole number = %d, want 130", got)
	}
	if got := dec(t, "36.6").Float(); got != 36.6 {
		t.Errorf("36.6 for drawing = %v", got)
	}
}

func TestMean(t *testing.T) {
	for _, test := range []struct {
		in    []string
		scale int
		want  string
	}{
		{[]string{"134", "130"}, 0, "132"}, {[]string{"84", "82"}, 0, "83"},
		{[]string{"139", "130"}, 0, "135"}, {[]string{"85", "84"}, 0, "85"}, {[]string{"150", "139"}, 0, "145"},
		{[]string{"-1", "-2"}, 0, "-2"}, {[]string{"5.5", "5.6"}, 1, "5.6"}, {[]string{"1", "1", "2"}, 2, "1.33"},
		{[]string{"1.25", "1.25"}, 1, "1.3"}, {[]string{"7"}, 1, "7.0"}, {nil, 0, "0"},
		{[]string{"1", "2"}, 9, "1.500000"}, {[]string{"1", "2"}, -1, "2"},
	} {
		var numbers []vitals.Decimal
		for _, s := range test.in {
			numbers = append(numbers, dec(t, s))
		}
		if got := vitals.Mean(numbers, test.scale).String(); got != test.want {
			t.Errorf("mean of %v to %d digits = %s, want %s", test.in, test.scale, got, test.want)
		}
	}
}

// anyDecimal returns a decimal of any length, and short ones more often.
func anyDecimal(r *rand.Rand) vitals.Decimal {
	reach := int64(1)
	for range 1 + r.IntN(12) {
		reach *= 10
	}
	d, err := vitals.Scaled(r.Int64N(2*reach-1)-(reach-1), r.IntN(7))
	if err != nil {
		panic(err) // the bounds above are those of a Decimal
	}
	return d
}

// rat is the exact value of d, read from what it prints.
func rat(t *testing.T, d vitals.Decimal) *big.Rat {
	t.Helper()
	exact, ok := new(big.Rat).SetString(d.String())
	if !ok {
		t.Fatalf("%q is not a number", d)
	}
	return exact
}

// roundRat rounds half away from zero with big integers.
func roundRat(x *big.Rat, scale int) string {
	half := big.NewRat(1, 2)
	pow := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	scaled := new(big.Rat).Mul(new(big.Rat).Abs(x), new(big.Rat).SetInt(pow))
	scaled.Add(scaled, half)
	whole := new(big.Int).Quo(scaled.Num(), scaled.Denom())
	if x.Sign() < 0 {
		whole.Neg(whole)
	}
	return new(big.Rat).SetFrac(whole, pow).FloatString(scale)
}

func TestDecimalsAgreeWithBigNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		d, e := anyDecimal(r), anyDecimal(r)
		x, y := rat(t, d), rat(t, e)

		if back := dec(t, d.String()); back != d {
			t.Fatalf("%s came back as %s", d, back)
		}
		if got := d.Cmp(e); got != x.Cmp(y) || e.Cmp(d) != -got {
			t.Fatalf("%s compared with %s = %d, want %d", d, e, got, x.Cmp(y))
		}
		difference := d.Sub(e)
		if rat(t, difference).Cmp(new(big.Rat).Sub(x, y)) != 0 || difference.Cmp(vitals.Int(0)) != d.Cmp(e) {
			t.Fatalf("%s - %s = %s", d, e, difference)
		}
		scale := r.IntN(7)
		if got, want := d.Round(scale).String(), roundRat(x, scale); got != want {
			t.Fatalf("%s rounded to %d digits = %s, want %s", d, scale, got, want)
		}
	}
}

func TestMeanLiesAmongItsNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5_000 {
		numbers := make([]vitals.Decimal, 1+r.IntN(5))
		sum := new(big.Rat)
		least, greatest := anyDecimal(r), vitals.Decimal{}
		for i := range numbers {
			numbers[i] = anyDecimal(r)
			sum.Add(sum, rat(t, numbers[i]))
			if i == 0 || numbers[i].Cmp(least) < 0 {
				least = numbers[i]
			}
			if i == 0 || numbers[i].Cmp(greatest) > 0 {
				greatest = numbers[i]
			}
		}
		scale := r.IntN(7)
		got := vitals.Mean(numbers, scale)
		want := roundRat(sum.Quo(sum, big.NewRat(int64(len(numbers)), 1)), scale)
		if got.String() != want {
			t.Fatalf("mean of %s to %d digits = %s, want %s", numbers, scale, got, want)
		}
		if got.Cmp(least.Round(scale)) < 0 || got.Cmp(greatest.Round(scale)) > 0 {
			t.Fatalf("mean %s does not lie in %s to %s", got, least, greatest)
		}
	}
}

func TestDecimalTravelsAsText(t *testing.T) {
	text, err := json.Marshal(vitals.Quantity{Value: dec(t, "5.60"), Unit: vitals.MmolPerL, Comparator: vitals.Above})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"value":"5.60","unit":"mmol/L","comparator":"\u003e"}`; string(text) != want {
		t.Errorf("written as %s, want %s", text, want)
	}
	var back vitals.Quantity
	if err := json.Unmarshal(text, &back); err != nil || back.Value.String() != "5.60" {
		t.Errorf("read back as %v, %v", back, err)
	}
	kept := dec(t, "1.5")
	if err := kept.UnmarshalText([]byte("1.5e3")); !errors.Is(err, vitals.ErrDecimal) || kept.String() != "1.5" {
		t.Errorf("a bad text gave %v and left %s, want ErrDecimal and 1.5", err, kept)
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, seed := range []string{"0", "98.0", "-0.05", "999999999999", "1e9", "", "-", "1.", ".1", "00.10", "0.1234567"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := vitals.ParseDecimal(s)
		if err != nil {
			if !errors.Is(err, vitals.ErrDecimal) || d != (vitals.Decimal{}) {
				t.Fatalf("%q gave %s and %v", s, d, err)
			}
			return
		}
		exact, ok := new(big.Rat).SetString(s)
		if !ok || rat(t, d).Cmp(exact) != 0 {
			t.Fatalf("%q was read as %s", s, d)
		}
		if back := dec(t, d.String()); back != d {
			t.Fatalf("%s came back as %s", d, back)
		}
	})
}

func BenchmarkParseDecimal(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := vitals.ParseDecimal("133.5"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMean(b *testing.B) {
	numbers := []vitals.Decimal{vitals.Int(139), vitals.Int(130)}
	b.ReportAllocs()
	for b.Loop() {
		if vitals.Mean(numbers, 0).Int() != 135 {
			b.Fatal("wrong mean")
		}
	}
}
