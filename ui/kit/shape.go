package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// Band is how a value was judged. It is always shown by shape and word as well
// as by colour.
type Band int

// Bands and their shapes.
const (
	Good  Band = iota // circle
	Watch             // square
	High              // triangle up
	Low               // triangle down
)

func (b Band) colors() (ink, ground fyne.ThemeColorName) {
	switch b {
	case Watch:
		return ColorWatchInk, ColorWatchGround
	case High:
		return ColorHighInk, ColorHighGround
	case Low:
		return ColorLowInk, ColorLowGround
	default:
		return ColorGoodInk, ColorGoodGround
	}
}

// newShape returns the band's shape in a colour. A hollow one is only an
// outline.
func newShape(b Band, c color.Color, hollow bool) fyne.CanvasObject {
	fill, stroke, width := c, color.Color(nil), float32(0)
	if hollow {
		fill, stroke, width = nil, c, 2.5
	}
	switch b {
	case Watch:
		r := canvas.NewRectangle(fill)
		r.StrokeColor, r.StrokeWidth, r.CornerRadius = stroke, width, 2
		return r
	case High, Low:
		p := canvas.NewPolygon(3, fill)
		p.StrokeColor, p.StrokeWidth, p.CornerRadius = stroke, width, 1.5
		if b == Low {
			p.Angle = 180
		}
		return p
	default:
		o := canvas.NewCircle(fill)
		o.StrokeColor, o.StrokeWidth = stroke, width
		return o
	}
}

// placeShape centres a shape on a point so that all bands look equally large:
// Fyne draws a triangle inside the circle of its box, and a square fills it.
func placeShape(o fyne.CanvasObject, x, y, size float32) {
	switch s := o.(type) {
	case *canvas.Polygon:
		size *= 1.3
		// The middle of a triangle's height is below the middle of its circle.
		if s.Angle == 0 {
			y += size / 8
		} else {
			y -= size / 8
		}
	case *canvas.Rectangle:
		size *= 0.9
	}
	place(o, x-size/2, y-size/2, size, size)
}

// shapeBox holds one shape in a square of a fixed size.
type shapeBox struct {
	shape fyne.CanvasObject
	size  float32
}

func newShapeBox(look Look, band Band, size float32) fyne.CanvasObject {
	ink, _ := band.colors()
	s := newShape(band, look.Color(ink), false)
	return container.New(&shapeBox{shape: s, size: size}, s)
}

func (l *shapeBox) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	placeShape(l.shape, s.Width/2, s.Height/2, l.size)
}

func (l *shapeBox) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSquareSize(l.size) }
