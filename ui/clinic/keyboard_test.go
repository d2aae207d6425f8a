package clinic

import (
	"fmt"
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"aidpost/ui/kit"
)

// A control is something to press or to type into, and where it is: on the page, and
// what of it is not cut off by something that scrolls.
type control struct {
	object   fyne.CanvasObject
	at       area
	seen     area
	keys     bool // the keyboard reaches it
	scrolled bool // it stands in something that scrolls
}

// name is enough to find a control again.
func (c control) name() string {
	switch o := c.object.(type) {
	case *kit.Button:
		return fmt.Sprintf("button %q", o.Label())
	case *kit.Option:
		return fmt.Sprintf("option %q", o.Label())
	case *kit.Check:
		return fmt.Sprintf("check %q", o.Label())
	}
	return fmt.Sprintf("%T at %.0f,%.0f", c.object, c.at.left, c.at.top)
}

type area struct{ left, top, right, bottom float32 }

func areaOf(at fyne.Position, size fyne.Size) area {
	return area{at.X, at.Y, at.X + size.Width, at.Y + size.Height}
}

func (a area) within(b area) area {
	return area{max(a.left, b.left), max(a.top, b.top), min(a.right, b.right), min(a.bottom, b.bottom)}
}

func (a area) mirrored(width float32) area {
	return area{width - a.right, a.top, width - a.left, a.bottom}
}

func (a area) empty() bool { return a.right-a.left < 1 || a.bottom-a.top < 1 }

// controls are those that are there and enabled, on top of everything else.
func (s *stage) controls() (all []control) {
	var walk func(o fyne.CanvasObject, at fyne.Position, clip area, scrolled bool)
	walk = func(o fyne.CanvasObject, at fyne.Position, clip area, scrolled bool) {
		if !o.Visible() {
			return
		}
		at = at.Add(o.Position())
		here := areaOf(at, o.Size())
		if d, ok := o.(fyne.Disableable); ok && d.Disabled() {
			return
		}
		_, keys := o.(fyne.Focusable)
		if _, tapped := o.(fyne.Tappable); keys || tapped {
			all = append(all, control{o, here, here.within(clip), keys, scrolled})
			if keys {
				return // what is in it is its own
			}
		}
		switch o := o.(type) {
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child, at, clip, scrolled)
			}
		case fyne.Widget:
			if isScroll(o) {
				clip, scrolled = clip.within(here), true
			}
			for _, child := range test.WidgetRenderer(o).Objects() {
				walk(child, at, clip, scrolled)
			}
		}
	}
	top := s.window.Canvas().Content()
	if over := s.window.Canvas().Overlays().Top(); over != nil {
		top = over
	}
	walk(top, fyne.Position{}, areaOf(fyne.Position{}, s.window.Canvas().Size()), false)
	return all
}

func isScroll(o fyne.Widget) bool {
	switch o.(type) {
	case *kit.Scroll, *container.Scroll:
		return true
	}
	return false
}

// keyWalk walks with Tab over everything that a stage shows.
type keyWalk struct {
	t      *testing.T
	rtl    bool
	looked map[string]bool // kinds of controls whose ring was looked at
	count  int
}

