package guideline

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"aidpost/records/vitals"
)

func publishedFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := make(fstest.MapFS)
	names, err := fs.Glob(published, "data/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("found %v, %v", names, err)
	}
	for _, name := range names {
		text, err := published.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[path.Base(name)] = &fstest.MapFile{Data: text}
	}
	return files
}

// loadWithProtocols loads changed rules with the protocols as they are.
func loadWithProtocols(t *testing.T, files fs.FS) (*Set, error) {
	t.Helper()
	set, err := load(files)
	if err == nil {
		whole, err := Load()
		if err != nil {
			t.Fatal(err)
		}
		set.protocols = whole.protocols
	}
	return set, err
}

// Nothing in a file is lost on reading: written again, it is the same.
func TestDataRoundTrips(t *testing.T) {
	for name, data := range publishedFiles(t) {
		f, err := decode(data.Data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if name != f.ID+".json" {
			t.Errorf("%s holds the rule set %s", name, f.ID)
		}
		var written, original bytes.Buffer
		e := json.NewEncoder(&written)
		e.SetEscapeHTML(false)
		if err := e.Encode(f); err != nil {
			t.Fatal(err)
		}
		if err := json.Compact(&original, data.Data); err != nil {
			t.Fatal(err)
		}
		got := strings.TrimSpace(written.String())
		if got != strings.TrimSpace(original.String()) {
			t.Errorf("%s comes back as\n%s", name, got)
		}
	}
}

func TestBandIDs(t *testing.T) {
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range set.Bands() {
		got = append(got, b.ID)
	}
	slices.Sort(got)
	want := strings.Fields(`
		bp.elevated bp.esc-elevated bp.hypertension bp.low bp.non-elevated bp.normal bp.prompt-check bp.severe bp.stage1 bp.stage2
		glucose.diabetes-range glucose.high-today glucose.low glucose.no-band glucose.not-raised glucose.raised
		glucose.very-high glucose.very-low
		pulse.raised pulse.slow pulse.usual pulse.very-fast pulse.very-slow
		spo2.low spo2.usual spo2.very-low
		temperature.raised temperature.usual temperature.very-high temperature.very-low`)
	if !slices.Equal(got, want) {
		t.Errorf("bands are\n%v, want\n%v", got, want)
	}
}

// Every band is used by some rule, and every look agrees with its tier.
func TestBandsAreConsistent(t *testing.T) {
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	used := make(map[string]bool)
	for _, f := range set.files {
		for _, sc := range f.Scales {
			for _, row := range sc.Rows {
				used[row.Band] = true
			}
		}
		for _, a := range f.Advisories {
			used[a.Band] = true
		}
	}
	before := make(map[Part]Tier)
	for _, b := range set.Bands() {
		if !used[b.ID] {
			t.Errorf("no rule leads to %s", b.ID)
		}
		if b.Tier < before[b.Part()] && b.Part() != "" {
			t.Errorf("%s is of greater concern than its neighbour, but has a lower tier", b.ID)
		}
		before[b.Part()] = b.Tier
		if calm := b.Severity == Usual || b.Severity == Unjudged; calm != (b.Tier == NoAction) {
			t.Errorf("%s looks %s at tier %d", b.ID, b.Severity, b.Tier)
		}
		if critical := b.Interpretation == CriticalHigh || b.Interpretation == CriticalLow; critical != (b.Severity == Urgent) {
			t.Errorf("%s looks %s with code %s", b.ID, b.Severity, b.Interpretation)
		}
	}
}

func TestChoose(t *testing.T) {
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	var choices []string
	for _, s := range set.BloodPressure() {
		choices = append(choices, s.ID)
	}
	if !slices.Equal(choices, []string{AHA2025, ESC2024}) {
		t.Errorf("guidelines to choose from: %v", choices)
	}
	for choice, other := range map[string]string{AHA2025: ESC2024, ESC2024: AHA2025, "": ESC2024} {
		rules, err := set.Choose(Choice{BP: choice})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range rules.Sources() {
			if s.ID == other {
				t.Errorf("choice %q also judges by %s", choice, other)
			}
			if s.Source == "" || s.Edition == "" {
				t.Errorf("%s does not say where it comes from", s.ID)
			}
		}
	}
	for _, choice := range []string{"aha-1904", "ada-2025"} {
		if rules, err := set.Choose(Choice{BP: choice}); !errors.Is(err, ErrUnknownRuleSet) || rules != nil {
			t.Errorf("choice %q gave %v, want ErrUnknownRuleSet", choice, err)
		}
	}
}

// A fault in the data is found when the program starts, not at a person.
func TestFaultyRulesAreRefused(t *testing.T) {
	for _, test := range []struct{ name, file, old, new string }{
		{"unknown band", "aha-2025.json", `"bp.stage2", "from": "140"`, `"bp.stage3", "from": "140"`},
		{"band of another part", "aha-2025.json", `"bp.stage2", "from": "140"`, `"pulse.usual", "from": "140"`},
		{"advisory with an unknown band", "aidpost-bp.json", `"bp.low", "measure": "systolic"`, `"bp.tiny", "measure": "systolic"`},
		{"gap", "aha-2025.json", `"from": "130", "to": "139"`, `"from": "131", "to": "139"`},
		{"overlap", "aha-2025.json", `"from": "130", "to": "139"`, `"from": "129", "to": "139"`},
		{"gap at an open bound", "aha-2025.json", `"above": "180"`, `"above": "181"`},
		{"row upside down", "esc-2024.json", `"from": "140", "below": "180"`, `"from": "140", "below": "130"`},
		{"no upper bound", "aha-2025.json", `"from": "130", "to": "139"`, `"from": "130"`},
		{"last row with an upper bound", "aha-2025.json", `"above": "180"`, `"above": "180", "to": "250"`},
		{"two lower bounds", "aha-2025.json", `"above": "180"`, `"above": "180", "from": "180"`},
		{"misspelt bound", "aha-2025.json", `"above": "180"`, `"abvoe": "180"`},
		{"bound that is no number", "aha-2025.json", `"above": "180"`, `"above": "18O"`},
		{"bound that nobody reaches", "aidpost-pulse.json", `"from": "131"`, `"from": "1310"`},
		{"wrong unit", "aidpost-pulse.json", `"unit": "/min"`, `"unit": "%"`},
		{"row without source", "aidpost-spo2.json", `"source": "WHO 2011 and NHS England 2020-21: 95 or above"`, `"source": ""`},
		{"set without source", "ada-2025.json", `"source": "Diabetes Care 2025;48(Suppl 1), sections 2 and 6"`, `"source": ""`},
		{"set without edition", "ada-2025.json", `"edition": "2025"`, `"edition": ""`},
		{"set for nobody in particular", "ada-2025.json", `"applies": {"fromAge": 18},`, ``},
		{"misspelt condition", "aidpost-glucose.json", `"when": [`, `"wehn": [`},
		{"unknown condition", "aidpost-glucose.json", `["diabetes", "unwell"]`, `["diabetes", "unhappy"]`},
		{"unknown caveat", "ada-2025.json", `"classic-symptoms"`, `"modern-symptoms"`},
		{"unknown severity", "aidpost-tiers.json", `"bp.low", "severity": "low"`, `"bp.low", "severity": "lowish"`},
		{"unknown code", "aidpost-tiers.json", `"interpretation": "L", "tier": 1, "source": "low`, `"interpretation": "X", "tier": 1, "source": "low`},
		{"tier beyond the last", "aidpost-tiers.json", `"LL", "tier": 4`, `"LL", "tier": 5`},
		{"band given twice", "aidpost-tiers.json", `"id": "bp.low"`, `"id": "bp.normal"`},
		{"alert that is none", "aidpost-bp.json", `"from": "180", "severity": "urgent", "interpretation": "HH", "tier": 3`, `"from": "180", "severity": "urgent", "interpretation": "HH", "tier": 2`},
		{"alert without bound", "aidpost-bp.json", `"from": "180", "severity"`, `"severity"`},
		{"advisory without bound", "aidpost-bp.json", `"below": "90", `, ``},
		{"two values in a file", "aidpost-bp.json", "\n}\n", "\n}\n{}"},
		{"set given twice", "esc-2024.json", `"id": "esc-2024"`, `"id": "aha-2025"`},
		{"scale given twice", "ada-2025.json", `"step": "1", "meal": "after-load"`, `"step": "1", "meal": "fasting"`},
		{"step of nothing", "aidpost-pulse.json", `"step": "1"`, `"step": "0"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := publishedFiles(t)
			text := string(files[test.file].Data)
			if !strings.Contains(text, test.old) {
				t.Fatalf("%s does not hold %s", test.file, test.old)
			}
			files[test.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, test.old, test.new, 1))}
			if set, err := load(files); err == nil || set != nil {
				t.Fatal("the rules were taken")
			}
		})
	}
}

func TestRulesMustCoverEveryMeasure(t *testing.T) {
	for _, name := range []string{"aidpost-pulse.json", "ada-2025.json"} {
		files := publishedFiles(t)
		delete(files, name)
		if name == "ada-2025.json" { // nothing else uses its bands
			delete(files, "aidpost-glucose.json")
		}
		set, err := loadWithProtocols(t, files)
		if err != nil {
			t.Fatal(err)
		}
		if rules, err := set.Choose(Choice{}); !errors.Is(err, errRules) || rules != nil {
			t.Errorf("without %s: %v, want faulty rules", name, err)
		}
	}
	files := publishedFiles(t)
	text := string(files["ada-2025.json"].Data)
	files["ada-2025.json"].Data = []byte(strings.Replace(text, `"mmol/L", "step": "0.1", "meal": "fasting"`, `"mmol/L", "step": "0.1", "meal": "lunch"`, 1))
	set, err := loadWithProtocols(t, files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.Choose(Choice{}); !errors.Is(err, errRules) {
		t.Errorf("a meal with a scale in one unit alone: %v, want faulty rules", err)
	}
}

func TestEdgesAreOrdered(t *testing.T) {
	n := func(i int) vitals.Decimal { return vitals.Int(i) }
	ascending := []edge{{n(179), +1}, {n(180), -1}, {n(180), 0}, {n(180), +1}, {n(181), -1}}
	for i, e := range ascending {
		for j, f := range ascending {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := e.cmp(f); got != want {
				t.Errorf("%v compared with %v = %d, want %d", e, f, got, want)
			}
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
