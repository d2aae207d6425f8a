package kit

import (
	"math"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/assets"
)

// galleryLooks are the looks every page of the gallery is drawn in.
var galleryLooks = map[string]Look{
	"light-ltr":    {},
	"light-rtl":    {Dir: RTL},
	"contrast-ltr": {Palette: HighContrast},
	"large-rtl":    {Palette: Dark, Dir: RTL, Text: TextLargest},
}

// galleryPages are what KIT_GALLERY draws, to be looked at.
var galleryPages = map[string]func(Look) fyne.CanvasObject{
	"controls": controlsPage,
	"typing":   typingPage,
	"live":     livePage,
	"result":   resultPage,
	"dialog":   dialogPage,
	"chart":    chartPage,
}

// gallerySizes are the screens a kiosk has, by class.
var gallerySizes = map[string]fyne.Size{
	"landscape": fyne.NewSize(1280, 800),
	"portrait":  fyne.NewSize(1080, 1920),
	"compact":   fyne.NewSize(1024, 600),
}

func TestGallery(t *testing.T) {
	dir := galleryDir(t)
	test.NewTempApp(t)
	for look, l := range galleryLooks {
		for page, draw := range galleryPages {
			for screen, size := range gallerySizes {
				l.Class = ClassFor(size)
				savePNG(t, filepath.Join(dir, page+"-"+look+"-"+screen+".png"), l, size, NewInset(l.Margin(), Space32, draw(l)))
			}
		}
	}
}

// say picks sample words in the look's direction.
func say(l Look, ltr, rtl string) string {
	if l.Dir == RTL {
		return rtl
	}
	return ltr
}

func controlsPage(l Look) fyne.CanvasObject {
	nop := func() {}
	focused := NewButton(l, say(l, "Focused", "مركز"), ButtonStyle{Rank: Secondary}, nop)
	focused.FocusGained()
	off := NewButton(l, say(l, "Not now", "ليس الآن"), ButtonStyle{Rank: Secondary}, nop)
	off.Disable()
	down := NewButton(l, say(l, "Pressed", "مضغوط"), ButtonStyle{}, nop)
	down.down = true
	down.paint()
	chosen := NewTile(l, TileStyle{Picture: assets.IconPressure, Title: say(l, "Blood pressure", "ضغط الدم"), Note: say(l, "about 3 minutes", "حوالي 3 دقائق"), Status: say(l, "Ready", "جاهز")}, nop)
	chosen.SetSelected(true)
	steps := []string{"Welcome", "About you", "Rest", "Measure", "Result"}
	if l.Dir == RTL {
		steps = []string{"مرحبا", "عنك", "راحة", "قياس", "النتيجة"}
	}
	return NewColumn(Space24,
		NewStepDots(l, steps, 2),
		NewText(l, say(l, "What shall we measure today?", "ماذا نقيس اليوم؟"), TextStyle{Size: SizeQuestion, Bold: true}),
		NewRow(l, Space24, CrossFill,
			NewGrow(1, chosen),
			NewGrow(1, NewTile(l, TileStyle{Picture: assets.IconOximeter, Title: say(l, "Oxygen", "الأكسجين"), Note: say(l, "about 1 minute", "حوالي دقيقة"), Status: say(l, "Low battery", "البطارية ضعيفة"), Band: Watch}, nop)),
			NewGrow(1, NewTile(l, TileStyle{Picture: assets.IconGlucose, Title: say(l, "Blood sugar", "سكر الدم"), Note: say(l, "with a small drop of blood", "بقطرة دم صغيرة"), Status: say(l, "Not connected", "غير متصل"), Band: High}, nop)),
		),
		NewRow(l, Space16, CrossCenter,
			NewButton(l, say(l, "Start", "ابدأ"), ButtonStyle{Icon: assets.IconNext, IconLast: true}, nop),
			NewButton(l, say(l, "Stop", "توقف"), ButtonStyle{Rank: Urgent, Icon: assets.IconClose}, nop),
			down, focused, off,
			NewButton(l, say(l, "Cancel", "إلغاء"), ButtonStyle{Rank: Quiet}, nop),
			NewButton(l, "", ButtonStyle{Rank: Secondary, Icon: assets.IconHelp}, nop),
		),
		NewRow(l, Space16, CrossCenter,
			NewBadge(l, Good, say(l, "In range", "ضمن المعدل"), ""),
			NewBadge(l, Watch, say(l, "Keep an eye on it", "راقبه"), ""),
			NewBadge(l, High, say(l, "High", "مرتفع"), ""),
			NewBadge(l, Low, say(l, "Low", "منخفض"), ""),
			NewSpacer(),
			NewQuantity(l, "128/82", "mmHg", "", SizeValue, Leading),
		),
	)
}

