package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"aidpost/assets"
)

// Check is a yes or no with its words: a box that has a tick or not.
type Check struct {
	widget.BaseWidget
	focusPress
	look Look
	on   bool
	bad  bool

	ring  *canvas.Rectangle
	box   *canvas.Rectangle
	tick  *Drawing
	label *Text
}

// NewCheck returns a box that calls changed on the UI goroutine.
func NewCheck(look Look, label string, on bool, changed func(on bool)) *Check {
	c := &Check{
		look: look, on: on, ring: newRing(look.corner()), box: canvas.NewRectangle(nil),
		tick:  NewIcon(look, assets.IconCheck, 18, ColorOnAction),
		label: NewText(look, label, TextStyle{}),
	}
	c.box.CornerRadius = 6
	c.tap = func() {
		c.SetOn(!c.on)
		changed(c.on)
	}
	c.changed = c.paint
	c.self, c.dir, c.input = c, look.Dir, look.Input
	c.ExtendBaseWidget(c)
	c.paint()
	return c
}

// Label returns the words beside the box.
func (c *Check) Label() string { return c.label.Text() }

// On reports whether there is a tick.
func (c *Check) On() bool { return c.on }

// SetOn puts the tick there or takes it away.
func (c *Check) SetOn(on bool) {
	c.on = on
	c.paint()
}

// SetBad marks a box that has to be ticked.
func (c *Check) SetBad(bad bool) {
	c.bad = bad
	c.paint()
}

const checkSide = 26

func (c *Check) paint() {
	c.box.FillColor, c.box.StrokeColor, c.box.StrokeWidth = c.look.Color(ColorSurface), c.look.Color(ColorBorder), 2
	switch {
	case c.on:
		c.box.FillColor, c.box.StrokeColor = c.look.Color(ColorAction), c.look.Color(ColorAction)
	case c.bad:
		c.box.StrokeColor, c.box.StrokeWidth = c.look.Color(ColorUrgentInk), 3
	}
	c.tick.Hidden = !c.on
	c.box.Refresh()
	c.tick.Refresh()
	showRing(c.ring, c.look, c.focused)
}

// HeightFor returns the height at a width.
func (c *Check) HeightFor(width float32) float32 {
	return max(c.look.Target(), c.label.HeightFor(width-checkSide-Space16))
}

// PreferredWidth returns the width with the words on one line.
func (c *Check) PreferredWidth() float32 { return c.label.PreferredWidth() + checkSide + Space16 }

func (c *Check) layout(s fyne.Size) {
	placeRing(c.ring, s.Width, s.Height)
	x, words := float32(0), float32(checkSide)+Space16
	if c.look.Dir == RTL {
		x, words = s.Width-checkSide, 0
	}
	room := s.Width - checkSide - Space16
	h := c.label.HeightFor(room)
	place(c.box, x, (s.Height-checkSide)/2, checkSide, checkSide)
	place(c.tick, x+4, (s.Height-checkSide)/2+4, 18, 18)
	place(c.label, words, (s.Height-h)/2, room, h)
}

// CreateRenderer is called by Fyne.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(c.ring, c.box, c.tick, c.label),
		layout:  c.layout,
		min: func() fyne.Size {
			w := c.label.leastWidth() + checkSide + Space16
			return fyne.NewSize(w, c.HeightFor(max(w, c.Size().Width)))
		},
		refresh: func() { c.layout(c.Size()); c.paint() },
	}
}

var (
	_ Fluid          = (*Check)(nil)
	_ fyne.Focusable = (*Check)(nil)
)
