package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"aidpost/assets"
)

// key is one key of a Keyboard or Keypad. A touch leaves the focus where it is;
// Tab, arrows and a switch reach it all the same.
type key struct {
	widget.BaseWidget
	focusPress
	look   Look
	action bool   // drawn as the main action
	held   bool   // drawn as switched on, for shift
	name   string // of a key that has a picture alone

	ground *canvas.Rectangle
	label  *Text
	icon   *Drawing
	face   fyne.CanvasObject
}

func newKey(look Look, label string, step fyne.ThemeSizeName, icon assets.Picture, action bool, tap func()) *key {
	// A key grows no further than this, or a row of twelve would not fit.
	look.Text = min(look.Text, TextLarge)
	k := &key{look: look, action: action, ground: canvas.NewRectangle(nil)}
	ink := k.ink()
	k.label = NewText(look, label, TextStyle{Size: step, Color: ink, Align: Center, Bold: action})
	k.face = k.label
	if icon != (assets.Picture{}) {
		k.icon = NewIcon(look, icon, look.Size(SizeTitle), ink)
		k.face = k.icon
	}
	k.ground.CornerRadius = cornerCard
	k.tap, k.changed, k.input = tap, k.paint, look.Input
	k.self, k.dir = k, look.Dir
	k.ExtendBaseWidget(k)
	k.paint()
	return k
}

func (k *key) paint() {
	fill, edge := ColorSurface, ColorBorder
	switch {
	case k.disabled:
		fill, edge = ColorDisabled, ColorDisabled
	case k.action && k.down:
		fill, edge = ColorActionPressed, ColorActionPressed
	case k.action:
		fill, edge = ColorAction, ColorAction
	case k.down || k.held:
		fill, edge = ColorWash, ColorAction
	}
	k.ground.FillColor, k.ground.StrokeColor, k.ground.StrokeWidth = k.look.Color(fill), k.look.Color(edge), 1.5
	if k.focused {
		k.ground.StrokeColor, k.ground.StrokeWidth = k.look.Color(ColorFocus), 2*focusRing
	}
	k.ground.Refresh()
	if k.icon == nil {
		k.label.SetColor(k.ink())
	}
}

func (k *key) ink() fyne.ThemeColorName {
	switch {
	case k.disabled:
		return ColorDisabledInk
	case k.action:
		return ColorOnAction
	default:
		return ColorInk
	}
}

// CreateRenderer is called by Fyne.
func (k *key) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(k.ground, k.face),
		layout: func(s fyne.Size) {
			place(k.ground, 0, 0, s.Width, s.Height)
			h := HeightFor(k.face, s.Width)
			place(k.face, 0, (s.Height-h)/2, s.Width, h)
		},
		min:     func() fyne.Size { return fyne.NewSize(48, 60) },
		refresh: k.paint,
	}
}

// feeder passes what on-screen keys say to their target and gives the focus
// back to it, which Fyne takes away whenever something else is touched.
type feeder struct{ target Target }

func (f *feeder) serve(t Target) {
	if f.target == t {
		return
	}
	if f.target != nil {
		f.target.Held(false)
	}
	f.target = t
	if t != nil {
		t.Held(true)
	}
}

func (f *feeder) rune(r rune) {
	if f.target != nil {
		f.target.TypedRune(r)
		f.refocus()
	}
}

func (f *feeder) key(name fyne.KeyName) {
	if f.target != nil {
		f.target.TypedKey(&fyne.KeyEvent{Name: name})
		f.refocus()
	}
}

func (f *feeder) clear() {
	if f.target != nil {
		f.target.Clear()
		f.refocus()
	}
}

func (f *feeder) refocus() {
	o, ok := f.target.(fyne.CanvasObject)
	if !ok {
		return
	}
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil || c.Focused() == fyne.Focusable(f.target) {
		return
	}
	if _, pressed := c.Focused().(*key); pressed {
		return // a person who types with Tab and Space goes on from this key
	}
	c.Focus(f.target)
}

var _ fyne.Focusable = (*key)(nil)
