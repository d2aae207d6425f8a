package reports

import (
	"io"
	"testing"
)

// Whatever people type, no report fails or leaves its page.
func FuzzKinds(f *testing.F) {
	for i, s := range oddWords() {
		f.Add(s.given, s.family, s.note, s.number, uint8(len(i)), uint8(len(s.given)), uint8(len(s.note)))
	}
	w := newWorld(f)
	langs := w.catalogue.Langs()
	all := kinds()
	f.Fuzz(func(t *testing.T, given, family, note, number string, k, lang, on uint8) {
		p := []Paper{A4, Letter, Receipt}[on%3]
		i := w.issue("en", p)
		i.Lang = langs[int(lang)%len(langs)]
		i.Site.Name, i.Kiosk = note, number
		chosen := all[int(k)%len(all)]
		s := sampleWords{given: given, family: family, note: note, number: number, days: 1}
		l, err := chosen.compose(w, i, s)
		if err != nil {
			t.Fatal(err)
		}
		for n, page := range l.pages {
			for _, text := range page.Texts() {
				if text.At.X < 0 || text.At.X+text.Width > p.size().Width {
					t.Errorf("%s page %d: %q leaves the page", chosen.name, n+1, text.Line)
				}
			}
		}
		if err := chosen.write(t.Context(), io.Discard, w, i, s); err != nil {
			t.Error(err)
		}
	})
}
