package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Card is a surface with rounded corners and a hairline edge around one child.
type Card struct {
	widget.BaseWidget
	ground *canvas.Rectangle
	inset  *Inset
}

// NewCard returns the child on a card with the given space inside its edge.
func NewCard(look Look, pad float32, child fyne.CanvasObject) *Card {
	c := &Card{ground: cardGround(look), inset: NewInset(pad, pad, child)}
	c.ExtendBaseWidget(c)
	return c
}

// cardGround is the surface of a card with its edge.
func cardGround(look Look) *canvas.Rectangle {
	r := canvas.NewRectangle(look.Color(ColorSurface))
	r.CornerRadius = cornerCard
	r.StrokeColor = look.Color(ColorHairline)
	r.StrokeWidth = hairline
	return r
}

// HeightFor returns the child's height and the space around it.
func (c *Card) HeightFor(width float32) float32 { return c.inset.HeightFor(width) }

// PreferredWidth returns the child's and the space around it.
func (c *Card) PreferredWidth() float32 { return c.inset.PreferredWidth() }

func (c *Card) leastWidth() float32 { return c.inset.leastWidth() }

// CreateRenderer is called by Fyne.
func (c *Card) CreateRenderer() fyne.WidgetRenderer {
	layout := func(s fyne.Size) {
		place(c.ground, 0, 0, s.Width, s.Height)
		place(c.inset, 0, 0, s.Width, s.Height)
	}
	return &parts{
		objects: fixed(c.ground, c.inset),
		layout:  layout,
		min:     c.inset.MinSize,
		refresh: again(c, layout, c.inset),
	}
}

var _ Fluid = (*Card)(nil)
