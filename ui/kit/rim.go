package kit

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2/canvas"
	"golang.org/x/image/vector"
)

// A rim is a piece of a card along its edge, as a picture. Pictures that touch do so at
// one point of the screen whatever a unit is there; of rectangles Fyne rounds the
// place and the size each by itself, so that they may leave a gap, or stand out.
type rim struct {
	raster            *canvas.Raster
	surface, hairline color.Color
	rest              image.Rectangle // -1 where the card goes on before it, 1 where after it
}

func newRim(look Look, rest image.Rectangle) *rim {
	r := &rim{surface: look.Color(ColorSurface), hairline: look.Color(ColorHairline), rest: rest}
	r.raster = canvas.NewRaster(r.generate)
	r.raster.ScaleMode = canvas.ImageScalePixels // it is as large as its place
	return r
}

// lay places the piece; one that there is no room for is hidden.
func (r *rim) lay(x, y, w, h float32) {
	r.raster.Hidden = w <= 0 || h <= 0
	place(r.raster, x, y, max(w, 0), max(h, 0))
}

func (r *rim) generate(width, height int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	scale := float32(width) / r.raster.Size().Width // points a unit
	line := max(int(hairline*scale+0.5), 1)
	radius := int(cornerCard*scale + 0.5)
	far := 2 * radius // so that its corners there are out of the picture
	card := image.Rectangle{Min: r.rest.Min.Mul(far), Max: img.Rect.Max.Add(r.rest.Max.Mul(far))}
	fillRounded(img, card, radius, r.hairline)
	fillRounded(img, card.Inset(line), radius-line, r.surface)
	return img
}

// fillRounded paints what a picture has of a rectangle with round corners.
func fillRounded(img *image.RGBA, box image.Rectangle, radius int, c color.Color) {
	const bow = 0.5523 // of a curve that is nearly a quarter of a circle
	left, top, right, bottom := float32(box.Min.X), float32(box.Min.Y), float32(box.Max.X), float32(box.Max.Y)
	r := float32(radius)
	k := r * (1 - bow)
	path := vector.NewRasterizer(img.Rect.Dx(), img.Rect.Dy())
	path.MoveTo(left+r, top)
	path.LineTo(right-r, top)
	path.CubeTo(right-k, top, right, top+k, right, top+r)
	path.LineTo(right, bottom-r)
	path.CubeTo(right, bottom-k, right-k, bottom, right-r, bottom)
	path.LineTo(left+r, bottom)
	path.CubeTo(left+k, bottom, left, bottom-k, left, bottom-r)
	path.LineTo(left, top+r)
	path.CubeTo(left, top+k, left+k, top, left+r, top)
	path.ClosePath()
	path.Draw(img, img.Rect, image.NewUniform(c), image.Point{})
}
