package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// TestGroundIsPaintedOnce: a frame begins with the background of the theme, and where that
// is the ground already nothing is painted over it; another look's ground is.
func TestGroundIsPaintedOnce(t *testing.T) {
	a := test.NewTempApp(t)
	theme := NewTheme(Look{})
	a.Settings().SetTheme(theme)
	painted := func(look Look) bool {
		g := NewGround(look)
		test.WidgetRenderer(g).Layout(fyne.NewSize(100, 100))
		return g.paper.Visible()
	}
	contrast := Look{Palette: HighContrast}
	if painted(Look{}) {
		t.Error("the ground of the theme is painted again")
	}
	if !painted(contrast) {
		t.Error("the ground of another look is not painted")
	}
	theme.SetGround(contrast)
	if painted(contrast) || !painted(Look{}) {
		t.Error("frames do not begin with the ground they were given")
	}
	if theme.Color(ColorInk, 0) != Light.Color(ColorInk) {
		t.Error("more than the ground is another")
	}
}
