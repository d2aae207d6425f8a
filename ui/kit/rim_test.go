package kit

import (
	"image"
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// TestRim: a piece has the card's edge where it ends and its surface where it goes on,
// as thick and as round as a unit is there.
func TestRim(t *testing.T) {
	test.NewTempApp(t)
	look := Look{}
	nothing, line, surface := color.RGBA{}, rgba(look.Color(ColorHairline)), rgba(look.Color(ColorSurface))
	for _, scale := range []int{1, 2, 3} {
		r := newRim(look, image.Rect(0, 0, 0, 1)) // the upper piece
		r.raster.Resize(fyne.NewSize(200, 24))
		img := r.generate(200*scale, 24*scale)
		right, foot := 200*scale-1, 24*scale-1
		for at, want := range map[image.Point]color.RGBA{
			{}:                           nothing, // the corner is round
			{X: right}:                   nothing,
			{X: 100}:                     line,
			{X: 100, Y: scale - 1}:       line,
			{X: 100, Y: scale}:           surface,
			{Y: foot}:                    line,
			{X: scale - 1, Y: foot}:      line,
			{X: scale, Y: foot}:          surface,
			{X: right, Y: foot}:          line,
			{X: right - scale, Y: foot}:  surface,
			{X: 100, Y: foot}:            surface, // it goes on below
			{X: 4 * scale, Y: 6 * scale}: surface,
		} {
			if got := rgba(img.At(at.X, at.Y)); got != want {
				t.Errorf("at scale %d, %v is %v, want %v", scale, at, got, want)
			}
		}
	}
}

func rgba(c color.Color) color.RGBA { return color.RGBAModel.Convert(c).(color.RGBA) }
