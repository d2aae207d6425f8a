package reports

import (
	"slices"
	"strings"
	"testing"

	"aidpost/assets/words"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

// With the words of every language and an ordinary name, nothing is cut off on any
// paper: a receipt is narrow, and some words are long.
func TestNothingIsCutOff(t *testing.T) {
	w := newWorld(t)
	for _, k := range kinds() {
		for _, lang := range w.catalogue.Langs() {
			if !slices.Contains(forPatients, k.name) && w.catalogue.StaffLang(lang.Tag()).Tag() != lang.Tag() {
				continue
			}
			for _, p := range []Paper{A4, Receipt} {
				var got seen
				if err := k.write(t.Context(), &got, w, w.issue(lang.Tag(), p), usualWords()); err != nil {
					t.Fatal(err)
				}
				for _, page := range got.pages {
					for _, text := range page.Texts() {
						if strings.Contains(text.Line, "…") && strings.Trim(text.Line, "…") != "" {
							t.Errorf("%s %s %s: %q is cut off", k.name, p, lang.Tag(), text.Line)
						}
					}
				}
			}
		}
	}
}

// In every language the zone stays beside its time in the list of a course, and the
// sentence under the title leaves no word alone on a line.
func TestNothingIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	for _, k := range kinds() {
		if k.name != "trend" {
			continue
		}
		for _, lang := range w.catalogue.Langs() {
			var got seen
			if err := k.write(t.Context(), &got, w, w.issue(lang.Tag(), A4), usualWords()); err != nil {
				t.Fatal(err)
			}
			for _, page := range got.pages {
				for _, text := range page.Texts() {
					if line := strings.Trim(text.Line, "\u200e\u200f"); line == "CET" || line == "CEST" {
						t.Errorf("%s: a line has %q alone", lang.Tag(), line)
					}
				}
			}
			d, err := newDesk(w.issue(lang.Tag(), A4))
			if err != nil {
				t.Fatal(err)
			}
			for _, said := range []struct {
				key   words.Key
				style paper.Style
			}{{words.ReportTakeAlong, caption}, {words.ReportTrend, title}} {
				lines := d.balanced(d.Lang.T(said.key), said.style, d.width*0.44-4*step)
				if n := len(lines); n > 1 && 3*d.set.Width(lines[n-1], said.style) < d.set.Width(lines[0], said.style) {
					t.Errorf("%s: %q is left alone", lang.Tag(), lines)
				}
			}
		}
	}
}

// No name of a band is torn apart in the middle of a word, by no guideline and on no
// paper: a word under a scale is one that the catalogue has.
func TestBandNamesAreWhole(t *testing.T) {
	w := newWorld(t)
	measures := map[vitals.Measure]vitals.Unit{
		vitals.Systolic: vitals.MmHg, vitals.Diastolic: vitals.MmHg, vitals.SpO2: vitals.Percent,
		vitals.Glucose: vitals.MgPerDL, vitals.Temperature: vitals.Celsius,
	}
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, rules := range set.BloodPressure() {
		chosen, err := set.Choose(guideline.Choice{BP: rules.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range w.catalogue.Langs() {
			for _, p := range []Paper{A4, Receipt} {
				d, err := newDesk(w.issue(lang.Tag(), p))
				if err != nil {
					t.Fatal(err)
				}
				r := &report{desk: d, Data: Data{Lang: d.Lang}}
				for measure, unit := range measures {
					spans := chosen.Bands(adult, measure, unit, vitals.Fasting)
					for at := range spans {
						sh := d.set.Chart(d.width)
						r.bandNames(sh, 22, spans, at)
						checkWhole(t, lang.Tag()+" "+p.String()+" "+rules.ID, sh, wordsOf(d, spans))
					}
				}
			}
		}
	}
}

// wordsOf draws every word of the names of bands by itself.
func wordsOf(d *desk, spans []guideline.Span) *paper.Sheet {
	whole := d.set.Chart(10000)
	for _, s := range spans {
		for _, word := range strings.Fields(d.Lang.T(words.Band(s.Band))) {
			whole.Text(0, 0, paper.Start, tiny, word)
		}
	}
	return whole
}

// checkWhole finds a word of a sheet that does not stand on another, and lines that
// run into each other or out of it.
func checkWhole(t *testing.T, what string, sh, whole *paper.Sheet) {
	t.Helper()
	known := map[string]bool{}
	for _, word := range whole.Texts() {
		known[word.Line] = true
	}
	texts := sh.Texts()
	for i, a := range texts {
		for _, word := range strings.Fields(a.Line) {
			if !known[word] {
				t.Errorf("%s: %q in %q is no word", what, word, a.Line)
			}
		}
		if a.At.X < -1 || a.At.X+a.Width > sh.Width+1 {
			t.Errorf("%s: %q is out of the scale", what, a.Line)
		}
		for _, b := range texts[i+1:] {
			if overlap(a, b) {
				t.Errorf("%s: %q runs into %q", what, a.Line, b.Line)
			}
		}
	}
}
