package kiosk

import (
	"regexp"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// results are the values of the tour, and a saturation or a weight that stands alone.
var results = regexp.MustCompile(`\b(1[1348]\d/\d\d\d?|(112|104|80|96|169).mg)|^(97|98|112|104|36\.8|72\.5|118/76)$`)

// TestNothingIsReadOverAShoulder: while results are covered no number of anybody is on
// any screen of a visit until it is touched.
func TestNothingIsReadOverAShoulder(t *testing.T) {
	for _, name := range []string{"1024x600", "1080x1920"} {
		tour(t, "en", sizes[name], kit.Look{}, func(s *stage, screen string) {
			if !s.kiosk.cfg.Covered {
				s.kiosk.cfg.Covered, s.kiosk.discreet = true, true
			}
			for line := range strings.Lines(s.texts()) {
				if line = strings.TrimSpace(line); results.MatchString(line) {
					t.Errorf("%s, %s: %q is in sight", name, screen, line)
				}
			}
		})
	}
}

// TestStillOnEveryScreen: where a site has pictures stand still, none moves on any screen.
func TestStillOnEveryScreen(t *testing.T) {
	tour(t, "en", sizes["1280x800"], kit.Look{}, func(s *stage, screen string) {
		s.kiosk.cfg.Still, s.kiosk.held = true, true
		s.walkFrom(s.kiosk.screen.content(), func(o fyne.CanvasObject) {
			if d, ok := o.(*kit.Drawing); ok && screen != "01-welcome" && d.Frame() != d.Picture().Frames()-1 {
				t.Errorf("%s: %s moves", screen, d.Picture())
			}
		})
	})
}

// TestBarOnEveryScreen: language, size of letters, contrast, the cover of results and the
// loudspeaker are there on every screen of a visit, not at its beginning alone.
func TestBarOnEveryScreen(t *testing.T) {
	for name, size := range sizes {
		tour(t, "en", size, kit.Look{}, func(s *stage, screen string) {
			if s.kiosk.mends != nil || s.kiosk.over.dialog != nil {
				return
			}
			there := map[string]bool{}
			for _, f := range s.presses() {
				if b, ok := f.(*kit.Button); ok {
					there[b.Name()] = true
				}
			}
			for _, key := range []words.Key{words.BarLanguage, words.BarTextSize, words.BarContrast, words.BarDiscreet, words.SpeakTitle} {
				if !there[s.kiosk.t(key)] {
					t.Errorf("%s, %s: no %q", name, screen, s.kiosk.t(key))
				}
			}
		})
	}
}
