package kit

import (
	"bytes"
	"fmt"
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"aidpost/assets"
)

// Drawing shows one of our pictures in the colours of the palette.
type Drawing struct {
	widget.BaseWidget
	image *canvas.Image
	size  float32
}

// NewDrawing returns a picture in a square of at least size units. It grows
// with the space it is given and keeps its shape.
func NewDrawing(look Look, picture assets.Picture, size float32) *Drawing {
	return newDrawing(pictureResource(picture, inksOf(look)), size)
}

// NewIcon returns an icon drawn in one colour token, for use on a ground of
// another: its outlines and accents take the colour, and fills vanish. Arrows
// follow the reading direction.
func NewIcon(look Look, picture assets.Picture, size float32, name fyne.ThemeColorName) *Drawing {
	return newDrawing(pictureResource(facing(look, picture), oneInk(look, name)), size)
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

func oneInk(look Look, name fyne.ThemeColorName) inks {
	c := look.Color(name)
	return inks{ink: c, accent: c, urgent: c}
}

func newDrawing(resource fyne.Resource, size float32) *Drawing {
	d := &Drawing{image: canvas.NewImageFromResource(resource), size: size}
	d.image.FillMode = canvas.ImageFillContain
	d.ExtendBaseWidget(d)
	return d
}

// SetPicture shows another picture.
func (d *Drawing) SetPicture(look Look, picture assets.Picture) {
	d.image.Resource = pictureResource(picture, inksOf(look))
	d.image.Refresh()
}

// CreateRenderer is called by Fyne.
func (d *Drawing) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(d.image),
		layout:  func(s fyne.Size) { place(d.image, 0, 0, s.Width, s.Height) },
		min:     func() fyne.Size { return fyne.NewSquareSize(d.size) },
		refresh: func() { d.image.Refresh() },
	}
}

// inks are the colours a picture is printed in.
type inks struct{ ink, accent, wash, surface, urgent color.NRGBA }

func inksOf(look Look) inks {
	return inks{
		ink: look.Color(ColorInk), accent: look.Color(ColorAction), wash: look.Color(ColorWash),
		surface: look.Color(ColorSurface), urgent: look.Color(ColorUrgentInk),
	}
}

// hex writes a colour with a mark that is no colour's; a transparent one is
// "none", which paints nothing.
func hex(c color.NRGBA) []byte {
	if c.A == 0 {
		return []byte("none")
	}
	return fmt.Appendf(nil, "@%02X%02X%02X", c.R, c.G, c.B)
}

type printKey struct {
	picture assets.Picture
	inks    inks
}

// prints caches recoloured pictures. There is one for each picture and palette
// in use, so it stays small.
var prints sync.Map // printKey to fyne.Resource

func pictureResource(picture assets.Picture, in inks) fyne.Resource {
	key := printKey{picture, in}
	if r, ok := prints.Load(key); ok {
		return r.(fyne.Resource)
	}
	svg, err := picture.SVG()
	if err != nil {
		svg = []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>`)
	}
	for _, swap := range []struct {
		from string
		to   color.NRGBA
	}{
		{assets.Ink, in.ink}, {assets.Accent, in.accent}, {assets.Wash, in.wash},
		{assets.Surface, in.surface}, {assets.Urgent, in.urgent},
	} {
		// Written with a mark that is no colour first, so that one swap never
		// takes the result of another for a placeholder.
		svg = bytes.ReplaceAll(svg, []byte(swap.from), hex(swap.to))
	}
	svg = bytes.ReplaceAll(svg, []byte("@"), []byte("#"))
	// Fyne caches rasters by the resource's name, so the name holds the inks.
	name := fmt.Sprintf("%x-%s", in, picture)
	r, _ := prints.LoadOrStore(key, fyne.Resource(fyne.NewStaticResource(name, svg)))
	return r.(fyne.Resource)
}
