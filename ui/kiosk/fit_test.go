package kiosk

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// rect is a place in the window.
type rect struct{ x0, y0, x1, y1 float32 }

func rectOf(o fyne.CanvasObject) rect {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	return rect{at.X, at.Y, at.X + o.Size().Width, at.Y + o.Size().Height}
}

func (r rect) cut(other rect) rect {
	return rect{max(r.x0, other.x0), max(r.y0, other.y0), min(r.x1, other.x1), min(r.y1, other.y1)}
}

func (r rect) within(other rect, slack float32) bool {
	return r.x0 >= other.x0-slack && r.y0 >= other.y0-slack && r.x1 <= other.x1+slack && r.y1 <= other.y1+slack
}

// word is a line of text on the screen, where it can be seen.
type word struct {
	text string
	at   rect
}

// misfits names what a person could not read or touch: what reaches over the
// edge of the window or of the part of it that scrolls, scrolls too low to read
// in, and lines that lie on one another. What scrolls may be longer than the room
// for it, but not wider. Where words must be whole, so is one that had to be
// broken for want of width.
func (s *stage) misfits(size fyne.Size, whole bool) []string {
	window := rect{0, 0, size.Width, size.Height}
	var found []string
	layers := append([]fyne.CanvasObject{s.window.Content()}, s.window.Canvas().Overlays().List()...)
	for _, layer := range layers {
		var words []word
		var badges, pictures []rect
		var down func(o fyne.CanvasObject, view rect, scrolls bool)
		down = func(o fyne.CanvasObject, view rect, scrolls bool) {
			if !o.Visible() {
				return
			}
			at := rectOf(o)
			label := ""
			switch o := o.(type) {
			case *canvas.Text:
				// The box of a line is taller than its letters, and lines share it.
				middle := (at.y0 + at.y1) / 2
				at.y0, at.y1 = middle-0.4*o.TextSize, middle+0.4*o.TextSize
				label = o.Text
				if seen := at.cut(view); seen.y1 > seen.y0 && label != "" {
					words = append(words, word{label, seen})
				}
			case *kit.Text:
				if whole && at.x1-at.x0 < o.MinSize().Width-1.5 {
					found = append(found, fmt.Sprintf("a word of %q is broken", o.Text()))
				}
			case *kit.Badge:
				badges = append(badges, at.cut(view))
			case *kit.Drawing:
				pictures = append(pictures, at.cut(view))
			case *kit.Button:
				label = "button " + o.Label()
			case *kit.Tile:
				label = "tile " + o.Title()
			case *kit.Scroll:
				if at.y1-at.y0 < 56 {
					found = append(found, fmt.Sprintf("only %.0f units to scroll in", at.y1-at.y0))
				}
				view, scrolls = at.cut(view), true
			}
			room := view
			if scrolls {
				room.y0, room.y1 = at.y0, at.y1
			}
			if label != "" && !at.within(room, 1.5) {
				found = append(found, fmt.Sprintf("%q at %.0f, needs %.0f", label, at, room))
			}
			switch o := o.(type) {
			case fyne.Widget:
				for _, c := range test.WidgetRenderer(o).Objects() {
					down(c, view, scrolls)
				}
			case *fyne.Container:
				for _, c := range o.Objects {
					down(c, view, scrolls)
				}
			}
		}
		down(layer, window, false)
		for i, a := range words {
			for _, b := range badges {
				if over := a.at.cut(b); over.x1-over.x0 > 2 && over.y1-over.y0 > 4 && !a.at.within(b, 2) {
					found = append(found, fmt.Sprintf("a badge lies on %q", a.text))
				}
			}
			for _, p := range pictures {
				if over := a.at.cut(p); over.x1-over.x0 > 4 && over.y1-over.y0 > 4 {
					found = append(found, fmt.Sprintf("a picture lies on %q", a.text))
				}
			}
			for _, b := range words[:i] {
				if over := a.at.cut(b.at); over.x1-over.x0 > 4 && over.y1-over.y0 > 4 {
					found = append(found, fmt.Sprintf("%q lies on %q", a.text, b.text))
				}
			}
		}
	}
	return found
}

// TestEveryScreenFits walks through all screens in a language that is 40 % longer
// than English and in one from right to left, up to letters of twice the size,
// and fails where something cannot be read or touched, or an answer is out of sight.
func TestEveryScreenFits(t *testing.T) {
	for _, tt := range []struct {
		size, lang string
		text       float32
	}{
		{"1024x600", "en-XA", kit.TextNormal}, {"1024x600", "ru", kit.TextNormal}, {"1280x800", "ar", kit.TextLarge},
		{"1024x600", "en-XA", kit.TextLargest}, {"1024x600", "de", kit.TextLargest}, {"1024x600", "ar", kit.TextLargest}, {"1280x800", "en-XA", kit.TextLargest}, {"1080x1920", "en-XA", kit.TextLargest},
		{"1080x1920", "de", kit.TextLarge},
	} {
		size := sizes[tt.size]
		t.Run(fmt.Sprintf("%s/%s/%.0f", tt.size, tt.lang, tt.text*100), func(t *testing.T) {
			tour(t, tt.lang, size, kit.Look{Text: tt.text}, func(s *stage, screen string) {
				for _, misfit := range s.misfits(size, tt.text == kit.TextNormal && tt.lang != "en-XA") {
					t.Errorf("%s: %s", screen, misfit)
				}
				if tt.text == kit.TextLargest && s.kiosk.mends == nil {
					for _, h := range s.hidden(size) {
						t.Errorf("%s: %s", screen, h)
					}
				}
			})
		})
	}
}

// TestEveryLanguageFits walks through all screens of the smallest panel in each language:
// no word is cut or broken, and none lies on another.
func TestEveryLanguageFits(t *testing.T) {
	tags, err := words.Tags()
	if err != nil {
		t.Fatal(err)
	}
	size := sizes["1024x600"]
	for _, lang := range tags {
		t.Run(lang, func(t *testing.T) {
			tour(t, lang, size, kit.Look{}, func(s *stage, screen string) {
				for _, misfit := range s.misfits(size, true) {
					t.Errorf("%s: %s", screen, misfit)
				}
			})
		})
	}
}
