package reports

import (
	"bytes"
	"fmt"
	"io"
	"os"
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
		s := sampleWords{given, family, note, number, 1}
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

// TestPreviewKinds writes every kind where REPORT_PREVIEW says, to be looked at.
func TestPreviewKinds(t *testing.T) {
	dir := os.Getenv("REPORT_PREVIEW")
	if dir == "" {
		t.Skip("REPORT_PREVIEW names no folder")
	}
	w := newWorld(t)
	for _, k := range kinds() {
		for _, p := range []Paper{A4, Receipt} {
			for _, lang := range []string{"en", "ar", "fr"} {
				s := usualWords()
				if lang == "ar" {
					s = sampleWords{given: "أمينة", family: "عبد الرحمن", note: "ضيق في التنفس منذ يوم الإثنين", number: "4711-0815", days: 2}
				}
				var b bytes.Buffer
				if err := k.write(t.Context(), &b, w, w.issue(lang, p), s); err != nil {
					t.Fatal(err)
				}
				name := fmt.Sprintf("%s/kind-%s-%s-%s.pdf", dir, k.name, p, lang)
				if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
