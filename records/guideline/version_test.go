package guideline

import (
	"testing"

	"aidpost/records/vitals"
)

// TestVersion: the same choice has the same version, and whatever differs has
// another.
func TestVersion(t *testing.T) {
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	limit := Limit{Measure: vitals.Systolic, Unit: vitals.MmHg, Side: HighSide, At: vitals.Int(170)}
	seen := map[string]Choice{}
	for _, c := range []Choice{{}, {BP: ESC2024}, {Protocol: "aha-2025"}, {Critical: []Limit{limit}}} {
		for range 2 {
			rules, err := set.Choose(c)
			if err != nil {
				t.Fatal(err)
			}
			v := rules.Version()
			if other, ok := seen[v]; v == "" || ok && !equalChoice(other, c) {
				t.Errorf("%+v and %+v are both %q", c, other, v)
			}
			seen[v] = c
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d versions of 4 choices", len(seen))
	}
}

func equalChoice(a, b Choice) bool {
	return a.BP == b.BP && a.Protocol == b.Protocol && len(a.Critical) == len(b.Critical)
}
