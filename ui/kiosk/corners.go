package kiosk

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Staff ask for a screen that they share by holding its upper left corner, and
// then the lower right one. Two long presses at the ends of the screen, one soon
// after the other, happen to nobody.
const (
	cornerHeld   = 1500 * time.Millisecond
	cornerWithin = 5 * time.Second // from letting one go to pressing the other
	cornerHeight = 96
)

// corners is what lies in two corners, unseen: as wide as the margin, in which
// nothing else is touched.
type corners struct {
	now   func() time.Time
	done  func()
	first time.Time // when the upper one was let go after it was held
}

// newCorners returns what lies over every screen; nil where staff have a screen
// of their own.
func newCorners(k *Kiosk) fyne.CanvasObject {
	if k.cfg.Staff == nil {
		return nil
	}
	c := &corners{now: time.Now, done: k.cfg.Staff}
	return container.New(cornerLayout{k}, newCorner(c, c.upper), newCorner(c, c.lower))
}

func (c *corners) upper(time.Time) { c.first = c.now() }

func (c *corners) lower(from time.Time) {
	soon := !c.first.IsZero() && from.Sub(c.first) <= cornerWithin
	c.first = time.Time{}
	if soon {
		c.done()
	}
}

// corner is one of them. It takes presses and shows nothing.
type corner struct {
	widget.BaseWidget
	of   *corners
	held func(from time.Time)
	from time.Time // zero: it is not pressed
}

func newCorner(of *corners, held func(time.Time)) *corner {
	c := &corner{of: of, held: held}
	c.ExtendBaseWidget(c)
	return c
}

// MouseDown is called by Fyne.
func (c *corner) MouseDown(e *desktop.MouseEvent) {
	c.from = time.Time{}
	if e.Button == desktop.MouseButtonPrimary {
		c.from = c.of.now()
	}
}

// MouseUp is called by Fyne.
func (c *corner) MouseUp(*desktop.MouseEvent) {
	from := c.from
	c.from = time.Time{}
	if from.IsZero() || c.of.now().Sub(from) < cornerHeld {
		c.of.first = time.Time{}
		return
	}
	c.held(from)
}

// CreateRenderer is called by Fyne.
func (c *corner) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(color.Transparent))
}

// cornerLayout puts the first object into the upper left corner and the second
// into the lower right one.
type cornerLayout struct{ k *Kiosk }

func (l cornerLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	own := fyne.NewSize(l.k.look.Margin(), cornerHeight)
	for _, o := range objects {
		o.Resize(own)
	}
	objects[0].Move(fyne.Position{})
	objects[1].Move(fyne.NewPos(size.Width-own.Width, size.Height-own.Height))
}

func (cornerLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

var _ desktop.Mouseable = (*corner)(nil)

// Yield leaves the window to staff: the kiosk shows, says and asks nothing until
// Resume. The visit goes on.
func (k *Kiosk) Yield() {
	k.over.close()
	k.hush()
	k.away = true
	if k.canvas != nil {
		k.canvas.Unfocus()
	}
}

// Resume takes the window back and shows how the visit stands.
func (k *Kiosk) Resume() {
	k.away = false
	k.render()
	k.focusFirst()
	k.hearWindow()
}
