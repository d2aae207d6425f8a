package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Column places its children below one another, each as wide as the column.
// Children wrapped by NewGrow share the height that is left.
type Column struct {
	widget.BaseWidget
	gap      float32
	children []fyne.CanvasObject
}

// NewColumn returns a column with a gap between children.
func NewColumn(gap float32, children ...fyne.CanvasObject) *Column {
	c := &Column{gap: gap, children: children}
	c.ExtendBaseWidget(c)
	return c
}

// HeightFor returns the sum of the children's heights at a width.
func (c *Column) HeightFor(width float32) float32 {
	shown := visible(c.children)
	height := c.gap * float32(max(len(shown)-1, 0))
	for _, o := range shown {
		height += HeightFor(o, width)
	}
	return height
}

// PreferredWidth returns that of the widest child.
func (c *Column) PreferredWidth() float32 {
	width := float32(0)
	for _, o := range visible(c.children) {
		width = max(width, PreferredWidth(o), leastWidth(o))
	}
	return width
}

func (c *Column) leastWidth() float32 {
	width := float32(0)
	for _, o := range visible(c.children) {
		width = max(width, leastWidth(o))
	}
	return width
}

func (c *Column) layout(s fyne.Size) {
	shown := visible(c.children)
	left, shares := s.Height-c.HeightFor(s.Width), float32(0)
	for _, o := range shown {
		if g, ok := o.(*Grow); ok {
			shares += g.share
		}
	}
	y := float32(0)
	for _, o := range shown {
		h := HeightFor(o, s.Width)
		if g, ok := o.(*Grow); ok && shares > 0 {
			h += max(left, 0) * g.share / shares
		}
		place(o, 0, y, s.Width, h)
		y += h + c.gap
	}
}

// CreateRenderer is called by Fyne.
func (c *Column) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: func() []fyne.CanvasObject { return c.children },
		layout:  c.layout,
		min: func() fyne.Size {
			width := c.leastWidth()
			at := c.Size().Width
			if at == 0 {
				at = c.PreferredWidth()
			}
			return fyne.NewSize(width, c.HeightFor(max(at, width)))
		},
		refresh: again(c, c.layout, c.children...),
	}
}

var _ Fluid = (*Column)(nil)