// over walks over one screen: each control has the focus once, in the order in which
// the page is read, is in sight then and shows it.
func (w *keyWalk) over(s *stage, page string) {
	w.t.Helper()
	canvas := s.window.Canvas()
	there := map[fyne.Focusable]control{}
	for _, c := range s.controls() {
		switch {
		case fmt.Sprintf("%T", c.object) == "*kit.key": // of the screen's own keyboard, which goes with the field
		case c.keys:
			there[c.object.(fyne.Focusable)] = c
		case !pointerAlone(c.object):
			w.t.Errorf("%s: %s is out of the keyboard's reach", page, c.name())
		}
	}
	before := canvas.Focused()
	canvas.Unfocus()
	visited := map[fyne.Focusable]bool{}
	var last *control
	for { // a list that gets the focus may show more of what is chosen
		canvas.FocusNext()
		now := canvas.Focused()
		if now == nil || visited[now] {
			break
		}
		visited[now] = true
		here, found := s.where(now)
		if !found {
			w.t.Errorf("%s: Tab comes to a %T that is not there", page, now)
			return
		}
		if here.seen.empty() || here.seen.bottom-here.seen.top < min(here.at.bottom-here.at.top, 24) {
			w.t.Errorf("%s: %s has the focus and is out of sight, at %v of %v", page, here.name(), here.at, here.seen)
		}
		if last != nil {
			if was, ok := s.where(last.object.(fyne.Focusable)); ok && !w.pad(was, here) && w.backwards(was.at, here.at, canvas.Size().Width) {
				w.t.Errorf("%s: Tab goes back from %s to %s", page, was.name(), here.name())
			}
		}
		w.ring(s, page, here)
		last = &here
		w.count++
	}
	for object, c := range there {
		if !visited[object] {
			w.t.Errorf("%s: Tab never comes to %s", page, c.name())
		}
	}
	if canvas.Unfocus(); before != nil {
		canvas.Focus(before)
	}
}

// where is a control now: what has the focus may have scrolled.
func (s *stage) where(f fyne.Focusable) (control, bool) {
	for _, c := range s.controls() {
		if c.object == f.(fyne.CanvasObject) {
			return c, true
		}
	}
	return control{}, false
}

// backwards reports whether somebody who reads a page comes to b before a: it stands
// before it in its line, or over it and not in a column that is read later.
func (w *keyWalk) backwards(a, b area, width float32) bool {
	if w.rtl {
		a, b = a.mirrored(width), b.mirrored(width)
	}
	const slack = 4
	line := min(a.bottom, b.bottom)-max(a.top, b.top) > min(a.bottom-a.top, b.bottom-b.top)/2
	if line {
		return b.right < a.left+slack
	}
	return b.bottom < a.top+slack && b.left < a.right-slack
}

// pad reports two keys of the pad for a PIN, whose digits stand from left to right in
// every language.
func (w *keyWalk) pad(a, b control) bool {
	return w.rtl && fmt.Sprintf("%T %T", a.object, b.object) == "*kit.key *kit.key"
}

// ring looks at the picture, for each kind of control once: it must be another when
// the control has the focus.
func (w *keyWalk) ring(s *stage, page string, c control) {
	kind := fmt.Sprintf("%T", c.object)
	if w.looked[kind] {
		return
	}
	w.looked[kind] = true
	canvas := s.window.Canvas()
	with := canvas.Capture()
	canvas.Unfocus()
	without := canvas.Capture()
	canvas.Focus(c.object.(fyne.Focusable))
	if changed := differing(with, without, c.seen); changed < 100 {
		w.t.Errorf("%s: %s shows by %d points that it has the focus", page, c.name(), changed)
	}
}

// differing counts the points near an area that are not the same in two pictures.
func differing(a, b image.Image, in area) (n int) {
	const around = 8
	for y := int(in.top) - around; y < int(in.bottom)+around; y++ {
		for x := int(in.left) - around; x < int(in.right)+around; x++ {
			if a.At(x, y) != b.At(x, y) {
				n++
			}
		}
	}
	return n
}

// TestKeyboardReachesEverything: on every page, in every dialog and form, in a
// language that is read from the left and in one from the right.
func TestKeyboardReachesEverything(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			w := &keyWalk{t: t, rtl: lang == "ar", looked: map[string]bool{}}
			tour(newStage(t, lang, sizes["1366x768"], kit.Look{}), w.over)
			t.Logf("%d controls, of %d kinds", w.count, len(w.looked))
			if w.count < 500 || len(w.looked) < 6 {
				t.Errorf("only %d controls of %d kinds", w.count, len(w.looked))
			}
		})
	}
}

// pointerAlone are the parts that only repeat for a pointer what keys do besides: what
// scrolls follows the focus, and the ground of a dialog takes what is tapped beside it.
func pointerAlone(o fyne.CanvasObject) bool {
	switch fmt.Sprintf("%T", o) {
	case "*widget.scrollBarArea", "*kit.pageArrow", "*kit.Overlay":
		return true
	}
	return false
}
