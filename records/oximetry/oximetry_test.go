package oximetry

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"aidpost/records/vitals"
)

// TestPublished: every rule that the program carries can be followed, has a name of
// its own, and says where it comes from; that of nobody's choice is among them.
func TestPublished(t *testing.T) {
	all, err := All()
	if err != nil || len(all) < 2 {
		t.Fatalf("%d rules, %v", len(all), err)
	}
	seen := map[string]bool{}
	for _, r := range all {
		if seen[r.ID] || len(r.Source) < 40 {
			t.Errorf("%s: given twice, or without a source", r.ID)
		}
		seen[r.ID] = true
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := Parse(text); err != nil || again != r {
			t.Errorf("%s comes back as %+v, %v", r.ID, again, err)
		}
	}
	if r, err := Find(""); err != nil || r.ID != DefaultID {
		t.Errorf("nobody's choice is %q, %v", r.ID, err)
	}
	if _, err := Find("by-feel"); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
}

// TestRefused: a rule by which everything would be taken, or nothing, is refused.
func TestRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Rule){
		"no id":            func(r *Rule) { r.ID = "" },
		"no source":        func(r *Rule) { r.Source = "" },
		"hardly stable":    func(r *Rule) { r.Stable = 2 * time.Second },
		"half a second":    func(r *Rule) { r.Stable += time.Second / 2 },
		"stable for ever":  func(r *Rule) { r.Stable, r.Alone, r.Watched = 2*time.Minute, 2*time.Minute, 2*time.Minute },
		"any oxygen":       func(r *Rule) { r.SpO2Spread = vitals.Of(5, vitals.Percent) },
		"another unit":     func(r *Rule) { r.SpO2Spread = vitals.Of(2, vitals.PerMinute) },
		"less than none":   func(r *Rule) { r.PulseSpread = vitals.Of(-1, vitals.PerMinute) },
		"a comparator":     func(r *Rule) { r.PulseSpread.Comparator = vitals.Below },
		"signal of nine":   func(r *Rule) { r.Signal = 9 },
		"no finger has it": func(r *Rule) { r.Perfusion = vitals.Of(6, vitals.Percent) },
		"all spoilt":       func(r *Rule) { r.Artefact = 51 },
		"sooner alone":     func(r *Rule) { r.Alone = r.Watched - time.Second },
		"too soon":         func(r *Rule) { r.Watched = r.Stable - time.Second },
		"no finger stays":  func(r *Rule) { r.Alone = 4 * time.Minute },
	} {
		r, err := Find("")
		if err != nil {
			t.Fatal(err)
		}
		if spoil(&r); !errors.Is(r.Check(), ErrRule) {
			t.Errorf("%s: %v", name, r.Check())
		}
	}
	r, _ := Find("")
	text, _ := json.Marshal(r)
	for _, bad := range []string{
		"", "{}", string(text) + "{}", strings.Replace(string(text), "artefact", "artifact", 1), strings.Replace(string(text), `"10s"`, `"ten"`, 1),
	} {
		if _, err := Parse([]byte(bad)); err == nil {
			t.Errorf("%.60q is read", bad)
		}
	}
}