func typingPage(l Look) fyne.CanvasObject {
	words := KeyWords{Space: say(l, "space", "مسافة"), Done: say(l, "Done", "تم"), Clear: say(l, "Clear", "مسح")}
	language := say(l, "es", "ar")
	name := NewEntry(l, EntryStyle{Placeholder: say(l, "Your name", "اسمك")})
	name.SetText(say(l, "María Nuñez", "محمد"))
	board := NewKeyboard(l, KeyLayoutFor(language), words, func() {})
	board.Serve(name)
	date := NewDateEntry(l, [3]DatePart{Day, Month, Year}, [3]string{say(l, "Day", "يوم"), say(l, "Month", "شهر"), say(l, "Year", "سنة")})
	pad := NewKeypad(l, words, func() {})
	pad.Serve(date)
	for _, r := range "21071" {
		date.TypedRune(r)
	}
	pin := NewEntry(l, EntryStyle{Placeholder: "PIN", Secret: true})
	pin.SetText("1234")
	return NewRow(l, Space32, CrossFill,
		NewGrow(2, NewColumn(Space16, name, NewEntry(l, EntryStyle{Placeholder: say(l, "Your name", "اسمك")}), NewGrow(1, board))),
		NewGrow(1, NewColumn(Space16, date, pin, NewGrow(1, pad))),
	)
}

func pulse(i int) float64 {
	t := float64(i%60) / 60
	return 20 + 80*math.Exp(-40*(t-0.22)*(t-0.22)) + 26*math.Exp(-60*(t-0.55)*(t-0.55))
}

func livePage(l Look) fyne.CanvasObject {
	wave := NewWaveform(l.With(Dark), WaveformStyle{Rate: 60, High: 127, Height: 220})
	for i := range 700 {
		wave.Push(pulse(i))
	}
	catchUp(wave)
	gauge := NewGauge(l, GaugeStyle{Full: 300, Step: 50, Unit: "mmHg"})
	gauge.SetValue(142)
	gauge.SetWords(say(l, "Measuring: keep still", "نقيس الآن: لا تتحرك"))
	ring := NewCountRing(l, 220, say(l, "until we start", "حتى نبدأ"))
	ring.Set(0.62, "1:54")
	return NewColumn(Space24, wave,
		NewRow(l, Space32, CrossCenter,
			gauge, ring,
			NewGrow(1, NewColumn(Space16,
				NewQuantity(l, "98", "%", "100", SizeHero, Leading),
				NewQuantity(l, "72", "/min", "200", SizeValue, Leading),
				NewSignalBars(l, 3, say(l, "Good signal", "إشارة جيدة")),
				NewSignalBars(l, 1, say(l, "Weak signal: warm your hand", "إشارة ضعيفة: دفئ يدك")),
			)),
		))
}

