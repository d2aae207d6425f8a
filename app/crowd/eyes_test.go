package crowd

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"aidpost/ui/kit"
)

// A touchable is something on the screen that does something when touched.
type touchable struct {
	label  string
	middle fyne.Position
	area   float32
}

func (t touchable) String() string { return t.label }

// A sight is what a person sees at one moment.
type sight struct {
	touchables []touchable
	texts      []string
	top        []string // those of the texts that nothing lies over
}

// look takes in what the window shows.
func look(w fyne.Window) sight {
	var s sight
	over := w.Canvas().Overlays().List()
	roots := append([]fyne.CanvasObject{w.Content()}, over...)
	for i, root := range roots {
		// Only the topmost layer can be touched.
		s.take(root, i == len(roots)-1, w.Canvas().Size())
	}
	return s
}

func (s *sight) take(o fyne.CanvasObject, top bool, window fyne.Size) {
	if !o.Visible() {
		return
	}
	if top {
		s.touch(o, window)
	}
	switch o := o.(type) {
	case *kit.Text:
		s.read(o.Text(), top)
	case *canvas.Text:
		s.read(o.Text, top)
	}
	switch o := o.(type) {
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(o).Objects() {
			s.take(c, top, window)
		}
	case *fyne.Container:
		for _, c := range o.Objects {
			s.take(c, top, window)
		}
	}
}

func (s *sight) read(text string, top bool) {
	if text == "" {
		return
	}
	s.texts = append(s.texts, text)
	if top {
		s.top = append(s.top, text)
	}
}

// touch notes o if it can be touched and its middle is in the window.
func (s *sight) touch(o fyne.CanvasObject, window fyne.Size) {
	if _, ok := o.(fyne.Tappable); !ok {
		return
	}
	if d, ok := o.(interface{ Disabled() bool }); ok && d.Disabled() {
		return
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	size := o.Size()
	middle := at.AddXY(size.Width/2, size.Height/2)
	if middle.X < 0 || middle.Y < 0 || middle.X > window.Width || middle.Y > window.Height {
		return
	}
	s.touchables = append(s.touchables, touchable{labelOf(o), middle, size.Width * size.Height})
}

// labelOf returns the first words in an object.
func labelOf(o fyne.CanvasObject) string {
	var inside sight
	inside.take(o, false, fyne.Size{})
	if len(inside.texts) == 0 {
		return ""
	}
	return inside.texts[0]
}

// find returns what can be touched under a label. Keys come last on a screen,
// after the entries that show what was typed.
func (s sight) find(label string) (touchable, bool) {
	for _, t := range slices.Backward(s.touchables) {
		if t.label == label {
			return t, true
		}
	}
	return touchable{}, false
}

// says reports whether any text on the screen contains words.
func (s sight) says(words string) bool { return contains(s.texts, words) }

// asks reports whether a text that nothing lies over contains words.
func (s sight) asks(words string) bool { return contains(s.top, words) }

func contains(texts []string, words string) bool {
	return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, words) })
}
