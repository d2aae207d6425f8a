package phone

import (
	"slices"
	"strings"
	"testing"
)

// The same number, typed as people type it, has one form to keep, and each way to
// write it is among the spellings of each other.
func TestOneNumberHasOneForm(t *testing.T) {
	for _, test := range []struct {
		country, keep string
		typed         []string
	}{
		{"GB", "+447911123456", []string{"07911 123456", "+44 7911 123456", "0044 7911 123456", "+44 (0)7911 123456", "7911123456"}},
		{"gb", "+442079460000", []string{"020 7946 0000", "+44 20 7946 0000"}},
		{"US", "+12025550123", []string{"(202) 555-0123", "1 202 555 0123", "+1 202-555-0123", "001 202 555 0123"}},
		{"CA", "+442079460000", []string{"011 44 20 7946 0000", "+44 20 7946 0000"}},
		{"IT", "+390612345678", []string{"06 1234 5678", "+39 06 1234 5678"}}, // the 0 is part of the number
		{"ES", "+34612345678", []string{"612 345 678", "0034 612 345 678"}},
		{"RU", "+79161234567", []string{"8 916 123-45-67", "+7 916 123-45-67", "916 123-45-67"}},
		{"RU", "+78121234567", []string{"812 123-45-67", "8 812 123-45-67", "+7 812 123 45 67"}}, // 8 begins the number, too
		{"BY", "+375291234567", []string{"8 029 123-45-67", "+375 29 123-45-67", "29 123 45 67"}},
		{"HU", "+36301234567", []string{"06 30 123 4567", "+36 30 123 4567"}},
		{"VN", "+84912345678", []string{"0912 345 678", "+84 912 345 678"}},
		{"AU", "+442079460000", []string{"0011 44 20 7946 0000"}},
		{"DE", "+33612345678", []string{"+33 6 12 34 56 78", "0033 6 12 34 56 78"}},
	} {
		plan, ok := PlanOf(test.country)
		if !ok {
			t.Fatalf("no plan of %s", test.country)
		}
		for _, typed := range test.typed {
			spellings := plan.Spellings(typed)
			if spellings[0] != test.keep {
				t.Errorf("%s: %q is kept as %q, want %q", test.country, typed, spellings[0], test.keep)
			}
			for _, other := range test.typed {
				if strings.HasPrefix(other, plan.abroad+" ") && plan.abroad != "00" {
					continue // nobody keeps a number as it is dialled abroad
				}
				if !slices.Contains(spellings, Fold(other)) {
					t.Errorf("%s: %q is not among the spellings of %q: %q", test.country, Fold(other), typed, spellings)
				}
			}
		}
	}
}

// Two numbers are never taken for one.
func TestTwoNumbersStayTwo(t *testing.T) {
	for _, test := range []struct{ country, one, other string }{
		{"GB", "07911 123456", "07911 123457"},
		{"GB", "07911 123456", "+33 7911 123456"},
		{"US", "202 555 0123", "+44 202 555 0123"},
		{"IT", "06 1234 5678", "6 1234 5678"},
		{"", "07911 123456", "+44 7911 123456"}, // nobody knows where that was typed
	} {
		plan, _ := PlanOf(test.country)
		for _, spelling := range plan.Spellings(test.one) {
			if slices.Contains(plan.Spellings(test.other), spelling) {
				t.Errorf("%s: %q and %q share %q", test.country, test.one, test.other, spelling)
			}
		}
	}
}

func TestPlausible(t *testing.T) {
	for typed, want := range map[string]bool{
		"": false, "+": false, "1234": false, "12345": true, "+44 7911 123456": true, "1234567890123456": false, "abc": false,
	} {
		if Plausible(typed) != want {
			t.Errorf("%q: %t", typed, !want)
		}
	}
}

func TestPlans(t *testing.T) {
	seen := map[string]bool{}
	for line := range strings.Lines(plans) {
		fields := strings.Fields(line)
		if fields[0] == "#" {
			continue
		}
		for _, c := range fields[3:] {
			p, ok := PlanOf(c[:2])
			if !ok || p.code != c[2:] || seen[c[:2]] {
				t.Errorf("%s: %+v, seen before: %t", c, p, seen[c[:2]])
			}
			seen[c[:2]] = true
		}
	}
	for _, none := range []string{"", "X", "XX", "USA", "44"} {
		if p, ok := PlanOf(none); ok || p != (Plan{}) {
			t.Errorf("%q has the plan %+v", none, p)
		}
	}
	if len(seen) < 240 {
		t.Errorf("%d countries", len(seen))
	}
}
