package kit

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"

	"aidpost/assets"
)

// Drawing shows one of our pictures in the colours of the palette. It grows
// with the space it is given and keeps its shape.
//
// It draws the picture itself instead of leaving it to canvas.Image, which does
// not scale the width of lines: a small drawing would be nothing but outlines.
type Drawing struct {
	widget.BaseWidget
	picture assets.Picture
	frame   int // of its key positions
	inks    inks
	raster  *canvas.Raster
	last    *image.RGBA // as drawn for the size last asked for
	size    float32
}

// NewDrawing returns a picture in a square of at least size units.
func NewDrawing(look Look, picture assets.Picture, size float32) *Drawing {
	return newDrawing(picture, inksOf(look), size)
}

// NewIcon returns an icon drawn in one colour token, for use on a ground of
// another: its outlines and accents take the colour, and fills vanish. Arrows
// follow the reading direction.
func NewIcon(look Look, picture assets.Picture, size float32, name fyne.ThemeColorName) *Drawing {
	return newDrawing(facing(look, picture), oneInk(look, name), size)
}

func newDrawing(picture assets.Picture, in inks, size float32) *Drawing {
	d := &Drawing{picture: picture, frame: picture.Frames() - 1, inks: in, size: size}
	d.raster = canvas.NewRaster(d.generate)
	d.ExtendBaseWidget(d)
	return d
}

// Picture returns the picture shown.
func (d *Drawing) Picture() assets.Picture { return d.picture }

// SetPicture shows another picture.
func (d *Drawing) SetPicture(look Look, picture assets.Picture) { d.show(picture, inksOf(look)) }

func (d *Drawing) show(picture assets.Picture, in inks) {
	if d.picture == picture && d.inks == in {
		return
	}
	d.picture, d.frame, d.inks, d.last = picture, picture.Frames()-1, in, nil
	d.raster.Refresh()
}

// SetFrame shows one of the picture's key positions, counted from 0. Until then
// it is the last one, which says what the others come to.
func (d *Drawing) SetFrame(n int) {
	if n == d.frame {
		return
	}
	d.frame, d.last = n, nil
	d.raster.Refresh()
}

// Frame returns which key position is shown.
func (d *Drawing) Frame() int { return d.frame }

func (d *Drawing) generate(width, height int) image.Image {
	if d.last == nil || d.last.Rect.Dx() != width || d.last.Rect.Dy() != height {
		d.last = draw(d.picture, d.frame, d.inks, width, height)
	}
	return d.last
}

// CreateRenderer is called by Fyne.
func (d *Drawing) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(d.raster),
		layout:  func(s fyne.Size) { place(d.raster, 0, 0, s.Width, s.Height) },
		min:     func() fyne.Size { return fyne.NewSquareSize(d.size) },
		refresh: func() { d.raster.Refresh() },
	}
}

// draw fits a picture into the middle of a box of pixels; the rest is clear. A
// picture that cannot be read leaves it clear altogether.
func draw(picture assets.Picture, frame int, in inks, width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	icon, err := oksvg.ReadIconStream(bytes.NewReader(inked(picture, frame, in)))
	if err != nil || width == 0 || height == 0 {
		return img
	}
	side := float64(min(width, height))
	icon.SetTarget((float64(width)-side)/2, (float64(height)-side)/2, side, side)
	for i := range icon.SVGPaths {
		icon.SVGPaths[i].LineWidth *= side / icon.ViewBox.W
	}
	icon.Draw(rasterx.NewDasher(width, height, rasterx.NewScannerGV(width, height, img, img.Bounds())), 1)
	return img
}

// facing turns an arrow onwards or back to the reading direction.
func facing(look Look, picture assets.Picture) assets.Picture {
	switch {
	case look.Dir == RTL && picture == assets.IconNext:
		return assets.IconBack
	case look.Dir == RTL && picture == assets.IconBack:
		return assets.IconNext
	default:
		return picture
	}
}

// inks are the colours a picture is printed in; a clear one paints nothing.
type inks struct{ ink, accent, wash, surface, urgent color.NRGBA }

func oneInk(look Look, name fyne.ThemeColorName) inks {
	c := look.Color(name)
	return inks{ink: c, accent: c, urgent: c}
}

func inksOf(look Look) inks {
	return inks{
		ink: look.Color(ColorInk), accent: look.Color(ColorAction), wash: look.Color(ColorWash),
		surface: look.Color(ColorSurface), urgent: look.Color(ColorUrgentInk),
	}
}

type printKey struct {
	picture assets.Picture
	frame   int
	inks    inks
}

// prints caches the recoloured sources. There is one for each picture,
// key position and palette in use, a few hundred bytes each.
var prints sync.Map // printKey to []byte

// inked returns the source of a key position in the given inks; empty if there is
// none.
func inked(picture assets.Picture, frame int, in inks) []byte {
	key := printKey{picture, frame, in}
	if svg, ok := prints.Load(key); ok {
		return svg.([]byte)
	}
	svg, err := picture.Frame(frame)
	if err != nil {
		return nil
	}
	for _, swap := range []struct {
		from string
		to   color.NRGBA
	}{
		{assets.Ink, in.ink}, {assets.Accent, in.accent}, {assets.Wash, in.wash},
		{assets.Surface, in.surface}, {assets.Urgent, in.urgent},
	} {
		svg = bytes.ReplaceAll(svg, []byte(swap.from), marked(swap.to))
	}
	svg = bytes.ReplaceAll(svg, []byte("@"), []byte("#"))
	prints.Store(key, svg)
	return svg
}

// marked writes a colour with a mark in place of the "#", so that one swap never
// takes the result of another for a placeholder.
func marked(c color.NRGBA) []byte {
	if c.A == 0 {
		return []byte("none")
	}
	return fmt.Appendf(nil, "@%02X%02X%02X", c.R, c.G, c.B)
}
