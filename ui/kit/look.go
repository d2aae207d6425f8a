package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
)

// Direction is the reading direction of the language on screen.
type Direction int

// Reading directions.
const (
	LTR Direction = iota // left to right
	RTL                  // right to left
)

// Class is the kind of screen, which decides how large the type steps are.
type Class int

// Screen classes.
const (
	Landscape Class = iota // 1280 by 800, a counter-top kiosk
	Portrait               // 1080 by 1920, a standing kiosk
	Compact                // 1024 by 600, a small panel
	Staff                  // denser, for keyboard and mouse
)

// ClassFor returns the class of a patient screen of the given size.
func ClassFor(size fyne.Size) Class {
	switch {
	case size.Height > size.Width:
		return Portrait
	case size.Height < 700 || size.Width < 1100:
		return Compact
	default:
		return Landscape
	}
}

// Text-size factors offered to people.
const (
	TextNormal  float32 = 1
	TextLarge   float32 = 1.3
	TextLarger  float32 = 1.6
	TextLargest float32 = 2
)

// Steps of the type scale.
const (
	SizeCaption  fyne.ThemeSizeName = "kit.caption"
	SizeBody     fyne.ThemeSizeName = "kit.body"
	SizeLead     fyne.ThemeSizeName = "kit.lead"
	SizeTitle    fyne.ThemeSizeName = "kit.title"
	SizeQuestion fyne.ThemeSizeName = "kit.question"
	SizeValue    fyne.ThemeSizeName = "kit.value"
	SizeHero     fyne.ThemeSizeName = "kit.hero"
)

// Spaces between things, in Fyne units. There are no others.
const (
	Space8  float32 = 8
	Space16 float32 = 16
	Space24 float32 = 24
	Space32 float32 = 32
	Space48 float32 = 48
	Space64 float32 = 64
	Space96 float32 = 96
)

// Corner radii, focus ring and line widths.
const (
	cornerCard   float32 = 12
	cornerButton float32 = 16
	focusRing    float32 = 3
	hairline     float32 = 1
)

// Look says how to draw: every widget's constructor takes one. The zero value
// is the light palette, normal text, left to right, landscape.
type Look struct {
	Palette Palette
	Text    float32 // text-size factor; 0 means TextNormal
	Dir     Direction
	Class   Class
	// Input hears what is typed, on staff screens.
	Input *Input
}

// With returns the same look on another palette, for a dark strip on a light
// screen.
func (l Look) With(p Palette) Look {
	l.Palette = p
	return l
}

// Color returns the palette's colour for a token; magenta for an unknown one,
// so that a mistake shows.
func (l Look) Color(name fyne.ThemeColorName) color.NRGBA {
	return l.Palette.Color(name)
}

var steps = map[Class]map[fyne.ThemeSizeName]float32{
	Landscape: {SizeCaption: 16, SizeBody: 20, SizeLead: 24, SizeTitle: 32, SizeQuestion: 48, SizeValue: 96, SizeHero: 144},
	Portrait:  {SizeCaption: 22, SizeBody: 28, SizeLead: 34, SizeTitle: 46, SizeQuestion: 64, SizeValue: 128, SizeHero: 190},
	Compact:   {SizeCaption: 15, SizeBody: 18, SizeLead: 21, SizeTitle: 27, SizeQuestion: 38, SizeValue: 76, SizeHero: 112},
	Staff:     {SizeCaption: 14, SizeBody: 16, SizeLead: 18, SizeTitle: 24, SizeQuestion: 32, SizeValue: 48, SizeHero: 72},
}

// growth is how much of the text-size factor a step follows. Reading text
// follows all of it; what is large already grows less, so that it still fits.
var growth = map[fyne.ThemeSizeName]float32{
	SizeTitle: 0.75, SizeQuestion: 0.5, SizeValue: 0.25, SizeHero: 0.2,
}

// Size returns a step of the type scale in Fyne units.
func (l Look) Size(step fyne.ThemeSizeName) float32 {
	base, ok := steps[l.Class][step]
	if !ok {
		base = steps[l.Class][SizeBody]
	}
	factor := l.Text
	if factor == 0 {
		factor = TextNormal
	}
	follow, ok := growth[step]
	if !ok {
		follow = 1
	}
	return base * (1 + (factor-1)*follow)
}

// Primary returns the height of a screen's main button.
func (l Look) Primary() float32 { return byClass(l.Class, 88, 112, 80, 48) }

// Target returns the least height of anything else that is touched.
func (l Look) Target() float32 { return byClass(l.Class, 72, 80, 72, 44) }

// corner is the radius of what is pressed: a low button with the radius of a
// tall one would look like a pill.
func (l Look) corner() float32 { return byClass(l.Class, cornerButton, cornerButton, cornerButton, 10) }

// Margin returns the space between the content and the window's edge.
func (l Look) Margin() float32 { return byClass(l.Class, 64, 64, 32, 24) }

func byClass(c Class, landscape, portrait, compact, staff float32) float32 {
	switch c {
	case Portrait:
		return portrait
	case Compact:
		return compact
	case Staff:
		return staff
	default:
		return landscape
	}
}
