package kiosk

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// drawn counts the pictures in what is shown, with whatever says something without
// words: a ring, a gauge, a trace, a scale, a code.
func (s *stage) drawn(in fyne.CanvasObject) (n int) {
	s.walkFrom(in, func(o fyne.CanvasObject) {
		switch o.(type) {
		case *kit.Drawing, *kit.CountRing, *kit.Gauge, *kit.Waveform, *kit.BandScale, *kit.Code, *kit.Quantity:
			n++
		}
	})
	return n
}

// TestWithoutReading: whoever cannot read finds a picture on each screen, and one on each
// answer; only what goes back or ends has no more than words, in the quiet rank.
func TestWithoutReading(t *testing.T) {
	for name, size := range sizes {
		t.Run(name, func(t *testing.T) {
			tour(t, "en", size, kit.Look{}, func(s *stage, screen string) {
				if s.kiosk.mends != nil { // staff read
					return
				}
				if s.drawn(s.kiosk.screen.content()) == 0 {
					t.Errorf("%s: words alone", screen)
				}
				for _, f := range s.presses() {
					b, ok := f.(*kit.Button)
					if ok && slices.ContainsFunc(s.kiosk.languages(), func(l words.Lang) bool { return l.Name() == b.Label() }) {
						continue // a language stands in its own letters
					}
					if ok && b.Rank() != kit.Quiet && s.drawn(b) == 0 {
						t.Errorf("%s: %q has no picture", screen, b.Label())
					}
				}
			})
		})
	}
}
