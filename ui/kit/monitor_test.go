package kit

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// TestMonitorLooksLikeACard: in pieces it is the same as in one, but for the points of
// its edge and corners, also where a unit is no whole number of points.
func TestMonitorLooksLikeACard(t *testing.T) {
	test.NewTempApp(t)
	for name, look := range map[string]Look{"light": {}, "dark": {Palette: Dark}, "contrast": {Palette: HighContrast}} {
		for i, pad := range []float32{Space24, Space16, Space8, Space24, Space16} {
			size, scale := fyne.NewSize(483, 361), []float32{1, 1, 1, 1.1, 1.25}[i]
			parts := func() (fyne.CanvasObject, *Waveform) {
				w := NewWaveform(look, WaveformStyle{Rate: 60, High: 127})
				for i := range 300 {
					w.Push(pulse(i))
				}
				catchUp(w)
				return NewQuantity(look, "98", "%", "100", SizeValue, Leading), w
			}
			drawn := func(o fyne.CanvasObject) image.Image {
				c := showOn(t, look, size, o)
				c.(test.WindowlessCanvas).SetScale(scale)
				return c.Capture()
			}
			head, trace := parts()
			one := drawn(NewCard(look, pad, NewColumn(Space16, head, NewGrow(1, trace))))
			head, trace = parts()
			pieces := drawn(NewMonitor(look, pad, Space16, head, trace))
			wide, high := one.Bounds().Inset(2), one.Bounds().Inset(2)
			corner := int(scale * cornerCard)
			wide.Min.Y, wide.Max.Y = wide.Min.Y+corner, wide.Max.Y-corner
			high.Min.X, high.Max.X = high.Min.X+corner, high.Max.X-corner
			for y := range one.Bounds().Dy() {
				for x := range one.Bounds().Dx() {
					at := image.Pt(x, y)
					if (at.In(wide) || at.In(high)) && one.At(x, y) != pieces.At(x, y) {
						t.Fatalf("%s, pad %v, scale %v: at %d, %d of %v %v instead of %v", name, pad, scale, x, y, one.Bounds().Max, pieces.At(x, y), one.At(x, y))
					}
				}
			}
		}
	}
}