func pressureBands(l Look) []ScaleBand {
	return []ScaleBand{
		{Low, say(l, "Low", "منخفض"), 70, 90, ""},
		{Good, say(l, "In range", "ضمن المعدل"), 90, 120, "90"},
		{Watch, say(l, "A little high", "مرتفع قليلا"), 120, 130, "120"},
		{High, say(l, "High", "مرتفع"), 130, 140, "130"},
		{High, say(l, "Very high", "مرتفع جدا"), 140, 180, "140"},
	}
}

func sampleTrend() TrendStyle {
	style := TrendStyle{
		Low: 50, High: 180, Start: 0, End: 100, Two: true,
		Bands:  []TrendBand{{Good, 50, 120}, {Watch, 120, 130}, {High, 130, 180}},
		Values: []AxisMark{{60, "60"}, {90, "90"}, {120, "120"}, {150, "150"}},
		Dates:  []AxisMark{{0, "3 Mar"}, {50, "20 Apr"}, {100, "7 Jun"}},
	}
	for i, v := range []float64{142, 138, 155, 131, 128, 126, 133, 124} {
		style.Points = append(style.Points, TrendPoint{X: float64(i) * 100 / 7, Value: v, Second: v - 48, Excluded: i == 2})
	}
	return style
}

func resultPage(l Look) fyne.CanvasObject {
	single := sampleTrend()
	single.Two = false
	return NewColumn(Space24,
		NewRow(l, Space24, CrossCenter,
			NewQuantity(l, "126/82", "mmHg", "", SizeHero, Leading),
			NewBadge(l, Watch, say(l, "A little high", "مرتفع قليلا"), SizeLead)),
		NewBandScale(l, pressureBands(l), 126),
		NewText(l, say(l, "This is a little above the range doctors aim for. Measure again on another day.", "هذا أعلى قليلا من المعدل الذي يهدف إليه الأطباء. قس مرة أخرى في يوم آخر."), TextStyle{Size: SizeLead}),
		NewHairline(l),
		NewRow(l, Space32, CrossFill,
			NewGrow(1, NewCard(l, Space24, NewTrend(l, sampleTrend()))),
			NewGrow(1, NewCard(l, Space24, NewTrend(l, single)))),
	)
}

func dialogPage(l Look) fyne.CanvasObject {
	return NewOverlay(l, 720,
		NewRow(l, Space32, CrossCenter,
			NewDrawing(l, assets.DrawingKeepStill, 160),
			NewGrow(1, NewColumn(Space16,
				NewText(l, say(l, "Are you still there?", "هل ما زلت هنا؟"), TextStyle{Size: SizeTitle, Bold: true}),
				NewText(l, say(l, "This visit ends in 30 seconds. Nothing stays on this screen.", "تنتهي هذه الزيارة بعد 30 ثانية. لا يبقى شيء على الشاشة."), TextStyle{Size: SizeLead}),
			))),
		NewButton(l, say(l, "End visit", "إنهاء الزيارة"), ButtonStyle{Rank: Secondary, Tall: true}, func() {}),
		NewButton(l, say(l, "I'm still here", "ما زلت هنا"), ButtonStyle{}, func() {}),
	)
}

func chartPage(l Look) fyne.CanvasObject {
	draw := func(style ChartStyle, start, end float64) fyne.CanvasObject {
		style.Hint = say(l, "Point at a reading, or use the arrow keys.", "أشر إلى قياس أو استخدم مفاتيح الأسهم.")
		style.Say = func(int) string {
			return say(l, "3 Mar 2026: 142/91 mmHg, pulse 71", "3 مارس 2026: "+Isolate("142/91 mmHg"))
		}
		c := NewChart(l, style)
		c.ShowSpan(start, end)
		c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
		return NewCard(l, Space16, c)
	}
	single := years(90)
	single.Panes = single.Panes[:1]
	return NewColumn(Space16,
		draw(years(18250), 0, 5*365),
		NewRow(l, Space16, CrossFill, NewGrow(1, draw(years(300), 700, 900)), NewGrow(1, draw(single, 900, 1200))),
	)
}
