package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Overlay is our own dialog: a scrim over the screen and a card in its middle.
// Touches outside the card do nothing; only an action closes it.
type Overlay struct {
	widget.BaseWidget
	look    Look
	width   float32
	content fyne.CanvasObject
	actions fyne.CanvasObject
	scrim   *canvas.Rectangle
	card    *Card
	scrolls bool // the content is taller than the screen
	host    fyne.Canvas
}

// NewOverlay returns a dialog with a card of the given width (less if the
// screen is narrower, more if the text is large) around the content, with the actions in a row under it,
// the main one last.
func NewOverlay(look Look, width float32, content fyne.CanvasObject, actions ...fyne.CanvasObject) *Overlay {
	row := NewActions(look, Space16, actions...)
	o := &Overlay{
		look: look, width: width * max(look.Text, TextNormal), content: content, actions: row,
		scrim: canvas.NewRectangle(look.Color(ColorScrim)),
	}
	o.card = NewCard(look, o.pad(), NewColumn(o.pad(), content, row))
	o.ExtendBaseWidget(o)
	return o
}

// fit has the content scroll where the screen is not tall enough for it, so that
// the actions are in reach in any language and size of type.
func (o *Overlay) fit(screen fyne.Size) {
	if o.card.HeightFor(o.cardWidth(screen)) > screen.Height {
		o.scrolls = true
		o.card = NewCard(o.look, o.pad(), NewColumn(Space16, NewGrow(1, NewScroll(o.content)), o.actions))
	}
}

// pad is the space inside the card's edge, and between content and actions.
func (o *Overlay) pad() float32 { return byClass(o.look.Class, Space32, Space32, Space16, Space24) }

func (o *Overlay) cardWidth(screen fyne.Size) float32 { return min(o.width, screen.Width-2*Space32) }

// ShowOn puts the dialog over everything on a canvas. Calling it again while it
// is up does nothing.
func (o *Overlay) ShowOn(c fyne.Canvas) {
	if o.host != nil {
		return
	}
	o.host = c
	o.fit(c.Size())
	c.Overlays().Add(o)
	o.Resize(c.Size())
}

// Close takes the dialog away.
func (o *Overlay) Close() {
	if o.host != nil {
		o.host.Overlays().Remove(o)
		o.host = nil
	}
}

// Tapped swallows touches outside the card.
func (o *Overlay) Tapped(*fyne.PointEvent) {}

// CreateRenderer is called by Fyne.
func (o *Overlay) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(o.scrim, o.card),
		layout: func(s fyne.Size) {
			place(o.scrim, 0, 0, s.Width, s.Height)
			w := o.cardWidth(s)
			h := min(o.card.HeightFor(w), s.Height)
			if o.scrolls {
				h = s.Height
			}
			place(o.card, (s.Width-w)/2, (s.Height-h)/2, w, h)
		},
		min: func() fyne.Size { return o.card.MinSize() },
	}
}

var _ fyne.Tappable = (*Overlay)(nil)
