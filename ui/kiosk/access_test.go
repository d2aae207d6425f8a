package kiosk

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/ui/kit"
)

// presses is everything that can be pressed in the uppermost layer.
func (s *stage) presses() []fyne.Focusable {
	top := s.window.Content()
	if over := s.window.Canvas().Overlays().Top(); over != nil {
		top = over
	}
	var found []fyne.Focusable
	s.walkFrom(top, func(o fyne.CanvasObject) {
		f, ok := o.(fyne.Focusable)
		if !ok {
			return
		}
		if d, can := o.(interface{ Disabled() bool }); !can || !d.Disabled() {
			found = append(found, f)
		}
	})
	return found
}

func describe(f fyne.Focusable) string {
	switch f := f.(type) {
	case *kit.Button:
		return "button " + f.Label()
	case *kit.Tile:
		return "tile " + f.Title()
	}
	return fmt.Sprintf("%T", f)
}

// TestKeyboardReachesEverything goes round each screen with Tab: whatever can be
// touched gets the focus, and is in view when it has it.
func TestKeyboardReachesEverything(t *testing.T) {
	tour(t, "en", sizes["1024x600"], kit.Look{Text: kit.TextLarger}, func(s *stage, screen string) {
		c := s.window.Canvas()
		left := s.presses()
		if len(left) == 0 {
			t.Errorf("%s has nothing to press", screen)
		}
		for range 3 * len(left) {
			c.FocusNext()
			at := slices.Index(left, c.Focused())
			if at < 0 {
				continue
			}
			if o := rectOf(left[at].(fyne.CanvasObject)); o.y0 < -1 || o.y1 > 601 {
				t.Errorf("%s: %s has the focus out of view, at %v", screen, describe(left[at]), o)
			}
			left = slices.Delete(left, at, at+1)
		}
		for _, f := range left {
			t.Errorf("%s: Tab does not reach %s", screen, describe(f))
		}
		c.Unfocus()
	})
}

// switchTo waits until the scan offers a label, and presses the switch.
func (s *stage) switchTo(key words.Key) {
	s.t.Helper()
	want := s.kiosk.t(key)
	c := s.window.Canvas()
	for range 60 {
		label := ""
		switch f := c.Focused().(type) {
		case *kit.Button:
			label = f.Label()
		case *kit.Tile:
			label = f.Title()
		}
		if label == want {
			c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
			s.settle()
			return
		}
		s.after(time.Second)
	}
	s.t.Fatalf("the scan never offers %q at %s", want, s.visit.State().Step)
}

// TestOneSwitch takes a guest through a blood-pressure visit with a switch and
// nothing else.
func TestOneSwitch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.kiosk.cfg.Switch = 2 * time.Second
		s.kiosk.hearWindow()
		s.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeySpace})
		for _, key := range []words.Key{
			words.WelcomeStart, words.ChooseBP, words.SuitNone, words.PrepareReady, words.RestSkip, words.RestSkipRested, words.RestGo,
		} {
			s.switchTo(key)
		}
		s.at(visit.Measure)
		s.rack.tell(&instruments.CuffSample{Pressure: 120})
		s.switchTo(words.MeasureStop)
		s.at(visit.Trouble)
		s.switchTo(words.FaultSkip)
		s.after(61 * time.Second)
		if s.visit.State().IdleWarning {
			t.Error("somebody with a switch is asked after a minute")
		}
	})
}

// TestReachFromAChair: on an upright screen nothing that is touched stands in
// the upper part.
func TestReachFromAChair(t *testing.T) {
	size := sizes["1080x1920"]
	tour(t, "de", size, kit.Look{}, func(s *stage, screen string) {
		for _, f := range s.presses() {
			if o := rectOf(f.(fyne.CanvasObject)); (o.y0+o.y1)/2 < 0.28*size.Height {
				t.Errorf("%s: %s is at %.0f of %.0f", screen, describe(f), (o.y0+o.y1)/2, size.Height)
			}
		}
	})
}

// TestResultsAreCovered: in discretion a number is seen only after a touch, and
// the next person finds the kiosk as it was.
func TestResultsAreCovered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.kiosk.toggleDiscreet()
		s.kiosk.nextTextSize()
		s.kiosk.toggleContrast()
		s.guestCuff()
		s.rack.tell(pressures(125, 77, 70))
		s.rack.finish(nil)
		s.settle()
		s.must(s.visit.GiveUp(), visit.Result)
		if strings.Contains(s.texts(), "125") {
			t.Error("the result is not covered")
		}
		s.tap(words.UrgentPrivate)
		if !strings.Contains(s.texts(), "125/77") {
			t.Errorf("a touch does not uncover the result:\n%s", s.texts())
		}
		s.visit.Cancel()
		s.settle()
		s.at(visit.Welcome)
		if s.kiosk.discreet || s.kiosk.look != s.kiosk.usual {
			t.Error("the next person finds what this one had chosen")
		}
	})
}

// TestContrastOnScreens measures what is really painted in high contrast: each
// line of text against the ground around its letters, by WCAG 2.2.
func TestContrastOnScreens(t *testing.T) {
	const want = 7
	tour(t, "en", sizes["1024x600"], kit.Look{Palette: kit.HighContrast}, func(s *stage, screen string) {
		picture := s.window.Canvas().Capture()
		top := s.window.Content()
		if over := s.window.Canvas().Overlays().Top(); over != nil {
			top = over
		}
		s.walkSeen(top, func(o fyne.CanvasObject, view rect) {
			text, ok := o.(*canvas.Text)
			if !ok || strings.TrimSpace(text.Text) == "" {
				return
			}
			at := rectOf(text)
			if !at.within(view, 0) {
				return // in part scrolled out of view, under the shadow of what follows
			}
			middle := (at.y0 + at.y1) / 2
			box := image.Rect(int(at.x0), int(middle-0.35*text.TextSize), int(at.x1)+1, int(middle+0.35*text.TextSize)+1)
			if !box.In(picture.Bounds()) {
				return // scrolled out of view
			}
			if got := painted(picture, box); got < want && got > 1.05 { // below: something lies over it
				t.Errorf("%s: %q is %.1f:1, want %d", screen, text.Text, got, want)
			}
		})
	})
}

// painted is the contrast of the commonest colour in a part of a picture, the
// ground, against the colour that differs most from it, the middle of a stroke.
func painted(picture image.Image, box image.Rectangle) float64 {
	count := map[color.NRGBA]int{}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			count[color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)]++
		}
	}
	var ground color.NRGBA
	for c, n := range count {
		if n > count[ground] {
			ground = c
		}
	}
	best := 1.0
	for c := range count {
		x, y := luminance(c), luminance(ground)
		best = max(best, (max(x, y)+0.05)/(min(x, y)+0.05))
	}
	return best
}

func luminance(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}
