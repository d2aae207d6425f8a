package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// NewHairline returns a quiet dividing line, one unit thick, as long as the
// space it is given.
func NewHairline(look Look) *canvas.Rectangle {
	line := canvas.NewRectangle(look.Color(ColorHairline))
	line.SetMinSize(fyne.NewSize(hairline, hairline))
	return line
}
