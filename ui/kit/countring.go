package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// CountRing fills from the top, clockwise, while something goes on: the time
// left of a rest, or a value that settles. Words and numbers are the caller's.
type CountRing struct {
	widget.BaseWidget
	look  Look
	size  float32
	share float32
	track *canvas.Arc
	fill  *canvas.Arc
	big   *canvas.Text
	small *Text
}

// NewCountRing returns an empty ring of at least size units, with small words
// under the large ones set by Set.
func NewCountRing(look Look, size float32, small string) *CountRing {
	c := &CountRing{
		look: look, size: size,
		track: canvas.NewArc(0, 360, 0.86, look.Color(ColorHairline)),
		fill:  canvas.NewArc(0, 0, 0.86, look.Color(ColorAction)),
		big:   canvas.NewText("", look.Color(ColorInk)),
		small: NewText(look, small, TextStyle{Color: ColorInk2, Align: Center}),
	}
	c.big.TextStyle.Bold, c.big.FontSource = true, face(true)
	c.ExtendBaseWidget(c)
	return c
}

// Set fills a share of the ring (0 to 1) and shows the large words in it, such
// as the minutes and seconds left.
func (c *CountRing) Set(share float64, big string) {
	c.share = float32(min(max(share, 0), 1))
	c.fill.EndAngle = 360 * c.share
	c.fill.Refresh()
	if big != c.big.Text {
		c.big.Text = big
		c.big.Refresh()
	}
	c.layout(c.Size())
}

// Share returns how much of the ring is filled.
func (c *CountRing) Share() float64 { return float64(c.share) }

func (c *CountRing) layout(s fyne.Size) {
	d := min(s.Width, s.Height)
	x, y := (s.Width-d)/2, (s.Height-d)/2
	place(c.track, x, y, d, d)
	place(c.fill, x, y, d, d)
	inner := d * 0.72
	c.big.TextSize = d * 0.24
	size := c.big.MinSize()
	if size.Width > inner {
		c.big.TextSize *= inner / size.Width
		size = c.big.MinSize()
	}
	h := float32(0)
	if c.small.Text() != "" {
		h = c.small.HeightFor(inner)
	}
	line := c.big.TextSize * 1.15
	top := (s.Height - line - h) / 2
	place(c.big, (s.Width-size.Width)/2, top+(line-size.Height)/2, size.Width, size.Height)
	place(c.small, (s.Width-inner)/2, top+line, inner, h)
}

// CreateRenderer is called by Fyne.
func (c *CountRing) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(c.track, c.fill, c.big, c.small),
		layout:  c.layout,
		min:     func() fyne.Size { return fyne.NewSquareSize(c.size) },
	}
}
