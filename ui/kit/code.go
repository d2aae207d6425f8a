package kit

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// codeQuiet is the empty margin of a code in squares (ISO/IEC 18004).
const codeQuiet = 4

// Code shows a code of squares that a phone can scan: black on white in every
// palette, since many readers know no other, and each square of whole pixels.
type Code struct {
	widget.BaseWidget
	dark   [][]bool // rows of squares, without a margin
	raster *canvas.Raster
	size   float32
}

// NewCode returns a code in a square of at least size units. It grows with the
// space it is given.
func NewCode(dark [][]bool, size float32) *Code {
	c := &Code{dark: dark, size: size}
	c.raster = canvas.NewRaster(c.generate)
	c.ExtendBaseWidget(c)
	return c
}

// Clear takes the code from the screen and out of memory.
func (c *Code) Clear() {
	c.dark = nil
	c.raster.Refresh()
}

// IsClear reports whether there is no code any more.
func (c *Code) IsClear() bool { return c.dark == nil }

func (c *Code) generate(width, height int) image.Image {
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Transparent, color.White, color.Black})
	n := len(c.dark) + 2*codeQuiet
	square := min(width, height) / n
	if c.dark == nil || square == 0 {
		return img
	}
	left, top := (width-n*square)/2, (height-n*square)/2
	for y := range n * square {
		for x := range n * square {
			index := uint8(1)
			if row, col := y/square-codeQuiet, x/square-codeQuiet; row >= 0 && row < len(c.dark) && col >= 0 && col < len(c.dark[row]) && c.dark[row][col] {
				index = 2
			}
			img.SetColorIndex(left+x, top+y, index)
		}
	}
	return img
}

// CreateRenderer is called by Fyne.
func (c *Code) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(c.raster),
		layout:  func(s fyne.Size) { place(c.raster, 0, 0, s.Width, s.Height) },
		min:     func() fyne.Size { return fyne.NewSquareSize(c.size) },
		refresh: func() { c.raster.Refresh() },
	}
}
