package kiosk

import (
	"strings"
	"testing"
	"testing/synctest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// reach is the least side of what a finger finds.
func reach(class kit.Class) float32 { return kit.Look{Class: class}.Target() }

// helps are the help buttons of the uppermost layer that are whole in sight.
func (s *stage) helps() []*kit.Button {
	label := s.kiosk.helpLabel(s.kiosk.stateNow())
	size := s.window.Canvas().Size()
	var found []*kit.Button
	s.walkFrom(s.kiosk.root, func(o fyne.CanvasObject) {
		if b, ok := o.(*kit.Button); ok && b.Label() == label && rectOf(b).within(rect{0, 0, size.Width, size.Height}, 0) {
			found = append(found, b)
		}
	})
	if over := s.kiosk.over.dialog; over != nil {
		found = nil
		s.walkFrom(over, func(o fyne.CanvasObject) {
			if b, ok := o.(*kit.Button); ok && b.Label() == label {
				found = append(found, b)
			}
		})
	}
	return found
}

// TestHelpOnEveryScreen walks through all screens, with their dialogs, mistakes,
// countdowns, damaged records and a kiosk out of service: at one place of all of
// them a touch calls for help, and nothing there needs a network.
func TestHelpOnEveryScreen(t *testing.T) {
	for name, size := range sizes {
		for _, lang := range []string{"en", "ar"} {
			t.Run(name+"/"+lang, func(t *testing.T) {
				var place rect
				tour(t, lang, size, kit.Look{}, func(s *stage, screen string) {
					if open := s.calls.Open(); len(open) > 0 {
						s.visit.HelpArrived() // a call of the screen itself
						s.settle()
					}
					var at *kit.Button
					for _, b := range s.helps() {
						r := rectOf(b)
						if place == (rect{}) {
							place = r
						}
						if r.within(place, 0.5) && place.within(r, 0.5) {
							at = b
						}
					}
					if at == nil {
						t.Errorf("%s: no help at %v, but %d elsewhere", screen, place, len(s.helps()))
						return
					}
					if least := reach(kit.ClassFor(size)); at.Size().Height < least || at.Size().Width < least {
						t.Errorf("%s: help is %v", screen, at.Size())
					}
					test.TapCanvas(s.window.Canvas(), fyne.NewPos((place.x0+place.x1)/2, (place.y0+place.y1)/2))
					s.settle()
					if n := len(s.calls.Open()); n != 1 {
						t.Errorf("%s: %d calls are open after a touch", screen, n)
					}
					s.kiosk.withdrawHelp()
					s.kiosk.over.close()
					s.settle()
				})
			})
		}
	}
}

// TestHelpOverACover: what hides an urgent result that nobody touches has help where
// every screen has it, for a finger and for the keys, and nothing of the result is
// said or reached below it.
func TestHelpOverACover(t *testing.T) {
	for name, size := range sizes {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, "en", size, kit.Look{})
				defer s.close()
				l := newListener(s, "en")
				place := rectOf(s.helps()[0])
				s.guestCuff()
				s.rack.tell(pressures(186, 112, 96))
				s.rack.finish(nil)
				s.must(nil, visit.Urgent)
				s.must(s.visit.Symptoms(false), visit.Urgent)
				l.key(fyne.KeyDown) // somebody listens, and leaves
				s.until(func(st visit.State) bool { return st.Private })
				s.settle()
				l.hears()
				l.key(fyne.KeyDown)
				l.expects(strings.TrimSuffix(l.lang.T(words.UrgentPrivate), "."))
				if n := len(s.kiosk.stops()); n != 3 {
					t.Errorf("the keys reach %d things, want the cover's button and help", n)
				}
				if !s.visit.State().Private {
					t.Fatal("a key uncovers it")
				}
				test.TapCanvas(s.window.Canvas(), fyne.NewPos((place.x0+place.x1)/2, (place.y0+place.y1)/2))
				s.settle()
				if n := len(s.calls.Open()); n != 1 {
					t.Errorf("%d calls are open after a touch where help is", n)
				}
			})
		})
	}
}
