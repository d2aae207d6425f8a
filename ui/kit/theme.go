package kit

import (
	"image/color"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Theme gives Fyne our colours, sizes and faces, so that a stock widget looks
// at home too. It ignores the user's Fyne settings and the system's light or
// dark variant: a kiosk looks the same everywhere.
type Theme struct {
	look   Look
	ground atomic.Pointer[color.NRGBA] // nil: that of the look
}

// NewTheme returns the theme of a look.
func NewTheme(look Look) *Theme { return &Theme{look: look} }

// SetGround has each frame begin with the ground of another look. It is for a program
// with one window: a Ground of that look then need not paint all of the window again,
// which takes half of a frame where there is no graphics card.
func (t *Theme) SetGround(look Look) {
	c := look.Color(ColorGround)
	t.ground.Store(&c)
}

var stockColors = map[fyne.ThemeColorName]fyne.ThemeColorName{
	theme.ColorNameBackground:          ColorGround,
	theme.ColorNameButton:              ColorSurface,
	theme.ColorNameDisabled:            ColorDisabledInk,
	theme.ColorNameDisabledButton:      ColorDisabled,
	theme.ColorNameError:               ColorUrgentInk,
	theme.ColorNameFocus:               ColorFocus,
	theme.ColorNameForeground:          ColorInk,
	theme.ColorNameForegroundOnError:   ColorOnUrgent,
	theme.ColorNameForegroundOnPrimary: ColorOnAction,
	theme.ColorNameForegroundOnSuccess: ColorGoodGround,
	theme.ColorNameForegroundOnWarning: ColorWatchGround,
	theme.ColorNameHeaderBackground:    ColorSurface,
	theme.ColorNameHover:               ColorWash,
	theme.ColorNameHyperlink:           ColorAction,
	theme.ColorNameInputBackground:     ColorSurface,
	theme.ColorNameInputBorder:         ColorBorder,
	theme.ColorNameMenuBackground:      ColorSurface,
	theme.ColorNameOverlayBackground:   ColorSurface,
	theme.ColorNamePlaceHolder:         ColorInk2,
	theme.ColorNamePressed:             ColorWash,
	theme.ColorNamePrimary:             ColorAction,
	theme.ColorNameScrollBar:           ColorBorder,
	theme.ColorNameScrollBarBackground: ColorGround,
	theme.ColorNameSelection:           ColorWash,
	theme.ColorNameSeparator:           ColorHairline,
	theme.ColorNameShadow:              ColorHairline, // where a scroll goes on
	theme.ColorNameSuccess:             ColorGoodInk,
	theme.ColorNameWarning:             ColorWatchInk,
}

// Color returns one of our tokens, or the token that stands for one of Fyne's
// names. The variant is ignored.
func (t *Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if c := t.ground.Load(); c != nil && name == theme.ColorNameBackground {
		return *c
	}
	if ours, ok := stockColors[name]; ok {
		name = ours
	}
	return t.look.Color(name)
}

// Font returns our embedded face in the right weight; there is no italic and
// no monospaced one, since figures are tabular anyway.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource { return face(style.Bold) }

// Icon returns Fyne's icon of that name.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return theme.DefaultTheme().Icon(name)
}

// Size returns one of our steps, or what stands for one of Fyne's names.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	if _, ok := steps[t.look.Class][name]; ok {
		return t.look.Size(name)
	}
	switch name {
	case theme.SizeNameText:
		return t.look.Size(SizeBody)
	case theme.SizeNameCaptionText:
		return t.look.Size(SizeCaption)
	case theme.SizeNameHeadingText:
		return t.look.Size(SizeTitle)
	case theme.SizeNameSubHeadingText:
		return t.look.Size(SizeLead)
	case theme.SizeNamePadding:
		return Space8
	case theme.SizeNameInnerPadding:
		return Space16
	case theme.SizeNameInlineIcon:
		return Space32
	case theme.SizeNameSeparatorThickness:
		return hairline
	case theme.SizeNameInputBorder:
		return 2
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return cornerCard
	case theme.SizeNameScrollBar, theme.SizeNameScrollBarSmall:
		return byClass(t.look.Class, Space16, Space16, Space16, Space8)
	default:
		return theme.DefaultTheme().Size(name)
	}
}

var _ fyne.Theme = (*Theme)(nil)
