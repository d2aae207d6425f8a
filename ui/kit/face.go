package kit

import (
	"fyne.io/fyne/v2"

	"aidpost/assets"
)

// The faces are single values because Fyne caches a parsed font by the identity
// of its resource.
var (
	faceRegular fyne.Resource = fyne.NewStaticResource(assets.SansRegularName, assets.SansRegular())
	faceBold    fyne.Resource = fyne.NewStaticResource(assets.SansBoldName, assets.SansBold())
)

func face(bold bool) fyne.Resource {
	if bold {
		return faceBold
	}
	return faceRegular
}

// measure returns the size of one line of text and the distance from its top to
// the baseline.
func measure(text string, size float32, bold bool) (fyne.Size, float32) {
	return fyne.CurrentApp().Driver().RenderedTextSize(text, size, fyne.TextStyle{Bold: bold}, face(bold))
}

func textWidth(text string, size float32, bold bool) float32 {
	s, _ := measure(text, size, bold)
	return s.Width
}
