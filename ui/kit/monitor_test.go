package kit

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// TestMonitorLooksLikeACard: in pieces it is the same as in one, but for the points of
// its edge.
func TestMonitorLooksLikeACard(t *testing.T) {
	test.NewTempApp(t)
	for name, look := range map[string]Look{"light": {}, "dark": {Palette: Dark}, "contrast": {Palette: HighContrast}} {
		for _, pad := range []float32{Space24, Space16, Space8} {
			size := fyne.NewSize(480, 360)
			parts := func() (fyne.CanvasObject, *Waveform) {
				w := NewWaveform(look, WaveformStyle{Rate: 60, High: 127})
				for i := range 300 {
					w.Push(pulse(i))
				}
				catchUp(w)
				return NewQuantity(look, "98", "%", "100", SizeValue, Leading), w
			}
			drawn := func(o fyne.CanvasObject) image.Image { return showOn(t, look, size, o).Capture() }
			head, trace := parts()
			one := drawn(NewCard(look, pad, NewColumn(Space16, head, NewGrow(1, trace))))
			head, trace = parts()
			pieces := drawn(NewMonitor(look, pad, Space16, head, trace))
			const edge = 2
			for y := range one.Bounds().Dy() {
				for x := range one.Bounds().Dx() {
					inside := image.Pt(x, y).In(one.Bounds().Inset(edge))
					if inside && one.At(x, y) != pieces.At(x, y) {
						t.Fatalf("%s, pad %v: at %d, %d of %v %v instead of %v", name, pad, x, y, one.Bounds().Max, pieces.At(x, y), one.At(x, y))
					}
				}
			}
		}
	}
}
