package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
)

// Palette is one of the three sets of colours.
type Palette int

// Palettes.
const (
	Light        Palette = iota // the default
	Dark                        // live monitor screens
	HighContrast                // black ground, white ink, everything at least 7:1
)

// Colour tokens. Names say the use, not the hue.
const (
	ColorGround        fyne.ThemeColorName = "kit.ground"        // window
	ColorSurface       fyne.ThemeColorName = "kit.surface"       // cards
	ColorInk           fyne.ThemeColorName = "kit.ink"           // text, numbers
	ColorInk2          fyne.ThemeColorName = "kit.ink2"          // captions, units
	ColorAction        fyne.ThemeColorName = "kit.action"        // the one main button
	ColorOnAction      fyne.ThemeColorName = "kit.onAction"      // text on it
	ColorActionPressed fyne.ThemeColorName = "kit.actionPressed" // it, pressed
	ColorWash          fyne.ThemeColorName = "kit.wash"          // soft ground of a selected or pressed thing
	ColorUrgent        fyne.ThemeColorName = "kit.urgent"        // stop, urgent only
	ColorOnUrgent      fyne.ThemeColorName = "kit.onUrgent"      // text on it
	ColorUrgentPressed fyne.ThemeColorName = "kit.urgentPressed" // it, pressed
	ColorUrgentInk     fyne.ThemeColorName = "kit.urgentInk"     // urgent text and lines on ground or surface
	ColorGoodInk       fyne.ThemeColorName = "kit.goodInk"
	ColorGoodGround    fyne.ThemeColorName = "kit.goodGround"
	ColorWatchInk      fyne.ThemeColorName = "kit.watchInk"
	ColorWatchGround   fyne.ThemeColorName = "kit.watchGround"
	ColorHighInk       fyne.ThemeColorName = "kit.highInk"
	ColorHighGround    fyne.ThemeColorName = "kit.highGround"
	ColorLowInk        fyne.ThemeColorName = "kit.lowInk"
	ColorLowGround     fyne.ThemeColorName = "kit.lowGround"
	ColorHairline      fyne.ThemeColorName = "kit.hairline" // quiet dividing lines
	ColorBorder        fyne.ThemeColorName = "kit.border"   // edges of things that are touched, 3:1
	ColorFocus         fyne.ThemeColorName = "kit.focus"    // keyboard focus ring
	ColorDisabledInk   fyne.ThemeColorName = "kit.disabledInk"
	ColorDisabled      fyne.ThemeColorName = "kit.disabled"
	ColorScrim         fyne.ThemeColorName = "kit.scrim" // over the screen, behind a dialog
	ColorTraceSpO2     fyne.ThemeColorName = "kit.traceSpO2"
	ColorTracePulse    fyne.ThemeColorName = "kit.tracePulse"
	ColorTracePressure fyne.ThemeColorName = "kit.tracePressure"
)

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

