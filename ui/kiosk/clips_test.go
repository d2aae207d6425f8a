package kiosk

import (
	"os"
	"slices"
	"strings"
	"testing"

	"aidpost/app/voice/clips"
	"aidpost/assets/words"
	"aidpost/records/guideline"
	"aidpost/ui/kit"
)

// TestClipsSayEveryScreen: a kiosk without a speech engine can say whatever stands on any
// screen, and each control, but for names. AIDPOST_LANG names other languages.
func TestClipsSayEveryScreen(t *testing.T) {
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"amina", "haddad", "corner", "pharmacy"} // nobody could know them before
	langs := strings.Fields(os.Getenv("AIDPOST_LANG"))
	if len(langs) == 0 {
		langs = []string{"en", "tr"}
	}
	for _, lang := range langs {
		l := catalogue.Lang(lang)
		can := clips.Missing(clips.Plan(catalogue, l, rules), l.Decimal())
		tour(t, lang, sizes["1280x800"], kit.Look{}, func(s *stage, screen string) {
			said := s.kiosk.told(s.visit.State(), true)
			for _, f := range s.presses() {
				if in, text := s.kiosk.control(f); in.Tag() == lang {
					said = append(said, text)
				}
			}
			if n := len(s.visit.State().Results); n > 0 {
				said = append(said, s.kiosk.spokenResult(s.visit.State().Results[n-1]))
			}
			for _, text := range said {
				for _, word := range can(text) {
					if !slices.Contains(names, strings.ToLower(word)) {
						t.Errorf("%s, %s: %q of %q has no clip", lang, screen, word, text)
					}
				}
			}
		})
	}
}
