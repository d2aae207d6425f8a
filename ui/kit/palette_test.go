package kit

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// luminance and contrast follow WCAG 2.2, "relative luminance" and "contrast
// ratio".
func luminance(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

type pair struct{ over, under fyne.ThemeColorName }

var textPairs = []pair{
	{ColorInk, ColorGround}, {ColorInk, ColorSurface}, {ColorInk, ColorWash},
	{ColorInk2, ColorGround}, {ColorInk2, ColorSurface}, {ColorInk2, ColorWash},
	{ColorAction, ColorGround}, {ColorAction, ColorSurface}, {ColorAction, ColorWash},
	{ColorOnAction, ColorAction}, {ColorOnAction, ColorActionPressed},
	{ColorOnUrgent, ColorUrgent}, {ColorOnUrgent, ColorUrgentPressed},
	{ColorUrgentInk, ColorGround}, {ColorUrgentInk, ColorSurface},
	{ColorGoodInk, ColorGoodGround}, {ColorGoodInk, ColorGround}, {ColorGoodInk, ColorSurface}, {ColorGoodInk, ColorWash},
	{ColorWatchInk, ColorWatchGround}, {ColorWatchInk, ColorGround}, {ColorWatchInk, ColorSurface}, {ColorWatchInk, ColorWash},
	{ColorHighInk, ColorHighGround}, {ColorHighInk, ColorGround}, {ColorHighInk, ColorSurface}, {ColorHighInk, ColorWash},
	{ColorLowInk, ColorLowGround}, {ColorLowInk, ColorGround}, {ColorLowInk, ColorSurface}, {ColorLowInk, ColorWash},
	{ColorInk, ColorGoodGround}, {ColorInk, ColorWatchGround}, {ColorInk, ColorHighGround}, {ColorInk, ColorLowGround},
	{ColorDisabledInk, ColorDisabled}, {ColorDisabledInk, ColorGround},
}

var graphicPairs = []pair{
	{ColorBorder, ColorGround}, {ColorBorder, ColorSurface}, {ColorBorder, ColorGoodGround},
	{ColorFocus, ColorGround}, {ColorFocus, ColorSurface},
	{ColorTraceSpO2, ColorGround}, {ColorTracePulse, ColorGround}, {ColorTracePressure, ColorGround},
}

func TestContrast(t *testing.T) {
	for name, p := range map[string]Palette{"light": Light, "dark": Dark, "high contrast": HighContrast} {
		text, graphic := 4.5, 3.0
		if p == HighContrast {
			text, graphic = 7, 7
		}
		check := func(pairs []pair, want float64) {
			for _, q := range pairs {
				if got := contrast(p.Color(q.over), p.Color(q.under)); got < want {
					t.Errorf("%s: %s on %s is %.2f:1, want %.1f", name, q.over, q.under, got, want)
				}
			}
		}
		check(textPairs, text)
		check(graphicPairs, graphic)
	}
}

func TestPalettesHaveTheSameTokens(t *testing.T) {
	for token := range palettes[Light] {
		for p, colors := range palettes {
			if _, ok := colors[token]; !ok {
				t.Errorf("palette %d lacks %s", p, token)
			}
			if len(colors) != len(palettes[Light]) {
				t.Errorf("palette %d has %d tokens, want %d", p, len(colors), len(palettes[Light]))
			}
		}
	}
	if got := Light.Color("no such token"); got != rgb(0xFF00FF) {
		t.Errorf("an unknown token is %v, want magenta", got)
	}
}

func TestThemeIgnoresTheVariant(t *testing.T) {
	th := NewTheme(Look{Palette: Dark})
	for stock := range stockColors {
		if th.Color(stock, theme.VariantLight) != th.Color(stock, theme.VariantDark) {
			t.Errorf("%s follows the system's variant", stock)
		}
	}
	if got := th.Color(theme.ColorNameForeground, theme.VariantLight); got != Dark.Color(ColorInk) {
		t.Errorf("foreground is %v, want the palette's ink", got)
	}
	if th.Font(fyne.TextStyle{Bold: true}) != faceBold || th.Font(fyne.TextStyle{Monospace: true}) != faceRegular {
		t.Error("the theme hands out a face that is not ours")
	}
}

func TestTypeScale(t *testing.T) {
	all := []fyne.ThemeSizeName{SizeCaption, SizeBody, SizeLead, SizeTitle, SizeQuestion, SizeValue, SizeHero}
	for _, class := range []Class{Landscape, Portrait, Compact, Staff} {
		for _, factor := range []float32{TextNormal, TextLarge, TextLargest} {
			look := Look{Class: class, Text: factor}
			for i := 1; i < len(all); i++ {
				if look.Size(all[i]) <= look.Size(all[i-1]) {
					t.Errorf("class %d at %.1f: %s is not larger than %s", class, factor, all[i], all[i-1])
				}
			}
		}
		if a, b := (Look{Class: class}).Size(SizeBody), (Look{Class: class, Text: TextLargest}).Size(SizeBody); b != a*TextLargest {
			t.Errorf("class %d: body grows from %v to %v, want the whole factor", class, a, b)
		}
	}
	if got := (Look{}).Size(SizeHero); got != 144 {
		t.Errorf("hero is %v, want 144", got)
	}
	if got := NewTheme(Look{}).Size(SizeQuestion); got != 48 {
		t.Errorf("the theme's question step is %v, want 48", got)
	}
}

func TestClassFor(t *testing.T) {
	for size, want := range map[fyne.Size]Class{
		{Width: 1280, Height: 800}: Landscape, {Width: 1920, Height: 1080}: Landscape,
		{Width: 1080, Height: 1920}: Portrait, {Width: 1024, Height: 600}: Compact,
	} {
		if got := ClassFor(size); got != want {
			t.Errorf("ClassFor(%v) = %d, want %d", size, got, want)
		}
	}
}