var palettes = map[Palette]map[fyne.ThemeColorName]color.NRGBA{
	Light: {
		ColorGround: rgb(0xF6F8FA), ColorSurface: rgb(0xFFFFFF),
		ColorInk: rgb(0x10202E), ColorInk2: rgb(0x3F5163),
		ColorAction: rgb(0x0A5C66), ColorOnAction: rgb(0xFFFFFF), ColorActionPressed: rgb(0x063F47), ColorWash: rgb(0xDCECEE),
		ColorUrgent: rgb(0xA3120C), ColorOnUrgent: rgb(0xFFFFFF), ColorUrgentPressed: rgb(0x760D08), ColorUrgentInk: rgb(0xA3120C),
		ColorGoodInk: rgb(0x14633A), ColorGoodGround: rgb(0xE4F4EA),
		ColorWatchInk: rgb(0x6B4700), ColorWatchGround: rgb(0xFFF1CF),
		ColorHighInk: rgb(0x8C1D18), ColorHighGround: rgb(0xFDE6E4),
		ColorLowInk: rgb(0x1B4F8F), ColorLowGround: rgb(0xE3EEFB),
		ColorHairline: rgb(0xD3DCE4), ColorBorder: rgb(0x6F8191), ColorFocus: rgb(0xC2410C),
		ColorDisabledInk: rgb(0x55646F), ColorDisabled: rgb(0xE4E9EE), ColorScrim: {R: 0x10, G: 0x20, B: 0x2E, A: 0xA6},
		ColorTraceSpO2: rgb(0x0B7285), ColorTracePulse: rgb(0x1A7A3D), ColorTracePressure: rgb(0x8F5600),
	},
	Dark: {
		ColorGround: rgb(0x0E1720), ColorSurface: rgb(0x16222D),
		ColorInk: rgb(0xE8EEF3), ColorInk2: rgb(0xAFBDC9),
		ColorAction: rgb(0x5FD0D8), ColorOnAction: rgb(0x06222A), ColorActionPressed: rgb(0x9BE6EB), ColorWash: rgb(0x1B3A42),
		ColorUrgent: rgb(0xA3120C), ColorOnUrgent: rgb(0xFFFFFF), ColorUrgentPressed: rgb(0x760D08), ColorUrgentInk: rgb(0xFF9A90),
		ColorGoodInk: rgb(0x86E0AA), ColorGoodGround: rgb(0x10301F),
		ColorWatchInk: rgb(0xFFD479), ColorWatchGround: rgb(0x35290B),
		ColorHighInk: rgb(0xFFB4AC), ColorHighGround: rgb(0x3F1815),
		ColorLowInk: rgb(0xA9CCFF), ColorLowGround: rgb(0x142A44),
		ColorHairline: rgb(0x2B3A47), ColorBorder: rgb(0x7B8C9A), ColorFocus: rgb(0xFF9D66),
		ColorDisabledInk: rgb(0xA3B0BB), ColorDisabled: rgb(0x22303B), ColorScrim: {A: 0xB3},
		ColorTraceSpO2: rgb(0x39D3E6), ColorTracePulse: rgb(0x5FE08A), ColorTracePressure: rgb(0xFFB84D),
	},
	HighContrast: {
		ColorGround: rgb(0x000000), ColorSurface: rgb(0x000000),
		ColorInk: rgb(0xFFFFFF), ColorInk2: rgb(0xE6E6E6),
		ColorAction: rgb(0xFFE600), ColorOnAction: rgb(0x000000), ColorActionPressed: rgb(0xFFF59A), ColorWash: rgb(0x2B2700),
		ColorUrgent: rgb(0xFF9188), ColorOnUrgent: rgb(0x000000), ColorUrgentPressed: rgb(0xFFC2BC), ColorUrgentInk: rgb(0xFF9188),
		ColorGoodInk: rgb(0x8CFFB0), ColorGoodGround: rgb(0x00210F),
		ColorWatchInk: rgb(0xFFE08A), ColorWatchGround: rgb(0x261C00),
		ColorHighInk: rgb(0xFFB3AC), ColorHighGround: rgb(0x2B0906),
		ColorLowInk: rgb(0xA9D0FF), ColorLowGround: rgb(0x061A30),
		ColorHairline: rgb(0x9A9A9A), ColorBorder: rgb(0xFFFFFF), ColorFocus: rgb(0x66E5FF),
		ColorDisabledInk: rgb(0xC4C4C4), ColorDisabled: rgb(0x1F1F1F), ColorScrim: {A: 0xD9},
		ColorTraceSpO2: rgb(0x39D3E6), ColorTracePulse: rgb(0x5FE08A), ColorTracePressure: rgb(0xFFB84D),
	},
}

// Color returns the palette's colour for a token; magenta for an unknown one,
// so that a mistake shows.
func (p Palette) Color(name fyne.ThemeColorName) color.NRGBA {
	if c, ok := palettes[p][name]; ok {
		return c
	}
	return rgb(0xFF00FF)
}
